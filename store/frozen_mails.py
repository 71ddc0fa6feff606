"""The mails of a message as they were frozen: what each recipient gets, whatever changes later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.enclosures import whole_mime
from store.errors import NotFound
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store


@dataclass(frozen=True, slots=True)
class FrozenMail:
    """One frozen mail: its delivery, whom it is for and where it goes."""

    delivery_id: int
    name: str
    address: str


def frozen_mails(store: Store, message_id: int) -> tuple[FrozenMail, ...]:
    """The frozen mails of a message by name; none for a draft. Needs the right `messages.see`.

    Those to somebody who was erased since are not among them: their text is gone.
    """
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        rows = t.all(
            "SELECT id, name, address FROM deliveries WHERE message_id = ? AND kind = 'message'"
            " AND channel = 'email' AND length(mime) > 0"
            " ORDER BY id",
            (message_id,),
        )
        return tuple(FrozenMail(row["id"], row["name"], row["address"]) for row in rows)


def frozen_sms(store: Store, message_id: int) -> tuple[tuple[FrozenMail, str], ...]:
    """The SMS of a message with their texts, by name; as `frozen_mails`."""
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        rows = t.all(
            "SELECT id, name, address, mime FROM deliveries WHERE message_id = ? AND kind = 'message'"
            " AND channel = 'sms' AND length(mime) > 0 ORDER BY id",
            (message_id,),
        )
        return tuple((FrozenMail(row["id"], row["name"], row["address"]), row["mime"].decode()) for row in rows)


def own_part(store: Store, delivery_id: int) -> bytes:
    """The bytes of a frozen mail up to its files: enough to read its words, however large the files are.

    Raises `NotFound`. Needs the right `messages.see`.
    """
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        mime: bytes | None = t.value("SELECT mime FROM deliveries WHERE id = ?", (delivery_id,))
    if mime is None:
        raise NotFound("delivery", str(delivery_id))
    return mime


def frozen_mime(store: Store, delivery_id: int) -> bytes:
    """The bytes of a frozen mail, files and all, but its Date; raises `NotFound`. Needs the right `messages.see`."""
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        mime = whole_mime(t, delivery_id)
    if mime is None:
        raise NotFound("delivery", str(delivery_id))
    return mime
