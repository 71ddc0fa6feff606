"""What vouchers take off a basket or an order, and why one cannot."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from store.errors import VoucherRefused
from store.order_records import taken_off

if TYPE_CHECKING:
    from store.transaction import Transaction
    from store.voucher_records import Voucher

_REDEEMED = "v.state = 'redeemed' AND v.order_id = :order"
_ON_BASKET = """(v.state = 'open' AND v.order_id = :order OR v.state = 'redeemed' AND v.off_in IS NOT :order
    AND v.order_id = (SELECT changes_order_id FROM orders WHERE id = :order))"""
_CHANGED = """(v.state = 'open' AND v.order_id = :order OR v.state = 'redeemed' AND v.off_in = :order
    AND v.order_id = (SELECT changes_order_id FROM orders WHERE id = :order))"""


def of_basket(t: Transaction, basket_id: int) -> tuple[Voucher, ...]:
    """What a basket takes off once it is confirmed as it is, with what each would take."""
    from store import voucher_rows

    found = voucher_rows.of_orders(t, _ON_BASKET, basket_id)
    return tuple(voucher for voucher, _why in reckoned(order_totals(t, basket_id), found)) if found else ()


def of_order(t: Transaction, order_id: int) -> tuple[Voucher, ...]:
    """What was taken off a confirmed order."""
    from store import voucher_rows

    return voucher_rows.of_orders(t, _REDEEMED, order_id)


def taken_off_each(t: Transaction, order_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """What vouchers take off orders, and baskets once they are confirmed, by each: cents per currency."""
    these = {"ids": json.dumps(list(order_ids))}
    rows = t.all(
        """SELECT order_id, currency, sum(used) AS used FROM vouchers
        WHERE state = 'redeemed' AND used > 0 AND order_id IN (SELECT value FROM json_each(:ids))
        GROUP BY order_id, currency""",
        these,
    )
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["order_id"], {})[row["currency"]] = row["used"]
    # Few baskets have any, and what they would take depends on their lines.
    baskets = """SELECT DISTINCT b.id FROM orders b JOIN vouchers v ON v.order_id IN (b.id, b.changes_order_id)
        WHERE b.state = 'basket' AND b.id IN (SELECT value FROM json_each(:ids))"""
    for row in t.all(baskets, these):
        found[row["id"]] = taken_off(of_basket(t, row["id"]))
    return found


def vouchers_change(t: Transaction, basket_id: int) -> bool:
    """Whether confirming a basket puts a voucher on the order, or takes one off."""
    return bool(t.value(f"SELECT EXISTS (SELECT 1 FROM vouchers v WHERE {_CHANGED})", {"order": basket_id}))


def order_totals(t: Transaction, order_id: int) -> dict[str, int]:
    """All lines of a basket or order in cents per currency, whoever asks."""
    rows = t.all(
        """SELECT c.currency, sum(l.amount) AS cents FROM order_lines l JOIN catalogues c ON c.id = l.catalogue_id
        WHERE l.order_id = ? AND l.quantity > 0 GROUP BY c.currency""",
        (order_id,),
    )
    return {row["currency"]: row["cents"] for row in rows}


def reckoned(totals: Mapping[str, int], vouchers: Sequence[Voucher]) -> list[tuple[Voucher, str]]:
    """Each voucher with what it takes off an order of so much (`used`), and why it takes nothing ("": it takes some).

    The reasons are those of `VoucherRefused`: "nothing", "currency", "minimum", "nothing_left".
    """
    left = dict(totals)
    found = []
    for voucher in vouchers:
        why = _why_not(totals, left, voucher)
        used = 0 if why else min(voucher.amount, left[voucher.currency])
        left[voucher.currency] = left.get(voucher.currency, 0) - used
        found.append((replace(voucher, used=used), why))
    return found


def _why_not(totals: Mapping[str, int], left: Mapping[str, int], voucher: Voucher) -> str:
    total = totals.get(voucher.currency, 0)
    if total <= 0:
        return "currency" if any(totals.values()) else "nothing"
    if total < voucher.minimum:
        return "minimum"
    return "" if left[voucher.currency] > 0 else "nothing_left"


def refused(voucher: Voucher, why: str) -> VoucherRefused:
    """The refusal of a voucher that takes nothing off."""
    return VoucherRefused(voucher.code, why, amount=voucher.minimum, currency=voucher.currency)


def follow(t: Transaction, order_id: int, *, drop: bool = False) -> None:
    """Reckon anew what vouchers take off a confirmed order whose lines have changed.

    Of an order that is cancelled all are free again; with `drop`, of another one those that take nothing off it.
    Whoever changed it did not see its vouchers, or has been asked: one below its minimum stays on.
    """
    vouchers = of_order(t, order_id)
    if not vouchers:
        return
    if t.value("SELECT state FROM orders WHERE id = ?", (order_id,)) == "cancelled":
        free(t, (voucher.id for voucher in vouchers))
        return
    now = reckoned(order_totals(t, order_id), [replace(voucher, minimum=0) for voucher in vouchers])
    write_used(t, (voucher for voucher, _why in now))
    if drop:
        free(t, (voucher.id for voucher, why in now if why))


def write_used(t: Transaction, vouchers: Iterable[Voucher]) -> None:
    """Write what each takes off its order."""
    t.execute_many("UPDATE vouchers SET used = ? WHERE id = ?", [(voucher.used, voucher.id) for voucher in vouchers])


def free(t: Transaction, ids: Iterable[int]) -> None:
    """Let vouchers be used another time."""
    t.execute(
        """UPDATE vouchers SET state = 'open', order_id = NULL, off_in = NULL, used = 0, state_at = ?, state_by = ?
        WHERE id IN (SELECT value FROM json_each(?))""",
        (t.stamp, t.actor.id, json.dumps(list(ids))),
    )


def give_back(t: Transaction, distribution_id: int) -> None:
    """Free the vouchers of the orders of a distribution that is cancelled.

    Each remembers its order, as long as it is used nowhere else: with the distribution it comes back.
    """
    _give_back(t, "order_id IN (SELECT id FROM orders WHERE distribution_id = ?)", distribution_id)


def set_aside(t: Transaction, order_id: int) -> None:
    """The same for one order: `take_again` takes them off the one that it goes into."""
    _give_back(t, "order_id = ?", order_id)


def _give_back(t: Transaction, where: str, value: int) -> None:
    t.execute(
        f"""UPDATE vouchers SET state = 'open', off_in = NULL, used = 0, state_at = ?, state_by = ?
        WHERE state = 'redeemed' AND {where}""",
        (t.stamp, t.actor.id, value),
    )


def take_again(t: Transaction, order_id: int, from_order: int | None = None) -> None:
    """Take what was on an order before it was cancelled, or on the one it came from, off it (again)."""
    t.execute(
        """UPDATE vouchers SET state = 'redeemed', order_id = ?, state_at = ?, state_by = ?
        WHERE state = 'open' AND order_id = ?""",
        (order_id, t.stamp, t.actor.id, order_id if from_order is None else from_order),
    )
    follow(t, order_id, drop=True)
