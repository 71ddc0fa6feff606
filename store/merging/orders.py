"""Orders and baskets of two members as those of one.

Where both have one for the same distribution, lines are put together and the two histories become one, as if the
household had ordered all of it itself: each change says what both had ordered before and after. So recap and supplement
tell the same quantities as before, and no producer hears of a merge. What was put together stays behind as a cancelled
order ("merged"), for the merge to be undone.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from store.merging.plan import both
from store.merging.records import MovedOrder
from store.order_lines import quantities
from store.order_records import MERGED
from store.voucher_reckoning import follow

if TYPE_CHECKING:
    from store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class _Side:
    """What one of the two has for a distribution."""

    order: sqlite3.Row | None
    basket: sqlite3.Row | None

    @property
    def current(self) -> bool:
        """Whether the basket, if there is one, was made from the order as it is."""
        if self.basket is None:
            return True
        if self.order is None:
            return self.basket["changes_order_id"] is None
        return bool(
            self.basket["changes_order_id"] == self.order["id"]
            and self.basket["changes_version"] == self.order["version"]
        )

    @property
    def wanted(self) -> sqlite3.Row | None:
        """The basket, or the order that would come into it."""
        return self.basket or self.order


def moving(t: Transaction, kept_id: int, gone_id: int) -> tuple[MovedOrder, ...]:
    """What goes over, the earliest distribution first."""
    rows = t.all(
        """SELECT o.distribution_id, d.day, o.state, o.state <> 'cancelled' AND EXISTS (SELECT 1 FROM orders k
            WHERE k.member_id = :kept AND k.distribution_id = o.distribution_id AND k.state <> 'cancelled') AS joined
        FROM orders o JOIN distributions d ON d.id = o.distribution_id WHERE o.member_id = :gone
        ORDER BY d.day, d.starts_at, o.id""",
        {"kept": kept_id, "gone": gone_id},
    )
    return tuple(
        MovedOrder(row["distribution_id"], date.fromisoformat(row["day"]), row["state"], bool(row["joined"]))
        for row in rows
    )


def move_orders(t: Transaction, kept_id: int, gone_id: int) -> None:
    """Give the kept member all orders and baskets of the other one."""
    distributions = t.all(
        "SELECT DISTINCT distribution_id AS id FROM orders WHERE member_id = ? AND state <> 'cancelled'", (gone_id,)
    )
    left: list[int] = []
    for row in distributions:
        left += _join(t, _side(t, kept_id, row["id"]), _side(t, gone_id, row["id"]))
    t.execute(
        "UPDATE orders SET member_id = ? WHERE member_id = ? AND id NOT IN (SELECT value FROM json_each(?))",
        (kept_id, gone_id, json.dumps(left)),
    )
    t.execute("UPDATE order_changes SET member_id = ? WHERE member_id = ?", (kept_id, gone_id))


def _side(t: Transaction, member_id: int, distribution_id: int) -> _Side:
    rows = t.all("SELECT * FROM orders WHERE member_id = ? AND distribution_id = ?", (member_id, distribution_id))
    found = {row["state"]: row for row in rows}
    return _Side(found.get("confirmed"), found.get("basket"))


def _join(t: Transaction, mine: _Side, theirs: _Side) -> list[int]:
    """Put together what both have for a distribution; returns the orders and baskets that are left behind."""
    if mine.wanted is None:
        return []
    left: list[int] = []
    target = mine.basket or theirs.basket
    if target is not None:
        source = theirs.wanted if mine.basket is not None else mine.wanted
        assert source is not None
        _one_history(t, "basket_entries", target["id"], source["id"])
        _add_lines(t, target["id"], source["id"])
        if source["state"] == "basket":
            _leave(t, target, source)
            left.append(source["id"])
    order = mine.order or theirs.order
    if mine.order is not None and theirs.order is not None:
        _one_history(t, "order_changes", mine.order["id"], theirs.order["id"])
        _add_lines(t, mine.order["id"], theirs.order["id"])
        _leave(t, mine.order, theirs.order)
        left.append(theirs.order["id"])
    if target is not None:
        _rest_on(t, target, order, current=mine.current and theirs.current)
    return left


def _rest_on(t: Transaction, basket: sqlite3.Row, order: sqlite3.Row | None, *, current: bool) -> None:
    """Make the basket a change of the order as it is now, or (not `current`) of what it was before somebody changed it,
    so that the basket follows as soon as it is opened."""
    if order is not None:
        version = int(t.value("SELECT version FROM orders WHERE id = ?", (order["id"],)))
        rests, at = order["id"], version if current else version - 1
    else:
        rests, at = basket["changes_order_id"], basket["changes_version"]
    t.execute(
        """UPDATE orders SET changes_order_id = ?, changes_version = ?, version = version + 1,
            filled = EXISTS (SELECT 1 FROM order_lines WHERE order_id = orders.id AND quantity > 0) WHERE id = ?""",
        (rests, at, basket["id"]),
    )


def _one_history(t: Transaction, table: str, target_id: int, source_id: int) -> None:
    """Make the changes of both (or the entries) changes of the first, each on top of what the other had by then."""
    ids = (target_id, source_id)
    rows = t.all(
        f"SELECT id, order_id, product_id, before, after FROM {table} WHERE order_id IN (?, ?) ORDER BY id", ids
    )
    had = {(order_id, product): n for order_id in ids for product, n in quantities(t, order_id).items()}
    had |= {(row["order_id"], row["product_id"]): row["before"] for row in reversed(rows)}
    for row in rows:
        other = source_id if row["order_id"] == target_id else target_id
        beside = had.get((other, row["product_id"]), 0)
        had[row["order_id"], row["product_id"]] = row["after"]
        t.execute(
            f"UPDATE {table} SET order_id = ?, before = ?, after = ? WHERE id = ?",
            (target_id, row["before"] + beside, row["after"] + beside, row["id"]),
        )


def _add_lines(t: Transaction, target_id: int, source_id: int) -> None:
    """Put the source's lines to those of the target; the source keeps its own."""
    known = {row["product_id"]: row for row in _lines(t, target_id)}
    for line in _lines(t, source_id):
        mine = known.get(line["product_id"])
        if mine is None:
            copied = {name: line[name] for name in line.keys() if name != "id"}  # noqa: SIM118
            t.insert("order_lines", **{**copied, "order_id": target_id})
            continue
        # The price is that of the line that stays; what each was entered at is still owed.
        priced = mine if mine["quantity"] else line
        t.execute(
            """UPDATE order_lines SET quantity = ?, amount = ?, price = ?, promotion_id = ?, cost = ?, estimated = ?,
                settled_weight = ?, late = ? WHERE id = ?""",
            (
                mine["quantity"] + line["quantity"],
                mine["amount"] + line["amount"],
                priced["price"],
                priced["promotion_id"],
                _cost(mine, line),
                max(mine["estimated"], line["estimated"]),
                _weight(mine, line),
                max(mine["late"], line["late"]),
                mine["id"],
            ),
        )


