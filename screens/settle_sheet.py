"""What is to be weighed at a distribution as the screen holds it: the lines in order, and what is being stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from store.folding import folded_words
from store.products import amount

if TYPE_CHECKING:
    from store.orders import Order, Weighed

Key = tuple[int, int]
"""The ids of an order and a product."""


@dataclass(slots=True)
class SettleLine:
    """One weighed product of one order.

    While it is `being_stored` (so many times), `weight` is what was typed last; `refused` is the text that the store
    did not take.
    """

    found: Weighed
    weight: int | None
    words: tuple[str, ...]
    being_stored: int = 0
    refused: str = ""

    @property
    def key(self) -> Key:
        """The ids of its order and product."""
        return self.found.order_id, self.found.product.id

    @property
    def row(self) -> str:
        """Its key in the list."""
        return f"{self.found.order_id}-{self.found.product.id}"

    @property
    def estimate(self) -> int:
        """Cents by the estimated weight."""
        found = self.found
        return found.amount if found.settled_weight is None else amount(found.estimated_weight, found.price)

    @property
    def amount(self) -> int:
        """Cents by what is known now."""
        if self.weight == self.found.settled_weight:
            return self.found.amount
        return self.estimate if self.weight is None else amount(self.weight, self.found.price)

    def answers(self, wanted: Iterable[str]) -> bool:
        """Whether each of these folded words begins a word of the member's or the product's name."""
        return all(any(word.startswith(part) for word in self.words) for part in wanted)


class SettleSheet:
    """The lines by member or by product, with a mark on the one that is weighed next."""

    def __init__(self) -> None:
        self.lines: list[SettleLine] = []
        self.by_product = False
        self.marked: Key | None = None

    def load(self, found: Iterable[Weighed]) -> None:
        """Take what is stored now; what is on its way to the store, or was refused, stays as it was typed."""
        before = {line.key: line for line in self.lines}
        place = self.place
        self.lines = []
        for weighed in found:
            words = tuple(folded_words(f"{weighed.member} {weighed.product.name} {weighed.product.reference}"))
            line = SettleLine(weighed, weighed.settled_weight, words)
            old = before.get(line.key)
            if old is not None:
                line.being_stored, line.refused = old.being_stored, old.refused
                line.weight = old.weight if old.being_stored else line.weight
            self.lines.append(line)
        self._sort()
        if self.current is None and self.lines:
            self.marked = self.lines[min(place, len(self.lines) - 1)].key

    def _sort(self) -> None:
        """By member the lines come as the store has them, alphabetically; by product each product's together."""
        names = {line.key: number for number, line in enumerate(self.lines)}
        if self.by_product:
            self.lines.sort(key=lambda line: (folded_words(line.found.product.name), line.found.product.id))
        else:
            self.lines.sort(key=lambda line: (folded_words(line.found.member), line.found.member_id, names[line.key]))

    def turn(self) -> None:
        """By product instead of by member, or back."""
        self.by_product = not self.by_product
        self._sort()

    # -- the mark

    @property
    def place(self) -> int:
        """Where the mark is; 0 where there is none."""
        return next((number for number, line in enumerate(self.lines) if line.key == self.marked), 0)

    @property
    def current(self) -> SettleLine | None:
        """The marked line."""
        return self.line(self.marked)

    def line(self, key: Key | None) -> SettleLine | None:
        """The line with this key, if it is still there."""
        return next((line for line in self.lines if line.key == key), None)

    def step(self, by: int) -> None:
        """Mark a line above or below."""
        if self.lines:
            self.marked = self.lines[max(0, min(self.place + by, len(self.lines) - 1))].key

    def next_unweighed(self) -> bool:
        """Mark the next line that is still an estimate; after the last one the first. False where there is none."""
        start = self.place
        for line in [*self.lines[start + 1 :], *self.lines[:start]]:
            if line.weight is None:
                self.marked = line.key
                return True
        return False

    def mark_unweighed(self, order_id: int | None = None) -> None:
        """Mark the first line, of one order where one is named, that is still an estimate; else its first line."""
        lines = [line for line in self.lines if order_id in (None, line.found.order_id)] or self.lines
        chosen = next((line for line in lines if line.weight is None), lines[0] if lines else None)
        self.marked = None if chosen is None else chosen.key

    def find(self, text: str) -> list[SettleLine]:
        """The lines whose member or product answers to a text, those still to be weighed first."""
        wanted = folded_words(text)
        found = [line for line in self.lines if wanted and line.answers(wanted)]
        return sorted(found, key=lambda line: line.weight is not None)

    # -- storing

    def put(self, line: SettleLine, weight: int | None) -> None:
        """A weight is on its way to the store."""
        line.weight, line.refused = weight, ""
        line.being_stored += 1

    def stored(self, key: Key, order: Order) -> None:
        """The store has taken it; `order` is how it stands."""
        now = {line.product.id: line for line in order.lines}
        for line in self.lines:
            if line.found.order_id != key[0]:
                continue
            line.being_stored -= line.key == key
            if order.vouchers:
                line.found = replace(line.found, to_pay=order.to_pay, estimated=order.estimated)
            if (is_now := now.get(line.key[1])) is not None:
                line.found = replace(line.found, settled_weight=is_now.settled_weight, amount=is_now.amount)
            if not line.being_stored:
                line.weight = line.found.settled_weight

    def refuse(self, key: Key, text: str) -> SettleLine | None:
        """The store did not take it: the line is as it was, with the text kept."""
        line = self.line(key)
        if line is not None:
            line.being_stored -= 1
            line.refused = text
            if not line.being_stored:
                line.weight = line.found.settled_weight
        return line

    # -- when a newer program goes on here

    def hand_over(self, weight: str) -> dict[str, Any]:
        """The marked line with the weight that is typed for it, and the weights that the store did not take."""
        refused = [[list(line.key), line.refused] for line in self.lines if line.refused]
        return {"marked": self.marked and list(self.marked), "weight": weight, "refused": refused}

    def take_over(self, typed: Mapping[str, Any]) -> tuple[str, list[str]]:
        """Mark the line again; returns the weight typed for it, and the texts of lines that are gone."""
        lost = []
        for key, text in typed.get("refused", ()):
            if (line := self.line(tuple(key))) is not None:
                line.refused = text
            else:
                lost.append(text)
        weight, marked = typed.get("weight", ""), typed.get("marked")
        if marked is None or self.line(tuple(marked)) is None:
            return "", [text for text in (*lost, weight) if text]
        self.marked = tuple(marked)
        return weight, lost

    # -- figures

    @property
    def weighed(self) -> int:
        """How many lines have been weighed."""
        return sum(line.weight is not None for line in self.lines)

    def totals(self) -> tuple[dict[str, int], dict[str, int]]:
        """Cents per currency by the estimates alone, and by what is known now."""
        estimated: dict[str, int] = {}
        known: dict[str, int] = {}
        for line in self.lines:
            currency = line.found.currency
            estimated[currency] = estimated.get(currency, 0) + line.estimate
            known[currency] = known.get(currency, 0) + line.amount
        return estimated, known
