"""The grammar of the entry line of an order: what a typed text can mean, and what Enter would make of it.

Pure: nothing is read from the file and nothing is stored. Quantities are thousandths.

    line     = [op] [quantity [unit]] query | query
    op       = "=" set  |  "+" add, the same as none  |  "-" directly before a letter: remove
    remove   = "0 q", "=0 q" or "-q", of what is in the basket
    quantity = 1 to 4 digits [, or . 1 to 3 digits] | 1/2 1/4 3/4 | 1 1/2 | absent: 1
    unit     = kg g l cl x * before a space, if the rest finds a product
    query    = beginnings of the name's words in any order, or the reference

The whole text as an exact reference comes first; then a quantity and a query; then digits glued to letters, as a
reference's beginning before a quantity and a query; then the whole text as a name. All that fit are kept, the best of
each way first, so that another way of reading is one row away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from store.errors import Ambiguous, Invalid, NotFound
from store.folding import fold, folded_words
from store.products import Product, reference_key

ONE = 1000


class Act(StrEnum):
    """What Enter does with a product."""

    ADD = "add"
    SET = "set"
    REMOVE = "remove"


class Problem(StrEnum):
    """Why Enter stores nothing."""

    NOTHING_TYPED = "nothing_typed"
    NOT_FOUND = "not_found"
    NO_PRODUCT = "no_product"
    BROKEN_NUMBER = "broken_number"
    REMOVE_SOME = "remove_some"
    DASH = "dash"
    NOT_IN_BASKET = "not_in_basket"
    WRONG_UNIT = "wrong_unit"
    WHOLE_ONLY = "whole_only"


@dataclass(frozen=True, slots=True)
class Offered:
    """A product that can be ordered, with what ranks it: in how many orders of this member and, lately, of the group
    it is, and the largest quantity ever entered. `left` is its stock after all baskets; None where none is kept."""

    product: Product
    member_usual: int = 0
    group_usual: int = 0
    largest: int = 0
    left: int | None = None
    words: tuple[str, ...] = field(init=False)
    name: str = field(init=False)
    reference: str = field(init=False)

    def __post_init__(self) -> None:
        """Fold the name once, so that a key costs no more than comparing."""
        object.__setattr__(self, "words", tuple(folded_words(self.product.name)))
        object.__setattr__(self, "name", _spaced(self.product.name))
        object.__setattr__(self, "reference", reference_key(self.product.reference))


class Offer:
    """What can be ordered at one distribution; its order of rank stays the same while an order is open."""

    def __init__(self, products: Iterable[Offered]) -> None:
        usual = sorted(products, key=lambda o: (-o.member_usual, -o.group_usual, o.name, o.product.id))
        self.products = tuple(usual)
        self._by_id = {o.product.id: o for o in usual}
        self._largest = max((o.largest for o in usual), default=0) or 10 * ONE

    def get(self, product_id: int) -> Offered | None:
        """What is known of a product, or None when it is not offered."""
        return self._by_id.get(product_id)

    def doubtful(self, product_id: int, quantity: int) -> bool:
        """Whether a quantity is more than 10 times the largest ever; of a new product, of any product."""
        offered = self._by_id.get(product_id)
        return quantity > 10 * ((offered.largest if offered else 0) or self._largest)

    def largest(self, product_id: int) -> int:
        """The quantity that `doubtful` compares with."""
        offered = self._by_id.get(product_id)
        return (offered.largest if offered else 0) or self._largest

    def find(self, query: str) -> list[Offered]:
        """The products that answer to a query, by rank, then the member's usual, the group's usual and the name."""
        words, key = folded_words(query), reference_key(query)
        ranked: tuple[list[Offered], ...] = ([], [], [], [])
        for offered in self.products:
            if key and offered.reference == key:
                ranked[0].append(offered)
            elif words and _answers(offered, words):
                first = any(offered.words[0].startswith(word) for word in words)
                ranked[1 if first else 2].append(offered)
            elif key and offered.reference.startswith(key):
                ranked[3].append(offered)
        return [offered for rank in ranked for offered in rank]

    def is_reference(self, text: str) -> list[Offered]:
        """The products whose reference is `text`; "5 cer" is not "5CER", since a space ends a quantity."""
        wanted = _spaced(text)
        return [o for o in self.products if wanted and _spaced(o.product.reference) == wanted]

    def by_reference(self, text: str) -> list[Offered]:
        """The products whose reference begins with `text`, whole ones first."""
        key = reference_key(text)
        found = [o for o in self.products if key and o.reference.startswith(key)]
        return [o for o in found if o.reference == key] + [o for o in found if o.reference != key]

    def by_name(self, text: str) -> list[Offered]:
        """The products whose whole name is `text`, signs included."""
        name = _spaced(text)
        return [o for o in self.products if o.name == name]


def _spaced(text: str) -> str:
    """A text as it is compared whole: folded, with single spaces."""
    return fold(" ".join(text.split()))


def _answers(offered: Offered, words: list[str]) -> bool:
    return all(any(w.startswith(word) for w in offered.words) for word in words)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the text: what Enter would do with a product. With a `problem` it would do nothing.

    `quantity` is what was typed, `unit` the unit it was typed in ("" for none); `doubtful` asks twice.
    """

    product: Product
    act: Act
    quantity: int
    before: int
    after: int
    unit: str = ""
    problem: Problem | None = None
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Readings:
    """Every way to read a text, the one that Enter takes first; without any, why. `rest` is what a lone dash was
    typed before."""

    text: str
    rows: tuple[Reading, ...] = ()
    problem: Problem | None = None
    rest: str = ""


