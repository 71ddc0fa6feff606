"""A message with those who get a letter or a row: of a draft as they are now, of what went out as it was frozen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mail.calls import spoken_of
from mail.letters import Letters, letters_of
from store.handing import to_hand_on
from store.message_rows import load_message
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction


def letters_for(t: Transaction, store: Store, message_id: int, channel: str, *, look: bool = False) -> Letters:
    """The message, and in its `others` whom it reaches by "letter" or "csv", with what the fields say now.

    Of what went out, "next" is the distribution that it was written for. Needs the right `messages.see` for a draft or
    to `look`, else `messages.send`. Raises `NotFound`, `TextRefused`, and `Invalid` for what was cancelled.
    """
    t.require(Right.MESSAGES_SEE)
    message = load_message(t, message_id)
    if message.queued_at is None:
        return letters_of(t, store, message)
    if not look:
        t.require(Right.MESSAGES_SEND)
    whom = to_hand_on(t, message, channel)
    spoken = replace(message, distribution_id=spoken_of(t, store, message))
    return letters_of(t, store, spoken, meant=whom)
