"""An order on the screen: what is stored, what is being stored, and how its rows are drawn."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from textual.content import Content

from screens.order_promotions import price_cell
from screens.order_words import is_late
from screens.text import fitted, width
from screens.widgets.plain import plain
from store.clock import Clock
from store.distributions import Distribution
from store.entry_line import Offer
from store.order_records import totals_of
from store.orders import Basket, Entry, OrderLine
from store.products import Product
from templates.words.money import money, plain_amount, quantity

MARK, UNIT, PRICE, AMOUNT = 3, 8, 8, 11
NARROW = 44
"""Cells for the name and the catalogue at 80 columns."""
CATALOGUE = 10
"""Cells that the catalogue keeps beside a long name."""


class Sheet:
    """The basket as the operator sees it: the stored one, with the entries on their way to it."""

    def __init__(self, basket: Basket, distribution: Distribution, offer: Offer, clock: Clock) -> None:
        self.basket = basket
        self.distribution = distribution
        self.offer = offer
        self._clock = clock
        self.pending: deque[tuple[Entry, ...]] = deque()
        """What is on its way to the file: the entries of each write, the oldest first."""
        self._entered: list[tuple[Entry, ...]] = []

    def quantities(self) -> dict[int, int]:
        """What the basket holds, by product."""
        held = {line.product.id: line.quantity for line in self.basket.lines}
        return held | {entry.product_id: entry.after for entry in self._under_way()}

    def _under_way(self) -> list[Entry]:
        return [entry for entries in self.pending for entry in entries]

    def lines(self) -> list[OrderLine]:
        """The basket's lines with what is being stored."""
        lines = {line.product.id: line for line in self.basket.lines}
        for entry in self._under_way():
            line = self.at_todays_price(lines.get(entry.product_id) or self._new_line(entry.product_id), entry.after)
            amount = line.product.amount(entry.after, line.price)
            lines[entry.product_id] = replace(line, quantity=entry.after, amount=amount)
        return [line for line in lines.values() if line.quantity or line.before]

    def _new_line(self, product_id: int) -> OrderLine:
        product = self.product(product_id)
        promotion_id = product.promotion_id
        return OrderLine(
            product, 0, product.price, 0, product.estimated, late=False, entered_by=None, promotion_id=promotion_id
        )

    def at_todays_price(self, line: OrderLine, wanted: int) -> OrderLine:
        """The line as it will be stored where `wanted` of it is entered: a promotion of today lowers its price."""
        offered = self.offer.get(line.product.id)
        if offered is None or offered.product.promotion is None or wanted == line.before:
            return line
        product, promotion = offered.product, offered.product.promotion
        return line if product.price >= line.price else replace(line, price=product.price, promotion_id=promotion.id)

    def product(self, product_id: int) -> Product:
        """A product of the offer or of the basket."""
        if offered := self.offer.get(product_id):
            return offered.product
        line = self.basket.line(product_id)
        if line is None:
            raise LookupError(product_id)
        return line.product

    def totals(self) -> dict[str, int]:
        """Cents by currency of what is on the sheet."""
        return totals_of(self.lines())

    def is_pending(self, product_id: int) -> bool:
        """Whether the product's line is not stored yet."""
        return any(entry.product_id == product_id for entry in self._under_way())

    def enter(self, *entries: Entry) -> None:
        """Show entries that one write takes into the basket."""
        self.pending.append(entries)
        self._entered.append(entries)

    def undo(self, *, one: bool = False) -> str | None:
        """Show what was entered last as taken back (all that was entered together, unless `one`), and return its text.

        None where it was entered before this sheet was read: then only the file knows it.
        """
        if not self._entered:
            return None
        entries = self._entered.pop()
        if one and len(entries) > 1:
            self._entered.append(entries[:-1])
            entries = entries[-1:]
        self.pending.append(tuple(Entry(e.text, e.product_id, e.after, e.before) for e in reversed(entries)))
        return entries[-1].text

    def repeat(self, lines: Iterable[OrderLine]) -> bool:
        """Show what was ordered last time as entered, as far as it is offered; False where nothing of it is."""
        held = self.quantities()
        entries = []
        for line in lines:
            before = held.get(line.product.id, 0)
            if line.quantity and self.offer.get(line.product.id) is not None:
                text = f"{line.quantity / 1000:g} {line.product.reference or line.product.name}"
                entries.append(Entry(text, line.product.id, before, before + line.quantity))
        if entries:
            self.enter(*entries)
        return bool(entries)

    def stored(self, basket: Basket) -> None:
        """What waited longest is stored: the basket is this one now."""
        if self.pending:
            self.pending.popleft()
        self.basket = basket

    def late(self, catalogue_id: int) -> bool:
        """Whether a line of this catalogue would be late now."""
        return is_late(self.distribution.catalogue(catalogue_id), self._clock)

    def left(self, product_id: int, wanted: int) -> int | None:
        """What would be left of the stock if the basket held `wanted`; None where no stock is kept."""
        line = self.basket.line(product_id)
        offered = self.offer.get(product_id)
        left = line.left if line is not None else offered.left if offered is not None else None
        if left is None:
            return None
        before = line.before if line is not None else 0
        held = line.quantity if line is not None else 0
        return left + max(0, held - before) - max(0, wanted - before)

    @property
    def touched(self) -> bool:
        """Whether confirming would change anything."""
        return any(line.quantity != line.before for line in self.lines())


