"""A member is here twice: find the other one."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import DataTable, Static

from screens.searching import SearchingScreen
from screens.widgets.line import Line
from screens.widgets.plain import plain
from screens.widgets.still import Still
from screens.widgets.table import TableBelowLine, cell
from store.people import MemberRow
from templates.words import N_, _

LIMIT = 15
EMAIL_CELLS, PHONE_CELLS, ZIP_CELLS, PADDING = 24, 16, 6, 2


class OthersTable(TableBelowLine):
    """Who it may be; Enter takes one, going up from the first leads back to the search."""

    LINE = "#merge-line"
    BINDINGS = [
        Binding(
            "enter", "select_cursor", N_("That one"), tooltip=N_("Look at what merging would do"), id="others.take"
        ),
    ]


class MemberMergeScreen(SearchingScreen[int | None]):
    """A search for the other one, those that look alike first; leaves with the id of the member that stays."""

    NAME = "member_merge"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "When a household is here twice, the two can be made one: orders, messages and refusals follow.\n"
        "\n"
        "Those that look alike are listed. Type a part of the name, a phone number or an e-mail to find another one. "
        "**Enter** takes the first, **↓** leads into the list.\n"
        "\n"
        "What merging does is shown before it is done, and it can be undone."
    )
    BINDINGS = [
        Binding("slash", "find", N_("Search"), key_display="/", tooltip=N_("Go back to the search"), id="merge.find")
    ]

    def __init__(self, member_id: int) -> None:
        super().__init__()
        self._member_id = member_id
        self._called = self._text = ""
        self._alike: tuple[MemberRow, ...] = ()
        self._rows: tuple[MemberRow, ...] = ()

    def heading(self) -> tuple[str, str]:
        if not self._called:
            return _("Merge a member"), ""
        return _("{name} is here twice. Who is the same?").format(name=self._called), ""

    def keys_now(self) -> list[tuple[str, str]]:
        if not self.query(Line) or not self.query_one(Line).has_focus:
            return []
        take = [(_("Enter"), _("Take the first")), ("↓", _("Into the list"))] if self._rows else []
        return [*take, ("F3", _("Leave")), ("F2", _("Go to")), ("F1", _("Help"))]

    def content(self) -> ComposeResult:
        yield self.find(_("Find"), "merge-line")
        yield OthersTable(id="merge-others")
        yield Still(id="merge-none")

    def on_mount(self) -> None:
        """Show those that look alike; the cursor is in the search."""
        self._line.placeholder = _("name, phone or e-mail")
        self._line.focus()
        table = self.query_one(OthersTable)
        for key, title in (("name", _("Name")), ("email", _("E-mail")), ("phone", _("Phone")), ("zip", _("Zip"))):
            table.add_column(cell(title), key=key, width=1)
        self._fit()
        self.changed()

    def on_resize(self) -> None:
        """Give the names the room there is."""
        self._fit()

    def _fit(self) -> None:
        columns = list(self.query_one(OthersTable).columns.values())
        fixed = (EMAIL_CELLS, PHONE_CELLS, ZIP_CELLS)
        room = max(79, self.size.width - 1) - sum(fixed) - PADDING * 4
        for column, width in zip(columns, (room, *fixed), strict=False):
            column.width = width
        self.query_one(OthersTable).refresh(layout=True)

    def changed(self) -> None:
        try:
            member = self.store.members.get(self._member_id)
            self._called, self._alike = member.name, self.store.members.alike(member)
            self._rows = self._found(self._text)
        except Exception as error:
            self.show_error(error)
            return
        self.show_heading()
        self._show()

    # -- searching

    def _found(self, text: str) -> tuple[MemberRow, ...]:
        """Who the text finds, those that look alike first; without a text only those."""
        if not text.strip():
            return self._alike
        found = [row for row in self.store.members.search(text, limit=LIMIT).rows if row.id != self._member_id]
        alike = {row.id for row in self._alike}
        return tuple(sorted(found, key=lambda row: row.id not in alike))

    def _typed(self, text: str) -> None:
        self._text = text
        try:
            self._rows = self._found(text)
        except Exception as error:
            self.show_error(error)
            return
        self._show()

    def _show(self) -> None:
        table, nothing = self.query_one(OthersTable), self.query_one("#merge-none", Static)
        table.fill((str(row.id), (row.name, row.email, row.phone or row.mobile, row.postal_code)) for row in self._rows)
        table.display, nothing.display = bool(self._rows), not self._rows
        words = _("Nobody looks alike. Type a part of the other one's name, phone number or e-mail.")
        if self._text.strip():
            words = _("Nobody answers to “{text}”.").format(text=self._text.strip())
        nothing.update(plain(words))
        self.refresh_bindings()

    # -- keys

    def action_list(self) -> None:
        """Go into the list."""
        if self._rows:
            self.query_one(OthersTable).focus()

    def _entered(self, text: str) -> None:
        """Take who the text as typed finds first."""
        try:
            rows = self._found(text)
        except Exception as error:
            self.show_error(error)
            return
        if rows:
            self._take(rows[0].id)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Take the marked one."""
        event.stop()
        self._take(int(str(event.row_key.value)))

    def _take(self, other_id: int) -> None:
        self.go("member_merge_preview", self._merged, keep_id=self._member_id, other_id=other_id)

    def _merged(self, kept_id: int | None) -> None:
        if kept_id is not None:
            self.dismiss(kept_id)
