"""When a catalogue opens or closes on one day, as people type it: 23/11 20h, or 2 days before 20h."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta

from screens.catalogue_rule import moment_for, rule_of
from screens.moments import moment_of
from store.errors import Invalid

BEFORE = (timedelta(days=31), timedelta(days=330))
"""A day without a month or a year is looked for from so long before the distribution on."""


def moment_before(text: str, day: date, field: str) -> datetime | None:
    """The moment that was typed for a distribution of `day`: a day and an hour, or so many days before; None for none.

    A number and an hour ("2 20:00") can mean both: what is nearer to the distribution is meant. Raises `Invalid`.
    """
    if not text.strip():
        return None
    meant = []
    with suppress(ValueError):
        meant = [moment for before in BEFORE if (moment := moment_of(text, day - before)) is not None]
    with suppress(Invalid):
        days, hour = rule_of(text)
        if days is not None and hour is not None:
            meant.append(moment_for(day, days, hour))
    if not meant:
        raise Invalid(field, text, "not_a_moment")
    return min(meant, key=lambda moment: abs(moment.date() - day))
