"""Importing products: a file is read whole, compared with the catalogues, then stored whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.exchange.columns import BadRow, Columns, left_out, records_of
from store.exchange.mappings import save_mapping
from store.exchange.opening import opened
from store.exchange.products.formats import (
    OWN,
    ProductFormat,
    columns_of,
    mapped,
    recognise_products,
)
from store.exchange.products.plan import ProductPlan
from store.exchange.products.reading import IncomingProduct, ProductReader
from store.exchange.progress import Progress, counted
from store.exchange.report import Answers, ImportReport
from store.exchange.tables import ImportFile, Record, Table
from store.order_lines import own_catalogues
from store.product_editing import ordered_ahead
from store.transaction import Transaction

if TYPE_CHECKING:
    from store.handle import Store

Rows = list[tuple[Record, IncomingProduct | BadRow | None]]


def import_products(
    store: Store,
    file: ImportFile,
    *,
    catalogue_id: int | None,
    dry_run: bool = False,
    mapping: tuple[str, ...] | None = None,
    answers: Answers | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import the products of a file into their catalogues, or (`dry_run`) say what that would do.

    Known products are changed field by field and lose nothing; products that the file does not have stay, and so do the
    prices of what is ordered. `catalogue_id` is where they go when the file does not say, or speaks of one catalogue.
    Needs the right `orders` on the catalogues. Raises `ImportUnreadable`, `NotFound`, `NotAllowed`, and `Invalid` for
    a mapping that cannot be used.
    """
    table, known, columns = _open(store, file, mapping)
    reader = ProductReader(columns, known)
    rows: Rows = [(record, reader.read(record)) for record in records_of(table, exact=known is OWN)]
    products = [row for _record, row in rows if isinstance(row, IncomingProduct)]

    def compared(t: Transaction) -> tuple[ImportReport, ProductPlan | None]:
        own_catalogues(t)
        report = ImportReport("products", known.name, columns.ignored)
        if catalogue_id is None and not all(row.catalogue for row in products):
            report.needs = ("catalogue",)
            return report, None
        ordered = ordered_ahead(t, store.clock.to_wall(t.now).isoformat(timespec="minutes"))
        plan = ProductPlan(t, known, catalogue_id, answers or {}, products, report, ordered)
        for _record, row in counted(rows, progress):
            plan.take(row)
        records = {record.line: record for record, _row in rows}
        report.bad_rows = left_out(table, [(records[bad.line], bad) for bad in plan.bad])
        report.questions = plan.questions()
        return report, plan

    def carry_out(t: Transaction, made: tuple[ImportReport, ProductPlan | None]) -> None:
        if made[1] is not None:
            remembered = mapping is not None and save_mapping(t, "products", table.keys, mapping)
            made[1].carry_out(remembered=remembered)

    return store.planned(compared, None if dry_run else carry_out)[0]


def _open(store: Store, file: ImportFile, mapping: tuple[str, ...] | None) -> tuple[Table, ProductFormat, Columns]:
    with store.reading() as t:
        own_catalogues(t)
        table, known, said = opened(t, "products", file, recognise_products, mapping)
    if known is None:
        return table, *mapped(table, said)
    return table, known, columns_of(table, known)
