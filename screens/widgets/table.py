"""The list that screens share: a table with a row cursor that stays on its row when the list is filled again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.text import Text
from textual.binding import Binding
from textual.widgets import DataTable

from screens.text import visible
from templates.words import N_


def cell(value: object, style: str = "") -> Text:
    """A value for a table's cell, as it is: tables read a str as markup."""
    return Text(visible(str(value)), style=style, no_wrap=True, overflow="ellipsis", end="")


def number(value: object, style: str = "") -> Text:
    """A value for a table's cell, aligned right."""
    return Text(visible(str(value)), style=style, justify="right", no_wrap=True, overflow="ellipsis", end="")


def cells(*values: object) -> list[Text]:
    """Values for a row, as they are; a `Text` (from `cell`, `number`) stays."""
    return [value if isinstance(value, Text) else cell(value) for value in values]


class HouseTable(DataTable[Any]):
    """Rows by key. `fill` shows them all again and keeps the cursor where it was.

    Columns are added once with `add_column(cell(title), width=…, key=…)`, with the cells they have on 80 columns; those
    that `grow` get more on a wider terminal.
    """

    BINDINGS = [
        # Without these the keys would go to the first and last column, which a row's cursor does not show.
        Binding("home", "scroll_top", N_("First"), show=False, tooltip=N_("The first line"), id="table.home"),
        Binding("end", "scroll_bottom", N_("Last"), show=False, tooltip=N_("The last line"), id="table.end"),
    ]

    def __init__(self, *, header: bool = True, **names: str) -> None:
        """`names` are `id` and `classes`, as for any widget."""
        super().__init__(show_header=header, cursor_type="row", zebra_stripes=False, **names)  # type: ignore[arg-type]

        self._grows: dict[str, tuple[int, int]] = {}

    def grow(self, **percent: int) -> None:
        """Let columns, by key, have so much of what a terminal has beyond 80 cells, now and when its size changes."""
        cells = {str(key.value): column.width for key, column in self.columns.items()}
        self._grows = {key: (cells[key], part) for key, part in percent.items()}
        self._spread()

    def on_resize(self) -> None:
        """Give the columns the room there is now."""
        self._spread()

    def _spread(self) -> None:
        spare = max(0, self.app.size.width - 80)
        wanted = {key: cells + spare * part // 100 for key, (cells, part) in self._grows.items()}
        columns = [(str(key.value), column.label, column.width) for key, column in self.columns.items()]
        if all(wanted.get(key, wide) == wide for key, _label, wide in columns):
            return
        rows, place = [(key.value, self.get_row(key)) for key in self.rows], self.cursor_row
        self.clear(columns=True)
        for name, label, wide in columns:
            self.add_column(label, width=wanted.get(name, wide), key=name)
        for row_key, row in rows:
            self.add_row(*row, key=row_key)
        self.move_cursor(row=place, animate=False)

    def fill(self, rows: Iterable[tuple[str, Sequence[object]]]) -> None:
        """Show these rows: a key that is unique, and the cells; the cursor stays on its key, else on its place."""
        wanted = [(key, cells(*values)) for key, values in rows]
        if [key for key, _ in wanted] == [str(key.value) for key in self.rows]:
            self._update(wanted)
            return
        key, place = self.current_key, self.cursor_row
        self.clear()
        for row_key, row in wanted:
            self.add_row(*row, key=row_key)
        if key is not None and key in self.rows:
            place = self.get_row_index(key)
        if self.row_count:
            self.move_cursor(row=min(place, self.row_count - 1), animate=False)

    def _update(self, wanted: Sequence[tuple[str, Sequence[Text]]]) -> None:
        columns = list(self.columns)
        for key, row in wanted:
            shown = self.get_row(key)
            for column, old, new in zip(columns, shown, row, strict=True):
                if old != new or old.style != new.style:
                    self.update_cell(key, column, new)

    @property
    def current_key(self) -> str | None:
        """The key of the row under the cursor, None in an empty list."""
        if not self.is_valid_row_index(self.cursor_row):
            return None
        return str(self.coordinate_to_cell_key(self.cursor_coordinate).row_key.value)


class TableBelowLine(HouseTable):
    """A list below a line to type into, `LINE`: going up from the first row leads back there."""

    LINE = ""

    def action_cursor_up(self) -> None:
        """One row up; above the first is the line."""
        if self.cursor_row <= 0:
            self.screen.query_one(self.LINE).focus()
        else:
            super().action_cursor_up()
