"""A list with a line over it: what is typed there searches the list."""

from __future__ import annotations

from typing import Any

from textual.binding import Binding
from textual.containers import Horizontal
from textual.screen import ScreenResultType
from textual.widgets import Static

from screens.base import HouseScreen
from screens.widgets.line import Line, LineCalls
from screens.widgets.plain import plain
from templates.words import N_


class Find(Horizontal):
    """The line, and a word before it."""

    DEFAULT_CSS = """
    Find { height: 1; }
    Find > Static { width: auto; padding: 0 1; text-style: bold; }
    Find > Line { width: 1fr; }
    """


def find_key(room: str) -> Binding:
    """The key that leads from the list back to the line."""
    said = N_("Go back to the search")
    return Binding("slash", "find", N_("Search"), key_display="/", show=False, tooltip=said, id=f"{room}.find")


class SearchingScreen(HouseScreen[ScreenResultType]):
    """A screen with such a line; `_typed` and `_entered` get its text, `action_list` goes into the list."""

    def find(self, word: str, name: str, line: type[Line] = Line, **limits: Any) -> Find:
        """The line called `name` and the word before it."""
        calls = LineCalls(key=self._line_key, changed=self._typed, enter=self._entered, pasted=self._pasted)
        return Find(Static(plain(word)), line(calls, id=name, **limits))

    @property
    def _line(self) -> Line:
        return self.query_one(Line)

    def _line_key(self, key: str, _character: str | None) -> bool:
        if key in ("down", "pagedown"):
            self.action_list()
            return True
        return False

    def _pasted(self, lines: list[str]) -> None:
        self._line.put(lines[0])

    def action_find(self) -> None:
        """Go back to the line."""
        self._line.focus()

    def _typed(self, text: str) -> None:
        """Search for this."""

    def _entered(self, text: str) -> None:
        """Enter in the line."""

    def action_list(self) -> None:
        """Go into the list."""
