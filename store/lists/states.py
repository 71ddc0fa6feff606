"""Where each catalogue of a distribution stands with its producer, and what is left to do."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from store.clock import Clock
from store.distributions import get_distribution
from store.lists.addresses import addressees
from store.lists.records import RECAP, RecapState
from store.lists.tellings import Told, tellings
from store.lists.untold import Key, untold_changes
from store.order_lists import within

if TYPE_CHECKING:
    from store.order_lines import OWN
    from store.transaction import Transaction


def states(t: Transaction, clock: Clock, own: OWN, distribution_id: int) -> tuple[RecapState, ...]:
    """The catalogues of a distribution that are the operator's, as they close. Raises `NotFound`."""
    get_distribution(t, clock, distribution_id)
    return _states(t, clock, own, "d.id = :distribution", {"distribution": distribution_id})


def due(t: Transaction, clock: Clock, own: OWN) -> tuple[RecapState, ...]:
    """Those in which something is to be done, of the distributions that are not over; the next one first."""
    wall = clock.to_wall(t.now)
    named: dict[str, object] = {
        "wall": wall.isoformat(timespec="minutes"),
        # Rather too early than too late: the clocks may have changed between.
        "soon": (wall + timedelta(hours=2)).isoformat(timespec="minutes"),
    }
    where = "d.day || 'T' || d.ends_at > :wall AND (dc.closes <= :soon OR dc.recap_sent_at IS NOT NULL)"
    return tuple(state for state in _states(t, clock, own, where, named) if state.due)


def _states(t: Transaction, clock: Clock, own: OWN, where: str, named: dict[str, object]) -> tuple[RecapState, ...]:
    rows = t.all(
        f"""SELECT d.id, d.day, d.place, d.cancelled_at, c.id AS catalogue_id, c.name, c.currency,
            pr.name AS producer_name, pr.phone, dc.opens, dc.closes
        FROM distributions d JOIN distribution_catalogues dc ON dc.distribution_id = d.id
        JOIN catalogues c ON c.id = dc.catalogue_id JOIN producers pr ON pr.id = c.producer_id
        WHERE {where} AND {within(own, "c.id")}
        ORDER BY d.day, d.starts_at, d.id, coalesce(dc.closes, '9'), c.name""",
        named,
    )
    ids = list(dict.fromkeys(row["id"] for row in rows))
    told = tellings(t, own, ids)
    sums = _sums(t, own, ids)
    untold = {id_: untold_changes(t, own, id_) for id_ in ids}
    return tuple(_state(t, clock, row, sums, told, untold[row["id"]]) for row in rows)


def _sums(t: Transaction, own: OWN, ids: Iterable[int]) -> dict[tuple[int, int], sqlite3.Row]:
    rows = t.all(
        f"""SELECT o.distribution_id, l.catalogue_id, count(DISTINCT o.id) AS orders, count(*) AS lines,
            sum(l.amount) AS cents, max(l.estimated) AS estimated
        FROM orders o JOIN order_lines l ON l.order_id = o.id AND l.quantity > 0
        WHERE o.distribution_id IN (SELECT value FROM json_each(?)) AND o.state = 'confirmed'
            AND {within(own, "l.catalogue_id")} GROUP BY o.distribution_id, l.catalogue_id""",
        (json.dumps(list(ids)),),
    )
    return {(row["distribution_id"], row["catalogue_id"]): row for row in rows}


def _state(
    t: Transaction,
    clock: Clock,
    row: sqlite3.Row,
    sums: dict[tuple[int, int], sqlite3.Row],
    told: Told,
    untold: dict[Key, tuple[int, sqlite3.Row]],
) -> RecapState:
    opens, closes = (None if row[name] is None else datetime.fromisoformat(row[name]) for name in ("opens", "closes"))
    key = (row["id"], row["catalogue_id"])
    ordered, mine = sums.get(key), told.get(key, ())
    return RecapState(
        distribution_id=row["id"],
        day=date.fromisoformat(row["day"]),
        place=row["place"],
        cancelled=row["cancelled_at"] is not None,
        catalogue_id=row["catalogue_id"],
        name=row["name"],
        producer_name=row["producer_name"],
        phone=row["phone"],
        emails=tuple(found.address for found in addressees(t, row["catalogue_id"])),
        opens=opens,
        closes=closes,
        closed=closes is not None and clock.to_utc(closes) <= t.now,
        orders=0 if ordered is None else ordered["orders"],
        lines=0 if ordered is None else ordered["lines"],
        totals={} if ordered is None else {row["currency"]: ordered["cents"]},
        estimated=ordered is not None and bool(ordered["estimated"]),
        recap=next((telling for telling in mine if telling.kind == RECAP), None),
        tellings=mine,
        untold=sum(catalogue == row["catalogue_id"] for catalogue, _member, _product in untold),
    )
