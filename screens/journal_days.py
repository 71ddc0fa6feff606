"""Days of the past as people type them: one, or the first and the last."""

from __future__ import annotations

import re
from datetime import date, timedelta

from screens.moments import day_of
from store.folding import fold

FURTHEST = 366 * 8
"""Days back within which every day with a month comes, the 29th of February too."""

_BACK = {"yesterday": 1, "hier": 1, "ieri": 1, "today": 0, "oggi": 0, "aujourd hui": 0}
_BETWEEN = re.compile(r"\s+(?:-|–|—|to|till|until|au|a|à|al)\s+|\s*\.\.+\s*|\s*[–—]\s*")


def days_of(text: str, today: date) -> tuple[date, date] | None:
    """The first and the last day that were typed, the same for one day; None for nothing.

    Without a year it is the last such day up to `today`. Raises ValueError for what is no day, and for a last day
    before the first.
    """
    parts = _BETWEEN.split(text.strip())
    if not text.strip():
        return None
    if len(parts) > 2:
        raise ValueError(text)
    first, last = _past(parts[0], today), _past(parts[-1], today)
    if first > last:
        raise ValueError(text)
    return first, last


def _past(text: str, today: date) -> date:
    back = _BACK.get(" ".join(fold(text).replace("'", " ").split()))
    if back is not None:
        return today - timedelta(days=back)
    for days in range(FURTHEST):
        found = day_of(text, today - timedelta(days=days))
        if found is None:
            raise ValueError(text)
        # One that was typed with its year is the same from whatever day one looks.
        if found <= today or (days == 0 and found == day_of(text, date(2000, 1, 1))):
            return found
    raise ValueError(text)
