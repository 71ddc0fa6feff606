"""Days and hours as people type them: 26/11, 26.11.2026, jeudi 26 nov., 18h, 18.30, 18:00-19:30."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from store.folding import fold
from templates.words.names import NAMES

SHORTEST_NAME = 3
"""Letters of the name of a day or month that are enough: "jeu", "nov"."""

SOON = {"today": 0, "oggi": 0, "tomorrow": 1, "demain": 1, "domani": 1}
NOON = {"midi", "noon", "mezzogiorno"}
_FILLERS = {"the", "of", "on", "le", "du", "de", "il", "di", "del"}
_HOUR = re.compile(
    r"(?:a |at |alle |ore |alle ore )?(\d{1,2})"
    r"(?:(?: ?(?:h|heures?|[:.,]) ?)(?:(\d{2})(?: ?min)?)?| ore)? ?([ap]\.?m\.?)?",
    re.ASCII,
)
_HOURS = re.compile(r"(?:de|from|dalle)? *(.+?) *(?:-|–|—| to | till | until | a | alle | au | et | e )+ *(.+)")
_NUMBERS = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?[.]?", re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_NUMBER = re.compile(r"(\d{1,2})(?:er|st|nd|rd|th|[°º.])?", re.ASCII)


def hour_of(text: str) -> str | None:
    """The hour that was typed, as `HH:MM`; None for nothing. Raises ValueError for what is no hour of the day."""
    typed = " ".join(fold(text).split())
    if not typed:
        return None
    if typed in NOON:
        return "12:00"
    found = _HOUR.fullmatch(typed)
    if found is None:
        raise ValueError(text)
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "")[:1]
    if half and not 1 <= hour <= 12:
        raise ValueError(text)
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute).strftime("%H:%M")


def hours_of(text: str) -> tuple[str, str] | None:
    """Two hours, as 18:00-19:30 or 18h à 19h30; None for nothing. Raises ValueError where two hours are not said."""
    typed = " ".join(fold(text).split())
    if not typed:
        return None
    found = _HOURS.fullmatch(typed)
    first, last = (hour_of(found[1]), hour_of(found[2])) if found is not None else (None, None)
    if first is None or last is None:
        raise ValueError(text)
    return first, last


AROUND = timedelta(days=182)
"""Half a year: of all days with a day and a month, the nearest is within it."""


def day_of(text: str, today: date, *, around: bool = False) -> date | None:
    """The day that was typed; None for nothing. Without a year it is the next such day, from `today` on.

    Where days that have passed may be meant (`around`), it is the nearest one with that day and month. A weekday alone
    is the next one after `today`. Raises ValueError for what is no day, and where the weekday that was typed with a day
    is not that day's.
    """
    words = [word.strip(",") for word in fold(text).split()]
    words = [word for word in words if word not in _FILLERS]
    if not words:
        return None
    if len(words) == 1 and words[0] in SOON:
        return today + timedelta(days=SOON[words[0]])
    weekday = _named(words[0], "days")
    if len(words) == 1 and weekday is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    # "mar" is a Tuesday before a number, and March behind one.
    if weekday is not None and _numbers(words[1:]) is not None:
        found = _from_numbers(words[1:], today, around)
        if found.weekday() != weekday:
            raise ValueError(text)
        return found
    return _from_numbers(words, today, around)


def moment_of(text: str, today: date) -> datetime | None:
    """A day and an hour, as 23/11 20h; None for nothing. Raises ValueError where one of them is not said."""
    words = text.replace("T", " ").split() if _ISO.match(text.strip()) else text.split()
    if not words:
        return None
    # The day is as long as it can be: "1 dec 20:00", not the hour 1.
    for place in range(len(words) - 1, 0, -1):
        try:
            day, hour = day_of(" ".join(words[:place]), today), hour_of(" ".join(words[place:]))
        except ValueError:
            continue
        if day is not None and hour is not None:
            return datetime.combine(day, time.fromisoformat(hour))
    raise ValueError(text)


def _named(word: str, kind: str) -> int | None:
    """Which day of the week or month of the year (from 0) a word begins the name of, in any language; None for none."""
    word = word.rstrip(".")
    if len(word) < SHORTEST_NAME or not word.isalpha():
        return None
    places = {
        place
        for names in NAMES.values()
        for place, name in enumerate(getattr(names, kind))
        if fold(name).startswith(word)
    }
    return places.pop() if len(places) == 1 else None


def _numbers(words: list[str]) -> tuple[int, int | None, int | None] | None:
    """Day, month and year as far as they are said; None where the words are no day."""
    if len(words) == 1:
        if found := _ISO.fullmatch(words[0]):
            return int(found[3]), int(found[2]), int(found[1])
        if found := _NUMBERS.fullmatch(words[0]):
            return int(found[1]), int(found[2]), None if found[3] is None else int(found[3])
    if len(words) not in (1, 2, 3) or (len(words) == 3 and not words[2].isdecimal()):
        return None
    month = None
    if len(words) > 1 and (month := _named(words[1], "months")) is None:
        words, month = [words[1], words[0], *words[2:]], _named(words[0], "months")
    found = _NUMBER.fullmatch(words[0])
    if found is None or (len(words) > 1 and month is None):
        return None
    return int(found[1]), None if month is None else month + 1, int(words[2]) if len(words) == 3 else None


def _from_numbers(words: list[str], today: date, around: bool) -> date:
    numbers = _numbers(words)
    if numbers is None:
        raise ValueError(" ".join(words))
    day, month, year = numbers
    if year is not None and month is not None:
        return date(year + 2000 if year < 100 else year, month, day)
    if around and month is not None:
        today -= AROUND
    first = today
    # 29/2 comes once in eight years at the rarest, the 31st every other month.
    for _step in range(8 * 12 + 1):
        if (month is None or first.month == month) and (found := _in_month(first, day)) is not None and found >= today:
            return found
        first = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    raise ValueError(" ".join(words))


def _in_month(month: date, day: int) -> date | None:
    try:
        return month.replace(day=day)
    except ValueError:
        return None
