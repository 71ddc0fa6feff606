"""Drafts that hold the words of a workflow's step: what of them is saved as of any draft, and by whom."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from store.rights import Right
from store.workflow_rows import load_step

if TYPE_CHECKING:
    from store.message_records import Message
    from store.transaction import Transaction


def words_of_step(t: Transaction, before: Message, message: Message) -> Message:
    """What is kept where `before` is saved as `message`: of a step all but what the workflow says of it.

    Any other message is kept as it is. `distribution_id` is the one that it was looked at with. Raises `NotAllowed` as
    `require_words`, and `NotFound` for words of a step that was removed: who types them is not to lose them.
    """
    if before.workflow_step_id is None or before.id is None:
        return message
    require_words(t, before.id)
    load_step(t, before.workflow_step_id)
    return replace(
        message,
        segment=before.segment,
        kind=before.kind,
        service_reason="",
        counts_from=None,
        closes_on=None,
        send_before=None,
    )


def require_words(t: Transaction, message_id: int) -> None:
    """Raise `NotAllowed` where a draft is the words of a step that is attached, and the actor may not send."""
    if t.one(
        """SELECT 1 FROM messages m JOIN workflow_steps s ON s.id = m.workflow_step_id
        JOIN workflow_attachments a ON a.workflow_id = s.workflow_id WHERE m.id = ?""",
        (message_id,),
    ):
        t.require(Right.MESSAGES_SEND)
