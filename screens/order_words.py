"""The sentences of order entry: what Enter will do, why it does nothing, what is read back to the caller."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from screens.text import fitted, width
from store.clock import Clock
from store.distributions import Distribution, DistributionCatalogue
from store.entry_line import Act, Offer, Problem, Reading, Readings
from store.members import EmailState, Member
from store.orders import Basket, Confirmation, Order, OrderLine, OrderWarning
from store.products import Product
from templates.words import N_, _, dates, ngettext
from templates.words.money import money, quantity, sums

CHANNELS = {
    "phone": N_("by phone"),
    "web": N_("by web"),
    "pickup": N_("at pick-up"),
    "mail": N_("by mail"),
    "import": N_("imported"),
}
ORDER_STATES = {"basket": N_("basket"), "confirmed": N_("confirmed"), "cancelled": N_("cancelled")}
NAME_CELLS = 12
"""Cells that a catalogue's name keeps at least."""
TOLD = 3
"""How many products a sentence names."""

_PROBLEMS = {
    Problem.NOT_FOUND: N_("Nothing is called “{text}”: another word, or fewer letters?"),
    Problem.NO_PRODUCT: N_("“{text}”: of which product? Type a quantity, a space and a part of the name."),
    Problem.BROKEN_NUMBER: N_("“{text}” begins with no quantity: 1,5 or 1/2 or 2, then a space."),
    Problem.REMOVE_SOME: N_("To take some out, type what remains: =2 tom. To take all out: 0 tom."),
    Problem.NOT_IN_BASKET: N_("“{text}”: there is no such line to take out."),
    Problem.DASH: N_("6 or remove?  6 Enter: 6 × {rest}   0 Enter: remove {rest}"),
}


def problem(readings: Readings) -> str:
    """Why Enter stores nothing of the text; empty for an empty line."""
    sentence = _PROBLEMS.get(readings.problem) if readings.problem else None
    return _(sentence).format(text=readings.text, rest=readings.rest) if sentence else ""


def row_problem(row: Reading) -> str:
    """Why Enter cannot take this product as typed; empty when it can."""
    if row.problem is Problem.WRONG_UNIT:
        return _("{name} is not sold in {unit}: it is sold by {own}.").format(
            name=row.product.name, unit=row.unit, own=sold_by(row.product)
        )
    if row.problem is Problem.WHOLE_ONLY:
        return _("{name} is sold by {own}: type 1 or 2, not a part.").format(
            name=row.product.name, own=sold_by(row.product)
        )
    return ""


def sold_by(product: Product) -> str:
    """What one of a product is, inside a sentence."""
    if product.estimated and product.estimated_weight:
        return _("the piece ({weight})").format(weight=product.unit_label)
    if product.unit == "piece" and product.base_quantity == 1000:
        return _("the piece")
    return product.unit_label


def what_enter_does(row: Reading) -> str:
    """The quantity of the first row: "2 ×", "2 + 3 = 5", "3 → 2", "3 → 0"; no sum where Enter refuses."""
    if row.problem is not None:
        return f"{quantity(row.quantity)} ×"
    if row.act is Act.ADD and row.before:
        return f"{quantity(row.before)} + {quantity(row.quantity)} = {quantity(row.after)}"
    if row.before:
        return f"{quantity(row.before)} → {quantity(row.after)}"
    return f"{quantity(row.quantity)} ×"


def doubt(row: Reading, offer: Offer) -> str:
    """The question before an unusual quantity is taken."""
    return _("{quantity} {name}? The most ever was {largest}. Enter again takes it.").format(
        quantity=quantity(row.after), name=row.product.name, largest=quantity(offer.largest(row.product.id))
    )


def unusual(row: Reading, offer: Offer) -> str:
    """That a quantity is unusual, where nobody can be asked."""
    return _("{quantity} {name} is unusual: the most ever was {largest}.").format(
        quantity=quantity(row.after), name=row.product.name, largest=quantity(offer.largest(row.product.id))
    )


