"""A file that says what was ordered of each product in all: compared with a distribution, never stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from store.distributions import Distribution
from store.exchange.columns import BadRow
from store.exchange.orders.changes import ROUNDED
from store.exchange.orders.reading import IncomingLine
from store.exchange.orders.resolving import Resolver
from store.exchange.report import FieldChange, ImportedRow, ImportReport
from store.products import Product
from store.transaction import Transaction
from templates.words.money import plain_amount
from templates.words.money import quantity as quantity_text

NEAR = 2
"""Cents by which two sums may differ for rounding each line, and count as the same."""


def compare_totals(
    t: Transaction,
    distribution: Distribution,
    resolver: Resolver,
    lines: Sequence[IncomingLine],
    report: ImportReport,
) -> None:
    """Say of each product whether file and distribution agree: the report's `same`, or a candidate with both figures.

    A row with nothing but a name is the catalogue of those below it. Products of the same catalogues that the file does
    not have are told too, under line 0.
    """
    stored = _stored(t, distribution.id)
    found: dict[int, list[tuple[IncomingLine, Product]]] = defaultdict(list)
    concerned: set[int] = set()
    heading = ""
    for line in lines:
        if not line.product and line.catalogue:
            heading = line.catalogue
            continue
        line = replace(line, catalogue=line.catalogue or heading)
        places = resolver.places(line)
        if line.catalogue and not isinstance(places, BadRow):
            concerned.update(places)
        product = places if isinstance(places, BadRow) or not places else resolver.product(line, places)
        if isinstance(product, Product):
            found[product.id].append((line, product))
            concerned.add(product.catalogue_id)
        else:
            bad = product if isinstance(product, BadRow) else None
            reason = bad.reason if bad else "product" if places else "catalogue"
            report.tell(
                ImportedRow(line.line, "candidate", line.product, reason=reason, value=bad.value if bad else "")
            )
    for product_id, rows in found.items():
        _compare(rows, stored.get(product_id, (0, 0)), report)
    for product_id, (quantity, cents) in stored.items():
        name, catalogue_id = _product(t, product_id)
        if quantity and product_id not in found and catalogue_id in concerned:
            differs = _differs((quantity, cents), (0, 0))
            report.tell(ImportedRow(0, "candidate", name, differs, reason="differs"))


def _compare(rows: Sequence[tuple[IncomingLine, Product]], stored: tuple[int, int], report: ImportReport) -> None:
    line, product = rows[0]
    quantity = sum(row.quantity for row, _product in rows)
    totals = [row.total for row, _product in rows if row.total is not None]
    told = (quantity, sum(totals) if totals else stored[1])
    # What is weighed is ordered by the piece here and by weight there: only the sums can be compared.
    alike = product.estimated or abs(quantity - stored[0]) <= ROUNDED
    if alike and abs(told[1] - stored[1]) <= NEAR:
        report.same += len(rows)
        return
    report.candidates += len(rows) - 1  # one row tells of them all
    report.tell(ImportedRow(line.line, "candidate", product.name, _differs(stored, told), reason="differs"))


def _differs(stored: tuple[int, int], told: tuple[int, int]) -> tuple[FieldChange, ...]:
    found = []
    if stored[0] != told[0]:
        found.append(FieldChange("quantity", quantity_text(stored[0]), quantity_text(told[0])))
    if abs(stored[1] - told[1]) > NEAR:
        found.append(FieldChange("amount", plain_amount(stored[1]), plain_amount(told[1])))
    return tuple(found)


def _stored(t: Transaction, distribution_id: int) -> dict[int, tuple[int, int]]:
    rows = t.all(
        """SELECT l.product_id, sum(coalesce(l.settled_weight, l.quantity)) AS quantity, sum(l.amount) AS cents
        FROM orders o JOIN order_lines l ON l.order_id = o.id
        WHERE o.distribution_id = ? AND o.state = 'confirmed' GROUP BY l.product_id""",
        (distribution_id,),
    )
    return {row["product_id"]: (row["quantity"], row["cents"]) for row in rows}


def _product(t: Transaction, product_id: int) -> tuple[str, int]:
    row = t.one("SELECT name, catalogue_id FROM products WHERE id = ?", (product_id,))
    return ("", 0) if row is None else (row["name"], row["catalogue_id"])
