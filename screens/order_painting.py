"""How an order at the desk is drawn: only what has changed, once the keys that came together are through."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import Static

from screens.order_sheet import basket_rows
from screens.order_vouchers import header, left_to_pay
from screens.order_words import caller_line, last_time, total_text
from screens.text import fitted, width
from screens.widgets.plain import plain
from templates.words import _, ngettext

if TYPE_CHECKING:
    from screens.order_entry import OrderEntryScreen

CHOICES = 7
"""Lines under the entry line before the screen is laid out."""


class Part(Widget):
    """Lines, of which only those that have changed are drawn again: over a slow line each byte counts."""

    def __init__(self, **names: str) -> None:
        """`names` are `id` and `classes`, as for any widget."""
        super().__init__(**names)  # type: ignore[arg-type]
        self.lines: list[Content] = []

    def show(self, lines: list[Content]) -> None:
        """Show other lines."""
        before, self.lines = self.lines, lines
        both = list(zip_longest(before, lines))[: self.size.height]
        changed = [Region(0, y, self.size.width, 1) for y, (was, now) in enumerate(both) if not _same(was, now)]
        if changed:
            self.refresh(*changed)

    def render(self) -> RenderResult:
        return Content("\n").join(self.lines)

    def on_resize(self) -> None:
        """Draw for the new height."""
        from screens.order_entry import OrderEntryScreen

        if isinstance(self.screen, OrderEntryScreen):
            self.screen.show()


def _same(one: Content | None, other: Content | None) -> bool:
    return one is not None and other is not None and one.plain == other.plain and one.spans == other.spans


class Painting:
    """Draws the parts of the screen from what the screen and its mode know."""

    def __init__(self, screen: OrderEntryScreen) -> None:
        self._screen = screen
        self._drawn: dict[str, object] = {}
        self._waits = False
        self._first_row = 0

    def later(self) -> None:
        """Draw what has changed, once the keys that came together are through."""
        if not self._waits:
            self._waits = True
            self._screen.call_later(self._paint)

    def scroll(self, rows: int) -> None:
        """Show rows further up, or (below 0) further down."""
        sheet = self._screen.sheet
        total = len(sheet.lines()) if sheet is not None else 0
        self._first_row = max(0, min(total, self._first_row + rows))
        self.later()

    def _paint(self) -> None:
        screen = self._screen
        self._waits = False
        if not screen.is_mounted or not screen.query("#choices"):
            return
        self._draw("#prompt", plain(screen.mode.prompt()), layout=True)
        self._draw("#caller", plain(f" {self._caller_text()}"))
        self._draw("#total", plain(self._total_text()), layout=True)
        rows, choices = screen.query_one("#order-rows", Part), screen.query_one("#choices", Part)
        rows.show(self._rows(rows.size.height))
        choices.show(screen.mode.choices(screen.size.width, choices.size.height or CHOICES))

    def _draw(self, name: str, content: Content, *, layout: bool = False) -> None:
        """Draw a part again if it has changed."""
        shown = (content.plain, tuple(content.spans))
        if self._drawn.get(name) != shown:
            self._drawn[name] = shown
            self._screen.query_one(name, Static).update(content, layout=layout)

    def _caller_text(self) -> str:
        loaded = self._screen.loaded
        if loaded is None:
            return self._screen.mode.caption()
        known = caller_line(loaded.member, loaded.orders, loaded.last_day)
        if voucher := header(loaded.vouchers):
            room = self._screen.size.width - 3 - width(voucher)
            return f"{fitted(known, max(0, min(room, width(known) + 2)))} {voucher}"
        return known

    def _total_text(self) -> str:
        sheet = self._screen.sheet
        if sheet is None:
            return ""
        lines = [line for line in sheet.lines() if line.quantity]
        counted = ngettext("{n} line", "{n} lines", len(lines)).format(n=len(lines))
        estimated = any(line.estimated for line in lines)
        currency, totals = self._screen.house.group.currency, sheet.totals()
        total = total_text(totals, currency, estimated=estimated)
        if not sheet.basket.vouchers:
            return f"{counted}    {total} "
        left = total_text(left_to_pay(sheet.basket.vouchers, totals), currency, estimated=estimated)
        return f"{counted}  {total}  {_('to pay {amount}').format(amount=left)} "

    def _rows(self, height: int) -> list[Content]:
        """As many of the last rows as fit; the first says how many are above. Under them, what came last time."""
        screen = self._screen
        if screen.sheet is None:
            return []
        rows = basket_rows(screen.sheet, screen.size.width, screen.house.group.currency)
        if height <= 0 or len(rows) <= height:
            self._first_row = 0
            last = screen.loaded.last if screen.loaded is not None else None
            if last is not None and len(rows) < height:
                gap = [plain("")] * (height - len(rows) - 1)
                rows += [*gap, plain(f"   {last_time(last)}", "dim")]
            return rows
        last_first = len(rows) - height + 1
        first = max(0, last_first - self._first_row) if self._first_row else last_first
        above = plain("   " + _("↑ {n} more above (PgUp)").format(n=first), "dim")
        return [above, *rows[first : first + height - 1]] if first else rows[:height]
