"""The list of an import's rows or questions, a page at a time, and the place where one row is shown whole."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from textual.binding import Binding

from screens.import_rows import Line, cells_of
from screens.text import fitted
from screens.widgets.prose import Prose
from screens.widgets.table import HouseTable, cell, cells, number
from templates.words import N_, _

PAGE = 200
"""Rows that are listed at once; going down from the last lists more."""
LINE, WHAT, NAME = 8, 12, 26
PADDING = 2 * 4 + 1


class RowsTable(HouseTable):
    """Lines of a report; of thousands the first, and more as one goes down."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Open"), tooltip=N_("See the row, or answer the question"), id="rows.open")
    ]

    def __init__(self, **names: str) -> None:
        """`names` are `id` and `classes`, as for any widget."""
        super().__init__(header=True, **names)
        self._lines: Sequence[Line] = ()
        self._listed: dict[str, Line] = {}
        self._widths: tuple[int, ...] = ()

    def on_mount(self) -> None:
        """Make the columns as wide as the screen allows."""
        says = max(20, self.screen.size.width - LINE - WHAT - NAME - PADDING)
        self._widths = (LINE, WHAT, NAME, says)
        for title, width in zip((_("Line"), _("What"), _("Name"), _("Says")), self._widths, strict=True):
            self.add_column(number(title) if title == _("Line") else cell(title), width=width)

    def show_lines(self, lines: Sequence[Line]) -> None:
        """List these instead; the cursor stays on its line, where that is still there."""
        self._lines = lines
        self._listed = {line.key: line for line in islice(lines, max(PAGE, self._page_of_marked(lines)))}
        self.fill((key, self._cells(line)) for key, line in self._listed.items())

    def _page_of_marked(self, lines: Sequence[Line]) -> int:
        """How many to list so that the marked one is among them again."""
        key = self.current_key
        place = next((n for n, line in enumerate(lines) if line.key == key), 0) if key in self._listed else 0
        return (place // PAGE + 1) * PAGE

    @property
    def marked(self) -> Line | None:
        """The line under the cursor."""
        return self._listed.get(self.current_key or "")

    def go_to_open(self) -> None:
        """Mark the next question without an answer, below the marked one first."""
        keys = [key for key, line in self._listed.items() if line.question is not None and line.answer is None]
        below = [key for key in keys if self.get_row_index(key) > self.cursor_row]
        if keys:
            self.move_cursor(row=self.get_row_index((below or keys)[0]), animate=False)

    def _cells(self, line: Line) -> list[object]:
        at, *others = cells_of(line)
        return [number(at), *(fitted(text, width) for text, width in zip(others, self._widths[1:], strict=True))]

    def action_cursor_down(self) -> None:
        """One row down; below the last are the next ones."""
        self._more()
        super().action_cursor_down()

    def action_page_down(self) -> None:
        """A page down, into the next rows."""
        self._more()
        super().action_page_down()

    def _more(self) -> None:
        if self.cursor_row < self.row_count - 1:
            return
        for line in islice(self._lines, self.row_count, self.row_count + PAGE):
            self._listed[line.key] = line
            self.add_row(*cells(*self._cells(line)), key=line.key)


class Whole(Prose, can_focus=True):
    """All there is to say of one row, in the list's place."""

    BINDINGS = [
        Binding("enter,escape,f3", "screen.close_row", N_("Close"), tooltip=N_("Back to the list"), id="row.close"),
    ]
    DEFAULT_CSS = "Whole { display: none; height: 1fr; }"
