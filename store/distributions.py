"""Distributions: pick-up days with the catalogues they serve, each with its own opening and closing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from store.catalogues import HOUR, Catalogue, get_catalogue
from store.clock import Clock, rule_moment, unstamp
from store.errors import Ambiguous, Invalid, NotFound
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class DistributionCatalogue:
    """A catalogue at one distribution. `opens` and `closes` are naive local moments; `recap_sent_at` is aware UTC."""

    catalogue_id: int
    name: str
    producer_name: str
    currency: str
    opens: datetime | None
    closes: datetime | None
    closed: bool
    recap_sent_at: datetime | None
    recap_sent_by: str | None

    @property
    def late(self) -> bool:
        """Whether what is confirmed now comes after the closing or after the recap."""
        return self.closed or self.recap_sent_at is not None


@dataclass(frozen=True, slots=True)
class Distribution:
    """One pick-up day and place; `starts_at` and `ends_at` are local hours (`HH:MM`)."""

    id: int
    day: date
    starts_at: str
    ends_at: str
    place: str
    note: str
    cancelled: bool
    catalogues: tuple[DistributionCatalogue, ...]

    def catalogue(self, catalogue_id: int) -> DistributionCatalogue | None:
        """One of its catalogues, or None."""
        return next((c for c in self.catalogues if c.catalogue_id == catalogue_id), None)


class Distributions:
    """Everybody who works here may read them; adding needs the right `orders` on all catalogues."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, distribution_id: int) -> Distribution:
        """One distribution; raises `NotFound`."""
        with self._store.reading() as t:
            return get_distribution(t, self._store.clock, distribution_id)

    def next(self) -> Distribution | None:
        """The first one that is neither over nor cancelled, or None."""
        with self._store.reading() as t:
            found = next_distribution(t, self._store.clock.to_wall(t.now))
            return None if found is None else get_distribution(t, self._store.clock, found)

    def last(self) -> Distribution | None:
        """The latest one that is over and was not cancelled, or None."""
        with self._store.reading() as t:
            found = last_distribution(t, self._store.clock.to_wall(t.now))
            return None if found is None else get_distribution(t, self._store.clock, found)

    def all(self, limit: int = 100) -> tuple[Distribution, ...]:
        """The latest distributions, the last day first."""
        with self._store.reading() as t:
            ids = t.all("SELECT id FROM distributions ORDER BY day DESC, starts_at DESC, id DESC LIMIT ?", (limit,))
            return tuple(get_distribution(t, self._store.clock, row["id"]) for row in ids)

    def resolve(self, text: str) -> int:
        """The id of the distribution meant by "next", "last", an ISO day or an id; raises `NotFound` or `Ambiguous`."""
        with self._store.reading() as t:
            return resolve_distribution(t, self._store.clock.to_wall(t.now), text)

    def add(
        self,
        day: date,
        starts_at: str,
        ends_at: str,
        place: str,
        catalogue_ids: Iterable[int],
        *,
        note: str = "",
    ) -> int:
        """Add a distribution and return the id; each catalogue opens and closes by its own rule. Raises `Invalid`."""
        with self._store.writing() as t:
            t.require(Right.ORDERS)
            distribution_id = insert_distribution(t, day, starts_at, ends_at, place, catalogue_ids, note=note)
            t.journal("distribution.added", distribution_id)
        return distribution_id

    def offer(self, distribution_id: int, catalogue_id: int) -> None:
        """Offer a catalogue at a distribution, too; it opens and closes by its own rule. Raises `NotFound`."""
        with self._store.writing() as t:
            t.require(Right.ORDERS)
            distribution = get_distribution(t, self._store.clock, distribution_id)
            if distribution.catalogue(catalogue_id) is None:
                _offer(t, distribution_id, distribution.day, catalogue_id)
                t.journal("distribution.offered", distribution_id, catalogue=catalogue_id)

    def mark_recap_sent(self, distribution_id: int, catalogue_id: int) -> None:
        """Say that the producer has now been told what was ordered; what is confirmed later is late.

        Needs the right `orders` on the catalogue; raises `NotFound` for one that is not offered there.
        """
        with self._store.writing() as t:
            t.require(Right.ORDERS, catalogue_id)
            done = t.execute(
                """UPDATE distribution_catalogues SET recap_sent_at = ?, recap_sent_by = ?
                WHERE distribution_id = ? AND catalogue_id = ?""",
                (t.stamp, t.actor.id, distribution_id, catalogue_id),
            )
            if done.rowcount == 0:
                raise NotFound("catalogue", str(catalogue_id))
            t.journal("recap.sent", distribution_id, catalogue=catalogue_id)


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
    """Store a distribution with its catalogues inside a transaction and return the id; raises `Invalid`."""
    for field, hour in (("starts_at", starts_at), ("ends_at", ends_at)):
        if not HOUR.fullmatch(hour):
            raise Invalid(field, hour, "not_an_hour")
    if ends_at <= starts_at:
        raise Invalid("ends_at", ends_at, "before_start")
    distribution_id = t.insert(
        "distributions", day=day.isoformat(), starts_at=starts_at, ends_at=ends_at, place=place, note=note
    )
    for catalogue_id in dict.fromkeys(catalogue_ids):
        _offer(t, distribution_id, day, catalogue_id)
    return distribution_id


