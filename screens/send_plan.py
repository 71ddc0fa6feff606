"""What there is to know of a message before it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from screens.advice import unfilled
from screens.compose_around import about_people
from screens.text import fitted
from screens.widgets.plain import joined, plain
from store.reach import Reach
from store.rights import Right
from templates.words import _, dates, ngettext

if TYPE_CHECKING:
    from textual.content import Content

    from mail.letters import Letters
    from store import Store
    from store.message_records import Message

LABEL = 14
SLOW = timedelta(hours=2)
"""A sending that takes so long asks for attention."""


@dataclass(frozen=True)
class Plan:
    """What is shown before a message is sent; `takes` is None while there is no mailbox.

    `unfilled` is what a ready text left to be filled in and still stands in square brackets. `until` is the naive local
    moment after which no mail goes, `closing` that of a last call: the closing that it speaks of. `note` is what there
    is to say of an audience that is another one than was counted when the message was kept for its hour, `advice` what
    these people got from others, lately or soon. `in_spite` members get it although they refused such mails, because
    it is a service message.
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
    from mail.deadlines import default_send_before
    from mail.letters import read_letters, require_draft

    letters = read_letters(store, message_id, Right.MESSAGES_SEND)
    require_draft(letters.message)
    letters.require_sendable()
    letters.require_audience()
    mails, limits = len(letters.envelopes), store.settings.limits()
    ways = {recipient.member_id: recipient.reach for recipient in letters.recipients}
    counted = list(ways.values())
    return Plan(
        message=letters.message,
        sender=f"{letters.sender} <{letters.from_address}>",
        subject=letters.render(letters.envelopes[0]).subject,
        mails=mails,
        members=counted.count(Reach.EMAIL),
        calls=counted.count(Reach.UNREACHABLE),
        opted_out=counted.count(Reach.OPTED_OUT),
        takes=_takes(store, letters),
        ask_above=limits.ask_above,
        unfilled=unfilled(letters.message.subject, letters.message.text),
        wall=store.clock.wall(),
        closing=default_send_before(store, letters.message),
        note=audience_note(letters.message, mails, limits),
        advice=tuple(one.sentence for one in about_people(store, letters.message)),
        in_spite=_in_spite(store, letters.message),
    )


def _in_spite(store: Store, message: Message) -> int:
    return store.segments.in_spite(message.segment, message.kind) if message.service_reason else 0


def past_words(until: datetime) -> str:
    """What is said where nothing may go any more, since a naive local moment."""
    return _("Nothing of it may go after {moment}, which has passed.").format(moment=dates.moment(until))


def figures(plan: Plan) -> tuple[int, str, str, int, int]:
    """What must still be so when it is sent as it was when one looked: the words, the sender, how many get it."""
    return plan.message.version, plan.subject, plan.sender, plan.mails, plan.members


def _takes(store: Store, letters: Letters) -> timedelta | None:
    from mail.pace import time_needed

    left = store.mailbox.budget()
    if letters.mailbox is None or left is None:
        return None
    return time_needed(len(letters.envelopes), letters.mailbox, left)


def row(label: str, text: str, style: str = "") -> Content:
    """A line of what is known: its name, and what it is."""
    return joined(plain(f" {fitted(label, LABEL)} "), plain(text, style))


def recipients(plan: Plan) -> list[Content]:
    """To how many it goes, and who is not reached."""
    mails = ngettext("{n} mail", "{n} mails", plan.mails).format(n=plan.mails)
    members = ngettext("{n} member", "{n} members", plan.members).format(n=plan.members)
    lines = [row(_("To"), _("{mails} to {members}").format(mails=mails, members=members), "bold")]
    if plan.calls:
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
