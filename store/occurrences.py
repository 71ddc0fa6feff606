"""What workflows will do, are doing and have done: occurrences, their moments, their people, and where they meet.

An occurrence is planned anew whenever it is asked for: from the live steps, what their workflow is attached to, and
what the group's file says now. Only what became of one is kept, in a row that its step and its key know for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from store.clock import stamp
from store.errors import Invalid, NotFound
from store.meetings import Meeting, find_meetings
from store.occurrence_events import NEWER
from store.occurrence_people import already, segment_of
from store.occurrence_planning import due_occurrences, find_occurrence, planned
from store.occurrence_records import Occurrence, OccurrenceState
from store.occurrence_rows import OVER, bring_back, kept_row, kept_rows, row_of, write_occurrence
from store.reach import Counts
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction

__all__ = [
    "Meeting",
    "Occurrence",
    "OccurrenceState",
    "Occurrences",
    "already",
    "due_occurrences",
    "find_occurrence",
    "segment_of",
    "write_occurrence",
]

COMING = 28
"""Days that the calendar shows."""
PAST = 14
"""Days for which what is over is shown."""
_EVER = timedelta(days=3660)
MISSED = "missed"
"""Why something is skipped that nobody can let go by itself any more: it was missed, and somebody saw that."""


class Occurrences:
    """What goes out by itself. Seeing needs the right `messages.see`, skipping `messages.send`.

    An occurrence with `until` before `due` can never go ("after the closing"): it is too late before it is due.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def coming(self, days: int = COMING) -> tuple[Occurrence, ...]:
        """What is planned in the next days, by `due`: what waits for the next tick, was withdrawn, or is skipped, too.

        Registrations and orders that are known already are in it.
        """
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            found = planned(t, self._store.clock, t.now + timedelta(days=days))
            return tuple(one for one in found if _to_come(one, t.now))

    def missed(self, days: int = PAST) -> tuple[Occurrence, ...]:
        """What was missed in the last days, the newest first; also what no tick has written down yet (no `at`).

        What has a moment to come by now is in `coming`, and what would have reached nobody is no loss.
        """
        from store.occurrence_counts import People

        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            since = t.now - timedelta(days=days)
            again = {(one.step.id, one.key): one for one in planned(t, self._store.clock, t.now + _EVER)}
            unwritten = [one for one in again.values() if one.state is OccurrenceState.MISSED]
            written = kept_rows(t, "x.state = 'missed' AND x.due_at >= ?", stamp(since))
            people = People(t)
            found = [one for one in unwritten if one.due >= since and not people.nobody(one)]
            found += [one for one in written if (one.step.id, one.key) not in again]
        return tuple(sorted(found, key=lambda one: one.due, reverse=True))

    def past(self, days: int = PAST) -> tuple[Occurrence, ...]:
        """What came to an end in the last days, the newest first: sent, to nobody, missed, skipped, withdrawn.

        As its row says, also where its step is gone by now. What is skipped before its time is in `coming`, too.
        """
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return kept_rows(t, "x.at >= ?", stamp(t.now - timedelta(days=days)))

    def get(self, step_id: int, key: str) -> Occurrence:
        """One occurrence as it is now; raises `NotFound("occurrence", key)` where it is gone."""
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return _found(t, self._store, step_id, key)

    def skip(self, step_id: int, key: str) -> Occurrence:
        """Let an occurrence not go, or take a missed one off the list; it is returned as it is then.

        Raises `NotFound("occurrence", …)`, and `Invalid("occurrence", key, "over")` where it went already.
        """
        with self._store.writing() as t:
            t.require(Right.MESSAGES_SEND)
            found = _found_or_missed(t, self._store, step_id, key)
            if found.state in OVER:
                raise Invalid("occurrence", key, "over")
            if found.state is OccurrenceState.SKIPPED and found.at is not None:
                return found
            reason = MISSED if found.state is OccurrenceState.MISSED else ""
            write_occurrence(t, found, OccurrenceState.SKIPPED, reason=reason)
            t.journal("workflow.skipped", found.step.workflow_id, step=step_id, key=key)
            return _found_or_missed(t, self._store, step_id, key)

    def unskip(self, step_id: int, key: str) -> Occurrence:
        """Let it go after all, or be missed again; it is returned as it is then.

        Raises `NotFound("occurrence", …)` also where it is detached or cancelled by now, and
        `Invalid("occurrence", key, …)`: "not_skipped", or "newer" where another mail tells what this one would.
        """
        with self._store.writing() as t:
            t.require(Right.MESSAGES_SEND)
            row = row_of(t, step_id, key)
            if row is None or row["state"] != "skipped":
                raise Invalid("occurrence", key, "not_skipped")
            if row["reason"] == NEWER:
                raise Invalid("occurrence", key, "newer")
            found = _found(t, self._store, step_id, key)
            bring_back(t, row, missed=row["reason"] == MISSED)
            t.journal("workflow.brought_back", found.step.workflow_id, step=step_id, key=key)
            return _found(t, self._store, step_id, key)

    def people(self, occurrence: Occurrence) -> Counts:
        """How many it reaches as of now, without who got it already. Of a recap: how many addresses it goes to."""
        return self.counts([occurrence])[(occurrence.step.id, occurrence.key)]

    def counts(self, occurrences: Iterable[Occurrence]) -> Mapping[tuple[int, str], Counts]:
        """`people` of many at once, by step id and key: what they have in common is looked up once."""
        from store.occurrence_counts import People

        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            people = People(t)
            return {(one.step.id, one.key): people.counts(one) for one in occurrences}

    def meetings(self, occurrences: Iterable[Occurrence]) -> Mapping[tuple[int, str], tuple[Meeting, ...]]:
        """With what each occurrence meets at the same members within `limits.automatic_days`, by step id and key.

        With each other, with what went out automatically, and with messages that are kept for an hour. What is skipped
        or over meets nothing; what meets nothing is not in it.
        """
        from store.occurrence_counts import People

        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return find_meetings(t, self._store.clock, People(t), occurrences)


def _to_come(one: Occurrence, now: datetime) -> bool:
    """Whether it can go, or can be brought back to."""
    if one.state is OccurrenceState.SKIPPED:
        return one.reason != NEWER and max(one.due, one.until) >= now
    return one.state is not OccurrenceState.MISSED


def _found_or_missed(t: Transaction, store: Store, step_id: int, key: str) -> Occurrence:
    """An occurrence as it is now; of one that was missed and is gone, as its row says."""
    found = find_occurrence(t, store.clock, step_id, key)
    row = row_of(t, step_id, key) if found is None else None
    if row is not None and (row["state"] == "missed" or (row["state"] == "skipped" and row["reason"] == MISSED)):
        found = kept_row(t, row["id"])
    if found is None:
        raise NotFound("occurrence", key)
    return found


def _found(t: Transaction, store: Store, step_id: int, key: str) -> Occurrence:
    found = find_occurrence(t, store.clock, step_id, key)
    if found is None:
        raise NotFound("occurrence", key)
    return found