_NUMBER = r"(?P<mixed>[0-9]{1,4})\s+(?P<of_mixed>1/2|1/4|3/4)(?![0-9/])"
_WAYS = (
    re.compile(_NUMBER),
    re.compile(r"(?P<fraction>1/2|1/4|3/4)(?![0-9/])"),
    re.compile(r"(?P<whole>[0-9]{1,4})[.,](?P<decimals>[0-9]{1,3})(?![0-9])"),
    re.compile(r"(?P<whole>[0-9]{1,4})(?![0-9.,/])"),
)
_FRACTIONS = {"1/2": 500, "1/4": 250, "3/4": 750}
_BROKEN = re.compile(r"[0-9]+(?:[.,](?![0-9])|[.,][0-9]{4,}|/)")
_UNIT = re.compile(r"(?P<unit>kg|g|cl|l|x|\*)\s+(?P<rest>\S.*)", re.IGNORECASE | re.DOTALL)
_ONLY_NUMBER = re.compile(r"[0-9.,/\s]*(?:kg|g|cl|l|x|\*)?", re.IGNORECASE)
_SIZES = {"kg": ("mass", 1000), "g": ("mass", 1), "l": ("volume", 1000), "cl": ("volume", 10), "ml": ("volume", 1)}


def read_line(text: str, offer: Offer, quantities: Mapping[int, int]) -> Readings:
    """Every reading of `text` for a basket that holds `quantities` (by product id)."""
    text = " ".join(text.split())
    if not text:
        return Readings(text, problem=Problem.NOTHING_TYPED)
    reader = _Reader(offer, quantities)
    ways = [reader.rows(offer.is_reference(text), Act.ADD, ONE)]
    op, rest = (text[0], text[1:].strip()) if text[0] in "=+-" else ("", text)
    if op == "-":
        removable = text[1:2].isalpha()
        ways.append(reader.removals(rest) if removable else [])
        problem = Problem.NOT_IN_BASKET if removable else _dash_problem(text)
    else:
        act = Act.SET if op == "=" else Act.ADD
        ways.extend(reader.ways(rest, act))
        ways.append(reader.rows(offer.by_name(rest), act, ONE) if op else [])
        problem = _problem(rest, reader.removed_nothing)
    ways.append(reader.rows(offer.by_name(text), Act.ADD, ONE))
    rows = tuple(_best_first(ways))
    if rows:
        return Readings(text, rows)
    return Readings(text, problem=problem, rest=rest if problem is Problem.DASH else "")


