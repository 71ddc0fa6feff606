"""A list that opens over a screen's foot to choose one thing from, and closes again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from textual.binding import Binding
from textual.events import Key
from textual.message import Message
from textual.widgets import DataTable

from screens.text import fitted
from screens.widgets.table import HouseTable, cell
from store.folding import fold
from templates.words import N_

MOST_ROWS = 11


class Choices(HouseTable):
    """Things to choose from, each with a name and an explanation. Enter takes one, a letter goes to its next name.

    Hidden until `offer`; posts `Chosen` or `Left` and hides itself.
    """

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Take it"), tooltip=N_("Take the marked line"), id="choices.take"),
        Binding("escape,f3", "leave", N_("Close"), tooltip=N_("Close the list without choosing"), id="choices.leave"),
    ]
    DEFAULT_CSS = "Choices { display: none; scrollbar-size-vertical: 1; }"

    class Chosen(Message):
        """Something was chosen: `value` as it was offered."""

        def __init__(self, value: Any) -> None:
            super().__init__()
            self.value = value

    class Left(Message):
        """The list was closed without choosing."""

    def __init__(self, **names: str) -> None:
        """`names` are `id` and `classes`, as for any widget."""
        super().__init__(header=False, **names)
        self._offered: Sequence[tuple[str, str, Any]] = ()

    def offer(self, things: Sequence[tuple[str, str, Any]], cells: int = 24, *, dim: Collection[int] = ()) -> None:
        """Show names (in `cells`), explanations and values, and take the focus; the places in `dim` stand back."""
        self._offered = things
        self.clear(columns=True)
        self.add_column(cell(""), width=cells)
        self.add_column(cell(""), width=max(10, self.screen.size.width - cells - 5))
        room = self.screen.size.width - cells - 5
        self.fill(
            (str(n), (cell(name, "dim" if n in dim else "bold"), cell(fitted(text, room), "dim" if n in dim else "")))
            for n, (name, text, _value) in enumerate(things)
        )
        self.styles.height = min(len(things), MOST_ROWS)
        self.display = True
        self.focus()

    @property
    def marked(self) -> Any:
        """What is under the cursor, as it was offered; None while nothing is."""
        return self._offered[self.cursor_row][2] if self._offered and self.display else None

    def on_key(self, event: Key) -> None:
        """A letter goes to the next name that begins with it."""
        if not self.display or event.character is None or not event.character.isalnum():
            return
        event.stop()
        names = [fold(name) for name, _text, _value in self._offered]
        start = self.cursor_row + 1
        for place in [*range(start, len(names)), *range(min(start, len(names)))]:
            if names[place].startswith(fold(event.character)):
                self.move_cursor(row=place, animate=False)
                return

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Letters move in the list, while it is open, instead of doing what the screen binds them to."""
        return bool(self.display and character and character.isalnum())

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Say what was chosen."""
        event.stop()
        self.display = False
        self.post_message(self.Chosen(self._offered[event.cursor_row][2]))

    def action_leave(self) -> None:
        """Close without choosing."""
        self.display = False
        self.post_message(self.Left())
