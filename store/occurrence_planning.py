"""Which occurrences there are: those that are due, those to come, and one as it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.clock import Clock
    from store.occurrence_records import Occurrence
    from store.transaction import Transaction


def due_occurrences(t: Transaction, clock: Clock) -> tuple[Occurrence, ...]:
    """What is due by now and not over, by `due`; its `state` says what to do with it.

    `PLANNED` and `WITHDRAWN` can go. `MISSED` is to be written down so: too late (reason "late"), or never possible
    since it comes after its `until` ("never"). `SKIPPED` (reason "newer") too: a newer change of the same order goes.
    Looks 40 days back. Raises nothing of itself.
    """
    raise NotImplementedError


def find_occurrence(t: Transaction, clock: Clock, step_id: int, key: str) -> Occurrence | None:
    """One occurrence as it is now, perhaps moved or with a row already; None where it is gone.

    Gone is what was cancelled, detached, exempted or paused. What is missed or skipped can be found, and sent by hand,
    as long as its step, its member and its order are there and its distribution is not cancelled; `QUEUED` and
    `NOBODY` always, as they were.
    """
    raise NotImplementedError
