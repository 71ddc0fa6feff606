"""The entry line of an order: what each line typed means, stored as soon as it is entered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from screens import order_words as words
from screens.order_at_hand import OrderMode
from screens.order_choices import Choices
from store.entry_line import Problem, Reading, Readings, dash_answer, read_line
from store.orders import Basket, Entry
from templates.words import _, ngettext

if TYPE_CHECKING:
    from screens.order_entry import OrderEntryScreen


class TypingMode(OrderMode):
    """One line for each product."""

    follows = True

    def __init__(self, screen: OrderEntryScreen) -> None:
        super().__init__(screen)
        self._readings = Readings("")
        self._index = 0
        self._asked = ""
        self._dash = ""
        self._leaving = False

    def keys(self) -> list[tuple[str, str]]:
        if self.screen.line.value.strip():
            return [
                (_("Enter"), _("Take it")),
                ("↓", _("Other")),
                ("=n", _("Replace")),
                ("0 x", _("Remove")),
                (_("Esc"), _("Clear")),
                ("F1", _("Help")),
            ]
        return [
            (_("Enter"), _("Read back")),
            ("↑", _("Correct the last")),
            ("F8", _("Confirm")),
            ("F3", _("Leave")),
            ("F1", _("Help")),
        ]

    # -- keys

    def key(self, key: str, character: str | None) -> bool:
        text = self.screen.line.value
        if self.returned and key not in ("enter", "ctrl+j"):
            self.returned = False
            if character is not None and character.isprintable():
                # Who types on without looking must not type into it: it waits until this line is entered.
                self.screen.waiting.appendleft(text)
                self.screen.line.put("")
                return False
        if key == "down" and text.strip():
            self._move(1)
        elif key == "up" and text.strip():
            self._move(-1)
        elif key == "up":
            self._take_back()
        elif key in ("pageup", "pagedown"):
            self.screen.painting.scroll(5 if key == "pageup" else -5)
        elif key == "f8":
            self.finish()
        elif key == "escape" and (text or self.screen.waiting):
            self._clear()
        elif key == "escape":
            self.leave()
        else:
            return False
        return True

    def changed(self, text: str) -> None:
        had, has = bool(self._readings.text), bool(text.strip())
        self._readings = read_line(text, self.sheet.offer, self.sheet.quantities())
        self._index = 0
        self._asked = ""
        self._leaving = self.returned = False
        if had != has:
            self.screen.enter_mode(self)
        self.screen.show()

    def _move(self, step: int) -> None:
        if self._readings.rows:
            self._index = (self._index + step) % len(self._readings.rows)
            self._asked = ""
            self.screen.show()

    def _clear(self) -> None:
        dropped = len(self.screen.waiting)
        self.screen.waiting.clear()
        self._dash = ""
        self.screen.line.put("")
        if dropped:
            self._keep_waiting()
            text = ngettext("{n} waiting line is left out.", "{n} waiting lines are left out.", dropped)
            self.screen.say(text.format(n=dropped))

    def enter(self, text: str) -> None:
        """Take what the text means for the basket of this moment, whatever was drawn last."""
        if self._dash:
            text, self._dash = dash_answer(self._dash, text) or text, ""
        if not text.strip():
            self._read_back()
            return
        readings = read_line(text, self.sheet.offer, self.sheet.quantities())
        if not readings.rows:
            self._refuse(readings)
            return
        chosen = readings.rows[self._index if self._index < len(readings.rows) else 0]
        if chosen.problem is not None:
            self.screen.warn(words.row_problem(chosen))
        elif chosen.doubtful and self._asked != text:
            self._asked = text
            self.screen.warn(words.doubt(chosen, self.sheet.offer))
        else:
            self._take(readings.text, chosen)

    def _read_back(self) -> None:
        from screens.read_back import ReadBackMode

        self.screen.enter_mode(ReadBackMode(self.screen))

    def _refuse(self, readings: Readings) -> None:
        if readings.problem is Problem.DASH:
            self._dash = readings.rest
            self.screen.line.put("")
            self.screen.say(words.problem(readings))
            self._dash = readings.rest
        else:
            self.screen.warn(words.problem(readings))

    def _take(self, text: str, chosen: Reading) -> None:
        entry = Entry(text, chosen.product.id, chosen.before, chosen.after)
        self.sheet.enter(entry)
        self.screen.say("")
        self.screen.came_back.discard(text)
        following = self.screen.waiting.popleft() if self.screen.waiting else ""
        self.screen.line.put(following)
        self.returned = following in self.screen.came_back
        writes, waiting = self.writes, self._typed() if following else []

        def stored(basket: Basket) -> None:
            self.sheet.stored(basket)
            self.screen.show()

        def failed(error: BaseException) -> None:
            self.screen.failed(error, entry.text)

        self.screen.write(lambda: writes.enter(entry, waiting), stored, failed)

    def _take_back(self) -> None:
        if not (self.sheet.basket.entries or self.sheet.pending):
            self.screen.say(_("There is nothing to take back: nothing was entered."))
            return

        text = self.sheet.undo(one=True)
        if text is not None:
            self.screen.line.put(text)
            self._store_taken_back(text)
            return

        def taken(result: tuple[Basket, str]) -> None:
            self.sheet.basket = result[0]
            self.screen.line.put(result[1])

        self.screen.change_basket(self.writes.take_back, taken)

    def _store_taken_back(self, text: str) -> None:
        """Take the entry out of the file, too; its text is in the line already."""

        def taken(result: tuple[Basket, str]) -> None:
            self.sheet.stored(result[0])
            self.screen.show()

        def failed(error: BaseException) -> None:
            if self.screen.line.value == text:
                self.screen.line.put("")  # it is in the basket still
            self.screen.not_stored(error)

        self.screen.write(self.writes.take_back, taken, failed)

    def pasted(self, lines: list[str]) -> None:
        """Each line is an entry of its own: the first comes into the line, the others wait for its Enter."""
        first, *others = lines
        self.screen.waiting.extend(others)
        self.screen.line.put(f"{self.screen.line.value}{first}")
        self._keep_waiting()

    def _keep_waiting(self) -> None:
        """Keep the lines that wait with the basket: however the program ends, they come back."""
        writes, typed = self.writes, self._typed()
        self.screen.write(lambda: writes.keep_typed(typed))

    def leave(self) -> None:
        text = " | ".join(self._typed())
        if text and not self._leaving:
            self._leaving = True
            self.screen.warn(
                _("“{text}” is not entered yet: Enter takes it, F3 again leaves without it.").format(text=text)
            )
            return
        if self.screen.waiting:
            self.screen.waiting.clear()
            self.screen.line.put("")
            self._keep_waiting()
        super().leave()

    def choices(self, cells: int, height: int) -> list[Content]:
        """What Enter will do, then the other choices, then warnings on the last lines."""
        return Choices(self.screen, self.sheet, self._readings, self._index, self._dash).lines(cells, height)
