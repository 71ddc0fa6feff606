"""What becomes of each row of a file of products, decided one after the other and written all at once."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from store.catalogues import list_catalogues
from store.errors import NotFound
from store.exchange.catalogues import CatalogueDirectory
from store.exchange.columns import BadRow
from store.exchange.match import Match
from store.exchange.products.changes import changed, field_changes, write_changes
from store.exchange.products.formats import (
    OWN,
    ProductFormat,
)
from store.exchange.products.matching import ProductDirectory
from store.exchange.products.reading import IncomingProduct
from store.exchange.report import NEW, Answers, ImportedRow, ImportReport, Question
from store.folding import folded
from store.product_editing import resized
from store.products import Sold, insert_product, list_products, reference_key
from store.rights import Right
from store.transaction import Transaction


class ProductPlan:
    """Compares the rows with the catalogues one after the other; `carry_out` writes what came of it."""

    def __init__(
        self,
        t: Transaction,
        known: ProductFormat,
        catalogue_id: int | None,
        answers: Answers,
        rows: list[IncomingProduct],
        report: ImportReport,
        ordered: frozenset[int],
    ) -> None:
        self._t = t
        self._exact = known is OWN
        self._answers = answers
        self._catalogues = CatalogueDirectory(list_catalogues(t, inactive=True))
        self._given = catalogue_id
        self._ordered = ordered
        self._one = len({folded(row.catalogue) for row in rows}) <= 1
        self._asked: dict[tuple[str, str], tuple[str, Match, list[int]]] = {}
        self._orders = {row["id"]: row["display_order"] for row in t.all("SELECT id, display_order FROM products")}
        self._lines: dict[object, int] = {}
        self._changes: dict[int, dict[str, Any]] = {}
        self._new: list[tuple[int, IncomingProduct]] = []
        self.report = report
        self.bad: list[BadRow] = []
        self._directories = self._read(rows)

    def _read(self, rows: list[IncomingProduct]) -> dict[int, ProductDirectory]:
        """The catalogues that the file speaks of; raises `NotAllowed` for one that is not the actor's."""
        of: dict[int, list[IncomingProduct]] = defaultdict(list)
        for row in rows:
            place = self._place(row)
            if place.id is not None:
                of[place.id].append(row)
        for catalogue_id in of:
            if not self._catalogues.knows(catalogue_id):
                raise NotFound("catalogue", str(catalogue_id))
            self._t.require(Right.ORDERS, catalogue_id)
        products = defaultdict(list)
        for product in list_products(self._t, frozenset(of), active=False):
            products[product.catalogue_id].append(product)
        return {i: ProductDirectory(products[i], of[i]) for i in of}

    def _place(self, row: IncomingProduct) -> Match:
        """The catalogue of a row: the given one where the file speaks of one only, whatever it is called there."""
        if self._given is not None and (self._one or not row.catalogue):
            return Match(self._given)
        answer = self._answers.get(("catalogue", folded(row.catalogue)))
        return Match(answer) if answer else self._catalogues.find(row.catalogue, frozenset())

    def take(self, row: IncomingProduct | BadRow | None) -> None:
        """Decide what becomes of one row."""
        if isinstance(row, BadRow):
            self._refuse(row, "")
        elif row is not None:
            place = self._place(row)
            if place.id is None:
                self._ask("catalogue", folded(row.catalogue), row.catalogue, place, row)
            elif self._given not in (None, place.id):
                self._refuse(BadRow(row.line, "other_catalogue", row.catalogue), row.name)
            elif row.currency not in ("", self._catalogues.currency(place.id)):
                self._refuse(BadRow(row.line, "currency", row.currency), row.name)
            else:
                self._match(row, place.id)

    def _match(self, row: IncomingProduct, catalogue_id: int) -> None:
        directory = self._directories[catalogue_id]
        key = " ".join(part for part in (folded(row.name), reference_key(row.reference)) if part)
        match = directory.find(row)
        answer = self._answers.get(("product", key))
        if answer:
            match = Match(answer)
        elif match.candidates and answer != NEW:
            self._ask("product", key, row.name, match, row)
            return
        known = None if match.id is None else directory.get(match.id)
        if answer and known is None:
            raise NotFound("product", str(answer))
        earlier = self._seen(row, catalogue_id, None if known is None else known.id)
        if earlier:
            self._refuse(BadRow(row.line, "twice", str(earlier)), row.name)
        elif known is None:
            self._new.append((catalogue_id, row))
            self._tell(row, "new")
        else:
            values = changed(known, row, self._orders[known.id], exact=self._exact)
            if not values:
                self.report.same += 1
                return
            owner = directory.of_reference(row.reference) if "reference" in values else None
            if owner is not None:
                self._refuse(BadRow(row.line, "taken", owner.name), row.name)
                return
            if known.id in self._ordered and resized(known, values):
                self._refuse(BadRow(row.line, "ordered", known.unit_label), row.name)
                return
            self._changes[known.id] = values
            self._tell(row, "changed", field_changes(known, self._orders[known.id], values))

    def _seen(self, row: IncomingProduct, catalogue_id: int, product_id: int | None) -> int:
        """The line of an earlier row that is the same product, or 0; of our own file each row is one of its own."""
        size = (row.said.get("unit"), row.said.get("base_quantity"))
        keys: list[object] = [] if product_id is None else [product_id]
        if key := reference_key(row.reference):
            keys.append((catalogue_id, key))
        elif not self._exact and product_id is None:
            keys.append((catalogue_id, folded(row.name), size))
        earlier = next((self._lines[key] for key in keys if key in self._lines), 0)
        self._lines |= {key: row.line for key in keys if key not in self._lines}
        return earlier

    def _tell(self, row: IncomingProduct, what: str, changes: tuple[Any, ...] = ()) -> None:
        reason = "unweighed" if row.unweighed and what == "new" else "unit_unknown" if row.unknown_unit else ""
        self.report.tell(ImportedRow(row.line, what, row.name, changes, reason=reason, value=row.unknown_unit))

    def _refuse(self, row: BadRow, name: str) -> None:
        self.bad.append(row)
        self.report.tell(ImportedRow(row.line, "bad", name, reason=row.reason, value=row.value))

    def _ask(self, kind: str, key: str, text: str, match: Match, row: IncomingProduct) -> None:
        self._asked.setdefault((kind, key), (text, match, []))[2].append(row.line)
        self.report.tell(ImportedRow(row.line, "candidate", row.name, reason=kind, question=key))

    def questions(self) -> list[Question]:
        """What has to be answered before all rows can be taken."""
        return [
            Question(
                kind, key, text, match.reason, tuple((i, self._name(kind, i)) for i in match.candidates), tuple(lines)
            )
            for (kind, key), (text, match, lines) in self._asked.items()
        ]

    def _name(self, kind: str, thing: int) -> str:
        if kind == "catalogue":
            return self._catalogues.name(thing)
        found = (directory.get(thing) for directory in self._directories.values())
        return next((f"{p.name} ({p.unit_label})" for p in found if p is not None), "")

    def carry_out(self, *, remembered: bool) -> None:
        """Write the plan down; where nothing changes, nothing is written. `remembered`: so was the file's mapping."""
        # References that move from one product to another would meet on their way.
        moving = [i for i, values in self._changes.items() if "reference" in values]
        self._t.execute_many("UPDATE products SET reference_key = '' WHERE id = ?", [(i,) for i in moving])
        for product_id, values in self._changes.items():
            write_changes(self._t, product_id, values)
        for catalogue_id, row in self._new:
            values = dict(row.said)
            if values.get("stock") is not None:
                values.setdefault("stock_kind", "all")
            active, price = values.pop("active", True), values.pop("price")
            values["sold"] = values.get("sold", Sold.WHOLE)
            product_id = insert_product(self._t, catalogue_id, values.pop("name"), price, **values)
            if not active:
                self._t.execute("UPDATE products SET active = 0 WHERE id = ?", (product_id,))
        if self._changes or self._new or remembered:
            self._t.journal("products.imported", None, **self.report.counts())