def closing(catalogue: DistributionCatalogue, clock: Clock, cells: int = 0) -> str:
    """When a catalogue closes or closed, and what becomes of a line now.

    In `cells`, where they are given, a long name is cut rather than the hour.
    """
    text = _closing(catalogue, clock, catalogue.name)
    over = width(text) - cells if cells else 0
    if over <= 0:
        return text
    return _closing(catalogue, clock, fitted(catalogue.name, max(NAME_CELLS, width(catalogue.name) - over)).rstrip())


def _closing(catalogue: DistributionCatalogue, clock: Clock, name: str) -> str:
    if catalogue.recap_sent_at is not None and not is_closed(catalogue, clock):
        return _("{name}: recap sent, what is added goes to the supplement").format(name=name)
    if catalogue.closes is None:
        return _("{name}: open until the distribution").format(name=name)
    at = dates.moment(catalogue.closes)
    if catalogue.recap_sent_at is not None:
        return _("{name} closed {at}, recap sent: goes to the supplement").format(name=name, at=at)
    if is_closed(catalogue, clock):
        return _("{name} closed {at}: late, recap not sent yet").format(name=name, at=at)
    span = dates.span(clock.to_utc(catalogue.closes) - clock.now())
    return _("{name} closes {at}, {span}").format(name=name, at=at, span=span)


def is_closed(catalogue: DistributionCatalogue, clock: Clock) -> bool:
    """Whether the catalogue is closed at this moment; it may close while the order is on the screen."""
    return catalogue.closes is not None and clock.to_utc(catalogue.closes) <= clock.now()


def is_late(catalogue: DistributionCatalogue | None, clock: Clock) -> bool:
    """Whether a line that is confirmed at this moment would be late."""
    return catalogue is not None and (catalogue.recap_sent_at is not None or is_closed(catalogue, clock))


def caller_line(member: Member, orders: int, last: date | None) -> str:
    """What is known of the caller: phone, e-mail, number of orders, the last, the star."""
    people = member.people
    phones = [number for p in people for number in (p.phone_shown or p.phone, p.mobile_shown or p.mobile) if number]
    parts = [" / ".join(dict.fromkeys(phones)) or _("no phone"), _email(member)]
    if orders:
        counted = ngettext("{n} order", "{n} orders", orders).format(n=orders)
        parts.append(_("{orders}, last {day}").format(orders=counted, day=dates.day_number(last)) if last else counted)
    else:
        parts.append(_("first order"))
    return " · ".join([*(part for part in parts if part), *("★" for _star in range(member.vip))])


def _email(member: Member) -> str:
    states = {p.email_state for p in member.people}
    addresses = [p.email for p in member.people if p.email and p.email_state in (EmailState.HAS, EmailState.BOUNCED)]
    if addresses:
        return addresses[0] + (" " + _("(bounced)") if EmailState.HAS not in states else "")
    return _("e-mail not asked") if states == {EmailState.UNKNOWN} else _("no e-mail")


def when_and_where(d: Distribution) -> str:
    """A distribution as it is told: "Monday 23 November, 18:00 to 19:30, Treillières"."""
    text = _("{day}, {start} to {end}, {place}")
    return text.format(day=dates.day_long(d.day), start=d.starts_at, end=d.ends_at, place=d.place)


def changed_meanwhile(before: Basket, now: Basket, order: Order | None) -> str:
    """What a colleague did to the order on the screen, so that nobody goes on in good faith; empty for nothing."""
    if before.touched and not now.touched and order is not None and order.version != before.changes_version:
        name = order.changed_by or order.confirmed_by or _("automatic")
        return _("{name} has just confirmed this order: you see what is ordered now.").format(name=name)
    were, are = ({line.product.id: line for line in basket.lines} for basket in (before, now))
    other = [
        line
        for product, line in {**were, **are}.items()
        if (product in were and were[product].quantity) != (product in are and are[product].quantity)
    ]
    what = [line.product.name for line in other] + ([_("the note")] if before.note != now.note else [])
    what += [_("the vouchers")] if _voucher_ids(before) != _voucher_ids(now) else []
    if not what:
        return ""
    by = {line.entered_by if are.get(line.product.id) is line else None for line in other}
    colleague = (by.pop() if len(by) == 1 else None) or _("A colleague")
    names = ", ".join(what[:TOLD]) + (" …" if len(what) > TOLD else "")
    return _("{name} has just changed this order: {names}.").format(name=colleague, names=names)