def dash_answer(rest: str, text: str) -> str | None:
    """The line meant by answering "6" or "0" to a dash that was typed before `rest`; None for any other text."""
    answer = text.strip()
    return f"{answer} {rest}" if answer in ("6", "0") else None


def _dash_problem(text: str) -> Problem:
    if text[1:2].isspace():
        return Problem.DASH
    return Problem.REMOVE_SOME if text[1:2].isdigit() else Problem.NO_PRODUCT if text == "-" else Problem.NOT_FOUND


def _problem(rest: str, removed_nothing: bool) -> Problem:
    if removed_nothing:
        return Problem.NOT_IN_BASKET
    if _ONLY_NUMBER.fullmatch(rest):
        return Problem.NO_PRODUCT
    return Problem.BROKEN_NUMBER if _BROKEN.match(rest) else Problem.NOT_FOUND


def _best_first(ways: list[list[Reading]]) -> Iterator[Reading]:
    """The best row of each way, then the others, each once."""
    seen: set[tuple[int, int, Act]] = set()
    for row in [way[0] for way in ways if way] + [row for way in ways for row in way[1:]]:
        key = (row.product.id, row.after, row.act)
        if key not in seen:
            seen.add(key)
            yield row


class _Reader:
    """Turns found products into readings for one offer and basket."""

    def __init__(self, offer: Offer, quantities: Mapping[int, int]) -> None:
        self.offer = offer
        self.held = {product_id: quantity for product_id, quantity in quantities.items() if quantity > 0}
        self.removed_nothing = False

    def ways(self, rest: str, act: Act) -> Iterator[list[Reading]]:
        """The ways to read what follows the operator, but for the whole text as a reference or a name."""
        for pattern in _WAYS:
            if match := pattern.match(rest):
                yield from self._with_quantity(rest, act, _value(match), rest[match.end() :])
        if not _BROKEN.match(rest) and not _ONLY_NUMBER.fullmatch(rest):
            yield self.rows(self.offer.find(rest), act, ONE)

    def _with_quantity(self, rest: str, act: Act, quantity: int, tail: str) -> Iterator[list[Reading]]:
        query = tail.strip()
        if not query:
            return
        if unit := _UNIT.match(query):
            yield self._measured(unit["rest"], act, quantity, unit["unit"].lower())
        if tail[0].isspace():
            yield self._counted(query, act, quantity)
        else:
            yield self.rows(self.offer.by_reference(rest), act, ONE)
            yield self._counted(query, act, quantity)

    def _counted(self, query: str, act: Act, quantity: int) -> list[Reading]:
        return self.removals(query) if quantity == 0 else self.rows(self.offer.find(query), act, quantity)

    def _measured(self, query: str, act: Act, quantity: int, unit: str) -> list[Reading]:
        """What is found, first what is sold in that unit."""
        if quantity == 0:
            return self.removals(query)
        rows = self.rows(self.offer.find(query), act, quantity, unit)
        fitting = [row for row in rows if row.problem is not Problem.WRONG_UNIT]
        return fitting or rows

    def removals(self, query: str) -> list[Reading]:
        """The lines of the basket that answer to the query."""
        found = [o for o in self.offer.find(query) if o.product.id in self.held]
        self.removed_nothing = self.removed_nothing or not found
        return [Reading(o.product, Act.REMOVE, 0, self.held[o.product.id], 0) for o in found]

    def rows(self, found: Iterable[Offered], act: Act, quantity: int, unit: str = "") -> list[Reading]:
        """What each product would come to."""
        return [self._row(offered.product, act, quantity, unit) for offered in found]

    def _row(self, product: Product, act: Act, typed: int, unit: str) -> Reading:
        quantity = converted(product, typed, unit)
        before = self.held.get(product.id, 0)
        if quantity is None:
            return Reading(product, act, typed, before, before, unit, Problem.WRONG_UNIT)
        if quantity == 0 or (product.whole_only and quantity % ONE):
            return Reading(product, act, quantity, before, before, unit, Problem.WHOLE_ONLY)
        after = before + quantity if act is Act.ADD else quantity
        return Reading(product, act, quantity, before, after, unit, None, self.offer.doubtful(product.id, after))


