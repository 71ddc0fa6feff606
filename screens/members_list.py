"""The members' list: its columns for the width there is, and the keys that move in it."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import TYPE_CHECKING, cast

from textual.binding import Binding

from screens.text import fitted
from screens.widgets.table import HouseTable, cell
from templates.words import N_, _

if TYPE_CHECKING:
    from screens.members import MembersScreen
    from store.people import MemberRow

MARK, STAR = "x", "★"
MARGIN, MARK_CELLS, STAR_CELLS, SCROLLBAR = 1, 2, 1, 1
PHONE_CELLS, POSTAL_CELLS = 18, 7
MORE = (("city", 100, 16), ("tags", 120, 18), ("mobile", 140, PHONE_CELLS))
"""What is shown beside the rest on wide terminals: from which width on, and in how many cells."""


def column_cells(cells: int) -> dict[str, int]:
    """The columns by key, in their order, each with its cells and the gap behind it."""
    spare = max(0, cells - MORE[-1][1]) // 4
    more = {key: wide + (spare if key != "mobile" else 0) for key, least, wide in MORE if cells >= least}
    fixed = {"phone": PHONE_CELLS, "mobile": more.pop("mobile", 0), "postal": POSTAL_CELLS, **more, "star": STAR_CELLS}
    room = max(80, cells) - SCROLLBAR - MARGIN - MARK_CELLS - sum(fixed.values())
    name = room * 6 // 11
    columns = {"mark": MARGIN + MARK_CELLS, "name": name, "email": room - name, **fixed}
    return {key: wide for key, wide in columns.items() if wide}


def titles() -> dict[str, str]:
    """The columns' titles by key."""
    return {
        "mark": "",
        "name": _("Name"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "mobile": _("Mobile"),
        "postal": _("Zip"),
        "city": _("City"),
        "tags": _("Tags"),
        "star": STAR,
    }


class MembersTable(HouseTable):
    """The page of matches, with a mark before those that the next key acts on; above the first row is the search."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Open"), tooltip=N_("See the member"), id="members.open"),
        Binding("space", "screen.mark", N_("Mark"), tooltip=N_("Mark the member, or unmark; go on"), id="members.mark"),
    ]

    def __init__(self, **names: str) -> None:
        """`names` are `id` and `classes`, as for any widget."""
        super().__init__(header=True, **names)
        self.cell_padding = 0  # the gap between two columns is in their own cells: one, where padding makes two
        self._cells: dict[str, int] = {}

    @property
    def members_screen(self) -> MembersScreen:
        """The screen around it."""
        return cast("MembersScreen", self.screen)

    def fit(self, cells: int) -> bool:
        """Make the columns for a terminal of so many cells; says whether the rows have to be filled in again."""
        wanted = column_cells(cells)
        if wanted == self._cells:
            return False
        self._cells = wanted
        names = titles()
        self.clear(columns=True)
        for key, wide in wanted.items():
            self.add_column(cell(names[key]), key=key, width=wide)
        return True

    def show(self, rows: Iterable[MemberRow], marked: Container[int]) -> None:
        """Show these members; the cursor stays on its member, else on its place."""
        self.fill((str(row.id), self._row(row, row.id in marked)) for row in rows)

    def _row(self, row: MemberRow, marked: bool) -> list[str]:
        said = {
            "mark": f" {MARK}" if marked else "",
            "name": row.name,
            "email": row.email,
            "phone": row.phone or row.mobile,
            "mobile": row.mobile if row.mobile != row.phone else "",
            "postal": row.postal_code,
            "city": row.city,
            "tags": ", ".join(row.tags),
        }
        shown = [fitted(said[key], wide - 1) for key, wide in self._cells.items() if key != "star"]
        return [*shown, STAR if row.vip else ""]

    def action_cursor_up(self) -> None:
        """One row up; above the first is the search."""
        if self.cursor_row <= 0:
            self.members_screen.action_find()
        else:
            super().action_cursor_up()

    def action_cursor_down(self) -> None:
        """One row down; below the last are the next matches."""
        self._more()
        self.members_screen.when_shown(super().action_cursor_down)

    def action_page_down(self) -> None:
        """A page down, into the next matches."""
        self._more()
        self.members_screen.when_shown(super().action_page_down)

    def _more(self) -> None:
        if self.cursor_row >= self.row_count - 1:
            self.members_screen.show_more()
