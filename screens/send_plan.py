"""What there is to know of a message before it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from screens.advice import unfilled
from screens.channel_words import many_words
from screens.compose_around import about_people
from screens.send_texts import Texts, read_texts
from screens.text import fitted
from screens.widgets.plain import joined, plain
from store.channels import EMAIL_ONLY
from store.rights import Right
from templates.words import _, dates, ngettext

if TYPE_CHECKING:
    from textual.content import Content

    from mail.letters import Letters
    from store import Store
    from store.message_records import Message

LABEL = 14
FIRST = 62
"""Cells of what the first SMS says."""
SLOW = timedelta(hours=2)
"""A sending that takes so long asks for attention."""


@dataclass(frozen=True)
class Plan:
    """What is shown before a message is sent; `takes` is None while there is no mailbox.

    `unfilled` is what a ready text left to be filled in and still stands in square brackets. `until` is the naive local
    moment after which no mail goes, `closing` that of a last call: the closing that it speaks of. `note` is what there
    is to say of an audience that is another one than was counted when the message was kept for its hour, `advice` what
    these people got from others, lately or soon. `in_spite` members get it although they refused such mails, because
    it is a service message. `texts` is there where SMS go; `letters` are to be printed, `csv` rows to be handed over.
    `vouchers` says how many are given with it, and what they are worth.
    """

    message: Message
    sender: str
    subject: str
    mails: int
    members: int
    calls: int
    opted_out: int
    takes: timedelta | None
    ask_above: int
    unfilled: tuple[str, ...]
    wall: datetime
    closing: datetime | None
    note: str
    advice: tuple[str, ...]
    in_spite: int = 0
    texts: Texts | None = None
    letters: int = 0
    csv: int = 0
    vouchers: str = ""

    @property
    def to_type(self) -> int | None:
        """The number that is typed before it goes, of mails and SMS; None where it is a small one that costs nothing.

        SMS that are paid for are never sent by a mere key.
        """
        paid = self.texts is not None and self.texts.cost
        return self.outgoing if paid or self.outgoing > self.ask_above else None

    @property
    def outgoing(self) -> int:
        """How many mails and SMS are sent from here."""
        return self.mails + (self.texts.number if self.texts is not None else 0)

    @property
    def goes(self) -> str:
        """What goes out, in a few words: "41 mails, 12 SMS, 3 letters"."""
        parts = [ngettext("{n} mail", "{n} mails", self.mails).format(n=self.mails)] if self.mails else []
        further = {"sms": self.outgoing - self.mails, "letter": self.letters, "csv": self.csv}
        return ", ".join([*parts, *(many_words(channel, n) for channel, n in further.items() if n)])

    @property
    def until(self) -> datetime | None:
        """The naive local moment after which nothing goes."""
        return self.message.send_before or self.closing

    def is_past(self, wall: datetime) -> bool:
        """Whether nothing may go any more at this local hour."""
        return self.until is not None and self.until <= wall

    def too_slow(self, start: datetime) -> bool:
        """Whether the last mails would be too late for `until`, begun at this local hour."""
        return self.until is not None and self.takes is not None and start + self.takes > self.until


def read_plan(store: Store, message_id: int) -> Plan:
    """Read what would go out now; raises the errors of `mail.refused` where nothing can."""
    from mail.audience import audience_note
    from mail.by_channel import require_words
    from mail.deadlines import default_send_before
    from mail.letters import read_letters, require_draft
    from screens.voucher_words import planned_words

    letters = read_letters(store, message_id, Right.MESSAGES_SEND)
    require_draft(letters.message)
    letters.require_sendable()
    letters.require_audience()
    require_words(letters)
    mails, limits = len(letters.envelopes), store.settings.limits()
    message, others = letters.message, letters.others
    ways = {recipient.member_id: recipient.channel for recipient in letters.recipients}
    counted = list(ways.values())
    written = (message.subject, message.text, message.sms_text, message.letter_text, message.call_text)
    return Plan(
        message=letters.message,
        sender=f"{letters.sender} <{letters.from_address}>",
        subject=letters.render(letters.envelopes[0]).subject if mails else message.subject,
        mails=mails,
        members=counted.count("email"),
        calls=counted.count("call"),
        opted_out=counted.count(""),
        takes=_takes(store, letters) if mails else None,
        ask_above=limits.ask_above,
        unfilled=tuple(dict.fromkeys(left for text in written for left in unfilled("", text))),
        wall=store.clock.wall(),
        closing=default_send_before(store, letters.message),
        note=audience_note(letters.message, mails + len(others.sms), limits),
        advice=tuple(one.sentence for one in about_people(store, letters.message)),
        in_spite=_in_spite(store, letters.message),
        texts=read_texts(store, letters) if others.sms else None,
        letters=len(others.letters),
        csv=len(others.rows),
        vouchers=planned_words(letters.facts.vouchers) if letters.facts.vouchers else "",
    )


def _in_spite(store: Store, message: Message) -> int:
    if not message.service_reason:
        return 0
    return store.segments.in_spite(message.segment, message.kind, channels=message.channels)


def past_words(until: datetime) -> str:
    """What is said where nothing may go any more, since a naive local moment."""
    return _("Nothing of it may go after {moment}, which has passed.").format(moment=dates.moment(until))


def figures(plan: Plan) -> tuple[object, ...]:
    """What must still be so when it is sent as it was when one looked: the words, the sender, how many get it."""
    texts = None if plan.texts is None else (plan.texts.number, plan.texts.parts, plan.texts.cost)
    by_mail = (plan.message.version, plan.subject, plan.sender, plan.mails, plan.members)
    return *by_mail, texts, plan.letters, plan.csv, plan.vouchers


def _takes(store: Store, letters: Letters) -> timedelta | None:
    from mail.pace import time_needed

    left = store.mailbox.budget()
    if letters.mailbox is None or left is None:
        return None
    return time_needed(len(letters.envelopes), letters.mailbox, left)


def row(label: str, text: str, style: str = "") -> Content:
    """A line of what is known: its name, and what it is."""
    return joined(plain(f" {fitted(label, LABEL)} "), plain(text, style))


def _texts_lines(texts: Texts) -> list[Content]:
    """How many SMS go and what they cost, and what the first one says."""
    said = many_words("sms", texts.number)
    about = []
    if texts.parts > texts.number:
        even = texts.parts == texts.most * texts.number
        each = _("{n} parts each") if even else _("{n} parts in all")
        about.append(each.format(n=texts.most if even else texts.parts))
    about += [texts.cost] if texts.cost else []
    if texts.days > 1:
        about.append(ngettext("over {n} day", "over {n} days", texts.days).format(n=texts.days))
    lines = [row(_("SMS"), f"{said} ({', '.join(about)})" if about else said, "bold")]
    return [*lines, row("", fitted(texts.first, FIRST).rstrip())]


def recipients(plan: Plan) -> list[Content]:
    """To how many it goes by each of its channels, and who is not reached."""
    lines = []
    if "email" in plan.message.channels:
        mails = ngettext("{n} mail", "{n} mails", plan.mails).format(n=plan.mails)
        members = ngettext("{n} member", "{n} members", plan.members).format(n=plan.members)
        lines.append(row(_("To"), _("{mails} to {members}").format(mails=mails, members=members), "bold"))
    if plan.texts is not None:
        lines += _texts_lines(plan.texts)
    if plan.letters:
        text = ngettext("{n} letter to print", "{n} letters to print", plan.letters).format(n=plan.letters)
        lines.append(row(_("Letters"), text, "bold"))
    if plan.csv:
        text = ngettext("{n} member, for another tool", "{n} members, for another tool", plan.csv)
        lines.append(row(_("CSV file"), text.format(n=plan.csv), "bold"))
    if plan.vouchers:
        lines.append(row(_("Vouchers"), plan.vouchers, "bold"))
    if plan.calls and plan.message.channels != EMAIL_ONLY:
        lines.append(row(_("Not reached"), many_words("call", plan.calls)))
    elif plan.calls:
        text = ngettext("{n} member has no e-mail: to call", "{n} members have no e-mail: to call", plan.calls)
        lines.append(row(_("Not reached"), text.format(n=plan.calls)))
    if plan.opted_out:
        text = ngettext("{n} does not want such messages", "{n} do not want such messages", plan.opted_out)
        lines.append(row("" if plan.calls else _("Not reached"), text.format(n=plan.opted_out)))
    return lines


def service(plan: Plan) -> list[Content]:
    """Why it goes to those as well who do not want such messages, and how many of them there are."""
    if not plan.message.service_reason:
        return []
    lines = [row(_("Service"), plan.message.service_reason)]
    if plan.in_spite:
        text = ngettext(
            "{n} member does not want such messages and gets it all the same",
            "{n} members do not want such messages and get it all the same",
            plan.in_spite,
        )
        lines.append(row("", f"! {text.format(n=plan.in_spite)}", "bold"))
    return lines


def duration(plan: Plan) -> list[Content]:
    """How long it takes under the mailbox's limits."""
    if plan.takes is None:
        return []
    text = _("about {duration}").format(duration=dates.duration(max(plan.takes, timedelta(minutes=1))))
    slow = plan.takes >= SLOW
    text += " " + _("(the mailbox's limits)") if slow else ""
    return [row(_("It takes"), text, "bold" if slow else "")]


def files(plan: Plan) -> list[Content]:
    """How many files go with each mail, and how large they are."""
    from screens.sizes import in_each_mail

    return [row(_("Files"), in_each_mail(plan.message))] if plan.message.files else []
