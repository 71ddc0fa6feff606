"""When catalogues open and close at a distribution: by their rule, or by hours of its own. Local wall time."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from store.catalogue_records import Catalogue, get_catalogue
from store.clock import rule_moment
from store.distribution_records import Distribution, DistributionCatalogue
from store.errors import Invalid, NotFound
from store.withdrawing import withdraw as withdraw_mails

if TYPE_CHECKING:
    from store.transaction import Transaction

_COMING = """FROM distribution_catalogues k JOIN distributions d ON d.id = k.distribution_id
    WHERE k.catalogue_id = ? AND k.own_hours = 0 AND k.recap_sent_at IS NULL AND d.day || 'T' || d.ends_at > ?
        AND (k.closes IS NULL OR k.closes > ?)"""


FIRST_YEAR, LAST_YEAR = 1990, 2199


def check_day(day: date, field: str = "day") -> None:
    """Raise `Invalid` for a day that nobody plans for: moments are counted from it, and calendars end."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid(field, day.isoformat(), "out_of_range")


def by_rule(catalogue: Catalogue, day: date) -> tuple[datetime | None, datetime | None]:
    """The local moments at which a catalogue opens and closes for a distribution on `day`."""

    def moment(days: int | None, hour: str | None) -> datetime | None:
        return None if days is None or hour is None else rule_moment(day, days, hour)

    return (
        moment(catalogue.opens_days_before, catalogue.opens_at),
        moment(catalogue.closes_days_before, catalogue.closes_at),
    )


def offer(t: Transaction, distribution_id: int, day: date, catalogue_id: int) -> None:
    """Offer a catalogue by its rule; raises `NotFound`, or `Invalid` for one that is offered no longer."""
    catalogue = get_catalogue(t, catalogue_id)
    if not catalogue.active:
        raise Invalid("catalogue", catalogue.name, "inactive")
    opens, closes = by_rule(catalogue, day)
    write_offer(t, distribution_id, catalogue_id, opens, closes, own=False)


def write_offer(
    t: Transaction, distribution_id: int, catalogue_id: int, opens: datetime | None, closes: datetime | None, own: bool
) -> None:
    """Offer a catalogue at these hours, or change them; `own`: they were set for this day.

    What workflows have queued for the distribution and what has not gone yet is withdrawn where the hours are others.
    """
    kept = (kept_moment(opens), kept_moment(closes))
    row = t.one(
        "SELECT opens, closes FROM distribution_catalogues WHERE distribution_id = ? AND catalogue_id = ?",
        (distribution_id, catalogue_id),
    )
    if row is None or (row["opens"], row["closes"]) != kept:
        withdraw_mails(t, distribution_id, "offer" if row is None else "hours")
    t.execute(
        """INSERT INTO distribution_catalogues (distribution_id, catalogue_id, opens, closes, own_hours)
        VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET opens = excluded.opens, closes = excluded.closes,
            own_hours = excluded.own_hours""",
        (distribution_id, catalogue_id, *kept, int(own)),
    )


def set_hours(
    t: Transaction, distribution: Distribution, catalogue_id: int, opens: datetime | None, closes: datetime | None
) -> None:
    """Let a catalogue open and close at hours of its own; raises `Invalid` where they are in the wrong order."""
    offered_there(distribution, catalogue_id)
    for field, moment in (("opens", opens), ("closes", closes)):
        if moment is not None:
            check_day(moment.date(), field)
    if opens is not None and closes is not None and opens >= closes:
        raise Invalid("opens", kept_moment(opens) or "", "after_close")
    end = datetime.fromisoformat(f"{distribution.day}T{distribution.ends_at}")
    if closes is not None and closes > end:
        raise Invalid("closes", kept_moment(closes) or "", "after_end")
    own = (opens, closes) != by_rule(get_catalogue(t, catalogue_id), distribution.day)
    write_offer(t, distribution.id, catalogue_id, opens, closes, own)


def follow_rule(t: Transaction, distribution: Distribution, catalogue_id: int) -> None:
    """Let a catalogue open and close by its rule again."""
    offered_there(distribution, catalogue_id)
    opens, closes = by_rule(get_catalogue(t, catalogue_id), distribution.day)
    write_offer(t, distribution.id, catalogue_id, opens, closes, own=False)


def following(t: Transaction, wall: str, catalogue_id: int) -> list[tuple[int, date]]:
    """The coming distributions, with their days, at which the catalogue goes by its rule and is not closed yet."""
    rows = t.all(f"SELECT d.id, d.day {_COMING} ORDER BY d.day, d.id", (catalogue_id, wall, wall))
    return [(row["id"], date.fromisoformat(row["day"])) for row in rows]


def follow_new_rule(t: Transaction, wall: str, catalogue: Catalogue) -> None:
    """Let the coming distributions that go by a catalogue's rule go by the new one."""
    for distribution_id, day in following(t, wall, catalogue.id):
        opens, closes = by_rule(catalogue, day)
        write_offer(t, distribution_id, catalogue.id, opens, closes, own=False)


def withdraw(t: Transaction, distribution: Distribution, catalogue_id: int) -> None:
    """Offer a catalogue no longer; raises `Invalid` where something of it is ordered, or its producer was told."""
    offered = offered_there(distribution, catalogue_id)
    ordered = t.one(
        """SELECT 1 FROM order_lines l JOIN orders o ON o.id = l.order_id
        WHERE o.distribution_id = ? AND l.catalogue_id = ? AND l.quantity > 0""",
        (distribution.id, catalogue_id),
    )
    if ordered is not None:
        raise Invalid("catalogue", offered.name, "ordered")
    if offered.recap_sent_at is not None:
        raise Invalid("catalogue", offered.name, "told")
    named = (distribution.id, catalogue_id)
    t.execute(
        """DELETE FROM distribution_stock WHERE distribution_id = ?
        AND product_id IN (SELECT id FROM products WHERE catalogue_id = ?)""",
        named,
    )
    t.execute("DELETE FROM distribution_catalogues WHERE distribution_id = ? AND catalogue_id = ?", named)
    withdraw_mails(t, distribution.id, "offer")


def offered_there(distribution: Distribution, catalogue_id: int) -> DistributionCatalogue:
    """A catalogue as it is offered at a distribution; raises `NotFound`."""
    offered = distribution.catalogue(catalogue_id)
    if offered is None:
        raise NotFound("catalogue", str(catalogue_id))
    return offered


def kept_moment(moment: datetime | None) -> str | None:
    """A local moment as the file keeps it."""
    return None if moment is None else moment.isoformat(timespec="minutes")
