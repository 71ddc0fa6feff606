"""What there is to know of a message before it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from screens.advice import unfilled
from store.reach import Reach
from store.rights import Right

if TYPE_CHECKING:
    from mail.letters import Letters
    from store import Store
    from store.message_records import Message

ASK_ABOVE = 100
"""So many mails are sent only after their number was typed (setting `messages.ask_above`)."""


@dataclass(frozen=True)
class Plan:
    """What is shown before a message is sent; `takes` is None while there is no mailbox.

    `unfilled` is what a ready text left to be filled in and still stands in square brackets.
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


def read_plan(store: Store, message_id: int) -> Plan:
    """Read what would go out now; raises the errors of `mail.refused` where nothing can."""
    from mail.letters import read_letters, require_draft

    letters = read_letters(store, message_id, Right.MESSAGES_SEND)
    require_draft(letters.message)
    letters.require_sendable()
    letters.require_audience()
    subject = letters.render(letters.envelopes[0]).subject
    ways = {recipient.member_id: recipient.reach for recipient in letters.recipients}
    counted = list(ways.values())
    return Plan(
        message=letters.message,
        sender=f"{letters.sender} <{letters.from_address}>",
        subject=subject,
        mails=len(letters.envelopes),
        members=counted.count(Reach.EMAIL),
        calls=counted.count(Reach.UNREACHABLE),
        opted_out=counted.count(Reach.OPTED_OUT),
        takes=_takes(store, letters),
        ask_above=int(store.settings.get("messages.ask_above", ASK_ABOVE)),
        unfilled=unfilled(letters.message.subject, letters.message.text),
    )


def _takes(store: Store, letters: Letters) -> timedelta | None:
    from mail.pace import time_needed

    left = store.mailbox.budget()
    if letters.mailbox is None or left is None:
        return None
    return time_needed(len(letters.envelopes), letters.mailbox, left)
