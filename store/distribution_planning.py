"""Planning distributions: adding one, repeating one, moving one. Days and hours are local."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from store.catalogue_records import HOUR, get_catalogue
from store.distribution_hours import by_rule, offer, write_offer
from store.distribution_hours import check_day as check_day
from store.distribution_records import Distribution, DistributionCatalogue
from store.errors import Invalid
from store.withdrawing import withdraw

if TYPE_CHECKING:
    from store.transaction import Transaction

LONGEST_SERIES = 60
"""More distributions at once than a year of weeks are a slip of the finger."""


def days(first: date, every: int, count: int) -> tuple[date, ...]:
    """A series of `count` days, the first one included, `every` so many weeks; raises `Invalid`."""
    if not 1 <= every <= 52:
        raise Invalid("every", str(every), "out_of_range")
    if not 1 <= count <= LONGEST_SERIES:
        raise Invalid("count", str(count), "out_of_range")
    check_day(first)
    return tuple(first + timedelta(weeks=every * number) for number in range(count))


def insert_distribution(
    t: Transaction,
    day: date,
    starts_at: str,
    ends_at: str,
    place: str,
    catalogue_ids: Iterable[int],
    *,
    note: str = "",
) -> int:
    """Store a distribution with its catalogues and return the id; raises `Invalid`."""
    distribution_id = _insert(t, day, starts_at, ends_at, place, note)
    for catalogue_id in dict.fromkeys(catalogue_ids):
        offer(t, distribution_id, day, catalogue_id)
    return distribution_id


def _insert(t: Transaction, day: date, starts_at: str, ends_at: str, place: str, note: str) -> int:
    check_day(day)
    check_hours(starts_at, ends_at)
    return t.insert(
        "distributions", day=day.isoformat(), starts_at=starts_at, ends_at=ends_at, place=named_place(place), note=note
    )


def check_hours(starts_at: str, ends_at: str) -> None:
    """Raise `Invalid` unless these are two hours (`HH:MM`), one after the other."""
    for field, hour in (("starts_at", starts_at), ("ends_at", ends_at)):
        if not HOUR.fullmatch(hour):
            raise Invalid(field, hour, "not_an_hour")
    if ends_at <= starts_at:
        raise Invalid("ends_at", ends_at, "before_start")


def duplicate(
    t: Transaction, today: date, source: Distribution, wanted: Iterable[date], *, beside: bool
) -> tuple[int, ...]:
    """Plan the same distribution on other days; see `Distributions.duplicate`."""
    made = []
    for day in dict.fromkeys(wanted):
        if day < today:
            raise Invalid("day", day.isoformat(), "past")
        taken = "SELECT 1 FROM distributions WHERE day = ? AND place = ? AND cancelled_at IS NULL"
        if not beside and t.one(taken, (day.isoformat(), source.place)):
            raise Invalid("day", day.isoformat(), "taken")
        made.append(_insert(t, day, source.starts_at, source.ends_at, source.place, source.note))
        for offered in source.catalogues:
            catalogue = get_catalogue(t, offered.catalogue_id)
            if not catalogue.active:
                continue
            if offered.own_hours:
                opens, closes = later(offered, day - source.day)
            else:
                opens, closes = by_rule(catalogue, day)
            write_offer(t, made[-1], catalogue.id, opens, closes, offered.own_hours)
    if not made:
        raise Invalid("day", "", "empty")
    return tuple(made)


def later(offered: DistributionCatalogue, by: timedelta) -> tuple[datetime | None, datetime | None]:
    """A catalogue's opening and closing so many whole days later, at the same hours of the day."""
    return (
        None if offered.opens is None else offered.opens + by,
        None if offered.closes is None else offered.closes + by,
    )


def move(
    t: Transaction, today: date, distribution: Distribution, day: date, starts_at: str, ends_at: str, place: str
) -> None:
    """Move a distribution to a day that was checked.

    The catalogues whose recap has not gone out open and close as many days later or earlier.

    Raises `Invalid`, for a coming one also when the day has passed ("past").
    """
    check_hours(starts_at, ends_at)
    if day < today and not distribution.over:
        raise Invalid("day", day.isoformat(), "past")
    withdraw(t, distribution.id, "moved")
    t.execute(
        "UPDATE distributions SET day = ?, starts_at = ?, ends_at = ?, place = ?, version = version + 1 WHERE id = ?",
        (day.isoformat(), starts_at, ends_at, named_place(place), distribution.id),
    )
    for offered in distribution.catalogues:
        if offered.recap_sent_at is None:
            opens, closes = later(offered, day - distribution.day)
            write_offer(t, distribution.id, offered.catalogue_id, opens, closes, offered.own_hours)


def named_place(said: str) -> str:
    """A place on one line; raises `Invalid` where none is said: a member has to know where to go."""
    place = one_line(said)
    if not place:
        raise Invalid("place", said, "empty")
    return place


def one_line(text: str) -> str:
    """What somebody typed, without line breaks and idle spaces."""
    return " ".join(text.split())
