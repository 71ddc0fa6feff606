"""Members: find one as one types, open, star, filter, and take an order for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import DataTable, Static

from screens.base import HouseScreen
from screens.widgets.line import Line, LineCalls
from screens.widgets.plain import plain
from screens.widgets.table import HouseTable, cell
from store.rights import Right
from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from store.people import Found, MemberRow
    from store.segments import Segment

FIXED = {"phone": 16, "postal": 6, "star": 1}
PADDING = 2
FRAME_LINES = 8
"""Lines of the screen that are not rows of the list."""


class MembersTable(HouseTable):
    """The page of matches; going up from its first row leads back to the search."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Open"), tooltip=N_("See and change the member"), id="members.open"),
    ]

    def action_cursor_up(self) -> None:
        """One row up; above the first is the search."""
        if self.cursor_row <= 0:
            self.screen.query_one("#members-line").focus()
        else:
            super().action_cursor_up()

    def action_cursor_down(self) -> None:
        """One row down; below the last are the next matches."""
        self._more()
        super().action_cursor_down()

    def action_page_down(self) -> None:
        """A page down, into the next matches."""
        self._more()
        super().action_page_down()

    def _more(self) -> None:
        if self.cursor_row >= self.row_count - 1 and isinstance(self.screen, MembersScreen):
            self.screen.show_more()


