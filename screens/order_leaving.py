"""Leaving an order that is not confirmed: a change is kept open or forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from screens.order_at_hand import OrderMode
from screens.widgets.plain import plain
from templates.words import _

if TYPE_CHECKING:
    from screens.order_entry import OrderEntryScreen


class LeaveMode(OrderMode):
    """A change is not confirmed: keep it open, or forget it."""

    LAYOUT = "read-back"
    ACTIONS = ("finish",)

    def prompt(self) -> str:
        return " ? "

    def keys(self) -> list[tuple[str, str]]:
        return [
            ("k", _("Keep it open and leave")),
            ("x", _("Forget the change")),
            ("c", _("Confirm")),
            (_("Enter"), _("Back")),
        ]

    def key(self, key: str, character: str | None) -> bool:
        if key in ("k", "K"):
            self.leave()
        elif key in ("x", "X"):
            forget(self.screen)
        elif key in ("c", "C", "f8"):
            self._back()
            self.screen.mode.finish()
        elif key in ("enter", "ctrl+j", "escape"):
            self._back()
        else:
            return character is not None and character.isprintable()
        return True

    def _back(self) -> None:
        from screens.order_typing import TypingMode

        self.screen.enter_mode(TypingMode(self.screen))

    def leave(self) -> None:
        self.screen.close(None, _("The change stays open; the order is as it was until it is confirmed."))

    def choices(self, cells: int, height: int) -> list[Content]:
        return [
            plain(" " + _("The change is not confirmed: the order is still as it was."), "bold"),
            *(plain(f"   {text}") for text in self.changes_told()),
            plain("   " + _("k keeps the change open and leaves, x forgets it, c confirms it, Enter goes back to it.")),
        ]


def forget(screen: OrderEntryScreen) -> None:
    """Drop the basket and leave; a confirmed order stays as it was."""
    writes, sheet = screen.writes, screen.sheet
    if writes is None or sheet is None:
        return
    change = sheet.basket.changes_order_id is not None

    def dropped(_nothing: None) -> None:
        screen.close(None, _("The change is forgotten.") if change else _("Forgotten. Nothing is ordered."))

    def failed(error: BaseException) -> None:
        screen.failed(error, None)

    screen.line.hold()
    screen.write(writes.drop, dropped, failed)
