"""When a catalogue opens or closes, as people say it: "2 days before at 20:00", "2 j 20h", "la veille à 20 h"."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from screens.moments import hour_of
from store.errors import Invalid
from store.folding import fold
from templates.words import _, ngettext

MOST_DAYS = 365
WEEK = 7
_COUNTS = {
    **dict.fromkeys(("one", "un", "une", "uno", "una"), 1),
    **dict.fromkeys(("two", "deux", "due"), 2),
    **dict.fromkeys(("three", "trois", "tre"), 3),
    **dict.fromkeys(("four", "quatre", "quattro"), 4),
    **dict.fromkeys(("five", "cinq", "cinque"), 5),
    **dict.fromkeys(("six", "sei"), 6),
    **dict.fromkeys(("seven", "sept", "sette"), 7),
}
_EVE = re.compile(r"(?:the |le |la |il )?(?:day before|veille|jour (?:d')?avant|giorno prima|vigilia)")
_SAME_DAY = re.compile(r"(?:the |le |il |lo )?(?:same day|jour meme|meme jour|stesso giorno|giorno stesso)")
_AT = ("at", "a", "alle", "vers")
_DAYS = re.compile(
    r"(?:[jdg] ?- ?)?(\d{1,2}) ?(d|days?|j|jours?|g|gg|giorn[oi]|w|weeks?|semaines?|settiman[ae])?\.?"
    r"(?: (?:before|earlier|ahead|avant|prima))?",
    re.ASCII,
)


def rule_of(text: str) -> tuple[int | None, str | None]:
    """How many days before a distribution and at which hour (`HH:MM`) was typed; (None, None) for nothing.

    Raises `Invalid("rule", text, reason)`: "no_hour" where only days are said, "no_days" where only an hour is,
    "too_far" for more than a year, "not_a_rule".
    """
    words = [word for word in (word.strip(",;") for word in fold(text).split()) if word]
    if not words:
        return None, None
    for place in range(len(words) - 1, 0, -1):
        for days_said, hour_said in ((words[:place], words[place:]), (words[place:], words[:place])):
            days, hour = _days_of(days_said), _hour_of(hour_said)
            if days is None or hour is None or (days_said != words[:place] and not _is_named(days_said)):
                continue
            if days > MOST_DAYS:
                raise Invalid("rule", text, "too_far")
            return days, hour
    if _days_of(words) is not None:
        raise Invalid("rule", text, "no_hour")
    raise Invalid("rule", text, "not_a_rule" if _hour_of(words) is None else "no_days")


def rule_words(days: int | None, hour: str | None) -> str:
    """A rule as one says it, "2 days before, 20:00", which `rule_of` reads again; empty where there is none."""
    if days is None or hour is None:
        return ""
    if days == 0:
        return _("the same day, {hour}").format(hour=hour)
    return ngettext("{n} day before, {hour}", "{n} days before, {hour}", days).format(n=days, hour=hour)


def moment_for(day: date, days: int, hour: str) -> datetime:
    """The local moment that a rule means for the distribution of a day."""
    return datetime.combine(day - timedelta(days=days), time.fromisoformat(hour))


def _is_named(words: list[str]) -> bool:
    """Whether days are called so: behind an hour a number alone could be its minutes."""
    return any(word.isalpha() for word in words) or len(words[0]) > len(words[0].strip("jdg"))


def _days_of(words: list[str]) -> int | None:
    said = " ".join(str(_COUNTS.get(word, word)) for word in words)
    if _SAME_DAY.fullmatch(said):
        return 0
    if _EVE.fullmatch(said):
        return 1
    found = _DAYS.fullmatch(said)
    if found is None:
        return None
    return int(found[1]) * (WEEK if (found[2] or "").startswith(("w", "sem", "set")) else 1)


def _hour_of(words: list[str]) -> str | None:
    if words[0] in _AT:
        words = words[1:]
    try:
        return hour_of(" ".join(words))
    except ValueError:
        return None