class MembersScreen(HouseScreen[int | None]):
    """All members, a search line over them, and what can be done with the one under the cursor."""

    NAME = "members"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "Type part of a name, a phone number or an e-mail: the list follows. Words may come in any order, "
        "accents and capitals do not matter.\n"
        "\n"
        "**Enter** opens the first member; when nobody answers it writes a new one down.\n"
        "**↓** or **Tab** leads into the list, where letters act; **/** leads back to the search.\n"
        "\n"
        "A filter shows the members of a segment only: those without e-mail, those who have not ordered yet, "
        "and all others that a message can be sent to.\n"
        "A star ★ marks a member as VIP."
    )
    BINDINGS = [
        Binding("o", "order", N_("Order"), tooltip=N_("Take an order for this member"), id="members.order"),
        Binding("f9", "order", N_("Order"), tooltip=N_("Take an order for this member"), id="members.order.f9"),
        Binding("n", "new", N_("New"), tooltip=N_("Write a new member down"), id="members.new"),
        Binding("f6", "new", N_("New"), tooltip=N_("Write a new member down"), id="members.new.f6"),
        Binding("s", "star", N_("Star"), tooltip=N_("Give the star, or take it away"), id="members.star"),
        Binding("f7", "star", N_("Star"), tooltip=N_("Give the star, or take it away"), id="members.star.f7"),
        Binding("f", "filter", N_("Filter"), tooltip=N_("Show a segment only"), id="members.filter"),
        Binding("f4", "filter", N_("Filter"), tooltip=N_("Show a segment only"), id="members.filter.f4"),
        Binding("x", "clear", N_("All"), tooltip=N_("Show all members again"), id="members.clear"),
        Binding(
            "slash",
            "find",
            N_("Search"),
            key_display="/",
            show=False,
            tooltip=N_("Go back to the search"),
            id="members.find",
        ),
    ]

    def __init__(self, segment: Segment | None = None) -> None:
        super().__init__()
        self._segment = segment
        self._filter_words = ""
        self._text = ""
        self._pages = 1
        self._rows: dict[str, MemberRow] = {}
        self._total: int | None = None
        self._wanted: int | None = None

    def heading(self) -> tuple[str, str]:
        left = _("Members: {filter}").format(filter=self._filter_words) if self._segment else _("Members")
        if self._total is None:
            return left, ""
        return left, ngettext("{n} member", "{n} members", self._total).format(n=self._total)

    def content(self) -> ComposeResult:
        with Horizontal(id="members-find"):
            yield Static(plain(_("Find")))
            calls = LineCalls(key=self._line_key, changed=self._typed, enter=self._entered, pasted=self._pasted)
            yield Line(calls, id="members-line")
        yield MembersTable(id="members-list")
        yield Static(id="members-none")

    def on_mount(self) -> None:
        """Show the first page; the cursor is in the search."""
        line = self.query_one("#members-line", Line)
        line.placeholder = _("name, phone or e-mail")
        line.focus()
        table = self.query_one(MembersTable)
        for key, title in (
            ("name", _("Name")),
            ("email", _("E-mail")),
            ("phone", _("Phone")),
            ("postal", _("Zip")),
            ("star", "★"),
        ):
            table.add_column(cell(title), key=key, width=1)
        self._fit()
        self._read_filter()
        self._search()

    def on_resize(self) -> None:
        """Give the names and addresses the room there is."""
        self._fit()
        if self._total is not None:
            self._search()

    def changed(self) -> None:
        self._search()

    # -- searching

    def _fit(self) -> None:
        columns = {str(key.value): column for key, column in self.query_one(MembersTable).columns.items()}
        if not columns:
            return
        room = max(79, self.size.width - 1) - sum(FIXED.values()) - PADDING * len(columns)
        widths = {**FIXED, "name": (room + 3) * 6 // 11, "email": room - (room + 3) * 6 // 11}
        for key, wide in widths.items():
            columns[key].width = wide
        self.query_one(MembersTable).refresh(layout=True)

    @property
    def _page(self) -> int:
        return max(5, self.size.height - FRAME_LINES)

    def _typed(self, text: str) -> None:
        self._text = text
        self._pages = 1
        self._search()

    def _search(self) -> None:
        members, text, segment, limit = self.store.members, self._text, self._segment, self._page * self._pages
        if segment is not None:

            def show(found: Found) -> None:
                if (text, segment) == (self._text, self._segment):
                    self._show(found)

            self.read(lambda: members.search(text, limit=limit, segment=segment), show, group="members")
            return
        # Two milliseconds at 50,000 members: the way through a thread would take longer.
        try:
            self._show(members.search(text, limit=limit))
        except Exception as error:
            self.show_error(error)

    def _show(self, found: Found) -> None:
        table = self.query_one(MembersTable)
        self._rows = {str(row.id): row for row in found.rows}
        self._total = found.total
        table.fill((key, _cells(row)) for key, row in self._rows.items())
        if self._wanted is not None and str(self._wanted) in self._rows:
            table.move_cursor(row=table.get_row_index(str(self._wanted)), animate=False)
        self._wanted = None
        nothing = self.query_one("#members-none", Static)
        nothing.update(plain("" if found.total else self._nothing()))
        nothing.display = not found.total
        table.display = bool(found.total)
        if not found.total and self.focused is None:
            self.query_one("#members-line").focus()
        self.show_heading()

    def _nothing(self) -> str:
        if self._text.strip():
            words = _("Nobody answers to “{text}”. Enter writes a new member down.")
            if self._segment:
                words = _("Nobody in this filter answers to “{text}”. F4 changes the filter.")
            return words.format(text=self._text.strip())
        if self._segment:
            return _("Nobody is in this filter. F4 changes it.")
        return _("There are no members yet. F6 writes the first one down; cabas import members FILE takes over a list.")

    def show_more(self) -> None:
        """Show the next matches, where there are more than are shown."""
        if self._total is not None and len(self._rows) < self._total:
            self._pages += 1
            self._search()

    # -- keys of the search line

    def _line_key(self, key: str, _character: str | None) -> bool:
        if key in ("down", "pagedown"):
            self.action_list()
            return True
        return False

    def _entered(self, text: str) -> None:
        """Open who the text as typed finds first, whatever the list shows by now."""
        if not text.strip():
            self.action_list()
            return
        try:
            found = self.store.members.search(text, limit=1, segment=self._segment)
        except Exception as error:
            self.show_error(error)
            return
        if found.rows:
            self._open(found.rows[0].id)
        elif self._segment is None:
            self.action_new()

    def _pasted(self, lines: list[str]) -> None:
        self.query_one("#members-line", Line).put(lines[0])

    # -- acting on the member under the cursor

    @property
    def _row(self) -> MemberRow | None:
        key = self.query_one(MembersTable).current_key
        return self._rows.get(key) if key is not None else None

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Open the member."""
        event.stop()
        self._open(int(str(event.row_key.value)))

    def _open(self, member_id: int) -> None:
        self.go("member", self._came_back, member_id=member_id)

    def _came_back(self, member_id: int | None) -> None:
        self._wanted = member_id
        if member_id is not None:
            self.say(_("Saved."))
            self._search()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key does something only where there is something to do."""
        if action in ("order", "star"):
            return bool(self._rows) and (action == "star" or self.operator.may_somewhere(Right.ORDERS))
        if action == "clear":
            return self._segment is not None
        return True

    def action_list(self) -> None:
        """Go into the list."""
        if self._rows:
            self.query_one(MembersTable).focus()

    def action_find(self) -> None:
        """Go back to the search line."""
        self.query_one("#members-line").focus()

    def action_new(self) -> None:
        """Write a new member down, beginning with what was searched for."""
        self.go("member", self._came_back, prefill="" if self._rows else self._text.strip())

    def action_order(self) -> None:
        """Take an order for the member."""
        if (row := self._row) is not None:
            self.go("order_entry", member_id=row.id)

    def action_star(self) -> None:
        """Give the star, or take it away."""
        if (row := self._row) is None:
            return

        def done(_result: None) -> None:
            words = _("{name} has no star any more.") if row.vip else _("{name} has the star.")
            self.say(words.format(name=row.name))
            self._search()

        self.write(lambda: self.store.members.star(row.id, not row.vip), done)

    def action_filter(self) -> None:
        """Choose a segment, and show its members only."""
        from store.segments import NOBODY

        self.go("picker", self._take_filter, segment=self._segment or NOBODY, title=_("Which members?"))

    def _take_filter(self, segment: Segment | None) -> None:
        if segment is not None:
            self._set_filter(segment)

    def action_clear(self) -> None:
        """Show all members again."""
        self._set_filter(None)

    def _set_filter(self, segment: Segment | None) -> None:
        self._segment = segment
        self._pages = 1
        self._read_filter()
        self._search()
        self.refresh_bindings()

    def _read_filter(self) -> None:
        self._filter_words = ""
        if self._segment is not None:
            try:
                self._filter_words = " · ".join(self.store.segments.sentences(self._segment)) or _("Everyone")
            except Exception as error:
                self.show_error(error)


def _cells(row: MemberRow) -> tuple[object, ...]:
    return row.name, row.email, row.phone or row.mobile, row.postal_code, "★" if row.vip else ""
