"""What was refused, as people write it: days, moments and prices are kept otherwise than they are said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templates.words import dates
from templates.words.money import plain_amount

if TYPE_CHECKING:
    from store.errors import Invalid

DAYS = ("day", "since", "until", "valid_until")
MOMENTS = ("send_at", "send_before")


def value_said(error: Invalid) -> str:
    """The value that was refused, to stand in the sentence that says why."""
    if error.field in DAYS and error.reason in ("past", "taken", "before_since"):
        return dates.day(error.value, year=True)
    if error.field in MOMENTS and error.reason != "not_a_moment":
        return dates.moment(error.value)
    if (error.field, error.reason) == ("price", "not_lower"):
        return plain_amount(int(error.value))
    return error.value
