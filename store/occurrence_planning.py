"""Which occurrences there are: those that are due, those to come, and one as it is now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from store import occurrence_events as events
from store.occurrence_days import OF_DISTRIBUTIONS, load_days, of_days
from store.occurrence_events import NEWER
from store.occurrence_records import CAN_GO, Occurrence, OccurrenceState
from store.occurrence_rows import has_begun, kept_row, planned_again, row_of, rows_of, with_row
from store.occurrence_rules import FARTHEST, LOOKED_BACK, Rule, Span, live_rules
from store.workflow_records import Trigger

if TYPE_CHECKING:
    import sqlite3

    from store.clock import Clock
    from store.occurrence_days import Day
    from store.transaction import Transaction

LATE = "late"
NEVER = "never"
"""Why something is missed: nobody sent it in time, or it comes after all that it could be of use for."""

_EVER = Span(datetime.min.replace(tzinfo=UTC) + timedelta(days=366), datetime.max.replace(tzinfo=UTC) - timedelta(366))
_KEY = re.compile(
    r"(?P<what>distribution|member|order|change|basket|promotion):(?P<id>[0-9]{1,18})"
    r"(?:/catalogue:[0-9]{1,18}|@[0-9TZ:.-]{1,40})?"
)
_OF_ONE_STEP = (ArithmeticError, LookupError, TypeError, ValueError)
"""What comes of something in the file that nobody has thought of: it keeps no other step from going."""


def due_occurrences(t: Transaction, clock: Clock, faults: list[Exception] | None = None) -> tuple[Occurrence, ...]:
    """What is due by now and not over, by `due`; its `state` says what to do with it.

    `PLANNED` and `WITHDRAWN` can go. `MISSED` is to be written down so: too late (reason "late"), or never possible
    since it comes after its `until` ("never"). `SKIPPED` (reason "newer") too: a newer change of the same order goes.
    Looks 40 days back. Raises nothing of itself; see `planned`.
    """
    found = planned(t, clock, t.now, faults)
    return tuple(one for one in found if one.state is not OccurrenceState.SKIPPED or one.at is None)


def planned(
    t: Transaction, clock: Clock, last: datetime, faults: list[Exception] | None = None
) -> tuple[Occurrence, ...]:
    """What is not over and due from 40 days back until `last`, by `due`, with a state as of `due_occurrences`.

    What is skipped already is in it; `at` is None where that is to be written down. A step that cannot be planned is
    left out, and why is put into `faults`.
    """
    span = Span(t.now - LOOKED_BACK, last)
    rules = live_rules(t)
    days = load_days(t, clock, span) if rules else {}
    rows = rows_of(t, days, span.first - FARTHEST) if rules else {}
    span = replace(span, begun=frozenset(known for known, row in rows.items() if has_begun(row)))
    found = []
    for rule in rules:
        try:
            of_rule = list(_of_rule(t, clock, rule, days, span, rows))
        except _OF_ONE_STEP as fault:
            if faults is not None:
                faults.append(fault)
            continue
        for occurrence in of_rule:
            row = rows.get((rule.step.id, occurrence.key))
            again = occurrence if row is None else planned_again(t, occurrence, row)
            if again is not None:
                found.append(_judged(t, again))
    return tuple(sorted(found, key=lambda one: (one.due, one.workflow, one.step.position, one.step.id, one.key)))


def _of_rule(
    t: Transaction,
    clock: Clock,
    rule: Rule,
    days: Mapping[int, Day],
    span: Span,
    rows: Mapping[tuple[int, str], sqlite3.Row],
) -> Iterator[Occurrence]:
    match rule.step.trigger:
        case trigger if trigger in OF_DISTRIBUTIONS:
            return of_days(clock, rule, days, span, rows)
        case Trigger.REGISTRATION:
            return events.registrations(t, clock, rule, span)
        case Trigger.CONFIRMED:
            return events.confirmations(t, clock, rule, days, span)
        case Trigger.CHANGED:
            return events.changes(t, clock, rule, days, span)
        case Trigger.ADDED | Trigger.BASKET:
            return events.baskets(t, clock, rule, days, span)
        case _:
            return events.promotions(t, clock, rule, span)


def _judged(t: Transaction, occurrence: Occurrence) -> Occurrence:
    """The occurrence, missed where it is too late for it, and skipped where a newer one says it all."""
    if occurrence.state not in CAN_GO:
        return occurrence
    if occurrence.reason == NEWER:
        return replace(occurrence, state=OccurrenceState.SKIPPED, at=None)
    if occurrence.due > t.now or occurrence.until > t.now:
        return occurrence
    reason = NEVER if occurrence.never else LATE
    return replace(occurrence, state=OccurrenceState.MISSED, reason=reason)


def find_occurrence(t: Transaction, clock: Clock, step_id: int, key: str) -> Occurrence | None:
    """One occurrence as it is now, perhaps moved or with a row already; None where it is gone.

    Gone is what was cancelled, detached, exempted or paused. What is missed or skipped can be found, and sent by hand,
    as long as its step, its member and its order are there and its distribution is not cancelled; `QUEUED` and
    `NOBODY` always, as they were.
    """
    row = row_of(t, step_id, key)
    if row is not None and row["state"] == OccurrenceState.QUEUED:
        return kept_row(t, row["id"])
    begun = frozenset([(step_id, key)]) if row is not None and has_begun(row) else frozenset()
    found = _alone(t, clock, step_id, key, replace(_EVER, begun=begun))
    if row is None:
        return None if found is None else _judged(t, found)
    again = None if found is None else planned_again(t, found, row)
    if again is not None:
        return _judged(t, again)
    if row["state"] == OccurrenceState.NOBODY:
        return kept_row(t, row["id"])
    if row["state"] == OccurrenceState.WITHDRAWN:
        return None
    found = _alone(t, clock, step_id, key, replace(_EVER, anywhere=True))
    return None if found is None else _judged(t, with_row(found, row))


def stands(t: Transaction, clock: Clock, step_id: int, key: str) -> bool:
    """Whether an occurrence that has begun would still go on, as all is now, whatever became of it."""
    return _alone(t, clock, step_id, key, replace(_EVER, begun=frozenset([(step_id, key)]))) is not None


def _alone(t: Transaction, clock: Clock, step_id: int, key: str, ever: Span) -> Occurrence | None:
    """One occurrence as it is planned now, without what its row says of it; None where it is gone."""
    rule = next(iter(live_rules(t, step_id, anywhere=ever.anywhere)), None)
    only = _KEY.fullmatch(key)
    if rule is None or only is None:
        return None
    span = replace(ever, only=_asked(t, only))
    days_of = span if rule.step.trigger in OF_DISTRIBUTIONS else replace(span, only=_distribution(t, span.only))
    days = load_days(t, clock, days_of)
    rows = rows_of(t, days, t.now - LOOKED_BACK)
    return next((one for one in _of_rule(t, clock, rule, days, span, rows) if one.key == key), None)


def _asked(t: Transaction, key: re.Match[str]) -> int:
    """The id of the distribution, member, order or promotion that a key is about."""
    if key["what"] == "change":
        return int(t.value("SELECT subject_id FROM journal WHERE id = ?", (int(key["id"]),)) or 0)
    return int(key["id"])


def _distribution(t: Transaction, order_id: int | None) -> int:
    return int(t.value("SELECT distribution_id FROM orders WHERE id = ?", (order_id,)) or 0)
