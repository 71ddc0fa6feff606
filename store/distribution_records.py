"""Distributions as everyone above the store sees them, and how one is found."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from store.clock import Clock, unstamp
from store.errors import Ambiguous, NotFound

if TYPE_CHECKING:
    from store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class DistributionCatalogue:
    """A catalogue at one distribution. `opens` and `closes` are naive local moments; `recap_sent_at` is aware UTC.

    `own_hours`: they were set for this day, and do not go by the catalogue's rule.
    """

    catalogue_id: int
    name: str
    producer_name: str
    currency: str
    opens: datetime | None
    closes: datetime | None
    closed: bool
    recap_sent_at: datetime | None
    recap_sent_by: str | None
    own_hours: bool = False

    @property
    def late(self) -> bool:
        """Whether what is confirmed now comes after the closing or after the recap."""
        return self.closed or self.recap_sent_at is not None


@dataclass(frozen=True, slots=True)
class Planned:
    """A pick-up day and place; `starts_at` and `ends_at` are local hours (`HH:MM`)."""

    id: int
    day: date
    starts_at: str
    ends_at: str
    place: str
    note: str
    cancelled: bool


@dataclass(frozen=True, slots=True)
class Distribution(Planned):
    """A distribution with what it offers; `cancelled_at` is aware UTC."""

    catalogues: tuple[DistributionCatalogue, ...]
    over: bool = False
    version: int = 1
    cancelled_reason: str = ""
    cancelled_at: datetime | None = None
    cancelled_by: str | None = None

    def catalogue(self, catalogue_id: int) -> DistributionCatalogue | None:
        """One of its catalogues, or None."""
        return next((c for c in self.catalogues if c.catalogue_id == catalogue_id), None)


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
    """The distribution meant by "next", "last", an ISO day or an id (see `Distributions.resolve`).

    A day means a cancelled one only where there is no other.
    """
    wanted = text.strip().lower()
    if wanted in ("next", "last"):
        found = next_distribution(t, wall) if wanted == "next" else last_distribution(t, wall)
        ids = [] if found is None else [found]
    else:
        rows = t.all(
            """SELECT id, starts_at, place, cancelled_at FROM distributions WHERE day = ? OR CAST(id AS TEXT) = ?
            ORDER BY starts_at, id""",
            (wanted, wanted),
        )
        rows = [row for row in rows if row["cancelled_at"] is None] or rows
        if len(rows) > 1:
            choices = tuple(f"{row['id']}: {row['starts_at']} {row['place']}" for row in rows)
            raise Ambiguous("distribution", text, choices)
        ids = [row["id"] for row in rows]
    if not ids:
        raise NotFound("distribution", text)
    return int(ids[0])


def get_distribution(t: Transaction, clock: Clock, distribution_id: int) -> Distribution:
    """One distribution as it stands now; raises `NotFound`."""
    row = t.one(
        """SELECT d.*, o.name AS by_name FROM distributions d LEFT JOIN operators o ON o.id = d.cancelled_by
        WHERE d.id = ?""",
        (distribution_id,),
    )
    if row is None:
        raise NotFound("distribution", str(distribution_id))
    catalogues = t.all(
        """SELECT d.catalogue_id, c.name, p.name AS producer_name, c.currency, d.opens, d.closes, d.recap_sent_at,
            d.own_hours, o.name AS recap_sent_by
        FROM distribution_catalogues d JOIN catalogues c ON c.id = d.catalogue_id
        JOIN producers p ON p.id = c.producer_id LEFT JOIN operators o ON o.id = d.recap_sent_by
        WHERE d.distribution_id = ? ORDER BY coalesce(d.closes, '9'), c.name""",
        (distribution_id,),
    )
    return Distribution(
        **planned(row),
        catalogues=tuple(_catalogue(c, clock, t.now) for c in catalogues),
        over=is_over(row["day"], row["ends_at"], clock.to_wall(t.now)),
        version=row["version"],
        cancelled_reason=row["cancelled_reason"],
        cancelled_at=None if row["cancelled_at"] is None else unstamp(row["cancelled_at"]),
        cancelled_by=row["by_name"],
    )


def planned(row: sqlite3.Row) -> dict[str, Any]:
    """The fields of `Planned` by a row of the table."""
    return {
        **{name: row[name] for name in ("id", "starts_at", "ends_at", "place", "note")},
        "day": date.fromisoformat(row["day"]),
        "cancelled": row["cancelled_at"] is not None,
    }


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
        own_hours=bool(row["own_hours"]),
    )


def is_over(day: str, ends_at: str, wall: datetime) -> bool:
    """Whether a distribution of this local day has ended at the local moment `wall`."""
    return f"{day}T{ends_at}" <= wall.isoformat(timespec="minutes")
