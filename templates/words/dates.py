"""Days and hours in the language spoken now, short enough for a column: "Thu 26 Nov", "18:00", "in 1 d 23 h".

Every hour is local wall time in the group's zone: convert before you call. A text is taken in the store's own
shape for it, `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`; a UTC stamp is refused (ValueError).

A day of another year than the present one shows its year, else "Sun 28 Mar" would be taken for that of this year.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from templates.words import _, language, pgettext
from templates.words.names import NAMES

Day = date | datetime | str
Hour = datetime | time | str


def go_by(today: Callable[[], date]) -> None:
    """Let the whole process take the present year from here: the group's clock, not the machine's."""
    global _today
    _today = today


def _machines_today() -> date:
    return datetime.now(UTC).astimezone().date()


_today: Callable[[], date] = _machines_today


def day(value: Day, *, year: bool = False) -> str:
    """A day in few cells: "Thu 26 Nov", with `year` or where that is another one "Thu 26 Nov 2026"."""
    names, when = NAMES[language()], _date(value)
    text = f"{names.days_short[when.weekday()]} {_number(when)} {names.months_short[when.month - 1]}"
    return f"{text} {when.year}" if year or when.year != _today().year else text


def day_long(value: Day, *, year: bool = False) -> str:
    """A day in full, for a letter: "Thursday 26 November", with `year` "Thursday 26 November 2026"."""
    names, when = NAMES[language()], _date(value)
    text = f"{names.days[when.weekday()]} {_number(when)} {names.months[when.month - 1]}"
    return f"{text} {when.year}" if year else text


def day_number(value: Day) -> str:
    """A day without its name: "26 Nov", of another year "26 Nov 2025"."""
    names, when = NAMES[language()], _date(value)
    text = f"{_number(when)} {names.months_short[when.month - 1]}"
    return text if when.year == _today().year else f"{text} {when.year}"


def month(value: Day) -> str:
    """A month in full: "November 2026"."""
    when = _date(value)
    return f"{NAMES[language()].months[when.month - 1]} {when.year}"


def hour(value: Hour) -> str:
    """An hour of the day, 24 hours: "18:00"."""
    if isinstance(value, str):
        value = _moment(value)
    return f"{value.hour:02}:{value.minute:02}"


def moment(value: datetime | str) -> str:
    """A day and an hour: "Thu 26 Nov 18:00", of another year "Sun 28 Mar 2027 03:30"."""
    when = _moment(value)
    return f"{day(when)} {hour(when)}"


def lately(value: datetime | str, now: datetime) -> str:
    """A moment as one says it soon after: "20:02" of the same day, "Tue 20:02" within a week, else as `moment`."""
    when = _moment(value)
    if when.date() == now.date():
        return hour(when)
    if timedelta(0) < now.date() - when.date() < timedelta(7):
        return f"{NAMES[language()].days_short[when.weekday()]} {hour(when)}"
    return moment(when)


def duration(length: timedelta) -> str:
    """A length of time in its two largest units: "1 d 23 h", "2 h 5 min", "12 min", "40 s"."""
    seconds = max(0, int(length.total_seconds()))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if days:
        parts = [_days(days), _hours(hours % 24)] if hours % 24 else [_days(days)]
    elif hours:
        parts = [_hours(hours), _minutes(minutes % 60)] if minutes % 60 else [_hours(hours)]
    elif minutes:
        parts = [_minutes(minutes)]
    else:
        parts = [pgettext("duration", "{n} s").format(n=seconds)]
    return " ".join(parts)


def span(ahead: timedelta) -> str:
    """How far off something is: "in 1 d 23 h", "now" within a minute of it, "2 h ago" when it has passed."""
    if ahead <= timedelta(minutes=-1):
        return ago(-ahead)
    if ahead < timedelta(minutes=1):
        return _("now")
    return _("in {duration}").format(duration=duration(ahead))


def ago(since: timedelta) -> str:
    """How long ago something was: "2 h 5 min ago", "just now" within a minute."""
    if since < timedelta(minutes=1):
        return _("just now")
    return _("{duration} ago").format(duration=duration(since))


def _days(number: int) -> str:
    return pgettext("duration", "{n} d").format(n=number)


def _hours(number: int) -> str:
    return pgettext("duration", "{n} h").format(n=number)


def _minutes(number: int) -> str:
    return pgettext("duration", "{n} min").format(n=number)


def _number(when: date) -> str:
    return NAMES[language()].first if when.day == 1 else str(when.day)


def _date(value: Day) -> date:
    return _moment(value) if isinstance(value, str) else value


def _moment(value: datetime | str) -> datetime:
    when = datetime.fromisoformat(value) if isinstance(value, str) else value
    if isinstance(value, str) and when.tzinfo is not None:
        raise ValueError(f"not a local hour: {value}")
    return when
