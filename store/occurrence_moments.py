"""When a step's occurrence is due, and until when it is worth sending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from store.clock import rule_moment, shifted
from store.workflow_records import Timing, Trigger

if TYPE_CHECKING:
    from store.clock import Clock
    from store.workflow_records import Step

WORTH_SENDING = timedelta(hours=24)
"""For so long a mail may be late where nothing that it speaks of ends it earlier."""
UNTOUCHED = timedelta(hours=2)
"""A basket in which nothing was entered for so long has been left."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a step's moment is counted from: an aware UTC moment and its local day.

    `end` (aware UTC): after that nobody needs to hear of it. The last closing of what opens, the end of a
    distribution, the last closing of a basket, the day after a registration.
    """

    at: datetime
    day: date
    end: datetime | None = None


def at_wall(clock: Clock, wall: datetime, end: datetime | None = None) -> Anchor:
    """What is said in local wall time, as `end` is."""
    return Anchor(clock.to_utc(wall), wall.date(), None if end is None else clock.to_utc(end))


def at_moment(clock: Clock, moment: datetime, end: datetime | None = None) -> Anchor:
    """What happened at an aware moment; `end` is local wall time."""
    return Anchor(moment, clock.to_wall(moment).date(), None if end is None else clock.to_utc(end))


def moments(clock: Clock, step: Step, anchor: Anchor) -> tuple[datetime, datetime]:
    """When the step is due and until when it may go, both aware UTC.

    Where the second comes before the first, the step can never go.
    """
    due = _due(clock, step, anchor)
    return due, _until(step, anchor, due)


def _due(clock: Clock, step: Step, anchor: Anchor) -> datetime:
    match step.timing:
        case Timing.BEFORE:
            return clock.to_utc(rule_moment(anchor.day, step.days, step.hour))
        case Timing.AFTER:
            return max(anchor.at, clock.to_utc(rule_moment(anchor.day, -step.days, step.hour)))
        case _:
            return shifted(anchor.at, UNTOUCHED) if step.trigger is Trigger.BASKET else anchor.at


def _until(step: Step, anchor: Anchor, due: datetime) -> datetime:
    if step.timing is Timing.BEFORE:
        return anchor.at
    late = shifted(due, WORTH_SENDING)
    if anchor.end is None:
        return late
    match step.trigger, step.timing:
        case Trigger.BASKET, _:
            return anchor.end
        case Trigger.DISTRIBUTION | Trigger.REGISTRATION, Timing.AT_ONCE:
            return anchor.end
        case Trigger.OPENS, _:
            return min(anchor.end, late)
        case _:
            return late
