"""Reading the order back: letters confirm it, note something, repeat the last order, undo, forget."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, TypeVar

from textual.content import Content

from screens import order_words as words
from screens.order_typing import OrderMode, TypingMode
from screens.order_writes import OrderWrites
from screens.widgets.plain import plain
from store.orders import Basket
from templates.words import _, dates, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable

    from screens.order_entry import OrderEntryScreen

T = TypeVar("T")


class ReadBackMode(OrderMode):
    """The order in words. Letters act; a digit or a sign goes back to the line and is typed there."""

    LAYOUT = "read-back"
    follows = True

    def __init__(self, screen: OrderEntryScreen) -> None:
        super().__init__(screen)
        self._asked = False

    def prompt(self) -> str:
        return " ? "

    def keys(self) -> list[tuple[str, str]]:
        return [
            ("c", _("Confirm")),
            ("n", _("Note")),
            ("l", _("As last time")),
            ("z", _("Undo")),
            ("x", _("Forget")),
            (_("Enter"), _("Back")),
            ("F1", _("Help")),
        ]

    def key(self, key: str, character: str | None) -> bool:
        asked, self._asked = self._asked, False
        if key in ("enter", "ctrl+j", "escape", "backspace", "up", "down"):
            self._back()
        elif key in ("c", "C", "f8"):
            self.finish()
        elif key in ("n", "N"):
            self.screen.enter_mode(NoteMode(self.screen))
        elif key in ("l", "L"):
            self._change(lambda: self._writes.repeat_last())
        elif key in ("z", "Z"):
            self._undo()
        elif key in ("x", "X"):
            self._forget(asked)
        elif character is not None and (character in "=+-" or ("0" <= character <= "9")):
            self._back()
            return False
        else:
            return character is not None and character.isprintable()
        return True

    @property
    def _writes(self) -> OrderWrites:
        writes = self.screen.writes
        if writes is None:
            raise LookupError("no order is open")
        return writes

    def _back(self) -> None:
        self.screen.enter_mode(TypingMode(self.screen))

    def pasted(self, lines: list[str]) -> None:
        self._back()
        self.screen.mode.pasted(lines)

    def _change(self, work: Callable[[], Basket]) -> None:
        def done(basket: Basket) -> None:
            self.sheet.basket = basket
            self.screen.show()

        self.screen.change_basket(work, done)

    def _undo(self) -> None:
        if self.sheet.basket.entries or self.sheet.pending:
            self._change(lambda: self._writes.undo())
        else:
            self.screen.say(_("There is nothing to undo."))

    def _forget(self, asked: bool) -> None:
        """Forget the basket; asks once when something is lost."""
        lines = sum(line.quantity != line.before for line in self.sheet.lines())
        if lines and not asked:
            self._asked = True
            text = ngettext("x once more forgets {n} line.", "x once more forgets {n} lines.", lines)
            self.screen.warn(text.format(n=lines))
            return
        forget(self.screen)

    def choices(self, cells: int, height: int) -> list[Content]:
        sheet, loaded = self.sheet, self.screen.loaded
        name = (
            " ".join(part for p in loaded.member.people[:1] for part in (p.first_name, p.last_name)) if loaded else ""
        )
        d = sheet.distribution
        title = _("Read back to {name}, {day}, {start} to {end}, {place}").format(
            name=name, day=dates.day_long(d.day), start=d.starts_at, end=d.ends_at, place=d.place
        )
        lines = sheet.lines()
        totals: dict[str, int] = {}
        for line in lines:
            if line.quantity:
                totals[line.product.currency] = totals.get(line.product.currency, 0) + line.amount
        texts = [words.read_back(lines, totals)]
        if sheet.basket.changes_order_id is not None:
            texts.append(words.changes(lines))
        if sheet.basket.note:
            texts.append(_("Note: {note}").format(note=sheet.basket.note))
        clock = self.screen.store.clock
        touched = dict.fromkeys(line.product.catalogue_id for line in lines if line.quantity != line.before)
        late = [c for c in map(sheet.distribution.catalogue, touched) if c is not None and words.is_late(c, clock)]
        texts += [f"! {words.closing(c, clock)}" for c in late]
        wrapped = [part for text in texts for part in textwrap.wrap(text, max(20, cells - 6))]
        return [plain(f" {title}", "bold"), *(plain(f"   {part}") for part in wrapped)]


class NoteMode(OrderMode):
    """A note that goes with the order; Enter keeps it."""

    LAYOUT = "order"
    ACTIONS = ()

    def __init__(self, screen: OrderEntryScreen) -> None:
        super().__init__(screen)
        screen.line.put(self.sheet.basket.note)

    def keeps(self) -> bool:
        return " ".join(self.screen.line.value.split()) != self.sheet.basket.note

    def keep(self) -> None:
        writes, text = self.screen.writes, self.screen.line.value
        if writes is not None and self.keeps():
            self.screen.house.writer.submit(lambda: writes.note(text))

    def prompt(self) -> str:
        return " " + _("Note > ")

    def keys(self) -> list[tuple[str, str]]:
        return [(_("Enter"), _("Keep the note")), (_("Esc"), _("Back without"))]

    def key(self, key: str, character: str | None) -> bool:
        if key == "escape":
            self._back()
            return True
        return key == "f8"

    def enter(self, text: str) -> None:
        writes = self.screen.writes
        if writes is None or not self.keeps():
            self._back()
            return

        def kept(basket: Basket) -> None:
            self.sheet.basket = basket
            self._back()

        self.screen.change_basket(lambda: writes.note(text), kept)

    def _back(self) -> None:
        self.screen.enter_mode(ReadBackMode(self.screen))
        self.screen.line.put("")

    def leave(self) -> None:
        self._back()


class LeaveMode(OrderMode):
    """A change is not confirmed: keep it open, or forget it."""

    LAYOUT = "read-back"

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
            self.screen.close(None, _("The change stays open; the order is as it was until it is confirmed."))
        elif key in ("x", "X"):
            forget(self.screen)
        elif key in ("c", "C", "f8"):
            self.screen.enter_mode(TypingMode(self.screen))
            self.finish()
        elif key in ("enter", "ctrl+j", "escape"):
            self.screen.enter_mode(TypingMode(self.screen))
        else:
            return character is not None and character.isprintable()
        return True

    def leave(self) -> None:
        self.screen.close(None, _("The change stays open; the order is as it was until it is confirmed."))

    def choices(self, cells: int, height: int) -> list[Content]:
        return [
            plain(" " + _("The change is not confirmed: the order is still as it was."), "bold"),
            plain("   " + words.changes(self.sheet.lines())),
            plain("   " + _("k keeps the change open and leaves, x forgets it, c confirms it, Enter goes back to it.")),
        ]


def forget(screen: OrderEntryScreen) -> None:
    """Drop the basket and leave; a confirmed order stays as it was."""
    writes = screen.writes
    if writes is None:
        return

    def dropped(_nothing: None) -> None:
        screen.close(
            None, _("Forgotten. Nothing is ordered.") if not _change(screen) else _("The change is forgotten.")
        )

    def failed(error: BaseException) -> None:
        screen.failed(error, None)

    screen.line.hold()
    screen.write(writes.drop, dropped, failed)


def _change(screen: OrderEntryScreen) -> bool:
    return screen.sheet is not None and screen.sheet.basket.changes_order_id is not None
