"""The row of the journal about a basket or an order: whose it is, and which vouchers came on it and went off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.rights import Right

if TYPE_CHECKING:
    from store.transaction import Transaction

Codes = frozenset[str]


def codes_on(t: Transaction, order_id: int | None) -> Codes:
    """The codes of the vouchers that are taken off an order, or off the one that a basket changes.

    Empty for who may see none: their own rows of the journal say nothing of vouchers.
    """
    if not t.actor.may(Right.ORDERS):
        return frozenset()
    rows = t.all(
        """SELECT code FROM vouchers WHERE state = 'redeemed' AND order_id IN
            (:order, (SELECT changes_order_id FROM orders WHERE id = :order))""",
        {"order": order_id},
    )
    return frozenset(row["code"] for row in rows)


def journal(t: Transaction, action: str, order_id: int, had: Codes | None = None, **detail: object) -> None:
    """Write the row: it says whose the order is, as the id of a dropped basket comes again.

    With the vouchers that the order `had` it says which came on it and which went off.
    """
    row = t.one("SELECT member_id AS member, distribution_id AS distribution FROM orders WHERE id = ?", (order_id,))
    if had is not None:
        has = codes_on(t, order_id)
        changed = {"on": sorted(has - had), "off": sorted(had - has)}
        detail |= {name: codes for name, codes in changed.items() if codes}
    t.journal(action, order_id, **detail, **({} if row is None else dict(row)))
