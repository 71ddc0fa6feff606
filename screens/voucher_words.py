"""A voucher in words: what it is worth, how it stands, what became of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from screens.order_vouchers import amounts, conditions, worth
from screens.text import fitted, width
from screens.widgets.plain import plain
from store.voucher_records import VoucherState
from templates.words import N_, _, dates, ngettext
from templates.words.money import money, number, sums

if TYPE_CHECKING:
    from store.clock import Clock
    from store.voucher_records import Forecast, Offer, Planned, StillTold, Voucher, VoucherTotal

STATES = {
    VoucherState.OPEN: N_("not used yet"),
    VoucherState.REDEEMED: N_("used"),
    VoucherState.EXPIRED: N_("expired"),
    VoucherState.CANCELLED: N_("cancelled"),
}


def state_words(voucher: Voucher, clock: Clock) -> str:
    """How it stands, and since which day: "used 26 Nov", "in an open basket"."""
    if voucher.in_basket:
        return _("in an open basket")
    if voucher.state is VoucherState.EXPIRED and voucher.valid_until is not None:
        day = dates.day_number(voucher.valid_until)
    elif voucher.state is VoucherState.OPEN:
        return _(STATES[voucher.state])
    else:
        day = dates.day_number(clock.to_wall(voucher.state_at).date())
    return f"{_(STATES[voucher.state])} {day}"


def described(voucher: Voucher, clock: Clock, cells: int = 1000) -> Content:
    """One in full: whose, from which message, what for; in `cells` long names are cut, what became of it is not."""
    said = " · ".join(part for part in (money(voucher.amount, voucher.currency), conditions(voucher)) if part)
    lines = [plain(fitted(f"{voucher.code}  {voucher.member}", cells).rstrip(), "bold"), plain(said)]
    if voucher.title:
        room = cells - width(_("came with “{title}”"))
        lines.append(plain(_("came with “{title}”").format(title=fitted(voucher.title, room).rstrip())))
    else:
        lines.append(plain(came_words(voucher, clock)))
    lines.append(plain(_became(voucher, clock)))
    return Content("\n").join(lines)


def came_words(voucher: Voucher, clock: Clock) -> str:
    """What a voucher came with: the message's title, or its day for who may not see messages."""
    return voucher.title or _("given on {day}").format(day=dates.day_number(clock.to_wall(voucher.made_at).date()))


def _became(voucher: Voucher, clock: Clock) -> str:
    day = "" if voucher.order_day is None else dates.day(voucher.order_day)
    if voucher.in_basket:
        return _("on the open basket for {day}: used once that is confirmed").format(day=day)
    at, by = dates.moment(clock.to_wall(voucher.state_at)), voucher.state_by or _("automatic")
    if voucher.state is VoucherState.REDEEMED:
        used = money(voucher.used, voucher.currency)
        return _("used for the order of {day}: {amount} off ({at}, {by})").format(day=day, amount=used, at=at, by=by)
    if voucher.state is VoucherState.CANCELLED:
        return _("cancelled {at} by {by}").format(at=at, by=by)
    return state_words(voucher, clock)


def totals_words(totals: Sequence[VoucherTotal]) -> str:
    """What became of all: "30 not used yet 150,00 € · 14 used 62,30 € of 70,00 €"."""
    return " · ".join(map(_total_words, totals))


def _total_words(total: VoucherTotal) -> str:
    counted, amount = _in_state(total.state, total.count), money(total.amount, total.currency)
    if total.state is VoucherState.REDEEMED and total.used != total.amount:
        used = money(total.used, total.currency)
        return _("{counted} {used} of {amount}").format(counted=counted, used=used, amount=amount)
    return f"{counted} {amount}"


def _in_state(state: VoucherState, n: int) -> str:
    """So many in a state; each has its own plural in other languages."""
    if state is VoucherState.OPEN:
        text = ngettext("{n} not used yet", "{n} not used yet", n)
    elif state is VoucherState.REDEEMED:
        text = ngettext("{n} used", "{n} used", n)
    elif state is VoucherState.EXPIRED:
        text = ngettext("{n} expired", "{n} expired", n)
    else:
        text = ngettext("{n} cancelled", "{n} cancelled", n)
    return text.format(n=number(n))


def lost_words(lost: Sequence[Voucher]) -> str:
    """That orders which were brought back cost more than was said; "" where no voucher is lost."""
    names = list(dict.fromkeys(voucher.member for voucher in lost))
    if not names:
        return ""
    text = ngettext(
        "The voucher of {names} was used elsewhere: tell them that the order costs more.",
        "The vouchers of {names} were used elsewhere: tell them that the orders cost more.",
        len(lost),
    )
    return text.format(names=", ".join(names))


def still_going(told: StillTold) -> str:
    """That mails of a message still go whose vouchers are cancelled, and who else is told; "" for nobody."""
    parts = []
    if told.mails:
        mails = ngettext(
            "{n} mail of this message still waits: it goes with a code that is good for nothing.",
            "{n} mails of this message still wait: they go with codes that are good for nothing.",
            told.mails,
        )
        parts.append(mails.format(n=number(told.mails)))
    if told.members:
        members = ngettext(
            "{n} member still gets a letter, a row or a call: its code is good for nothing.",
            "{n} members still get a letter, a row or a call: their codes are good for nothing.",
            told.members,
        )
        parts.append(members.format(n=number(told.members)))
    return " ".join(parts)


def offer_words(offer: Offer) -> str:
    """What a message offers, in a few words: "voucher 5,00 €", "voucher 5 % of the purchases"."""
    if offer.amount is not None:
        return worth(1, money(offer.amount, offer.currency))
    return _("voucher {n} % of purchases").format(n=offer.percent)


def forecast_words(found: Forecast, *, percent: bool) -> str:
    """What an offer comes to: "46 vouchers, 230,00 €; from 0,40 € to 12,30 €; 3 members bought nothing"."""
    if not found.members:
        return _("Nobody is chosen yet who would get one.")
    parts = [_counted(found.vouchers, found.sums)]
    if percent:
        parts += [
            _("from {least} to {most}").format(least=money(found.least[code], code), most=money(found.most[code], code))
            for code in found.sums
        ]
    if found.without:
        words = ngettext("{n} member bought nothing", "{n} members bought nothing", found.without)
        parts.append(words.format(n=found.without))
    return _("As things are now: {what}.").format(what="; ".join(parts))


def planned_words(planned: Mapping[int, Sequence[Planned]]) -> str:
    """What is given with a message that is about to go: "46 vouchers, 230,00 €"."""
    given = [one for vouchers in planned.values() for one in vouchers]
    return _counted(len(given), amounts(given))


def _counted(number: int, worth: Mapping[str, int]) -> str:
    counted = ngettext("{n} voucher", "{n} vouchers", number).format(n=number)
    return _("{vouchers}, {sum}").format(vouchers=counted, sum=sums(worth)) if worth else counted


def of_state(vouchers: Iterable[Voucher], state: VoucherState | None) -> list[Voucher]:
    """Those in a state; all where none is asked for."""
    return [voucher for voucher in vouchers if state is None or voucher.state is state]
