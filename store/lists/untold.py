"""What producers do not know yet: changes after a recap, netted by member and product."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from store.order_lists import within
from store.untold import UNTOLD

if TYPE_CHECKING:
    from store.order_lines import OWN
    from store.transaction import Transaction

Key = tuple[int, int, int]
"""Catalogue, member and product."""


def net_changes(t: Transaction, own: OWN, distribution_id: int, where: str) -> dict[Key, tuple[int, sqlite3.Row]]:
    """Of each member and product how much came in all by the changes that `where` says, and the last of them.

    What came back to what it was is left out.
    """
    rows = t.all(
        f"""SELECT h.*, o.name AS by_name FROM order_changes h LEFT JOIN operators o ON o.id = h.operator_id
        WHERE h.distribution_id = ? AND {where} AND {within(own, "h.catalogue_id")} ORDER BY h.id""",
        (distribution_id,),
    )
    net: dict[Key, tuple[int, sqlite3.Row]] = {}
    for row in rows:
        key = (row["catalogue_id"], row["member_id"], row["product_id"])
        so_far = net[key][0] if key in net else 0
        net[key] = (so_far + row["after"] - row["before"], row)
    return {key: change for key, change in net.items() if change[0]}


def untold_changes(t: Transaction, own: OWN, distribution_id: int) -> dict[Key, tuple[int, sqlite3.Row]]:
    """`net_changes` that producers do not know."""
    return net_changes(t, own, distribution_id, UNTOLD)
