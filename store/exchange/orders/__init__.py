"""Importing orders: a file is read whole, compared with a distribution, then stored whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.catalogues import get_catalogue
from store.clock import Clock
from store.confirming import open_distribution
from store.distributions import Distribution
from store.exchange.columns import BadRow, Columns, left_out, records_of
from store.exchange.mappings import save_mapping
from store.exchange.opening import opened
from store.exchange.orders.formats import OWN, OrderFormat, columns_of, mapped, recognise_orders
from store.exchange.orders.plan import OrderPlan
from store.exchange.orders.products import catalogue_key
from store.exchange.orders.reading import IncomingLine, OrderReader
from store.exchange.orders.resolving import Resolver
from store.exchange.progress import Progress, counted
from store.exchange.report import Answers, ImportReport
from store.exchange.tables import ImportFile, Record, Table
from store.order_lines import own_catalogues
from store.transaction import Transaction

if TYPE_CHECKING:
    from store.handle import Store

Rows = list[tuple[Record, IncomingLine | BadRow | None]]


def import_orders(
    store: Store,
    file: ImportFile,
    *,
    distribution_id: int | None,
    catalogue_id: int | None = None,
    dry_run: bool = False,
    mapping: tuple[str, ...] | None = None,
    answers: Answers | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import the orders of a file into a distribution, or (`dry_run`) say what that would do.

    Quantities are set, not added; 0 takes a line out; what the file does not speak of stays. `distribution_id` may be
    None where the file names the day of one. A file without members is only compared, never stored. With
    `catalogue_id` only lines of this catalogue are taken. Needs the right `orders`, on named catalogues for these.
    Raises `ImportUnreadable`, `NotFound`, and `Invalid` for a cancelled distribution or a mapping that cannot be used.
    """
    table, known, columns = _open(store, file, mapping)
    reader = OrderReader(columns, known)
    rows: Rows = [(record, reader.read(record)) for record in records_of(table, exact=known is OWN)]

    def compared(t: Transaction) -> tuple[ImportReport, OrderPlan | None]:
        own_catalogues(t)
        if catalogue_id is not None:
            get_catalogue(t, catalogue_id)
        report = ImportReport("orders", known.name, columns.ignored)
        distribution = _distribution(t, store.clock, distribution_id, rows)
        of_catalogue, needs = _needs(known, distribution, catalogue_id)
        if needs or distribution is None:
            report.needs = needs
            return report, None
        resolver = Resolver(t, known, distribution, of_catalogue, answers or {}, one_catalogue=_one_catalogue(rows))
        plan = OrderPlan(t, known, distribution, resolver, report)
        for _record, row in counted(rows, progress):
            plan.take(row)
        plan.settle()
        _tell_bad(table, rows, plan)
        return report, plan

    def carry_out(t: Transaction, made: tuple[ImportReport, OrderPlan | None]) -> None:
        if made[1] is not None and not known.totals:
            remembered = mapping is not None and save_mapping(t, "orders", table.keys, mapping)
            made[1].carry_out(store.clock, remembered=remembered)

    return store.planned(compared, None if dry_run else carry_out)[0]


def _open(store: Store, file: ImportFile, mapping: tuple[str, ...] | None) -> tuple[Table, OrderFormat, Columns]:
    with store.reading() as t:
        own_catalogues(t)
        table, known, said = opened(t, "orders", file, recognise_orders, mapping)
    if known is None:
        return table, *mapped(table, said)
    return table, known, columns_of(table, known)


def _distribution(t: Transaction, clock: Clock, distribution_id: int | None, rows: Rows) -> Distribution | None:
    """The distribution that is meant: the one named, or the only one on the only day that the file names."""
    if distribution_id is not None:
        return open_distribution(t, clock, distribution_id)
    days = {row.day for _record, row in rows if isinstance(row, IncomingLine)}
    day = days.pop() if len(days) == 1 else None
    found = t.all("SELECT id FROM distributions WHERE day = ? AND cancelled_at IS NULL", (str(day),)) if day else []
    return open_distribution(t, clock, found[0]["id"]) if len(found) == 1 else None


def _one_catalogue(rows: Rows) -> bool:
    return len({catalogue_key(row) for _record, row in rows if isinstance(row, IncomingLine)} - {""}) == 1


def _needs(
    known: OrderFormat, distribution: Distribution | None, catalogue_id: int | None
) -> tuple[int | None, tuple[str, ...]]:
    """The catalogue of the file, and what the caller has to say before anything can be compared."""
    if known.one_catalogue and catalogue_id is None and distribution is not None and len(distribution.catalogues) == 1:
        catalogue_id = distribution.catalogues[0].catalogue_id
    missing = (
        ("distribution", distribution is None),
        ("catalogue", known.one_catalogue and catalogue_id is None),
    )
    return catalogue_id, tuple(name for name, is_missing in missing if is_missing)


def _tell_bad(table: Table, rows: Rows, plan: OrderPlan) -> None:
    records = {record.line: record for record, _row in rows}
    plan.report.bad_rows = left_out(table, [(records[bad.line], bad) for bad in plan.bad])
