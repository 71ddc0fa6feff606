"""Writing down what a workflow does: its message, what is over, and what still waits of one that was withdrawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from store.message_files import copy_files
from store.message_freezing import mark_queued
from store.message_rows import insert_message, load_message
from store.occurrence_counts import People
from store.occurrence_events import NEWER
from store.occurrence_records import OccurrenceState
from store.occurrence_rows import RESTORED
from store.occurrences import due_occurrences, write_occurrence
from store.withdrawing import stop_older, take_back

if TYPE_CHECKING:
    from store.clock import Clock
    from store.message_records import Message
    from store.occurrence_records import Occurrence
    from store.transaction import Transaction


def write_message(
    t: Transaction, clock: Clock, occurrence_id: int, message: Message, reach: Mapping[int, str], mails: int
) -> int:
    """Write what an occurrence sends, a copy of its step's words with their files, as queued, and return its id.

    What was made for it before does not go any more. `message` is the step's draft with what it says of this time:
    segment, distribution, catalogue, promotion and until when. `reach` per member is its call list. The deliveries are
    the caller's, in the same transaction. Raises `Invalid` where the words cannot be kept.
    """
    message_id = insert_message(t, clock, message, message)
    former = t.all("SELECT id, paused FROM messages WHERE occurrence_id = ? ORDER BY id", (occurrence_id,))
    for row in former:
        take_back(t, row["id"])
    t.execute(
        "UPDATE messages SET occurrence_id = ?, catalogue_id = ?, promotion_id = ?, paused = ? WHERE id = ?",
        # Who paused it has not said that its new words may go.
        (occurrence_id, message.catalogue_id, message.promotion_id, former[-1]["paused"] if former else 0, message_id),
    )
    stop_older(t, occurrence_id, NEWER)
    copy_files(t, message.id or 0, message_id)
    mark_queued(t, load_message(t, message_id), dict(reach))
    t.journal("message.queued", message_id, mails=mails, occurrence=occurrence_id)
    return message_id


def write_over(t: Transaction, occurrences: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
    """Write down those that are too late, or told by a newer one, as their `state` and `reason` say.

    They are returned as they are then: what would have reached nobody is no loss, see `without_loss`.
    """
    written = without_loss(t, occurrences)
    for occurrence in written:
        write_occurrence(t, occurrence, occurrence.state, reason=occurrence.reason)
    found = Counter(occurrence.state for occurrence in written)
    if found:
        missed, skipped = found.pop(OccurrenceState.MISSED, 0), found.pop(OccurrenceState.SKIPPED, 0)
        t.journal("workflow.missed", missed=missed, skipped=skipped, nobody=found.total())
    return written


def without_loss(t: Transaction, occurrences: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
    """The same; of what is too late, what reaches nobody as of now is not missed: it found nobody."""
    people = People(t)
    return tuple(
        replace(one, state=state_without_mails(one), reason="")
        if one.state is OccurrenceState.MISSED and people.nobody(one)
        else one
        for one in occurrences
    )


def miss_restored(t: Transaction, clock: Clock) -> None:
    """Write down as missed what was due by now in a file that was copied or restored.

    The other file may have sent it. Somebody who knows better can send it by hand.
    """
    due = due_occurrences(t, clock)
    write_over(t, (replace(one, state=OccurrenceState.MISSED, reason=RESTORED) for one in due))


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


def has_leftovers(t: Transaction, occurrence: Occurrence) -> bool:
    """Whether a mail of it waits that was made before: what was under way, and was refused for the moment since."""
    return bool(_messages_with(t, occurrence, "ready"))


def hold_leftovers(t: Transaction, occurrence: Occurrence) -> None:
    """Hold what was made before and waits: whom it is for is written to anew."""
    held = sum(take_back(t, one) for one in _messages_with(t, occurrence, "ready"))
    if held:
        t.journal("workflow.held", occurrence.step.workflow_id, occurrence=occurrence.id, mails=held)


def _messages_with(t: Transaction, occurrence: Occurrence, state: str) -> list[int]:
    """The messages that were made for it and have a mail in this state."""
    rows = t.all(
        """SELECT DISTINCT d.message_id FROM messages m JOIN deliveries d ON d.message_id = m.id AND d.kind = 'message'
        WHERE m.occurrence_id = ? AND d.state = ?""",
        (occurrence.id, state),
    )
    return [row["message_id"] for row in rows]
