"""The list of a catalogue's products: its columns for the width there is, and which products a text means."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import TYPE_CHECKING, cast

from textual.binding import Binding

from screens.text import fitted
from screens.widgets.table import HouseTable, cell, number
from store.folding import folded_words
from store.products import Product, reference_key
from templates.words import N_, _
from templates.words.money import plain_amount, quantity

if TYPE_CHECKING:
    from screens.products import ProductsScreen

MARK = "x"
SCROLLBAR = 1
WIDE = 100
"""Cells from which on there is room to say how each is sold; the unit tells most of it: "1 kg", "kg", "~1,8 kg"."""
MARGIN, REFERENCE, UNIT, PRICE, SOLD, STOCK = 3, 9, 9, 11, 12, 12
BOTH = 17
"""Cells of a price before and now."""
SOLD_NAMES = {"whole": N_("whole"), "decimal": N_("in parts"), "weighed": N_("weighed")}


def matches(product: Product, text: str) -> bool:
    """Whether words are each the beginning of a word of the name, or all together that of the reference."""
    words = folded_words(text)
    if not words:
        return not text.strip()
    key = reference_key(text)
    if key and reference_key(product.reference).startswith(key):
        return True
    names = folded_words(product.name)
    return all(any(name.startswith(word) for name in names) for word in words)


def stock_text(product: Product) -> str:
    """How many there are: "12", "12 each" time, nothing where nobody counts; or that it is not offered."""
    if not product.active:
        return _("not offered")
    if product.stock_kind == "none" or product.stock is None:
        return ""
    if product.stock_kind == "distribution":
        return _("{n} each").format(n=quantity(product.stock))
    return quantity(product.stock)


def _price(product: Product) -> str:
    """What it costs today; "2,50 → 2,00" while a promotion runs."""
    price = plain_amount(product.price)
    return price if product.promotion is None else f"{plain_amount(product.usual_price)} → {price}"


class ProductsTable(HouseTable):
    """Products in their order of display; above the first row is the search."""

    BINDINGS = [
        Binding(
            "enter", "select_cursor", N_("Change"), tooltip=N_("Change the product in the form"), id="products.open"
        ),
        Binding(
            "space", "screen.mark", N_("Mark"), tooltip=N_("Mark the product, or unmark; go on"), id="products.mark"
        ),
    ]

    def __init__(self, **names: str) -> None:
        """`names` are `id` and `classes`, as for any widget."""
        super().__init__(header=True, **names)
        self.cell_padding = 0
        self._wide: dict[str, int] = {}

    @property
    def products_screen(self) -> ProductsScreen:
        """The screen around it."""
        return cast("ProductsScreen", self.screen)

    def fit(self, cells: int, *, lowered: bool = False) -> bool:
        """Make the columns for a terminal of so many cells; says whether the rows have to be filled in again.

        `lowered`: there are prices that a promotion lowers, and two have to fit.
        """
        price = BOTH if lowered else PRICE
        fixed = {"reference": REFERENCE, "unit": UNIT, "price": price, "sold": SOLD if cells >= WIDE else 0}
        name = max(80, cells) - SCROLLBAR - MARGIN - STOCK - sum(fixed.values())
        wide = {"name": name, **{key: room for key, room in fixed.items() if room}}
        if wide == self._wide:
            return False
        self._wide = wide
        titles = {"name": _("Product"), "reference": _("Ref."), "unit": _("One is"), "sold": _("Sold")}
        titles["price"] = fitted(_("Price"), price - 2, right=True)
        self.clear(columns=True)
        self.add_column(cell(""), key="mark", width=MARGIN)
        for key, room in wide.items():
            self.add_column(cell(titles[key]), key=key, width=room)
        self.add_column(number(_("Stock")), key="stock", width=STOCK)
        return True

    def show(self, products: Iterable[Product], marked: Container[int]) -> None:
        """Show these products; the cursor stays on its product, else on its place."""
        self.fill((str(product.id), self._row(product, product.id in marked)) for product in products)

    def mark(self, product_id: int, marked: bool) -> None:
        """Put a mark before one product, or take it away."""
        self.update_cell(str(product_id), "mark", cell(f" {MARK}" if marked else ""))

    def _row(self, product: Product, marked: bool) -> list[object]:
        style = "" if product.active else "dim"
        said = {
            "name": product.name,
            "reference": product.reference,
            "unit": product.unit_label,
            "price": fitted(_price(product), self._wide["price"] - 2, right=True),
            "sold": _(SOLD_NAMES[product.sold]),
        }
        shown = [cell(fitted(said[key], room - 1), style) for key, room in self._wide.items()]
        return [cell(f" {MARK}" if marked else ""), *shown, number(stock_text(product), style)]

    def action_cursor_up(self) -> None:
        """One row up; above the first is the search."""
        if self.cursor_row <= 0:
            self.products_screen.action_find()
        else:
            super().action_cursor_up()