def _lines(t: Transaction, order_id: int) -> list[sqlite3.Row]:
    return t.all("SELECT * FROM order_lines WHERE order_id = ? ORDER BY id", (order_id,))


def _cost(mine: sqlite3.Row, line: sqlite3.Row) -> int | None:
    """The cost of both together for one unit; not known where one of them is not."""
    quantity = mine["quantity"] + line["quantity"]
    if mine["cost"] is None or line["cost"] is None or not quantity:
        return None
    total: int = mine["cost"] * mine["quantity"] + line["cost"] * line["quantity"]
    return int(total / quantity + 0.5)


def _weight(mine: sqlite3.Row, line: sqlite3.Row) -> int | None:
    weights = [row["settled_weight"] for row in (mine, line) if row["quantity"]]
    return None if not weights or None in weights else sum(weights)


def _leave(t: Transaction, target: sqlite3.Row, source: sqlite3.Row) -> None:
    """Leave what was put together behind; its note, unfinished typing and vouchers go to the other one."""
    t.execute(
        """UPDATE orders SET note = ?, typed = ?, typed_by = coalesce(typed_by, ?), version = version + 1,
            filled = EXISTS (SELECT 1 FROM order_lines WHERE order_id = orders.id AND quantity > 0) WHERE id = ?""",
        (
            both(target["note"], source["note"]),
            both(target["typed"], source["typed"]),
            source["typed_by"],
            target["id"],
        ),
    )
    t.execute(
        "UPDATE orders SET state = 'cancelled', cancelled_reason = ?, filled = 0, version = version + 1 WHERE id = ?",
        (MERGED, source["id"]),
    )
    # What they take off stays as it was said, until somebody changes the order.
    t.execute("UPDATE vouchers SET order_id = ? WHERE order_id = ?", (target["id"], source["id"]))
    t.execute("UPDATE vouchers SET off_in = ? WHERE off_in = ?", (target["id"], source["id"]))


def vouchers_follow(t: Transaction, member_ids: tuple[int, ...]) -> None:
    """Once a merge is undone: give each voucher to the member whose order has it, and reckon it by that order."""
    mine = "IN (SELECT value FROM json_each(?))"
    has_order = f"SELECT id FROM orders WHERE state <> 'cancelled' AND member_id {mine}"
    t.execute(
        f"""UPDATE vouchers SET member_id = (SELECT member_id FROM orders WHERE id = order_id)
        WHERE order_id IN ({has_order})""",
        (json.dumps(member_ids),),
    )
    redeemed = f"SELECT DISTINCT order_id FROM vouchers WHERE state = 'redeemed' AND member_id {mine}"
    for row in t.all(redeemed, (json.dumps(member_ids),)):
        follow(t, row["order_id"])