def _value(match: re.Match[str]) -> int:
    """Thousandths of what a number says."""
    groups = match.groupdict()
    if "mixed" in groups:
        return int(groups["mixed"]) * ONE + _FRACTIONS[groups["of_mixed"]]
    if "fraction" in groups:
        return _FRACTIONS[groups["fraction"]]
    return int(groups["whole"]) * ONE + int(groups.get("decimals", "").ljust(3, "0"))


def converted(product: Product, typed: int, unit: str) -> int | None:
    """A quantity typed in a unit as the product's own, half a thousandth rounded up; None when the unit is wrong."""
    if unit in ("", "x", "*"):
        return typed
    if product.unit not in _SIZES or (product.estimated and product.estimated_weight):
        return None
    (kind, size), (own_kind, own_size) = _SIZES[unit], _SIZES[product.unit]
    if kind != own_kind:
        return None
    one = own_size * (ONE if product.estimated else product.base_quantity)
    return (2 * typed * size * ONE + one) // (2 * one)


def exact_line(text: str, offer: Offer) -> Reading:
    """What a command means by "3 TOMCB", "1,5 kg CAR" or "7 herbes": an exact reference or whole name, to be added.

    Raises `NotFound`, `Ambiguous`, and `Invalid` for a wrong unit or a quantity that cannot be sold.
    """
    text = " ".join(text.split())
    row = _exact(text, text, Act.ADD, offer, {})
    if row.quantity == 0:
        raise Invalid("quantity", text, "not_positive")
    return row


def exact_change(text: str, offer: Offer, quantities: Mapping[int, int]) -> Reading:
    """What a command means by "=2 TOMCB" (set), "2 TOMCB" (add), "0 TOMCB" or "-TOMCB" (remove) for an order that holds
    `quantities` (by product id); raises as `exact_line` does, and `Invalid` for a line to remove that is not there.
    """
    text = " ".join(text.split())
    op, rest = (text[0], text[1:].strip()) if text[:1] in ("=", "+") else ("", text)
    removed = text[1:] if text[:1] == "-" and text[1:2].isalpha() else ""
    act = Act.SET if op == "=" else Act.ADD
    row = _exact(text, f"0 {removed}" if removed else rest, act, offer, quantities)
    if row.quantity == 0:
        if row.product.id not in quantities:
            raise Invalid("quantity", text, Problem.NOT_IN_BASKET.value)
        return Reading(row.product, Act.REMOVE, 0, row.before, 0)
    return row


def _exact(said: str, text: str, act: Act, offer: Offer, quantities: Mapping[int, int]) -> Reading:
    """The reading of a quantity and an exact reference or whole name; a quantity of 0 has no problem."""
    ways = [(ONE, "", text)]
    for pattern in _WAYS:
        if match := pattern.match(text):
            query = text[match.end() :].strip()
            ways.append((_value(match), "", query))
            if unit := _UNIT.match(query):
                ways.append((_value(match), unit["unit"].lower(), unit["rest"]))
    for quantity, unit_name, query in ways:
        found = offer.is_reference(query) or offer.by_name(query)
        if len(found) > 1:
            choices = tuple(f"{o.product.name} ({o.product.catalogue_name})" for o in found)
            raise Ambiguous("product", query, choices)
        if found:
            (row,) = _Reader(offer, quantities).rows(found, act, quantity, unit_name)
            if row.problem is not None and quantity:
                raise Invalid("quantity", row.product.name, row.problem.value)
            return row
    raise NotFound("product", said)
