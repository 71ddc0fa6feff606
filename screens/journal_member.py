"""Whose rows of the journal are wanted: find a member."""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding

from screens.one_member import LIMIT, FoundTable, OneMemberScreen
from screens.searching import find_key
from screens.widgets.table import cell
from store.people import MemberRow
from store.rights import Right
from templates.words import N_, _

PHONE_CELLS, TOWN_CELLS = 16, 20


class AskedTable(FoundTable):
    """Enter takes one."""

    BINDINGS = [
        Binding(
            "enter", "select_cursor", N_("This one"), tooltip=N_("What was done about this member"), id="found.take"
        ),
    ]


class JournalMemberScreen(OneMemberScreen):
    """Leaves with the id of a member, an archived one too."""

    NAME = "journal_member"
    HELP = N_(
        "Type a part of a name or a phone number. **Enter** takes the first, **↓** leads into the list.\n"
        "\n"
        "Archived members are found too. What was done about somebody who was merged into another is listed with the "
        "one who stayed."
    )
    NEEDS = {"list": (Right.MEMBERS, Right.ORDERS)}
    BINDINGS = [find_key("journal_member")]
    TABLE = AskedTable

    def heading(self) -> tuple[str, str]:
        return _("Journal: about whom?"), ""

    def on_mount(self) -> None:
        """The cursor is in the search."""
        table = self.query_one(AskedTable)
        table.add_column(cell(_("Name")), key="name", width=79 - PHONE_CELLS - TOWN_CELLS - 6)
        table.add_column(cell(_("Phone")), key="phone", width=PHONE_CELLS)
        table.add_column(cell(_("Town")), key="town", width=TOWN_CELLS)
        table.grow(name=60, town=40)
        self._line.placeholder = _("name or phone")
        self._line.focus()
        self.changed()

    def cells(self, row: MemberRow) -> Sequence[object]:
        return row.name, row.phone or row.mobile, row.city

    def found(self, text: str) -> tuple[MemberRow, ...]:
        if not text.strip():
            return ()
        found = self.store.members.search(text, limit=LIMIT).rows
        if self.operator.may(Right.MEMBERS):
            found += self.store.members.search(text, limit=LIMIT, archived=True).rows
        return found[:LIMIT]
