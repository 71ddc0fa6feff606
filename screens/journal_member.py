"""Whose rows of the journal are wanted: find a member."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import DataTable, Static

from screens.searching import SearchingScreen, find_key
from screens.widgets.line import Line
from screens.widgets.plain import plain
from screens.widgets.table import TableBelowLine, cell
from store.people import MemberRow
from store.rights import Right
from templates.words import N_, _

LIMIT = 15
PHONE_CELLS, TOWN_CELLS = 16, 20


class FoundTable(TableBelowLine):
    """Who answers to what is typed; going up from the first leads back to the line."""

    LINE = "#journal-line"
    BINDINGS = [
        Binding(
            "enter", "select_cursor", N_("This one"), tooltip=N_("What was done about this member"), id="found.take"
        ),
    ]


class JournalMemberScreen(SearchingScreen[int | None]):
    """Leaves with the id of a member, an archived one too."""

    NAME = "journal_member"
    CSS_PATH = Path(__file__).with_name("journal.tcss")
    HELP = N_(
        "Type a part of a name or a phone number. **Enter** takes the first, **↓** leads into the list.\n"
        "\n"
        "Archived members are found too. What was done about somebody who was merged into another is listed with the "
        "one who stayed."
    )
    NEEDS = {"list": (Right.MEMBERS, Right.ORDERS)}
    BINDINGS = [find_key("journal_member")]

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[MemberRow, ...] = ()

    def heading(self) -> tuple[str, str]:
        return _("Journal: about whom?"), ""

    def keys_now(self) -> list[tuple[str, str]]:
        if not self.query(Line) or not self.query_one(Line).has_focus:
            return []
        take = [(_("Enter"), _("Take the first")), ("↓", _("Into the list"))] if self._rows else []
        return [*take, ("F3", _("Leave")), ("F2", _("Go to")), ("F1", _("Help"))]

    def content(self) -> ComposeResult:
        yield self.find(_("Find"), "journal-line")
        yield FoundTable(id="journal-found")
        yield Static(id="journal-none")

    def on_mount(self) -> None:
        """The cursor is in the search."""
        table = self.query_one(FoundTable)
        table.add_column(cell(_("Name")), key="name", width=79 - PHONE_CELLS - TOWN_CELLS - 6)
        table.add_column(cell(_("Phone")), key="phone", width=PHONE_CELLS)
        table.add_column(cell(_("Town")), key="town", width=TOWN_CELLS)
        table.grow(name=60, town=40)
        self._line.placeholder = _("name or phone")
        self._line.focus()
        self._show("")

    def changed(self) -> None:
        self._typed(self._line.value)

    def _found(self, text: str) -> tuple[MemberRow, ...]:
        if not text.strip():
            return ()
        found = self.store.members.search(text, limit=LIMIT).rows
        if self.operator.may(Right.MEMBERS):
            found += self.store.members.search(text, limit=LIMIT, archived=True).rows
        return found[:LIMIT]

    def _typed(self, text: str) -> None:
        try:
            self._rows = self._found(text)
        except Exception as error:
            self.show_error(error)
            return
        self._show(text)

    def _show(self, text: str) -> None:
        table, nothing = self.query_one(FoundTable), self.query_one("#journal-none", Static)
        table.fill((str(row.id), (row.name, row.phone or row.mobile, row.city)) for row in self._rows)
        table.display, nothing.display = bool(self._rows), not self._rows
        words = _("Nobody answers to “{text}”.").format(text=text.strip()) if text.strip() else ""
        nothing.update(plain(f" {words}"))
        self.refresh_bindings()

    def action_list(self) -> None:
        """Go into the list."""
        if self._rows:
            self.query_one(FoundTable).focus()

    def _entered(self, text: str) -> None:
        """Take who the text as typed finds first."""
        self._typed(text)
        if self._rows:
            self.dismiss(self._rows[0].id)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Take the marked one."""
        event.stop()
        self.dismiss(int(str(event.row_key.value)))
