"""Whether a product of a file is one that the catalogue has: by reference, else by folded name, unit and size."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from store.exchange.match import Match
from store.exchange.products.reading import IncomingProduct
from store.exchange.units import comparable, same_amount
from store.folding import folded
from store.products import Product, reference_key


class ProductDirectory:
    """One catalogue's products by what identifies them. `rows` are all that the file has for this catalogue."""

    def __init__(self, products: Iterable[Product], rows: Iterable[IncomingProduct]) -> None:
        self._all = {p.id: p for p in products}
        self._by_reference = {reference_key(p.reference): p for p in self._all.values() if p.reference}
        self._by_name: dict[str, list[Product]] = defaultdict(list)
        for known in self._all.values():
            self._by_name[folded(known.name)].append(known)
        rows = tuple(rows)
        self._told = {p.id for row in rows if (p := self._by_reference.get(reference_key(row.reference)))}
        self._names = Counter(folded(row.name) for row in rows)

    def get(self, product_id: int) -> Product | None:
        """One of the catalogue's products, or None."""
        return self._all.get(product_id)

    def of_reference(self, reference: str) -> Product | None:
        """The product with this reference, or None."""
        return self._by_reference.get(reference_key(reference))

    def find(self, row: IncomingProduct) -> Match:
        """The product that a row is of. One of the same name with another reference is only a candidate."""
        key = reference_key(row.reference)
        if key and (known := self._by_reference.get(key)):
            return Match(known.id)
        named = [p for p in self._by_name.get(folded(row.name), ()) if p.id not in self._told]
        if row.own_id in {p.id for p in named}:
            return Match(row.own_id)
        if "unit" in row.said:
            named = [p for p in named if comparable(p.unit, row.said["unit"])]
        found = [p for p in named if self._of_size(p, row)]
        if not found and len(named) == 1 and self._names[folded(row.name)] == 1:
            found = named
        if len(found) > 1:
            return Match(None, tuple(p.id for p in found), "several")
        if found and key and found[0].reference:
            return Match(None, (found[0].id,), "reference")
        if not found and row.own_id in self._all and row.own_id not in self._told:
            return Match(None, (row.own_id,), "renamed")
        return Match(found[0].id) if found else Match()

    @staticmethod
    def _of_size(product: Product, row: IncomingProduct) -> bool:
        base = row.said.get("base_quantity")
        if base is None:
            return True
        return same_amount(product.base_quantity, product.unit, base, row.said.get("unit", product.unit))
