"""What an order says of vouchers: which the member has, what they take off, what is left to pay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from screens.order_spoken import spoken_money
from screens.order_words import total_text
from store.order_records import taken_off, to_pay
from store.voucher_reckoning import reckoned
from templates.words import _, dates, ngettext
from templates.words.money import money, sums

if TYPE_CHECKING:
    from screens.order_loading import Loaded
    from store.order_records import Basket, Order
    from store.voucher_records import Planned, Voucher


@dataclass(frozen=True)
class AtHand:
    """The vouchers that an order can do something with: those `on` it, and those that could be put on it."""

    on: tuple[Voucher, ...]
    off: tuple[Voucher, ...]

    @property
    def all(self) -> tuple[Voucher, ...]:
        """Those on it first."""
        return (*self.on, *self.off)


def at_hand(loaded: Loaded, basket: Basket) -> AtHand:
    """The vouchers of the order on the screen; one that a change takes off its order can come on again."""
    before = loaded.changed.vouchers if loaded.changed is not None else ()
    on = {voucher.id for voucher in basket.vouchers}
    others = {voucher.id: voucher for voucher in (*before, *loaded.vouchers) if voucher.id not in on}
    return AtHand(basket.vouchers, tuple(others.values()))


def left_to_pay(vouchers: Sequence[Voucher], totals: Mapping[str, int]) -> dict[str, int]:
    """What is left to pay of an order of these totals, in cents by currency."""
    return to_pay(totals, taken_off(voucher for voucher, _why in reckoned(totals, vouchers)))


def header(vouchers: Sequence[Voucher]) -> str:
    """What the member has: "voucher 5,00 €", "2 vouchers 12,00 €"; "" for nothing."""
    return worth(len(vouchers), sums(amounts(vouchers))) if vouchers else ""


def amounts(vouchers: Iterable[Voucher | Planned]) -> dict[str, int]:
    """What vouchers are worth together, in cents by currency."""
    found: dict[str, int] = {}
    for voucher in vouchers:
        found[voucher.currency] = found.get(voucher.currency, 0) + voucher.amount
    return found


def worth(count: int, amount: str) -> str:
    """So many vouchers, worth so much together."""
    return ngettext("voucher {amount}", "{n} vouchers {amount}", count).format(n=count, amount=amount)


def read_back(vouchers: Sequence[Voucher], totals: Mapping[str, int], *, estimated: bool) -> list[str]:
    """What is said of the vouchers that are on an order, and what is to be paid; nothing where there are none."""
    if not vouchers:
        return []
    texts = [_said(voucher, why) for voucher, why in reckoned(totals, vouchers)]
    left = left_to_pay(vouchers, totals)
    paid = " + ".join(spoken_money(cents, currency) for currency, cents in left.items() if cents)
    words = _("To pay: about {total}.") if estimated else _("To pay: {total}.")
    sentence = words.format(total=paid) if paid else _("Nothing is left to pay.") if left else ""
    well = " ".join([*(text for text in texts if not text.startswith("!")), sentence]).strip()
    return [*(text for text in texts if text.startswith("!")), *([well] if well else [])]


def _said(voucher: Voucher, why: str) -> str:
    amount = money(voucher.amount, voucher.currency)
    named = _("Voucher {code}, {amount}").format(code=voucher.code, amount=amount)
    if why == "minimum":
        least = money(voucher.minimum, voucher.currency)
        return "! " + _("{voucher}: only from {amount} on, it is kept off.").format(voucher=named, amount=least)
    if why:
        return "! " + _("{voucher}: there is nothing to take it off.").format(voucher=named)
    if voucher.used < voucher.amount:
        rest = money(voucher.amount - voucher.used, voucher.currency)
        return "! " + _("{voucher}: more than there is to pay, {amount} of it lapse.").format(
            voucher=named, amount=rest
        )
    return f"{named}."


def lapsed(vouchers: Iterable[Voucher]) -> list[str]:
    """What is lost of vouchers that are worth more than their order, a sentence each; what each takes off is `used`."""
    texts = []
    for voucher in vouchers:
        rest = money(voucher.amount - voucher.used, voucher.currency)
        if not voucher.used:
            texts.append(
                _("{code} takes nothing off: taken off the order, it is good again.").format(code=voucher.code)
            )
        elif voucher.used < voucher.amount:
            texts.append(
                _("{code}: more than there is to pay, {amount} of it lapse.").format(code=voucher.code, amount=rest)
            )
    return texts


def total_told(order: Order, currency: str) -> str:
    """What an order comes to, and what is left to pay where a voucher was taken off; `currency` is the group's."""
    total = total_text(order.totals, currency, estimated=order.estimated)
    if not order.vouchers:
        return total
    left = total_text(order.to_pay, currency, estimated=order.estimated)
    return _("{total}, with the voucher {left} to pay").format(total=total, left=left)


def changes(before: Iterable[Voucher], now: Iterable[Voucher]) -> list[str]:
    """What a change does with the vouchers of its order, a sentence each."""
    were, are = ({voucher.id: voucher.code for voucher in vouchers} for vouchers in (before, now))
    put_on = [code for number, code in are.items() if number not in were]
    off = [code for number, code in were.items() if number not in are]
    texts = [_("Voucher put on: {codes}.").format(codes=", ".join(put_on))] if put_on else []
    return texts + ([_("Voucher taken off: {codes}.").format(codes=", ".join(off))] if off else [])


def conditions(voucher: Voucher) -> str:
    """From which sum on and until when a voucher can be used: "from 20,00 €, until 31 Dec"."""
    parts = []
    if voucher.minimum:
        parts.append(_("from {amount}").format(amount=money(voucher.minimum, voucher.currency)))
    if voucher.valid_until is not None:
        parts.append(_("until {day}").format(day=dates.day_number(voucher.valid_until)))
    return ", ".join(parts)
