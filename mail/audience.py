"""Whether a kept message reached about as many as it was meant for when somebody kept it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templates.words import _

if TYPE_CHECKING:
    from store.limits import Limits
    from store.message_records import Message, MessageRow

LEAST = 5
"""So many mails more or fewer are worth a word; in a small group a few are a large part."""


def changed_much(expected: int | None, mails: int, limits: Limits) -> bool:
    """Whether so many mails are far from those that were expected; never, when nobody had counted."""
    if expected is None:
        return False
    change = abs(mails - expected)
    return change >= LEAST and change * 100 > expected * limits.audience_change


def audience_note(message: Message | MessageRow, mails: int, limits: Limits) -> str:
    """One sentence when a message goes (or went) to far more or fewer than when it was kept for its hour, else "".

    `mails` counts the SMS, too.
    """
    if not changed_much(message.expected_mails, mails, limits):
        return ""
    text = _("Mails: {mails}. It was {expected} when the message was kept for its hour.")
    if "sms" in message.channels:
        text = _("Mails and SMS: {mails}. It was {expected} when the message was kept for its hour.")
    return text.format(mails=mails, expected=message.expected_mails)
