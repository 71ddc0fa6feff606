"""Everything that is stored about a member, in words: for the screen and the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from screens.channel_words import way_words
from screens.member_form import LABELS
from screens.member_words import CHANNELS, EMAIL_STATES, KINDS, SOURCES
from screens.message_states import DELIVERIES, title_of
from screens.order_words import CHANNELS as ORDER_CHANNELS
from screens.order_words import ORDER_STATES, total_text
from store.clock import unstamp
from store.order_records import REASONS
from templates.words import N_, _, dates, ngettext
from templates.words.money import money, quantity

if TYPE_CHECKING:
    from store.clock import Clock
    from store.personal_records import (
        Deed,
        PersonalData,
        StoredCall,
        StoredMail,
        StoredOrder,
        StoredReturn,
        StoredVoucher,
    )

Section = tuple[str, Sequence[str]]
"""A title and its lines; a line that belongs to the one before begins with two spaces."""

ROLES = {"operator": N_("works with cabas as {name}"), "producer": N_("is the producer {name}")}
CALLS = {
    "called": N_("called"),
    "not_reached": N_("called, not reached"),
    "ordered": N_("called, ordered"),
    "nothing": N_("called, wants nothing"),
}

MEASURES = {"opened": N_("opened"), "clicked": N_("link followed")}
RETURNS = {
    "hard": N_("the address does not work"),
    "soft": N_("a mail did not arrive"),
    "unclear": N_("a mail perhaps came back"),
    "stop": N_("said STOP"),
    "stop_word": N_("perhaps said STOP"),
}
VOUCHERS = {"open": N_("not used yet"), "redeemed": N_("used"), "cancelled": N_("cancelled")}

DEEDS = {
    "member.added": N_("written down"),
    "member.edited": N_("changed"),
    "member.swapped": N_("the two people swapped"),
    "member.starred": N_("star given"),
    "member.unstarred": N_("star taken away"),
    "member.tagged": N_("tag given"),
    "member.untagged": N_("tag taken away"),
    "member.archived": N_("archived"),
    "member.unarchived": N_("brought back in"),
    "member.preference": N_("what they want changed"),
    "member.merged": N_("merged"),
    "member.unmerged": N_("merging undone"),
    "member.voucher_cancelled": N_("voucher cancelled"),
    "basket.opened": N_("basket opened"),
    "basket.entered": N_("line entered"),
    "basket.undone": N_("entry taken back"),
    "basket.noted": N_("note written"),
    "basket.repeated": N_("last order repeated"),
    "basket.voucher_on": N_("voucher put on the order"),
    "basket.voucher_off": N_("voucher taken off the order"),
    "basket.dropped": N_("basket forgotten"),
    "basket.typed": N_("typed lines kept"),
    "order.confirmed": N_("order confirmed"),
    "order.recorded": N_("order written down"),
    "order.changed": N_("order changed"),
    "order.moved": N_("order moved to another distribution"),
    "order.settled": N_("order weighed"),
    "order.cancelled": N_("order cancelled"),
    "orders.imported": N_("order taken over from a file"),
    "members.imported": N_("taken over or changed from a file"),
    "member.erased": N_("erased"),
    "basket.channel": N_("way of the order said"),
    "delivery.held": N_("mail held"),
    "delivery.released": N_("mail let go"),
    "delivery.retried": N_("mail tried again"),
    "delivery.sent": N_("mail in doubt counted as sent"),
    "delivery.again": N_("mail in doubt sent again"),
    "delivery.found": N_("mail found in the Sent folder"),
    "delivery.answered": N_("mail arrived: it was answered"),
    "export.member": N_("all that is known written out"),
    "export.members": N_("written into a file with others"),
    "export.attempts": N_("mails written into a file"),
    "export.journal": N_("what was done written into a file"),
    "call.marked": N_("called back"),
    "message.called": N_("called for a message"),
    "came_back.noted": N_("came back, or said STOP"),
    "came_back.accepted": N_("an answer taken for what it says"),
    "came_back.dismissed": N_("an answer left as it is"),
    "came_back.reopened": N_("a decision about an answer taken back"),
    "member.email_works": N_("the address works again"),
    "member.stopped": N_("said STOP"),
}
"""What the journal calls a deed, in words; one that is not here is shown as the journal has it."""


def sections(data: PersonalData, clock: Clock, currency: str) -> list[Section]:
    """All of it, part by part; a part with nothing in it says so, and one that the operator may not see, too."""
    hidden = [_("not allowed to you")]
    found: list[Section] = [
        (_("Who"), _who(data.member)),
        (_("Messages wanted"), _wishes(data.member, clock) or [_("not asked")]),
        (
            _("Elsewhere in cabas"),
            [*_roles(data), *(_("picked by hand in {name}").format(name=n) for n in data.listed_in)],
        ),
        (_("In other systems"), _other_systems(data)),
    ]
    parts = (
        (_("Orders"), data.orders, lambda order: _order(order, clock, currency)),
        (_("Called back"), data.calls, lambda call: [_call(call, clock)]),
        (_("Messages"), data.messages, lambda message: [_message(message, clock)]),
        (_("Mails"), data.mails, lambda mail: _mail(mail, clock)),
        (_("Came back"), data.came_back, lambda one: _return(one, clock)),
        (_("Vouchers"), data.vouchers, lambda voucher: [_voucher(voucher)]),
    )
    for title, rows, words in parts:
        found.append((title, hidden if rows is None else [line for row in rows for line in words(row)]))
    merges = [
        _("{when} with member {id} by {name}").format(
            when=_when(m.at, clock), id=m.other_id, name=m.by or _("automatic")
        )
        + (_(" (undone)") if m.undone_at else "")
        for m in data.merges
    ]
    found += [(_("Merged"), merges), (_("What was done, and by whom"), [_deed(deed, clock) for deed in data.journal])]
    return [(title, lines or [_("nothing")]) for title, lines in found]


def _named(label: str, text: object) -> str:
    return _("{name}: {what}").format(name=label, what=text)


def _who(member: dict[str, Any]) -> list[str]:
    lines = []
    for person in member["people"]:
        lines.append(" ".join(part for part in (person["first_name"], person["last_name"]) if part) or "–")
        lines += [f"  {_named(_(LABELS[name]), person[name])}" for name in ("phone", "mobile") if person[name]]
        state = _(EMAIL_STATES[person["email_state"]])
        lines.append(f"  {_named(_(LABELS['email']), person['email'])} ({state})" if person["email"] else f"  {state}")
    for name in ("address1", "address2", "postal_code", "city", "country", "language", "pickup_place"):
        if member.get(name):
            lines.append(_named(_(LABELS.get(name, N_("Country"))), member[name]))
    if member["joined_on"]:
        lines.append(_named(_(LABELS["joined_on"]), dates.day(member["joined_on"], year=True)))
    if member["tags"]:
        lines.append(_named(_(LABELS["tags"]), ", ".join(member["tags"])))
    if member["vip"]:
        lines.append("★")
    if member["notes"]:
        lines.append(_named(_(LABELS["notes"]), " / ".join(member["notes"].splitlines())))
    if member["archived"]:
        lines.append(_("archived"))
    return lines


def _wishes(member: dict[str, Any], clock: Clock) -> list[str]:
    lines = []
    for person in member["people"]:
        name = person["first_name"] or person["last_name"] or "–"
        for said in person["preferences"]:
            word = _("wanted") if said["allowed"] else _("refused")
            what = f"{_(KINDS[said['kind']])} ({_(CHANNELS[said['channel']])}) {word}"
            lines.append(_join(_named(name, what), _when(said["since"], clock), _source(said["source"]), said["by"]))
        for refused in person["refused"]:
            kind = _(KINDS[refused["kind"]]) if refused["kind"] in KINDS else _("all")
            what = _("{kind} refused for the address").format(kind=kind)
            lines.append(_join(_named(name, what), _when(refused["since"], clock), _source(refused["source"])))
    return lines


def _source(source: str) -> str:
    known = SOURCES.get(source)
    return source if known is None else _(known) if known else ""


def _join(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _when(stamp: str, clock: Clock) -> str:
    """A UTC stamp as a local day, with its year, and hour."""
    wall = clock.to_wall(unstamp(stamp))
    return f"{dates.day(wall.date(), year=True)} {dates.hour(wall)}"


def _roles(data: PersonalData) -> Iterable[str]:
    for role in data.roles:
        yield _(ROLES.get(role.kind, N_("is the contact of {name}"))).format(name=role.name)


def _other_systems(data: PersonalData) -> list[str]:
    ids = [_named(entry["source"], entry["id"]) for entry in data.member["external_ids"]]
    return [*ids, *(_("{source} calls them “{key}”").format(source=source, key=key) for source, key in data.imports)]


def _order(order: StoredOrder, clock: Clock, currency: str) -> Iterable[str]:
    totals: dict[str, int] = {}
    for line in order.lines:
        totals[line.currency] = totals.get(line.currency, 0) + line.amount
    head = _join(
        f"{dates.day(order.day, year=True)} {order.place}",
        _(ORDER_STATES.get(order.state, order.state)),
        total_text(totals, currency, estimated=False),
        _(ORDER_CHANNELS.get(order.channel, order.channel)),
        order.by,
    )
    yield head
    for line in order.lines:
        yield f"  {quantity(line.quantity)} {line.product} ({line.catalogue}) {money(line.amount, line.currency)}"
    why = "" if order.cancelled_reason in REASONS else order.cancelled_reason
    texts = (order.note, why, " / ".join(order.typed.splitlines()))
    yield from (f"  “{text}”" for text in texts if text)
    if order.changes:
        n = len(order.changes)
        yield "  " + ngettext("{n} change of a quantity is kept", "{n} changes of quantities are kept", n).format(n=n)


def _call(call: StoredCall, clock: Clock) -> str:
    return f"{dates.day(call.day, year=True)}   {_(CALLS[call.state])} ({_when(call.at, clock)}, {call.by})"


def _message(message: Any, clock: Clock) -> str:
    call = _(CALLS.get(message.call_state, message.call_state)) if message.call_state else ""
    title = title_of(message)
    return _join(
        f"{_when(message.at, clock)}  {title}", way_words(message.reach, message.channel), call, message.call_by
    )


def _mail(mail: StoredMail, clock: Clock) -> Iterable[str]:
    yield _join(f"{_when(mail.queued_at, clock)}  {mail.message or mail.kind}", mail.address, _(DELIVERIES[mail.state]))
    for what, at in mail.measures:
        yield f"  {_when(at, clock)} {_(MEASURES[what])}"
    for attempt in mail.attempts:
        answer = " ".join(part for part in (str(attempt.code or ""), attempt.answer) if part)
        yield f"  {_when(attempt.at, clock)} {_join(attempt.phase, answer)}"


def _return(one: StoredReturn, clock: Clock) -> Iterable[str]:
    yield _join(f"{_when(one.received_at, clock)}  {_(RETURNS[one.kind])}", one.address, one.message)
    said = " ".join(part for part in (one.status, one.said) if part)
    if said:
        yield f"  “{said}”"


def _voucher(voucher: StoredVoucher) -> str:
    until = voucher.valid_until and _("until {day}").format(day=dates.day(voucher.valid_until, year=True))
    return _join(
        voucher.code, money(voucher.amount, voucher.currency), _(VOUCHERS[voucher.state]), until or "", voucher.message
    )


def _deed(deed: Deed, clock: Clock) -> str:
    what = _(DEEDS[deed.action]) if deed.action in DEEDS else deed.action
    return _join(f"{_when(deed.at, clock)}  {what}", deed.by or _("automatic"))
