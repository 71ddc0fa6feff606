"""What is written to an order in a sentence: the note that goes with it, and why it is cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.content import Content

from screens.order_at_hand import OrderMode
from screens.widgets.plain import plain
from store.orders import Basket
from templates.words import _, ngettext

if TYPE_CHECKING:
    from screens.order_entry import OrderEntryScreen


class SentenceMode(OrderMode):
    """A sentence is typed in the line; Escape goes back to the order that is read back."""

    ACTIONS = ()

    def key(self, key: str, character: str | None) -> bool:
        if key == "escape":
            self.back()
            return True
        return key == "f8"

    def back(self) -> None:
        """Read the order back again."""
        from screens.read_back import ReadBackMode

        self.screen.enter_mode(ReadBackMode(self.screen))
        self.screen.line.put("")

    def leave(self) -> None:
        self.back()


class NoteMode(SentenceMode):
    """A note that goes with the order; Enter keeps it."""

    def __init__(self, screen: OrderEntryScreen) -> None:
        super().__init__(screen)
        screen.line.put(self.sheet.basket.note)

    def keeps(self) -> bool:
        return " ".join(self.screen.line.value.split()) != self.sheet.basket.note

    def keep(self) -> None:
        writes, text = self.writes, self.screen.line.value
        if self.keeps():
            self.screen.house.writer.submit(lambda: writes.note(text))

    def hand_over(self) -> dict[str, Any]:
        """It is kept as the order's note."""
        return {}

    def prompt(self) -> str:
        return " " + _("Note > ")

    def keys(self) -> list[tuple[str, str]]:
        return [(_("Enter"), _("Keep the note")), (_("Esc"), _("Back without"))]

    def enter(self, text: str) -> None:
        if not self.keeps():
            self.back()
            return

        def kept(basket: Basket) -> None:
            self.sheet.basket = basket
            self.back()

        writes = self.writes
        self.screen.change_basket(lambda: writes.note(text), kept)


class CancelMode(SentenceMode):
    """Why the order is cancelled; Enter cancels it."""

    def prompt(self) -> str:
        return " " + _("Cancel the order, because > ")

    def keys(self) -> list[tuple[str, str]]:
        return [(_("Enter"), _("Cancel the order")), (_("Esc"), _("Back"))]

    def choices(self, cells: int, height: int) -> list[Content]:
        lines = sum(line.before > 0 for line in self.sheet.lines())
        text = ngettext(
            "⏎ takes the {n} line out of the order, and keeps the reason.",
            "⏎ takes all {n} lines out of the order, and keeps the reason.",
            lines,
        )
        return [plain(f"   {text.format(n=lines)}", "bold")]

    def keeps(self) -> bool:
        return bool(self.screen.line.value.strip())

    def keep(self) -> None:
        """A reason without Enter cancels nothing, and an order line it is not."""

    def hand_over(self) -> dict[str, Any]:
        return {"said": self.screen.line.value}

    def enter(self, text: str) -> None:
        reason = " ".join(text.split())
        if not reason:
            self.screen.warn(_("Nothing is cancelled: a reason is needed."))
            return
        name = self.screen.loaded.member.name if self.screen.loaded is not None else ""

        def cancelled(_order: object) -> None:
            self.screen.close(None, _("The order of {name} is cancelled.").format(name=name))

        def failed(error: BaseException) -> None:
            self.back()
            self.screen.failed(error, None)

        writes = self.writes
        self.screen.line.hold()
        self.screen.write(lambda: writes.cancel(reason), cancelled, failed)
