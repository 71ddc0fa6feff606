"""The hour that a message is kept for: what is meant by what is typed, what is proposed, and what clocks do to it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from screens.moments import hour_of, moment_of
from store.clock import Clock
from templates.words import _, dates

EVENING, MORNING = time(18), time(9)
"""When people read their mail."""

AHEAD = timedelta(minutes=30)
"""So far off an hour is that is proposed: there is time to think again."""

BEFORE_CLOSING = timedelta(hours=3)
"""So much time those have who read a last call at its latest hour."""


def meant(text: str, now: datetime) -> datetime | None:
    """The local moment that was typed; an hour alone is the next such hour. None for nothing.

    Raises ValueError for what is no day and hour.
    """
    if not text.strip():
        return None
    try:
        hour = hour_of(text)
    except ValueError:
        return moment_of(text, now.date())
    today = datetime.combine(now.date(), time.fromisoformat(hour or ""))
    return today if today > now else today + timedelta(days=1)


def typed(moment: datetime, now: datetime) -> str:
    """A local moment to come as one would type it: `meant` reads it back, in every language."""
    for text in (dates.moment(moment), f"{dates.day(moment, year=True)} {dates.hour(moment)}"):
        try:
            if meant(text, now) == moment:
                return text
        except ValueError:
            continue
    return f"{moment:%Y-%m-%d %H:%M}"


def proposed(now: datetime, latest: datetime | None = None) -> datetime:
    """When to send: the next evening; with a `latest` moment (a closing) the evening before it, else in time for it."""
    if latest is None or latest <= now:
        tonight = datetime.combine(now.date(), EVENING)
        return tonight if tonight >= now + AHEAD else tonight + timedelta(days=1)
    on_the_day = datetime.combine(latest.date(), MORNING)
    for wanted in (_evening_before(latest.date()), on_the_day, latest - BEFORE_CLOSING):
        if now + AHEAD <= wanted < latest:
            return wanted.replace(second=0, microsecond=0)
    return (now + (latest - now) / 4 + timedelta(minutes=1)).replace(second=0, microsecond=0)


def _evening_before(day: date) -> datetime:
    return datetime.combine(day - timedelta(days=1), EVENING)


def by_the_clock(wall: datetime, clock: Clock) -> datetime:
    """The local moment that comes: an hour that clocks skip moves forward."""
    return clock.to_wall(clock.to_utc(wall))


def odd_hour(wall: datetime, clock: Clock) -> str:
    """What is odd about an hour in the night when clocks change; empty for all others."""
    comes = by_the_clock(wall, clock)
    if comes != wall:
        return _("Clocks skip this hour: it goes out at {hour}.").format(hour=dates.hour(comes))
    first, second = (wall.replace(tzinfo=clock.zone, fold=fold).utcoffset() for fold in (0, 1))
    return _("Clocks show this hour twice: it goes out the first time.") if first != second else ""
