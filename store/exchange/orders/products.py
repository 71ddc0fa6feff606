"""Which product a line in a file of orders means: by reference, or by the name and its base quantity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from store.exchange.match import SHOWN, Match
from store.exchange.orders.reading import IncomingLine
from store.exchange.units import same_amount, without_amount
from store.folding import folded, folded_words
from store.products import Product, reference_key


class OrderProducts:
    """The products of the group by what files call them."""

    def __init__(self, products: Iterable[Product]) -> None:
        self._all = {p.id: p for p in products}
        self._by_reference: dict[tuple[int, str], Product] = {}
        self._by_name: dict[tuple[int, str], list[Product]] = defaultdict(list)
        self._of: dict[int, list[Product]] = defaultdict(list)
        for p in self._all.values():
            if p.reference:
                self._by_reference[p.catalogue_id, reference_key(p.reference)] = p
            for name in dict.fromkeys((folded(p.name), folded(without_amount(p.name)[0]))):
                self._by_name[p.catalogue_id, name].append(p)
            self._of[p.catalogue_id].append(p)

    def get(self, product_id: int) -> Product | None:
        """A product by its id, or None."""
        return self._all.get(product_id)

    def find(self, line: IncomingLine, catalogue_ids: Iterable[int]) -> Match:
        """The product that a line names, in one of these catalogues; several with one name are told apart by size."""
        places = tuple(catalogue_ids)
        own = self._all.get(line.product_id)
        if own is not None and own.catalogue_id in places and folded(own.name) == folded(line.product):
            return Match(own.id)
        if key := reference_key(line.reference):
            found = [p for i in places if (p := self._by_reference.get((i, key)))]
            if len(found) == 1:
                return Match(found[0].id)
            if found:
                return Match(None, tuple(p.id for p in found)[:SHOWN], "several")
        unsure: dict[int, None] = {}
        for text in _readings(line):
            match = self._named(text, places)
            if match.id is not None and line.variant in text:
                return match
            unsure.update(dict.fromkeys(match.candidates if match.id is None else (match.id,)))
        if unsure:
            return Match(None, tuple(unsure)[:SHOWN], "several" if len(unsure) > 1 else "size")
        return Match(None, self._alike(f"{line.product} {line.variant}", places))

    def _named(self, text: str, places: tuple[int, ...]) -> Match:
        exact = self._of_name(folded(text), places)
        if len(exact) == 1:
            return Match(exact[0].id)
        name, quantity, measure = without_amount(text)
        found = exact or self._of_name(folded(name), places)
        if not measure:
            return Match(None, tuple(p.id for p in found))
        sizes = [p for p in found if _is_size(p, quantity, measure)]
        if len(sizes) == 1:
            return Match(sizes[0].id)
        return Match(None, tuple(p.id for p in sizes or found))

    def _of_name(self, name: str, places: tuple[int, ...]) -> list[Product]:
        """The products of this name; what is no longer sold only where nothing else is."""
        found = [p for i in places for p in self._by_name.get((i, name), ())]
        return [p for p in found if p.active] or found

    def _alike(self, text: str, places: tuple[int, ...]) -> tuple[int, ...]:
        words = {word for word in folded_words(text) if len(word) > 2}
        there = [p for i in places for p in self._of[i] if p.active]
        shared = {p.id: len(words & set(folded_words(p.name))) for p in there}
        return tuple(sorted((i for i, n in shared.items() if n), key=lambda i: (-shared[i], i)))[:SHOWN]


def _readings(line: IncomingLine) -> Iterator[str]:
    """What the name of a line's product may be; the Open Food Network writes its size or kind apart."""
    if line.variant:
        yield f"{line.product} {line.variant}"
    if line.product and not (line.variant and without_amount(f"{line.product} {line.variant}")[1]):
        yield line.product


def _is_size(product: Product, quantity: int, measure: str) -> bool:
    """Whether a product is sold by this quantity, as its unit or its name says."""
    if same_amount(product.base_quantity, product.unit, quantity, measure):
        return True
    _name, own, unit = without_amount(product.name)
    return bool(own) and same_amount(own, unit, quantity, measure)


def product_key(line: IncomingLine, catalogue: str) -> str:
    """What the file calls a line's product, for questions and remembered answers."""
    named = " ".join(part for part in (folded(f"{line.product} {line.variant}"), reference_key(line.reference)) if part)
    return f"{folded(catalogue)}: {named}" if catalogue else named


def catalogue_key(line: IncomingLine) -> str:
    """What the file calls a line's catalogue."""
    return folded(line.catalogue)
