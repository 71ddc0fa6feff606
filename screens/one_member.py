"""One member is looked for: a line to type a part of the name into, and under it who answers to that."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widgets import DataTable

from screens.searching import SearchingScreen
from screens.widgets.line import Line
from screens.widgets.plain import plain
from screens.widgets.still import Still
from screens.widgets.table import TableBelowLine
from store.people import MemberRow
from templates.words import _

LIMIT = 15


class FoundTable(TableBelowLine):
    """Who answers to what is typed; going up from the first leads back to the line."""

    DEFAULT_CSS = "FoundTable { margin: 1 0 0 0; scrollbar-size-vertical: 1; }"
    LINE = "Line"


class OneMemberScreen(SearchingScreen[int | None]):
    """Finds with every letter. Enter takes the first, in the list the marked one: `taken` gets the member's id."""

    DEFAULT_CSS = "OneMemberScreen Still { padding: 1 1; height: auto; }"
    TABLE = FoundTable

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._rows: tuple[MemberRow, ...] = ()

    def keys_now(self) -> list[tuple[str, str]]:
        if not self.query(Line) or not self._line.has_focus:
            return []
        take = [(_("Enter"), _("Take the first")), ("↓", _("Into the list"))] if self._rows else []
        return [*take, ("F3", _("Leave")), ("F2", _("Go to")), ("F1", _("Help"))]

    def content(self) -> ComposeResult:
        yield self.find(_("Find"), f"{self.NAME}-line")
        yield self.TABLE()
        yield Still()

    def changed(self) -> None:
        self._typed(self._text)

    def found(self, text: str) -> tuple[MemberRow, ...]:
        """Who answers to a text, the likeliest first."""
        raise NotImplementedError

    def cells(self, row: MemberRow) -> Sequence[object]:
        """What the list shows of one."""
        raise NotImplementedError

    def unasked(self) -> str:
        """What is said while nothing is typed and nobody is shown."""
        return ""

    def taken(self, member_id: int) -> None:
        """Leave with this member."""
        self.dismiss(member_id)

    def _typed(self, text: str) -> None:
        self._text = text
        try:
            self._rows = self.found(text)
        except Exception as error:
            self._rows = ()
            self.show_error(error)
        table, nobody = self.query_one(self.TABLE), self.query_one(Still)
        table.fill((str(row.id), self.cells(row)) for row in self._rows)
        table.display, nobody.display = bool(self._rows), not self._rows
        asked = text.strip()
        nobody.update(plain(_("Nobody answers to “{text}”.").format(text=asked) if asked else self.unasked()))
        self.refresh_bindings()

    def action_list(self) -> None:
        """Go into the list."""
        if self._rows:
            self.query_one(self.TABLE).focus()

    def _entered(self, text: str) -> None:
        """Take who the text as typed finds first."""
        self._typed(text)
        if self._rows:
            self.taken(self._rows[0].id)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Take the marked one."""
        event.stop()
        self.taken(int(str(event.row_key.value)))
