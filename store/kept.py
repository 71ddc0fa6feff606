"""Messages kept for an hour, as the run that finds their hour come changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.message_records import Message, MessageRow, MessageState
from store.message_rows import load_message
from store.rights import QUEUES_MAIL

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction


def cancel_too_late(store: Store, message: Message) -> bool:
    """Cancel a kept message that may not go any more at this hour; False: it may, or somebody has changed it meanwhile.

    It keeps its `send_at`, is in no outbox, and can be copied: see `was_too_late`.
    """
    with store.writing() as t:
        t.actor.require_any(QUEUES_MAIL)
        before = load_message(t, message.id or 0).send_before
        # Any run may do this, also of who may not touch messages: the hour is the only reason.
        if before is None or store.clock.to_utc(before) > store.clock.now():
            return False
        changed = t.execute(
            """UPDATE messages SET state = 'cancelled', version = version + 1
            WHERE id = ? AND version = ? AND state = 'scheduled'""",
            (message.id, message.version),
        ).rowcount
        if changed:
            t.journal("message.too_late", message.id)
    return bool(changed)


def keeper_of(t: Transaction, message_id: int) -> str | None:
    """The login of whoever keeps a message for its hour; None for one that is not kept."""
    login: str | None = t.value(
        """SELECT o.login FROM messages m JOIN operators o ON o.id = m.scheduled_by
        WHERE m.id = ? AND m.state = 'scheduled'""",
        (message_id,),
    )
    return login


def was_too_late(message: Message | MessageRow) -> bool:
    """Whether nothing of a message went out because its hour was found come only after its `send_before`."""
    return message.state is MessageState.CANCELLED and message.queued_at is None
