"""Occurrences of distributions and their catalogues: counted from openings, closings, starts and recaps."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from store.clock import shifted, stamp
from store.occurrence_moments import at_wall, moments
from store.occurrence_records import Occurrence
from store.occurrence_rules import FARTHEST
from store.withdrawing import DETACHED
from store.workflow_records import Trigger

if TYPE_CHECKING:
    import sqlite3

    from store.clock import Clock
    from store.occurrence_rules import Rule, Span
    from store.transaction import Transaction
    from store.workflow_records import Step

OF_DISTRIBUTIONS = frozenset({Trigger.OPENS, Trigger.CLOSES, Trigger.DISTRIBUTION, Trigger.RECAP})


@dataclass(frozen=True, slots=True)
class Day:
    """A distribution that is not cancelled: naive local moments, its own and by catalogue."""

    id: int
    starts: datetime
    ends: datetime
    opens: dict[int, datetime] = field(default_factory=dict)
    closes: dict[int, datetime] = field(default_factory=dict)
    catalogues: set[int] = field(default_factory=set)

    @property
    def last(self) -> datetime:
        """The last moment that anything can be counted from."""
        return max((self.ends, *self.opens.values(), *self.closes.values()))

    def end_of(self, catalogue_ids: set[int]) -> datetime:
        """When the last of these catalogues closes; the end of the distribution where none does."""
        return max((self.closes[one] for one in catalogue_ids if one in self.closes), default=self.ends)


def key_of(distribution_id: int, catalogue_id: int | None = None) -> str:
    """How an occurrence of a distribution is known, or of one of its catalogues."""
    own = "" if catalogue_id is None else f"/catalogue:{catalogue_id}"
    return f"distribution:{distribution_id}{own}"


def load_days(t: Transaction, clock: Clock, span: Span) -> dict[int, Day]:
    """The distributions that anything due in the span can be about, or the one that is asked for, by id."""
    which, value = "day >= ?", clock.to_wall(span.first - FARTHEST).date().isoformat()
    if span.only is not None:
        which, value = "id = CAST(? AS INTEGER)", str(span.only)
    rows = t.all(
        f"SELECT id, day, starts_at, ends_at FROM distributions WHERE cancelled_at IS NULL AND {which} ORDER BY id",
        (value,),
    )
    days = {
        row["id"]: Day(
            row["id"],
            datetime.fromisoformat(f"{row['day']}T{row['starts_at']}"),
            datetime.fromisoformat(f"{row['day']}T{row['ends_at']}"),
        )
        for row in rows
    }
    offers = t.all(
        """SELECT distribution_id, catalogue_id, opens, closes FROM distribution_catalogues
        WHERE distribution_id IN (SELECT value FROM json_each(?))""",
        (json.dumps(list(days)),),
    )
    for offer in offers:
        day = days[offer["distribution_id"]]
        day.catalogues.add(offer["catalogue_id"])
        for moments_of, said in ((day.opens, offer["opens"]), (day.closes, offer["closes"])):
            if said is not None:
                moments_of[offer["catalogue_id"]] = datetime.fromisoformat(said)
    return days


def of_days(
    clock: Clock, rule: Rule, days: Mapping[int, Day], span: Span, rows: Mapping[tuple[int, str], sqlite3.Row]
) -> Iterator[Occurrence]:
    """What a step of a distribution's trigger does in the span."""
    too_early = shifted(clock.to_wall(span.first), -rule.lead)
    for day in days.values():
        if (span.anywhere or day.id not in rule.exempt) and day.last >= too_early:
            recap = rule.step.trigger is Trigger.RECAP
            yield from _recaps(clock, rule, day, span) if recap else _of_day(clock, rule, day, span, rows)


def _recaps(clock: Clock, rule: Rule, day: Day, span: Span) -> Iterator[Occurrence]:
    """Each catalogue that closes has its own."""
    for catalogue_id in day.closes:
        since = rule.of_order(day.id, (catalogue_id,))
        if since is None and not span.anywhere:
            continue
        if found := _counted(clock, rule, day, {catalogue_id}, catalogue_id):
            yield from _going(found, since, span)


def _of_day(
    clock: Clock, rule: Rule, day: Day, span: Span, rows: Mapping[tuple[int, str], sqlite3.Row]
) -> Iterator[Occurrence]:
    """The distribution as a whole, and each catalogue that the workflow is attached to.

    Where both come at the same moment only the whole goes, and none where the whole went at that moment: the same
    people would get the same words twice.
    """
    since = rule.whole(day.id)
    if since is None and not rule.narrow and not span.anywhere:
        return
    whole = _counted(clock, rule, day, day.catalogues, None)
    going = list(_going(whole, since, span)) if whole else []
    yield from going
    row = rows.get((rule.step.id, key_of(day.id)))
    told = whole is not None and (bool(going) or (row is not None and not _left_over(row)))
    for catalogue_id in day.catalogues:
        since = rule.of_catalogues((catalogue_id,))
        if since is None and not span.anywhere:
            continue
        found = _counted(clock, rule, day, {catalogue_id}, catalogue_id)
        if found is None:
            continue
        if not span.anywhere and (_went(row, found.due) or (told and whole is not None and found.due == whole.due)):
            continue
        yield from _going(found, since, span)


def _left_over(row: sqlite3.Row) -> bool:
    """Whether the whole was on its way and does not go on: taken back, or not attached any more."""
    return (row["state"], row["reason"]) == ("skipped", DETACHED) or bool(row["state"] == "withdrawn")


def _went(row: sqlite3.Row | None, due: datetime) -> bool:
    """Whether the whole went at this moment, as its row says."""
    return row is not None and row["state"] == "queued" and row["due_at"] == stamp(due)


def _going(occurrence: Occurrence, since: datetime | None, span: Span) -> Iterator[Occurrence]:
    if span.holds(occurrence.due) and span.lets(occurrence.step, occurrence.key, since, occurrence.due):
        yield occurrence


def _counted(
    clock: Clock, rule: Rule, day: Day, catalogue_ids: set[int], catalogue_id: int | None
) -> Occurrence | None:
    """The occurrence of these catalogues; None where none of them opens, or closes, at an hour."""
    found = moments_at(clock, rule.step, day, catalogue_ids)
    if found is None:
        return None
    due, until = found
    return Occurrence(
        step=rule.step,
        workflow=rule.workflow,
        key=key_of(day.id, catalogue_id),
        due=due,
        until=until,
        distribution_id=day.id,
        catalogue_id=catalogue_id,
    )


def moments_at(clock: Clock, step: Step, day: Day, catalogue_ids: set[int]) -> tuple[datetime, datetime] | None:
    """When a step of these catalogues is due at a distribution and until when it may go, as `moments` says it.

    None where none of them opens, or closes, at an hour.
    """
    opening = min((day.opens[one] for one in catalogue_ids if one in day.opens), default=None)
    closing = max((day.closes[one] for one in catalogue_ids if one in day.closes), default=None)
    match step.trigger:
        case Trigger.OPENS:
            wall, end = opening, closing
        case Trigger.DISTRIBUTION:
            wall, end = day.starts, day.ends
        case _:
            wall, end = closing, None
    return None if wall is None else moments(clock, step, at_wall(clock, wall, end))
