"""The group's clock: what happened is UTC, what people say is local wall time in the group's zone."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
"""The ends of all calendars."""


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """An aware moment as the file keeps it: `2026-11-21T20:04:00.000000Z`, which sorts as text."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def unstamp(text: str) -> datetime:
    """The aware UTC moment that `stamp` wrote."""
    return datetime.fromisoformat(text)


def resolve(wall: datetime, zone: ZoneInfo) -> datetime:
    """The UTC moment of a local wall time.

    An hour that does not exist (clocks go forward) moves forward by the gap; an hour that exists twice is the first.
    At the ends of all calendars it is the last moment that there is.
    """
    try:
        return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    except OverflowError:
        return _end(wall)


def shifted(moment: datetime, by: timedelta) -> datetime:
    """A moment so much later, or the last one (the first, for less than nothing) that there is."""
    try:
        return moment + by
    except OverflowError:
        return (_LAST if by > timedelta(0) else _FIRST).replace(tzinfo=moment.tzinfo)


def _end(near: datetime) -> datetime:
    return _FIRST if near.year <= 2 else _LAST


def months_before(day: date, months: int) -> date:
    """The same day `months` earlier, clamped to the month's end: three months before 31 May is 28 or 29 February."""
    total = day.year * 12 + day.month - 1 - months
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def rule_moment(day: date, days_before: int, hour: str) -> datetime:
    """The naive local moment of "`days_before` days before `day` at `hour`" (`HH:MM`)."""
    return shifted(datetime.combine(day, time.fromisoformat(hour)), timedelta(days=-days_before))


class Clock:
    """Tells the time to one group; `now` may be replaced to test."""

    def __init__(self, zone: str, now: Callable[[], datetime] = utc_now) -> None:
        self.zone = ZoneInfo(zone)
        self._now = now

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return self._now()

    def stamp(self) -> str:
        """The present moment as the file keeps it."""
        return stamp(self.now())

    def wall(self) -> datetime:
        """The present wall time in the group's zone, naive."""
        return self.to_wall(self.now())

    def today(self) -> date:
        """The present date in the group's zone."""
        return self.wall().date()

    def to_wall(self, moment: datetime) -> datetime:
        """An aware moment as naive wall time in the group's zone."""
        try:
            return moment.astimezone(self.zone).replace(tzinfo=None)
        except OverflowError:
            return _end(moment).replace(tzinfo=None)

    def to_utc(self, wall: datetime) -> datetime:
        """The aware UTC moment of a naive wall time in the group's zone (see `resolve`)."""
        return resolve(wall, self.zone)
