"""What becomes of each line of a file of orders, decided one after the other and written all at once."""

from __future__ import annotations

from collections import defaultdict

from store.clock import Clock
from store.confirming import Change, Header
from store.distributions import Distribution
from store.exchange.columns import BadRow
from store.exchange.orders.changes import change, changes_of, stored_lines, wanted
from store.exchange.orders.formats import OrderFormat
from store.exchange.orders.reading import IncomingLine
from store.exchange.orders.resolving import Resolved, Resolver, answers_source
from store.exchange.orders.totals import compare_totals
from store.exchange.orders.writing import carry_out as write
from store.exchange.report import ImportedRow, ImportReport
from store.products import Product
from store.stock import standings
from store.transaction import Transaction


class OrderPlan:
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
        self.report.short = self._short()
        self.report.questions = self._resolver.questions()
        self.report.details.sort(key=lambda row: row.line)
        self.bad.sort(key=lambda row: row.line)

    def _short(self) -> list[str]:
        """The products that this raises beyond what is there, by name."""
        raised: dict[Product, int] = defaultdict(int)
        for of_member in self._changes.values():
            for found in of_member:
                raised[found.product] += found.after - found.before
        stock = standings(self._t, self._distribution.id, raised)
        return sorted(p.name for p, more in raised.items() if more > 0 and p.id in stock and stock[p.id].there < more)

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

    def carry_out(self, clock: Clock, *, remembered: bool) -> None:
        """Write the plan down; where nothing changes, nothing is written. `remembered`: so was the file's mapping."""
        source = answers_source(self._known)
        written = write(self._t, clock, self._distribution, self._resolver, self._headers, self._changes, source)
        if written is not None or remembered:
            whom = {"members": list(written or ())}
            self._t.journal("orders.imported", self._distribution.id, **self.report.counts(), **whom)


def _said(line: IncomingLine) -> str:
    """A row in words, as the file has it."""
    product = f"{line.product} {line.variant}".strip() or line.reference
    return ": ".join(part for part in (line.member or line.email or line.phone or line.member_id, product) if part)
