"""What the store refuses about vouchers, in words; `screens.errors` takes them in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from templates.words import N_, _, dates
from templates.words.money import money

if TYPE_CHECKING:
    from store.errors import VoucherRefused, VouchersOff

VOUCHER_INVALID: dict[tuple[str, str], str] = {
    ("voucher", "redeemed"): N_("{value} is used: take it off the order it was used for, then cancel it."),
    ("voucher", "cancelled"): N_("{value} is cancelled already."),
    ("voucher", "not_on"): N_("{value} is not on this order: there is nothing to take off."),
    ("offer", "amount_or_percent"): N_("A sum, or a percentage of what was bought: one of the two."),
    ("amount", "too_small"): N_("What a voucher is worth must be above 0."),
    ("amount", "too_large"): N_("“{value}” is too much for a voucher. Is it mistyped?"),
    ("minimum", "too_small"): N_("What an order has to come to cannot be below 0."),
    ("minimum", "too_large"): N_("“{value}” is too much for an order. Is it mistyped?"),
    ("currency", "not_paid"): N_("Nothing is paid in “{value}”: no catalogue is in this currency."),
    ("percent", "too_small"): N_("{value}%: from 1 to 100 can be said."),
    ("percent", "too_large"): N_("{value}%: from 1 to 100 can be said."),
    ("since", "empty"): N_("A percentage needs the first and the last day of the purchases that count."),
    ("until", "empty"): N_("A percentage needs the first and the last day of the purchases that count."),
    ("valid_until", "past"): N_("{value} has passed: the voucher could not be used."),
}

_REFUSED = {
    "unknown": N_("There is no voucher “{code}”. Let the member read it out again."),
    "used": N_("{code} was used on {day}, for the order of {order}."),
    "cancelled": N_("{code} was cancelled on {day}."),
    "expired": N_("{code} was good until {day}."),
    "other_member": N_("{code} is not this member's voucher: only who got it can use it."),
    "on_already": N_("{code} is on this order already."),
    "elsewhere": N_("{code} is on the basket for {order}: take it off there first."),
    "nothing": N_("Nothing is ordered that a voucher could be taken off."),
    "currency": N_("{code} is in {currency}: nothing of this order is."),
    "minimum": N_("{code} asks for an order of {amount} or more."),
    "nothing_left": N_("Nothing is left to pay that {code} could be taken off."),
}


def voucher_refused(error: VoucherRefused) -> str:
    """Why a voucher is not taken off the order; whose it is only for who may see members."""
    sentence = _REFUSED.get(error.reason, N_("{code} cannot be used here."))
    if error.reason == "other_member" and error.member:
        sentence = N_("{code} is {name}'s voucher: only who got it can use it.")
    elif error.reason == "used" and error.order_day is None:
        sentence = N_("{code} was used on {day}.")
    return _(sentence).format(
        code=error.code,
        day="" if error.day is None else dates.day(error.day, year=True),
        order="" if error.order_day is None else dates.day(error.order_day),
        amount=money(error.amount, error.currency) if error.currency else "",
        currency=error.currency,
        name=error.member,
    )


def vouchers_off(error: VouchersOff) -> str:
    """That nothing was stored, as vouchers cannot stay on the order, and why."""
    return _("{why} Nothing was stored: say that you mean it, then it goes without.").format(
        why=" ".join(map(voucher_refused, error.refused))
    )


VOUCHER_SENTENCES: dict[str, Callable[[Any], str]] = {
    "VoucherRefused": voucher_refused,
    "VouchersOff": vouchers_off,
}