def _offer(t: Transaction, distribution_id: int, day: date, catalogue_id: int) -> None:
    opens, closes = _by_rule(get_catalogue(t, catalogue_id), day)
    t.insert(
        "distribution_catalogues",
        distribution_id=distribution_id,
        catalogue_id=catalogue_id,
        opens=opens,
        closes=closes,
    )


def _by_rule(catalogue: Catalogue, day: date) -> tuple[str | None, str | None]:
    """The local moments at which a catalogue opens and closes for a distribution on `day`."""

    def moment(days: int | None, hour: str | None) -> str | None:
        return None if days is None or hour is None else rule_moment(day, days, hour).isoformat(timespec="minutes")

    return (
        moment(catalogue.opens_days_before, catalogue.opens_at),
        moment(catalogue.closes_days_before, catalogue.closes_at),
    )


def next_distribution(t: Transaction, wall: datetime) -> int | None:
    """The first distribution that is neither over nor cancelled at the local moment `wall`."""
    found: int | None = t.value(
        """SELECT id FROM distributions WHERE cancelled_at IS NULL AND day >= ? AND day || 'T' || ends_at > ?
        ORDER BY day, starts_at, id LIMIT 1""",
        (wall.date().isoformat(), wall.isoformat(timespec="minutes")),
    )
    return found


def last_distribution(t: Transaction, wall: datetime) -> int | None:
    """The latest distribution that is over at the local moment `wall` and was not cancelled."""
    found: int | None = t.value(
        """SELECT id FROM distributions WHERE cancelled_at IS NULL AND day <= ? AND day || 'T' || ends_at <= ?
        ORDER BY day DESC, starts_at DESC, id DESC LIMIT 1""",
        (wall.date().isoformat(), wall.isoformat(timespec="minutes")),
    )
    return found


def resolve_distribution(t: Transaction, wall: datetime, text: str) -> int:
    """The distribution meant by "next", "last", an ISO day or an id (see `Distributions.resolve`)."""
    wanted = text.strip().lower()
    if wanted in ("next", "last"):
        found = next_distribution(t, wall) if wanted == "next" else last_distribution(t, wall)
        ids = [] if found is None else [found]
    else:
        rows = t.all(
            """SELECT id, day, starts_at, place FROM distributions
            WHERE (day = ? AND cancelled_at IS NULL) OR CAST(id AS TEXT) = ? ORDER BY starts_at, id""",
            (wanted, wanted),
        )
        if len(rows) > 1:
            choices = tuple(f"{row['id']}: {row['starts_at']} {row['place']}" for row in rows)
            raise Ambiguous("distribution", text, choices)
        ids = [row["id"] for row in rows]
    if not ids:
        raise NotFound("distribution", text)
    return int(ids[0])


def get_distribution(t: Transaction, clock: Clock, distribution_id: int) -> Distribution:
    """One distribution as it stands now; raises `NotFound`."""
    row = t.one("SELECT * FROM distributions WHERE id = ?", (distribution_id,))
    if row is None:
        raise NotFound("distribution", str(distribution_id))
    catalogues = t.all(
        """SELECT d.catalogue_id, c.name, p.name AS producer_name, c.currency, d.opens, d.closes, d.recap_sent_at,
            o.name AS recap_sent_by
        FROM distribution_catalogues d JOIN catalogues c ON c.id = d.catalogue_id
        JOIN producers p ON p.id = c.producer_id LEFT JOIN operators o ON o.id = d.recap_sent_by
        WHERE d.distribution_id = ? ORDER BY coalesce(d.closes, '9'), c.name""",
        (distribution_id,),
    )
    return Distribution(
        id=row["id"],
        day=date.fromisoformat(row["day"]),
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        place=row["place"],
        note=row["note"],
        cancelled=row["cancelled_at"] is not None,
        catalogues=tuple(_catalogue(c, clock, t.now) for c in catalogues),
    )


def _catalogue(row: sqlite3.Row, clock: Clock, now: datetime) -> DistributionCatalogue:
    opens, closes = (None if row[k] is None else datetime.fromisoformat(row[k]) for k in ("opens", "closes"))
    return DistributionCatalogue(
        catalogue_id=row["catalogue_id"],
        name=row["name"],
        producer_name=row["producer_name"],
        currency=row["currency"],
        opens=opens,
        closes=closes,
        closed=closes is not None and clock.to_utc(closes) <= now,
        recap_sent_at=None if row["recap_sent_at"] is None else unstamp(row["recap_sent_at"]),
        recap_sent_by=row["recap_sent_by"],
    )
