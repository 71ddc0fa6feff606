"""Advice on the days whose orders count for a message: they have to reach beyond the day on which it goes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from screens.advice import Advice
from templates.words import _, dates

if TYPE_CHECKING:
    from store.message_records import Message


def counting_words(message: Message, goes_on: date) -> str:
    """That no orders will count for a message that goes on a local day; empty where some can."""
    if message.closes_on is None or message.closes_on >= goes_on:
        return ""
    return _("its orders count until {day}, before it goes").format(day=dates.day(message.closes_on))


def advise_counting(message: Message, goes_on: date) -> list[Advice]:
    """Advice on a draft that counts no order made after it."""
    said = counting_words(message, goes_on)
    if not said:
        return []
    reason = _("Its results would show nobody who came back. Choose a later day, or none.")
    return [Advice(False, said, reason, "details", _("open the details"))]
