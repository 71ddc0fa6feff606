"""What stands under the entry line of an order: what Enter will do, the other choices, warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from screens import order_words as words
from screens.order_promotions import lowered, price_cell, told
from screens.order_sheet import Columns, Sheet, price_text, row
from screens.widgets.plain import plain
from store.distributions import DistributionCatalogue
from store.entry_line import Act, Problem, Reading, Readings
from templates.words import _, ngettext

if TYPE_CHECKING:
    from screens.order_entry import OrderEntryScreen

WARNINGS = 2
"""Lines kept for warnings under the choices, so that nothing jumps when one comes."""
OTHERS = 6
"""Rows of choices under the first."""


class Choices:
    """The lines under the entry line at one moment, for the readings of its text; `dash` is what a lone dash was typed
    before."""

    def __init__(self, screen: OrderEntryScreen, sheet: Sheet, readings: Readings, index: int, dash: str) -> None:
        self._screen = screen
        self._sheet = sheet
        self._readings = readings
        self._chosen = readings.rows[index] if index < len(readings.rows) else None
        self._others = [other for at, other in enumerate(readings.rows) if at != index]
        self._dash = dash

    def lines(self, cells: int, height: int) -> list[Content]:
        """What Enter will do, then the other choices, then warnings on the last lines."""
        below = [plain(f" ! {text}") for text in self._warnings(cells - 4)][:WARNINGS] or self._closing(cells - 4)
        shown = self._for_text(cells) if self._readings.text else self._for_empty(cells - 4, height)
        shown = shown[: height - len(below)]
        gap = [plain("")] * (height - len(shown) - len(below))
        return [*shown, *gap, *below]

    # -- while something is typed

    def _for_text(self, cells: int) -> list[Content]:
        chosen = self._chosen
        if chosen is None:
            return [plain(f"   {words.problem(self._readings)}", "bold"), *self._pasted()]
        first = words.what_enter_does(chosen)
        texts = [_differing(other, chosen) for other in self._others[:OTHERS]]
        products = [chosen.product, *(other.product for other in self._others[:OTHERS])]
        columns = Columns.for_width(cells, [first, *texts], products)
        lines = [self._first(chosen, columns, first)]
        lines += [plain(f"   {text}", "bold") for text in [words.row_problem(chosen)] if text]
        lines += [plain(f"   {text}") for text in [told(chosen.product)] if text]
        lines += self._pasted()
        return lines + [self._other(r, columns, text) for r, text in zip(self._others, texts, strict=False)]

    def _first(self, chosen: Reading, columns: Columns, text: str) -> Content:
        product = chosen.product
        currency = self._screen.house.group.currency
        line = self._sheet.basket.line(product.id)
        line = None if line is None else self._sheet.at_todays_price(line, chosen.after)
        price = line.price if line is not None else product.price
        amount = price_text(product, product.amount(chosen.after, price), currency)
        amount = f"~{amount}" if product.estimated and chosen.after else amount
        usual = lowered(product) if line is None else line.instead_of
        shown_price = price_cell(product, price, usual, currency)
        if others := len(self._others):
            # How many others there are matters more than the price, which comes again in the basket.
            shown_price = ngettext("+{n} other ↓", "+{n} others ↓", others).format(n=others)
        if chosen.problem is not None:
            return row(columns, "!", text, product, shown_price, "", "bold")
        return row(columns, "⏎", text, product, shown_price, amount, "bold")

    def _other(self, other: Reading, columns: Columns, text: str) -> Content:
        product = other.product
        currency = self._screen.house.group.currency
        amount = "" if other.problem else price_text(product, product.amount(other.after), currency)
        price = price_cell(product, product.price, lowered(product), currency)
        return row(columns, "", text, product, price, amount)

    def _pasted(self) -> list[Content]:
        waiting = self._screen.waiting
        if not waiting:
            return []
        text = ngettext("{n} more line waits: {lines}", "{n} more lines wait: {lines}", len(waiting))
        return [plain("   " + text.format(n=len(waiting), lines=" | ".join(waiting)))]

    # -- while the line is empty

    def _for_empty(self, cells: int, height: int) -> list[Content]:
        if self._dash:
            return [plain("   " + words.problem(Readings("", problem=Problem.DASH, rest=self._dash)), "bold")]
        bare = not self._sheet.lines() and not self._sheet.basket.note_hidden
        enter = _("⏎ as last time, note …") if bare else _("⏎ reads the order back")
        example = _("3 tom   1,5 kg car   1/2 pain   500 g far")
        first = enter if self._sheet.lines() else f"{enter}      {example}"
        clock = self._screen.store.clock
        closing = [plain(f"   {words.closing(c, clock, cells)}", "dim") for c in self._open_ones()]
        return [plain(f"   {first}", "dim"), *closing[: height - 1 - WARNINGS]]

    def _open_ones(self) -> list[DistributionCatalogue]:
        """The catalogues that still close: those of the order first, then those that close next."""
        clock = self._screen.store.clock
        ordered = {line.product.catalogue_id for line in self._sheet.lines()}
        closing = [
            (c.catalogue_id not in ordered, c.closes, c)
            for c in self._screen.own_catalogues()
            if c.closes is not None and not words.is_late(c, clock)
        ]
        return [c for _later, _closes, c in sorted(closing, key=lambda found: found[:2])]

    # -- what matters now

    def _closing(self, cells: int) -> list[Content]:
        """When the catalogue of the first row closes."""
        if self._chosen is None:
            return []
        catalogue = self._sheet.distribution.catalogue(self._chosen.product.catalogue_id)
        if catalogue is None or catalogue.closes is None:
            return []
        return [plain(f"   {words.closing(catalogue, self._screen.store.clock, cells)}", "dim")]

    def _warnings(self, cells: int) -> list[str]:
        """Stock that does not reach, and catalogues that are closed: of the choice, then of the basket."""
        clock, sheet, chosen = self._screen.store.clock, self._sheet, self._chosen
        found = []
        concerned: list[int] = []
        if chosen is not None:
            left = sheet.left(chosen.product.id, chosen.after)
            if left is not None and left < 0 and chosen.act is not Act.REMOVE:
                found.append(words.there_are(chosen.product, chosen.after + left))
            concerned.append(chosen.product.catalogue_id)
        for line in sheet.lines():
            left = sheet.left(line.product.id, line.quantity)
            if left is not None and left < 0 and line.quantity > line.before:
                found.append(words.short(line.product, left, line.quantity))
            if line.quantity != line.before:
                concerned.append(line.product.catalogue_id)
        for catalogue_id in dict.fromkeys(concerned):
            catalogue = sheet.distribution.catalogue(catalogue_id)
            if catalogue is not None and words.is_late(catalogue, clock):
                found.append(words.closing(catalogue, clock, cells))
        return list(dict.fromkeys(found))


def _differing(other: Reading, chosen: Reading) -> str:
    """The quantity before another choice; nothing where it is that of the first row."""
    same = other.quantity == chosen.quantity and other.act is chosen.act
    return "" if other.problem or (same and not other.before) else words.what_enter_does(other)
