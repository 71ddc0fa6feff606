"""There is less than is ordered: asked once, then the stock goes below zero."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.content import Content

from screens import order_words as words
from screens.order_at_hand import OrderMode
from screens.widgets.plain import plain
from store.errors import StockShort
from templates.words import _
from templates.words.money import quantity

if TYPE_CHECKING:
    from screens.order_entry import OrderEntryScreen


class QuestionMode(OrderMode):
    """What keeps the order from being confirmed as it is; c again confirms all the same.

    Who types on without looking is not taken by surprise: letters after another letter, up to the next Enter, are
    dropped.
    """

    LAYOUT = "read-back"
    follows = True
    ACTIONS = ("finish",)

    def __init__(self, screen: OrderEntryScreen) -> None:
        super().__init__(screen)
        self._strays = False

    def prompt(self) -> str:
        return " ? "

    def key(self, key: str, character: str | None) -> bool:
        if key == "f8" or (key in ("c", "C") and not self._strays):
            self.finish()
        elif key == "escape" or (key in ("enter", "ctrl+j", "up") and not self._strays):
            from screens.order_typing import TypingMode

            self.screen.enter_mode(TypingMode(self.screen))
        else:
            self._strays = key not in ("enter", "ctrl+j") and (self._strays or bool(character))
        return True

    def overtaken(self) -> None:
        """The order as it is now may need no question: it is read back, and what was typed ahead is no answer."""
        from screens.read_back import ReadBackMode

        self.screen.drop_typed()
        self.screen.enter_mode(ReadBackMode(self.screen))

    def pasted(self, lines: list[str]) -> None:
        """A paste is no answer."""


class ShortMode(QuestionMode):
    """What there is too little of; c again confirms all the same."""

    def __init__(self, screen: OrderEntryScreen, error: StockShort, *, vouchers_off: bool = False) -> None:
        super().__init__(screen)
        self._short = error
        self._vouchers_off = vouchers_off

    def keys(self) -> list[tuple[str, str]]:
        return [("c", _("Confirm all the same")), (_("Enter"), _("Back to the order")), ("F3", _("Leave"))]

    def finish(self) -> None:
        self.confirm(short=True, vouchers_off=self._vouchers_off)

    def choices(self, cells: int, height: int) -> list[Content]:
        then = _("c again confirms all the same; Enter goes back to the order.")
        return short_lines(self._short, self.sheet.quantities(), height, then)


def short_lines(short: StockShort, ordered: Mapping[int, int], height: int, then: str) -> list[Content]:
    """What there is too little of, with what is `ordered` of it where that is known, and what can be done."""
    lines = []
    for product_id, name, had in short.short:
        text = _("{name}: {n} ordered, {there}") if product_id in ordered else _("{name}: {there}")
        n = quantity(ordered.get(product_id, 0))
        lines.append(text.format(name=name, n=n, there=words.how_many_left(had)))
    room = height - 2
    more = len(lines) - room
    shown = lines if more <= 0 else [*lines[: room - 1], _("and {n} more").format(n=more + 1)]
    return [
        plain(" ! " + _("There is not enough. Nothing is done yet."), "bold"),
        *(plain(f"   {line}") for line in shown),
        plain(f"   {then}", "bold"),
    ]
