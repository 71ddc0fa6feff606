"""The words of a workflow's step: a draft that is saved as any while it is typed, and what goes out, last finished."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from store.message_rows import load_message
from store.rights import Right
from store.workflow_rows import DRAFTED, WORDS, load_step

if TYPE_CHECKING:
    from store.message_records import Message
    from store.transaction import Transaction
    from store.workflow_records import Step


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
        channels=before.channels,
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


def finish_words(t: Transaction, step_id: int) -> bool:
    """Put what a step's draft says into use, and return whether that is anything else than before."""
    finished = t.execute(
        f"""UPDATE workflow_steps AS s SET words = {DRAFTED} FROM messages m
        WHERE m.workflow_step_id = s.id AND s.id = ? AND s.words <> {DRAFTED}""",
        (step_id,),
    )
    return bool(finished.rowcount)


def words_in_use(t: Transaction, step: Step) -> Message:
    """A step's draft as it goes out: with the words that were finished last, and its files as they are."""
    words = json.loads(t.value("SELECT words FROM workflow_steps WHERE id = ?", (step.id,)) or "{}")
    return replace(load_message(t, step.message_id), **{name: words.get(name, "") for name in WORDS})


def same_in_use(t: Transaction, step: Step, message: Message) -> bool:
    """Whether a step's words in use and its files are those of `message`, whatever is being typed."""
    now = words_in_use(t, step)
    return now.files == message.files and all(getattr(now, name) == getattr(message, name) for name in WORDS)
