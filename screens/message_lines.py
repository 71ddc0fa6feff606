"""What is said of a message in lines: in the list of messages, and above its recipients."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from screens.channel_words import channels_words, many_words, reached_words
from screens.member_words import KINDS, since_words
from screens.message_handing import handed_lines
from screens.message_states import (
    counts_line,
    sends_by_itself,
    state_words,
    tested_words,
    title_of,
)
from screens.text import fitted, labelled
from screens.widgets.plain import joined, plain
from store.channels import EMAIL_ONLY
from store.delivery_records import DeliveryCounts
from store.message_records import MessageState
from templates.words import N_, _, dates, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from textual.content import Content

    from store import Store
    from store.clock import Clock
    from store.limits import Limits
    from store.message_records import Call, Message, MessageRow, RecipientRow
    from store.people import Preference
    from store.voucher_records import Offer, VoucherTotal

BEGINS = 70
"""Cells of the beginning of an SMS or a letter."""

PARTS = {
    "all": N_("all"),
    "drafts": N_("drafts"),
    "kept": N_("kept for their hour"),
    "outbox": N_("in the outbox"),
    "over": N_("sent"),
    "away": N_("put away"),
    "automatic": N_("sent by workflows"),
}
"""The parts of the list of messages, in the order in which they are gone through; "all" is all but the last two."""


def part_of(row: MessageRow) -> str:
    """The part that a message is in."""
    if row.workflow:
        return "automatic"
    if row.archived_at is not None:
        return "away"
    if row.state is MessageState.DRAFT:
        return "drafts"
    if row.state is MessageState.SCHEDULED:
        return "kept"
    waits = row.state is MessageState.QUEUED and row.counts.ready + row.counts.sending
    return "outbox" if waits else "over"


def list_cells(row: MessageRow, clock: Clock) -> list[object]:
    """A message in the list: what it is called, its kind and state, its day, its mails."""
    kind = _("service") if row.service else _(KINDS[row.kind])
    state = state_words(row, row.counts, short=True, wall=clock.wall())
    return [title_of(row), kind, state, _day_words(row, clock), _mails(row)]


def _day_words(row: MessageRow, clock: Clock) -> str:
    """The day in the cells of its column: "26 Nov", of another year "28.03.27"."""
    kept = row.state is MessageState.SCHEDULED and row.send_at
    day = (kept or clock.to_wall(row.queued_at or row.changed_at)).date()
    return dates.day_number(day) if day.year == clock.today().year else f"{day:%d.%m.%y}"


def _mails(row: MessageRow) -> str:
    """As much as fits a cell; what asks for attention is said first."""
    counts = row.counts
    if row.state is MessageState.DRAFT:
        return row.changed_by
    if not counts.total:
        return "" if row.expected_mails is None else f"~{row.expected_mails}"
    worries = DeliveryCounts(unknown=counts.unknown, failed=counts.failed, bounced=counts.bounced)
    others = counts_line(replace(counts, unknown=0, failed=0, bounced=0))
    return " · ".join(part for part in (f"! {counts_line(worries)}", others) if part) if worries.total else others


def row_lines(row: MessageRow, clock: Clock, limits: Limits) -> list[Content]:
    """More of the marked message: its title in full, who did what with it and when, what became of its mails."""
    kind = _("service message") if row.service else _(KINDS[row.kind])
    lines = [joined(plain(title_of(row), "bold"), plain(f"  {kind}"))]
    if row.workflow:
        kind = _("workflow “{name}”").format(name=row.workflow)
        lines = [joined(plain(title_of(row), "bold"), plain(f"  {kind}"))]
    if row.state is MessageState.SCHEDULED:
        lines.append(plain(state_words(row, wall=clock.wall())))
        if row.expected_mails is not None:
            lines.append(plain(_kept_words(row.expected_mails, row.channels)))
        return lines
    if row.imported and row.queued_at is not None:
        lines.append(plain(_imported_words(row.queued_at, clock)))
    elif row.queued_at is not None:
        lines.append(plain(_("went into the outbox {when}").format(when=dates.moment(clock.to_wall(row.queued_at)))))
    elif row.state is MessageState.CANCELLED:
        lines.append(plain(too_late_words(), "bold"))
    else:
        when = dates.moment(clock.to_wall(row.changed_at))
        lines.append(plain(_("changed {when} by {name}").format(when=when, name=row.changed_by)))
    parts = [counts_line(row.counts)] if row.counts.total else []
    if row.unreachable and row.channels == EMAIL_ONLY:
        said = ngettext("{n} without e-mail", "{n} without e-mail", row.unreachable)
        parts.append(said.format(n=row.unreachable))
    elif row.unreachable:
        parts.append(many_words("call", row.unreachable))
    if note := _note(row, limits):
        parts.append(f"! {note}")
    return [*lines, plain(" · ".join(parts))]


def _imported_words(sent_at: datetime, clock: Clock) -> str:
    """When another system sent it, and that nothing of it can go from here."""
    day = dates.day(clock.to_wall(sent_at).date(), year=True)
    return _("Imported: another system sent it on {day}.").format(day=day)


def _kept_words(number: int, channels: Sequence[str]) -> str:
    """How many mails and SMS it was when a message was kept for its hour."""
    if "sms" in channels:
        return _("mails and SMS when it was kept: {n}").format(n=number)
    return ngettext("{n} mail when it was kept", "{n} mails when it was kept", number).format(n=number)


def too_late_words() -> str:
    """What became of a message whose hour was found come only after it was to be out."""
    return "! " + _("Its hour was found come too late: nothing of it went out.")


def _note(row: MessageRow, limits: Limits) -> str:
    from mail.audience import audience_note

    return audience_note(row, row.counts.total, limits) if row.queued_at is not None else ""


# One message


@dataclass(frozen=True)
class Found:
    """A message, what became of it, and whom it is for.

    `reached` says to whom a message goes that has not gone yet, or why that cannot be said; `note` what there is to say
    of an audience that is another one than was counted when the message was kept. `workflow` says which workflow sent
    it, and when that does. `offer` is the voucher that everybody is to get with it, `vouchers` what became of those
    that were given.
    """

    message: Message
    whom: str
    counts: DeliveryCounts
    recipients: list[RecipientRow]
    calls: dict[int, Call]
    reached: str
    note: str
    truth: str
    workflow: str = ""
    vouchers: tuple[VoucherTotal, ...] = ()
    offer: Offer | None = None

    @property
    def unused(self) -> int:
        """How many of its vouchers can be used still."""
        return sum(total.count for total in self.vouchers if total.state.value == "open")


def read_found(store: Store, message_id: int) -> Found:
    """Read all of it; raises `NotFound`."""
    from mail.audience import audience_note
    from screens.errors import words_for
    from screens.members_filters import described
    from store.errors import StoreError

    message, counts = store.messages.get(message_id), store.deliveries.counts(message_id)
    limits = store.settings.limits()
    try:
        whom = described(store, message.segment)
    except StoreError as error:
        whom = words_for(error)
    if message.imported:
        whom = _("not known")
    reached, note = "", audience_note(message, counts.total, limits) if message.queued_at is not None else ""
    if message.state in (MessageState.DRAFT, MessageState.SCHEDULED):
        try:
            mails, reached = _reached(store, message_id)
            note = audience_note(message, mails, limits) if message.state is MessageState.SCHEDULED else ""
        except StoreError as error:
            reached = words_for(error)
    return Found(
        message=message,
        whom=whom,
        counts=counts,
        recipients=store.messages.recipients(message_id),
        calls={call.member_id: call for call in store.messages.calls(message_id)},
        reached=reached,
        note=note,
        truth=_truth(store, message, reached) if message.state is MessageState.SCHEDULED else "",
        workflow=_workflow(store, message),
        vouchers=store.vouchers.totals(message_id),
        offer=store.vouchers.offer(message_id) if message.queued_at is None else None,
    )


def _workflow(store: Store, message: Message) -> str:
    """Which workflow sent it, and when that does; empty for what somebody wrote."""
    if message.occurrence_id is None:
        return ""
    from screens.calendar_lines import rule_words
    from screens.calendar_reading import segments_in_words
    from store.occurrence_subjects import occurrence_of

    found = occurrence_of(store, message.occurrence_id)
    if found is None:
        return ""
    named = _("workflow “{name}”").format(name=found.workflow)
    return f"{named[:1].upper()}{named[1:]} · {rule_words(found, segments_in_words(store, [found]))}"


def _truth(store: Store, message: Message, told: str) -> str:
    """What will keep it from going at its hour, unless that is `told`, or whether it goes by itself; marked if not."""
    from mail.schedule import obstacle
    from screens.errors import words_for

    found = obstacle(store, message.id or 0)
    if found is not None and (words := words_for(found)) != told:
        return f"! {words}"
    sends, said = sends_by_itself(store, message.send_at, message.send_before)
    return said if sends else f"! {said}"


def _reached(store: Store, message_id: int) -> tuple[int, str]:
    from mail.letters import read_letters
    from store.reach import Counts
    from store.rights import Right

    letters = read_letters(store, message_id, Right.MESSAGES_SEE)
    ways = list({recipient.member_id: recipient.channel for recipient in letters.recipients}.values())
    mails = len(letters.envelopes)
    others = letters.others
    counts = Counts(
        members=0,
        selected=len(ways),
        email=ways.count("email"),
        mobile=0,
        unreachable=len(ways) - ways.count("email") - ways.count(""),
        opted_out=ways.count(""),
        mails=mails,
        sms=len(others.sms),
        letters=len(others.letters),
        csv=len(others.rows),
        calls=ways.count("call"),
    )
    return mails + counts.sms, reached_words(counts, letters.message.channels)


def summary(found: Found, clock: Clock) -> list[Content]:
    """What is said above the recipients."""
    message = found.message
    lines = [
        _says(message),
        plain(f" {labelled(_('For'), found.whom)}"),
        plain(" " + " · ".join(_about(message))),
    ]
    if found.workflow:
        lines.append(plain(f" {found.workflow}"))
    if message.imported and message.queued_at is not None:
        lines.append(plain(f" {_imported_words(message.queued_at, clock)}"))
    elif message.queued_at is not None:
        when = dates.moment(clock.to_wall(message.queued_at))
        by = _("Put into the outbox {when} by {name}") if message.queued_by else _("Put into the outbox {when}")
        said = by.format(when=when, name=message.queued_by)
        if message.tested_at is not None:
            said = f"{said} · {tested_words(message, clock)}"
        lines.append(plain(f" {said}"))
        handed = handed_lines(found.recipients, clock) if message.state is MessageState.QUEUED else []
        states = [counts_line(found.counts)] if found.counts.total else []
        lines.append(plain(" " + " · ".join([*states, *handed]), "bold"))
    elif message.state is MessageState.CANCELLED:
        lines.append(plain(f" {too_late_words()}", "bold"))
    else:
        lines.append(plain(f" {tested_words(message, clock)}"))
    if found.vouchers or found.offer is not None:
        lines.append(plain(f" {_vouchers(found)}"))
    if found.reached:
        lines.append(plain(f" {labelled(_('Now'), found.reached)}", "bold"))
    if message.send_before is not None:
        until = _("Nothing goes after {moment}.").format(moment=dates.moment(message.send_before))
        lines.append(plain(f" {until}"))
    warnings = [f"! {found.note}"] if found.note else []
    return [*lines, *(plain(f" {text}", "bold") for text in (*warnings, found.truth) if text)]


def _says(message: Message) -> Content:
    """Its subject; of what goes by SMS or letter alone, how that begins."""
    if not message.subject and "email" not in message.channels:
        name, text = _("Text"), message.letter_text or message.text
        if "sms" in message.channels:
            name, text = _("SMS"), message.sms_text
        begins = fitted(" ".join(text.split()), BEGINS).rstrip()
        return joined(plain(f" {labelled(name, '')}"), plain(begins, "bold"))
    return joined(plain(f" {labelled(_('Subject'), '')}"), plain(message.subject or _("(no subject)"), "bold"))


def _vouchers(found: Found) -> str:
    """What everybody gets with it, or what became of the vouchers that went out."""
    from screens.voucher_words import offer_words, totals_words

    said = totals_words(found.vouchers) if found.offer is None else offer_words(found.offer)
    return labelled(_("Vouchers"), said)


def _about(message: Message) -> list[str]:
    """Its kind, its files, and why it goes to those who do not want such messages."""
    from screens.sizes import in_each_mail

    about = [labelled(_("Kind"), _(KINDS[message.kind]))]
    if message.service_reason:
        about = [labelled(_("Service message"), message.service_reason)]
    if message.channels != EMAIL_ONLY:
        about.append(channels_words(message.channels))
    if message.files:
        about.append(in_each_mail(message))
    if message.archived_at is not None:
        about.append(_(PARTS["away"]))
    return about


def refused_words(said: Preference | None, clock: Clock) -> str:
    """Since when, and how or by whom, somebody refuses such mails: "refused 12 Oct, STOP"."""
    return _("refused {when}").format(when=since_words(said, clock)) if said is not None else ""