def _voucher_ids(basket: Basket) -> set[int]:
    return {voucher.id for voucher in basket.vouchers}


def last_time(last: Order) -> str:
    """What came last time, in one line."""
    came = ", ".join(f"{quantity(line.quantity)} {line.product.name}" for line in last.lines if line.quantity)
    return _("last time ({day}): {lines}").format(day=dates.day_number(last.day), lines=came)


def there_are(product: Product, there: int) -> str:
    """How much of a product there is for an order that wants more."""
    if there <= 0:
        return _("{name}: none left").format(name=product.name)
    return _("{name}: only {n} left").format(name=product.name, n=quantity(there))


def how_many_left(there: int) -> str:
    """How much there is, inside a sentence."""
    return _("none left") if there <= 0 else _("only {n} left").format(n=quantity(there))


def short(product: Product, left: int, wanted: int) -> str:
    """That the stock does not reach: `left` is what remains after the line of so many, below 0."""
    if wanted + left <= 0:
        return there_are(product, 0)
    return _("{name}: {n} more than there are").format(name=product.name, n=quantity(-left))


def total_text(totals: dict[str, int], currency: str, *, estimated: bool) -> str:
    """The total, per currency; "~" before one that is settled by weighing."""
    text = sums(totals) or money(0, currency)
    return f"~{text}" if estimated else text


def changes(lines: Iterable[OrderLine]) -> str:
    """What a change alters, in one sentence; empty when it alters nothing."""
    altered = [
        f"{line.product.name} {quantity(line.before)} → {quantity(line.quantity)}"
        for line in lines
        if line.quantity != line.before
    ]
    return _("Changed: {lines}.").format(lines=", ".join(altered)) if altered else _("Nothing is changed yet.")


def saved(confirmation: Confirmation) -> str:
    """What to say after confirming: what is late, for whom, and what is short."""
    late: dict[bool, list[str]] = {}
    for line in confirmation.late_lines:
        late.setdefault(line.after_recap, []).append(line.catalogue_name)
    sentences = [_late(names, after_recap=after_recap) for after_recap, names in late.items()]
    warned = [warning(w) for w in confirmation.warnings]
    return " ".join([_("Saved."), *sentences, *warned, *_with_vouchers(confirmation)])


def _with_vouchers(confirmation: Confirmation) -> list[str]:
    """What is to be paid where vouchers were taken off."""
    if not confirmation.vouchers:
        return []
    n, left = len(confirmation.vouchers), sums(confirmation.to_pay)
    text = ngettext("With the voucher: {amount} to pay.", "With {n} vouchers: {amount} to pay.", n)
    return [text.format(n=n, amount=f"~{left}" if confirmation.estimated else left)]


def _late(names: list[str], *, after_recap: bool) -> str:
    """That lines are late; `names` has the catalogue of each."""
    n, different = len(names), list(dict.fromkeys(names))
    if len(different) > 1:
        cut = [fitted(name, 2 * NAME_CELLS).rstrip() for name in different[:TOLD]]
        shown = ", ".join(cut) + (" …" if len(different) > TOLD else "")
        text = (
            _("{n} lines are late, not yet told to the producers: {names}.")
            if after_recap
            else _("{n} lines are late, the recaps will say so: {names}.")
        )
        return text.format(n=n, names=shown)
    if after_recap:
        text = ngettext(
            "{n} line for {name} is late: not yet told to the producer.",
            "{n} lines for {name} are late: not yet told to the producer.",
            n,
        )
    else:
        text = ngettext(
            "{n} line for {name} is late: the recap will say so.",
            "{n} lines for {name} are late: the recap will say so.",
            n,
        )
    return text.format(n=n, name=different[0])


def warning(found: OrderWarning) -> str:
    """A warning that comes with a confirmed order."""
    if found.kind == "added" or found.product is None:
        return _("There was an order already: these lines were added to it.")
    if found.quantity <= 0:
        return _("{name}: none were left.").format(name=found.product.name)
    return _("{name}: only {n} were left.").format(name=found.product.name, n=quantity(found.quantity))
