"""Putting vouchers on baskets, and redeeming them when these are confirmed: each once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from store import voucher_rows
from store.errors import ChangedElsewhere, Invalid, NotFound, VoucherRefused, VouchersOff
from store.order_journal import journal
from store.order_lines import basket_row, read_basket
from store.rights import Right
from store.voucher_reckoning import follow, free, of_basket, of_order, order_totals, reckoned, refused, write_used
from store.voucher_records import Voucher, VoucherState

if TYPE_CHECKING:
    import sqlite3

    from store.clock import Clock
    from store.order_records import Basket
    from store.transaction import Transaction


def put_on(t: Transaction, clock: Clock, basket_id: int, code: str, version: int | None = None) -> Basket:
    """Put a voucher on a basket; raises `VoucherRefused`."""
    basket = _begin(t, basket_id, version)
    voucher = _found(t, clock, code)
    back = _may_come(t, clock, voucher, basket["member_id"], basket["changes_order_id"], basket_id)
    beside = of_basket(t, basket_id)
    _voucher, why = reckoned(order_totals(t, basket_id), [*beside, voucher])[-1]
    if why:
        raise refused(voucher, why)
    if back:
        t.execute("UPDATE vouchers SET off_in = NULL WHERE id = ?", (voucher.id,))
    else:
        t.execute("UPDATE vouchers SET order_id = ?, off_in = NULL, used = 0 WHERE id = ?", (basket_id, voucher.id))
    return _written(t, basket, "basket.voucher_on", voucher)


def take_off(t: Transaction, basket_id: int, voucher_id: int, version: int | None = None) -> Basket:
    """Take a voucher off a basket; raises `NotFound` where it is not on it."""
    basket = _begin(t, basket_id, version)
    voucher = next((one for one in of_basket(t, basket_id) if one.id == voucher_id), None)
    if voucher is None:
        raise NotFound("voucher", str(voucher_id))
    if voucher.state is VoucherState.REDEEMED:
        t.execute("UPDATE vouchers SET off_in = ? WHERE id = ?", (basket_id, voucher_id))
    else:
        t.execute("UPDATE vouchers SET order_id = NULL WHERE id = ?", (voucher_id,))
    return _written(t, basket, "basket.voucher_off", voucher)


def _begin(t: Transaction, basket_id: int, version: int | None) -> sqlite3.Row:
    basket = basket_row(t, basket_id)
    if version not in (None, basket["version"]):
        raise ChangedElsewhere("basket", basket_id)
    return basket


def _written(t: Transaction, basket: sqlite3.Row, action: str, voucher: Voucher) -> Basket:
    t.execute("UPDATE orders SET version = version + 1 WHERE id = ?", (basket["id"],))
    journal(t, action, basket["id"], voucher=voucher.id, code=voucher.code)
    return read_basket(t, basket["id"])


def _found(t: Transaction, clock: Clock, code: str) -> Voucher:
    try:
        return voucher_rows.find(t, clock.to_wall(t.now).date(), code)
    except NotFound as error:
        raise VoucherRefused(error.key, "unknown") from error


def _may_come(
    t: Transaction, clock: Clock, voucher: Voucher, member_id: int, order_id: int | None, basket_id: int | None = None
) -> bool:
    """Whether the voucher is on the order that a basket changes, and only comes back; raises `VoucherRefused`."""
    code, day = voucher.code, clock.to_wall(voucher.state_at).date()
    if voucher.member_id != member_id:
        known = t.actor.may(Right.MEMBERS)
        raise VoucherRefused(code, "other_member", member=voucher.member if known else "")
    if voucher.state is VoucherState.CANCELLED:
        raise VoucherRefused(code, "cancelled", day)
    if voucher.state is VoucherState.REDEEMED:
        if voucher.order_id != order_id:
            raise VoucherRefused(code, "used", day, voucher.order_day)
        if basket_id is None or not _goes_off(t, voucher.id, basket_id):
            raise VoucherRefused(code, "on_already")
        return True
    if voucher.in_basket:
        same = voucher.order_id == basket_id
        raise VoucherRefused(code, "on_already" if same else "elsewhere", order_day=voucher.order_day)
    if voucher.state is VoucherState.EXPIRED:
        raise VoucherRefused(code, "expired", voucher.valid_until)
    return False


def _goes_off(t: Transaction, voucher_id: int, basket_id: int) -> bool:
    return bool(t.value("SELECT off_in FROM vouchers WHERE id = ?", (voucher_id,)) == basket_id)


def take(t: Transaction, clock: Clock, order_id: int, codes: Sequence[str] = (), off: Sequence[str] = ()) -> None:
    """Take vouchers off a confirmed order at once, and those that are to come `off` not any more; see `hold`.

    Needs `orders` on all catalogues. Raises `VoucherRefused`, and `Invalid("voucher", code, "not_on")`.
    """
    if codes or off:
        t.require(Right.ORDERS)
    member_id = t.value("SELECT member_id FROM orders WHERE id = ?", (order_id,))
    for code in off:
        voucher = _found(t, clock, code)
        if voucher.state is not VoucherState.REDEEMED or voucher.order_id != order_id:
            raise Invalid("voucher", voucher.code, "not_on")
        free(t, (voucher.id,))
    for code in codes:
        voucher = _found(t, clock, code)
        _may_come(t, clock, voucher, member_id, order_id)
        _voucher, why = reckoned(order_totals(t, order_id), [*of_order(t, order_id), voucher])[-1]
        if why:
            raise refused(voucher, why)
        _redeem(t, order_id, "id", voucher.id)


def _redeem(t: Transaction, order_id: int, column: str, value: int) -> None:
    t.execute(
        f"""UPDATE vouchers SET state = 'redeemed', order_id = ?, state_at = ?, state_by = ?
        WHERE state = 'open' AND {column} = ?""",
        (order_id, t.stamp, t.actor.id, value),
    )


def redeem(t: Transaction, clock: Clock, basket_id: int, order_id: int, *, meant: bool) -> tuple[Voucher, ...]:
    """Take what is on a basket off the order that has come of it; what it has taken off then.

    Raises `VouchersOff` where one does not hold any more, unless `meant`: then it stays off.
    """
    off = "SELECT id FROM vouchers WHERE state = 'redeemed' AND order_id = ? AND off_in = ?"
    free(t, [row["id"] for row in t.all(off, (order_id, basket_id))])
    today = clock.to_wall(t.now).date()
    coming = voucher_rows.of_orders(t, "v.state = 'open' AND v.order_id = :order", basket_id)
    expired = [one for one in coming if one.valid_until is not None and one.valid_until < today]
    free(t, (one.id for one in expired))
    _redeem(t, order_id, "order_id", basket_id)
    return hold(
        t, order_id, meant=meant, gone=[VoucherRefused(one.code, "expired", one.valid_until) for one in expired]
    )


def hold(
    t: Transaction, order_id: int, *, meant: bool = False, gone: Sequence[VoucherRefused] = ()
) -> tuple[Voucher, ...]:
    """Reckon what vouchers take off an order that somebody has changed, and return those that it keeps.

    Raises `VouchersOff` for those that cannot stay on, with what is `gone` already, unless `meant`: they are free
    again. Nobody is asked who may not redeem any: then one below its minimum stays on, as it does in `follow`.
    """
    if not t.actor.may(Right.ORDERS):
        follow(t, order_id, drop=True)
        return ()
    now = reckoned(order_totals(t, order_id), of_order(t, order_id))
    bad = [(voucher, why) for voucher, why in now if why]
    if (bad or gone) and not meant:
        raise VouchersOff((*gone, *(refused(voucher, why) for voucher, why in bad)))
    free(t, (voucher.id for voucher, _why in bad))
    kept = [voucher for voucher, why in now if not why]
    write_used(t, kept)
    return tuple(replace(voucher, order_id=order_id) for voucher in kept)


def cancel(t: Transaction, ids: Sequence[int]) -> None:
    """Let vouchers be good for nothing; who is at a basket with one of them is told that it changed."""
    these = json.dumps(list(ids))
    t.execute(
        """UPDATE orders SET version = version + 1 WHERE state = 'basket' AND id IN (
            SELECT order_id FROM vouchers WHERE id IN (SELECT value FROM json_each(?)))""",
        (these,),
    )
    t.execute(
        """UPDATE vouchers SET state = 'cancelled', order_id = NULL, off_in = NULL, state_at = ?, state_by = ?
        WHERE id IN (SELECT value FROM json_each(?))""",
        (t.stamp, t.actor.id, these),
    )
