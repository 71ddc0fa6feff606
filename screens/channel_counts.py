"""How many a message reaches by each of its channels, as its words are now."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store import Store
    from store.message_records import Message
    from store.reach import Counts


def counted(store: Store, message: Message) -> Counts:
    """Whom a message reaches by its channels; raises what its segment raises."""
    return store.segments.count(
        message.segment,
        message.kind,
        service=bool(message.service_reason),
        mail_per_member=_of_members(message.subject + message.text),
        sms_per_member=_of_members(message.sms_text),
        channels=message.channels,
    )


def _of_members(words: str) -> bool:
    from templates.render.fields import FIELDS

    return any(field.name.partition(".")[0] in words for field in FIELDS if field.of_member)