@dataclass(frozen=True)
class Columns:
    """How wide each column is on a screen of `cells`."""

    amount_of: int
    name: int
    catalogue: int

    @classmethod
    def for_width(cls, cells: int, texts: Sequence[str], products: Iterable[Product]) -> Columns:
        """Columns that fill the screen, with a first one for these quantities; a long name takes cells from the
        catalogue: two products that begin alike are told apart."""
        amount_of = max(4, *(width(text) + 1 for text in texts)) if texts else 4
        rest = max(NARROW // 2, cells - 1 - MARK - UNIT - PRICE - AMOUNT - amount_of)
        longest = max((width(product.name) + 1 for product in products), default=0)
        catalogue = max(CATALOGUE, min(30, rest * 19 // 44, rest - longest))
        return cls(amount_of, rest - catalogue, catalogue)


def row(
    columns: Columns, mark: str, amount_of: str, product: Product, price: str, amount: str, style: str = ""
) -> Content:
    """One line of an order or of a choice; a long price or amount takes cells from the catalogue, then the name."""
    more = max(0, width(price) + 1 - PRICE)
    longer = max(0, width(amount) + 1 - AMOUNT)
    catalogue = columns.catalogue - 1 - more - longer
    text = (
        f" {mark:<{MARK - 1}}{fitted(amount_of, columns.amount_of)}"
        f"{fitted(product.name, columns.name - 1 + min(0, catalogue))} "
        f"{fitted(product.unit_label, UNIT - 1)} "
        f"{fitted(product.catalogue_name, max(0, catalogue))} "
        f"{fitted(price, PRICE + more, right=True)}{fitted(amount, AMOUNT + longer, right=True)}"
    )
    return plain(text, style)


def price_text(product: Product, cents: int, currency: str) -> str:
    """A price or amount; with its sign only where it is not in the group's currency."""
    return plain_amount(cents) if product.currency == currency else money(cents, product.currency)


def basket_rows(sheet: Sheet, cells: int, currency: str) -> list[Content]:
    """Every line of the basket: marked when it is late or short, `3 → 2` where it changes a confirmed order."""
    lines = sheet.lines()
    change = sheet.basket.changes_order_id is not None
    texts = [_quantity_text(line, change) for line in lines]
    columns = Columns.for_width(cells, texts, (line.product for line in lines))
    rows = []
    for line, text in zip(lines, texts, strict=True):
        product = line.product
        left = sheet.left(product.id, line.quantity)
        attention = (line.quantity != line.before and sheet.late(product.catalogue_id)) or (
            left is not None and left < 0
        )
        mark = "…" if sheet.is_pending(product.id) else "!" if attention else ""
        amount = price_text(product, line.amount, currency)
        amount = f"~{amount}" if line.estimated and line.quantity else amount
        price = price_cell(product, line.price, line.instead_of, currency)
        rows.append(row(columns, mark, text, product, price, amount))
    return rows


def _quantity_text(line: OrderLine, change: bool) -> str:
    if change and line.quantity != line.before:
        return f"{quantity(line.before)} → {quantity(line.quantity)}"
    return quantity(line.quantity)
