"""Words that cannot be saved where they came from: kept as a draft of its own, and why."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from store.errors import ChangedElsewhere, Invalid, NotFound, StoreError
from store.message_records import MessageState
from templates.words import N_, _

if TYPE_CHECKING:
    from store.message_records import Message
    from store.messages import Messages


class Words(NamedTuple):
    """What is typed of a message: its label, the mail's subject and text, and the texts of the other channels."""

    label: str
    subject: str
    text: str
    sms_text: str = ""
    letter_text: str = ""
    call_text: str = ""

    def put(self, message: Message) -> Message:
        """The message with these words."""
        return replace(message, **self._asdict())


APART = {
    "changed": N_("{name} changed this draft just now. What you type is kept as a draft of its own."),
    "sent": N_("This message is no draft any more. What you typed is kept as a draft of its own."),
    "gone": N_("Somebody else deleted this draft. What you typed is kept as a draft of its own."),
}
"""Why words are kept apart; `name` is who changed the draft."""


def apart_words(messages: Messages, message_id: int, why: str) -> str:
    """That words are kept apart, and why: of a draft that somebody changed, by whom."""
    name = ""
    with suppress(StoreError):
        name = messages.get(message_id).changed_by
    return _(APART[why]).format(name=name or _("Somebody else"))


def why_apart(error: BaseException) -> str | None:
    """Why words cannot be saved where they came from and have to be kept apart; None for any other error."""
    if isinstance(error, ChangedElsewhere):
        return "changed"
    if isinstance(error, Invalid) and error.field == "message_state":
        return "sent"
    if isinstance(error, NotFound) and error.what in ("message", "workflow_step"):
        return "gone"
    return None


def words_of(message: Message) -> Words:
    """What is typed of a message."""
    return Words(*(getattr(message, name) for name in Words._fields))


def rescue(messages: Messages, message: Message, put: Callable[[Message], Message], base: Words) -> Message:
    """Save words that somebody's change came before, and return the message that has them.

    `message` is as it is typed, `base` the words before that. Where the other one changed no word, such as people or
    details only, `put` puts them there; else they become a draft of their own.
    """
    with suppress(NotFound):
        there = messages.get(message.id or 0)
        if there.state is MessageState.DRAFT and words_of(there) == base:
            return messages.save(put(there), finished=False)
    return keep_apart(messages, put(message))


def keep_apart(messages: Messages, message: Message) -> Message:
    """Keep these words as a draft of its own, and return it: with the files of the message it comes from, if any."""
    try:
        copy = messages.get(messages.duplicate(message.id or 0))
    except NotFound:
        return messages.get(messages.new(**copied(message)))
    try:
        return messages.save(replace(message, id=copy.id, version=copy.version))
    except Invalid:  # its last moment may have passed, say: the words count
        return messages.save(words_of(message).put(replace(copy, segment=message.segment, channels=message.channels)))


def copied(message: Message) -> dict[str, Any]:
    """What `Messages.new` takes to write the same message once more."""
    names = ("segment", "subject", "text", "channels", "sms_text", "letter_text", "call_text", "language", "label",
             "kind", "from_address", "from_name", "reply_to", "service_reason", "distribution_id", "counts_from",
             "closes_on", "send_before")  # fmt: skip
    return {name: getattr(message, name) for name in names}
