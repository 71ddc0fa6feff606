"""Writing down what a workflow does: its message, what is over, and what still waits of one that was withdrawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from store.message_files import copy_files
from store.message_rows import insert_message, load_message
from store.messages import mark_queued
from store.occurrence_records import OccurrenceState
from store.occurrences import due_occurrences, write_occurrence
from store.withdrawing import hold_withdrawn

if TYPE_CHECKING:
    from store.clock import Clock
    from store.message_records import Message
    from store.occurrence_records import Occurrence
    from store.transaction import Transaction


def write_message(
    t: Transaction, clock: Clock, occurrence_id: int, message: Message, reach: Mapping[int, str], mails: int
) -> int:
    """Write what an occurrence sends, a copy of its step's words with their files, as queued, and return its id.

    `message` is the step's draft with what it says of this time: segment, distribution, catalogue, promotion and until
    when. `reach` per member is its call list. The deliveries are the caller's, in the same transaction. Raises
    `Invalid` where the words cannot be kept.
    """
    message_id = insert_message(t, clock, message, message)
    t.execute(
        "UPDATE messages SET occurrence_id = ?, catalogue_id = ?, promotion_id = ? WHERE id = ?",
        (occurrence_id, message.catalogue_id, message.promotion_id, message_id),
    )
    copy_files(t, message.id or 0, message_id)
    mark_queued(t, load_message(t, message_id), dict(reach))
    t.journal("message.queued", message_id, mails=mails, occurrence=occurrence_id)
    return message_id


def write_over(t: Transaction, occurrences: Iterable[Occurrence]) -> None:
    """Write down those that are too late, or told by a newer one, as their `state` and `reason` say."""
    found = Counter[OccurrenceState]()
    for occurrence in occurrences:
        write_occurrence(t, occurrence, occurrence.state, reason=occurrence.reason)
        found[occurrence.state] += 1
    if found:
        t.journal("workflow.missed", missed=found[OccurrenceState.MISSED], skipped=found[OccurrenceState.SKIPPED])


def miss_restored(t: Transaction, clock: Clock) -> None:
    """Write down as missed what was due by now in a file that was copied or restored.

    The other file may have sent it. Somebody who knows better can send it by hand.
    """
    due = due_occurrences(t, clock)
    write_over(t, (replace(one, state=OccurrenceState.MISSED, reason="restored") for one in due))


def write_nobody(t: Transaction, occurrence: Occurrence, reason: str = "") -> int:
    """Write down that nobody is left to be written to; see `state_without_mails`."""
    occurrence_id = write_occurrence(t, occurrence, state_without_mails(occurrence), reason=reason)
    t.journal("workflow.nobody", occurrence.step.workflow_id, occurrence=occurrence_id)
    return occurrence_id


def state_without_mails(occurrence: Occurrence) -> OccurrenceState:
    """What an occurrence is that finds nobody: one that was withdrawn half way has gone to all of them before."""
    return OccurrenceState.QUEUED if occurrence.mails else OccurrenceState.NOBODY


def under_way(t: Transaction, occurrence: Occurrence) -> bool:
    """Whether a mail that was made for it is on its way out at this moment: nobody knows yet whether it arrives."""
    return bool(_messages_with(t, occurrence, "sending"))


def waits_withdrawn(t: Transaction, occurrence: Occurrence) -> bool:
    """Whether a mail of it waits that was under way when it was withdrawn, and was refused for the moment since."""
    return bool(_messages_with(t, occurrence, "ready", withdrawn=True))


def hold_leftovers(t: Transaction, occurrence: Occurrence) -> None:
    """Hold what `waits_withdrawn`: whom it is for is written to anew."""
    held = sum(hold_withdrawn(t, one) for one in _messages_with(t, occurrence, "ready", withdrawn=True))
    if held:
        t.journal("workflow.held", occurrence.step.workflow_id, occurrence=occurrence.id, mails=held)


def _messages_with(t: Transaction, occurrence: Occurrence, state: str, *, withdrawn: bool = False) -> list[int]:
    """The messages that were made for it and have a mail in this state; only those that were withdrawn."""
    rows = t.all(
        """SELECT DISTINCT d.message_id FROM messages m JOIN deliveries d ON d.message_id = m.id AND d.kind = 'message'
        WHERE m.occurrence_id = ? AND d.state = ? AND (m.state = 'cancelled' OR NOT ?)""",
        (occurrence.id, state, withdrawn),
    )
    return [row["message_id"] for row in rows]
