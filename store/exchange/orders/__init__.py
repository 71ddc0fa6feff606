"""Importing orders: a file is read whole, compared with a distribution, then stored whole or not at all."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from store.catalogues import get_catalogue
from store.clock import Clock
from store.confirming import Change, Header, open_distribution
from store.distributions import Distribution
from store.exchange.columns import BadRow, Columns, left_out, records_of
from store.exchange.mappings import save_mapping
from store.exchange.opening import opened
from store.exchange.orders.changes import change, changes_of, stored_lines, wanted
from store.exchange.orders.formats import (
    OWN,
    IncomingLine,
    OrderFormat,
    OrderReader,
    columns_of,
    mapped,
    recognise_orders,
)
from store.exchange.orders.products import catalogue_key
from store.exchange.orders.resolving import Resolved, Resolver, answers_source
from store.exchange.orders.totals import compare_totals
from store.exchange.orders.writing import carry_out as write
from store.exchange.progress import Progress, counted
from store.exchange.report import Answers, ImportedRow, ImportReport
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

    def compared(t: Transaction) -> tuple[ImportReport, _Plan | None]:
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
        plan = _Plan(t, known, distribution, resolver, report)
        for _record, row in counted(rows, progress):
            plan.take(row)
        plan.settle()
        _tell_bad(table, rows, plan)
        return report, plan

    def carry_out(t: Transaction, made: tuple[ImportReport, _Plan | None]) -> None:
        if made[1] is not None and not known.totals:
            if mapping is not None:
                save_mapping(t, "orders", table.keys, mapping)
            made[1].carry_out(store.clock)

    if not dry_run:
        return store.planned(compared, carry_out)[0]
    with store.reading() as t:
        return compared(t)[0]


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


def _tell_bad(table: Table, rows: Rows, plan: _Plan) -> None:
    records = {record.line: record for record, _row in rows}
    plan.report.bad_rows = left_out(table, [(records[bad.line], bad) for bad in plan.bad])


class _Plan:
    """Compares lines with a distribution's orders; `carry_out` writes what came of it."""

    def __init__(
        self, t: Transaction, known: OrderFormat, distribution: Distribution, resolver: Resolver, report: ImportReport
    ) -> None:
        self._t = t
        self._known = known
        self._distribution = distribution
        self._resolver = resolver
        self._stored = stored_lines(t, distribution.id)
        self._lines: dict[tuple[int, int], list[Resolved]] = defaultdict(list)
        self._changes: dict[int, list[Change]] = defaultdict(list)
        self._headers: dict[int, Header] = {}
        self._totals: list[IncomingLine] = []
        self.report = report
        self.bad: list[BadRow] = []

    def take(self, row: IncomingLine | BadRow | None) -> None:
        """Find out what one row means."""
        if row is None:
            return
        if isinstance(row, BadRow):
            self._refuse(row)
        elif self._known.totals:
            self._totals.append(row)
        elif row.day is not None and row.day != self._distribution.day:
            self._refuse(BadRow(row.line, "other_day", row.day.isoformat()))
        else:
            self._place(row, self._resolver.resolve(row))

    def _place(self, row: IncomingLine, found: Resolved | BadRow | tuple[str, str]) -> None:
        if isinstance(found, BadRow):
            self._refuse(found, _said(row))
        elif isinstance(found, tuple):
            kind, key = found
            self.report.tell(ImportedRow(row.line, "candidate", _said(row), reason=kind, question=key))
        elif found.product.whole_only and not found.product.estimated and row.quantity % 1000:
            self._refuse(BadRow(row.line, "whole_only", found.product.name), _said(row))
        else:
            self._lines[found.member_id, found.product.id].append(found)

    def _refuse(self, row: BadRow, name: str = "") -> None:
        self.bad.append(row)
        self.report.tell(ImportedRow(row.line, "bad", name, reason=row.reason, value=row.value))

    def settle(self) -> None:
        """Compare what all rows come to with what is stored."""
        if self._known.totals:
            compare_totals(self._t, self._distribution, self._resolver, self._totals, self.report)
        for (member_id, product_id), found in self._lines.items():
            self._compare(member_id, product_id, self._of_one_price(found))
        self.report.questions = self._resolver.questions()
        self.report.details.sort(key=lambda row: row.line)
        self.bad.sort(key=lambda row: row.line)

    def _of_one_price(self, found: list[Resolved]) -> list[Resolved]:
        """The lines that have the first one's price: an order knows one price for a product."""
        price = next((f.line.price for f in found if f.line.price is not None), None)
        kept = [f for f in found if f.line.price in (None, price)]
        for other in found:
            if other not in kept:
                self._refuse(BadRow(other.line.line, "two_prices", str(kept[0].line.line)), _said(other.line))
        return kept

    def _compare(self, member_id: int, product_id: int, found: list[Resolved]) -> None:
        product = self._resolver.new_products.get(product_id, found[0].product)
        before = self._stored.get((member_id, product_id))
        after = wanted(product, [f.line for f in found], self._known, before)
        changes = changes_of(before, after)
        if not changes:
            self.report.same += len(found)
            return
        what = "new" if before is None else "changed"
        name = f"{self._resolver.member_name(member_id)}: {product.name}"
        for place, f in enumerate(found):
            self.report.tell(ImportedRow(f.line.line, what, name, changes if place == 0 else ()))
        self._changes[member_id].append(change(product, before, after))
        first = found[0].line
        if member_id not in self._headers:
            self._headers[member_id] = Header(
                member_id,
                self._distribution.id,
                "import",
                note=first.note or None,
                imported=True,
                ordered_on=first.ordered_on,
                order_channel=first.channel,
            )

    def carry_out(self, clock: Clock) -> None:
        """Write the plan down; where nothing changes, nothing is written."""
        source = answers_source(self._known)
        if write(self._t, clock, self._distribution, self._resolver, self._headers, self._changes, source):
            self._t.journal("orders.imported", self._distribution.id, **self.report.counts())


def _said(line: IncomingLine) -> str:
    """A row in words, as the file has it."""
    product = f"{line.product} {line.variant}".strip() or line.reference
    return ": ".join(part for part in (line.member or line.email or line.phone or line.member_id, product) if part)
