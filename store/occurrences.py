"""What workflows will do, are doing and have done: occurrences, their moments, their people, and where they meet.

An occurrence is planned anew whenever it is asked for: from the live steps, what their workflow is attached to, and
what the group's file says now. Only what became of one is kept, in a row that its step and its key know for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from store.meetings import Meeting
from store.occurrence_people import already, segment_of
from store.occurrence_planning import due_occurrences, find_occurrence
from store.occurrence_records import Occurrence, OccurrenceState
from store.occurrence_rows import write_occurrence
from store.reach import Counts
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store

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
        raise NotImplementedError

    def missed(self, days: int = PAST) -> tuple[Occurrence, ...]:
        """What was missed in the last days, the newest first; also what no tick has written down yet (no `id`)."""
        raise NotImplementedError

    def past(self, days: int = PAST) -> tuple[Occurrence, ...]:
        """What is over since so many days, the newest first: sent, to nobody, missed, skipped, or withdrawn for good."""
        raise NotImplementedError

    def get(self, step_id: int, key: str) -> Occurrence:
        """One occurrence as it is now; raises `NotFound("occurrence", key)` where it is gone."""
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            raise NotImplementedError

    def skip(self, step_id: int, key: str) -> Occurrence:
        """Let an occurrence not go, or take a missed one off the list.

        Raises `NotFound("occurrence", …)`, and `Invalid("occurrence", key, "queued")` where it went already.
        """
        raise NotImplementedError

    def unskip(self, step_id: int, key: str) -> Occurrence:
        """Let it go after all, or be missed again; raises `Invalid("occurrence", key, …)`.

        "not_skipped", or "newer" where another mail tells what this one would.
        """
        raise NotImplementedError

    def people(self, occurrence: Occurrence) -> Counts:
        """How many it reaches as of now, without who got it already. Of a recap: one mail where there is news."""
        return self.counts([occurrence])[(occurrence.step.id, occurrence.key)]

    def counts(self, occurrences: Iterable[Occurrence]) -> Mapping[tuple[int, str], Counts]:
        """`people` of many at once, by step id and key: what they have in common is looked up once."""
        raise NotImplementedError

    def meetings(self, occurrences: Iterable[Occurrence]) -> Mapping[tuple[int, str], tuple[Meeting, ...]]:
        """With what each occurrence meets at the same members within `limits.automatic_days`, by step id and key.

        With each other, with what went out automatically, and with messages that are kept for an hour.
        """
        raise NotImplementedError
