"""A member is here twice: find the other one."""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding

from screens.one_member import LIMIT, FoundTable, OneMemberScreen
from screens.widgets.table import cell
from store.people import MemberRow
from templates.words import N_, _

EMAIL_CELLS, PHONE_CELLS, ZIP_CELLS, PADDING = 24, 16, 6, 2


class OthersTable(FoundTable):
    """Who it may be; Enter takes one."""

    BINDINGS = [
        Binding(
            "enter", "select_cursor", N_("That one"), tooltip=N_("Look at what merging would do"), id="others.take"
        ),
    ]


class MemberMergeScreen(OneMemberScreen):
    """A search for the other one, those that look alike first; leaves with the id of the member that stays."""

    NAME = "member_merge"
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
    TABLE = OthersTable

    def __init__(self, member_id: int) -> None:
        super().__init__()
        self._member_id = member_id
        self._called = ""
        self._alike: tuple[MemberRow, ...] = ()

    def heading(self) -> tuple[str, str]:
        if not self._called:
            return _("Merge a member"), ""
        return _("{name} is here twice. Who is the same?").format(name=self._called), ""

    def on_mount(self) -> None:
        """Show those that look alike; the cursor is in the search."""
        self._line.placeholder = _("name, phone or e-mail")
        self._line.focus()
        table = self.query_one(OthersTable)
        fixed = (("email", _("E-mail"), EMAIL_CELLS), ("phone", _("Phone"), PHONE_CELLS), ("zip", _("Zip"), ZIP_CELLS))
        room = 79 - sum(width for _key, _title, width in fixed) - PADDING * 4
        for key, title, width in (("name", _("Name"), room), *fixed):
            table.add_column(cell(title), key=key, width=width)
        table.grow(name=100)
        self.changed()

    def changed(self) -> None:
        try:
            member = self.store.members.get(self._member_id)
            self._called, self._alike = member.name, self.store.members.alike(member)
        except Exception as error:
            self.show_error(error)
            return
        self.show_heading()
        super().changed()

    def cells(self, row: MemberRow) -> Sequence[object]:
        return row.name, row.email, row.phone or row.mobile, row.postal_code

    def unasked(self) -> str:
        return _("Nobody looks alike. Type a part of the other one's name, phone number or e-mail.")

    def found(self, text: str) -> tuple[MemberRow, ...]:
        """Who the text finds, those that look alike first; without a text only those."""
        if not text.strip():
            return self._alike
        found = [row for row in self.store.members.search(text, limit=LIMIT).rows if row.id != self._member_id]
        alike = {row.id for row in self._alike}
        return tuple(sorted(found, key=lambda row: row.id not in alike))

    def taken(self, member_id: int) -> None:
        """Show what merging would do first."""
        self.go("member_merge_preview", self._merged, keep_id=self._member_id, other_id=member_id)

    def _merged(self, kept_id: int | None) -> None:
        if kept_id is not None:
            self.dismiss(kept_id)
