"""What the lists of people to be called have in common: letters that say what came of a call, and how to undo one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Generic, Protocol, TypeVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import DataTable

from screens.recap_files import PrintingScreen
from screens.widgets.plain import joined, plain
from screens.widgets.table import HouseTable, cell
from store.rights import Right
from templates.words import N_, _, dates


class Called(Protocol):
    """Somebody on a list of calls; `at` is the aware UTC moment of the call."""

    @property
    def member_id(self) -> int: ...
    @property
    def phone(self) -> str: ...
    @property
    def mobile(self) -> str: ...
    @property
    def state(self) -> str | None: ...
    @property
    def at(self) -> datetime | None: ...
    @property
    def by(self) -> str | None: ...


C = TypeVar("C", bound=Called)


def call_keys(*third: Binding) -> list[BindingType]:
    """The keys of a list of calls, those of its own after the ones for called and not reached."""
    return [
        Binding("c", "mark('called')", N_("Called"), tooltip=N_("They were called and will see"), id="calls.called"),
        Binding("r", "mark('not_reached')", N_("No answer"), tooltip=N_("Nobody answered"), id="calls.missed"),
        *third,
        Binding("z", "undo", N_("Undo"), tooltip=N_("Take the last mark back"), id="calls.undo"),
        Binding("p", "print", N_("Print"), tooltip=N_("Write it as a file to print"), id="calls.print"),
        Binding("q", "leave", N_("Back"), tooltip=N_("Back to where one came from"), id="calls.leave"),
    ]


class CallsTable(HouseTable):
    """The list; Enter takes the marked member's order."""

    NEEDS = {"select_cursor": Right.ORDERS}
    BINDINGS = [
        Binding("enter", "select_cursor", N_("Order"), tooltip=N_("Take this member's order"), id="calls.order"),
    ]


class CallListScreen(PrintingScreen, Generic[C]):
    """A list of calls in a `CallsTable`; `show_calls` fills it, `STATES` are what can come of a call."""

    STATES: ClassVar[Mapping[str, str]] = {}

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, C] = {}
        self._before: list[tuple[int, str | None]] = []

    def columns(self, *columns: tuple[str, str, int]) -> CallsTable:
        """Give the list its columns: key, title, cells; returns the list."""
        table = self.query_one(CallsTable)
        for key, title, width in columns:
            table.add_column(cell(title), width=width, key=key)
        return table

    def row(self, call: C) -> Sequence[object]:
        """The cells of a call."""
        raise NotImplementedError

    def show_marked(self, call: C | None) -> None:
        """Show more of the marked call."""
        raise NotImplementedError

    def save_mark(self, member_id: int, state: str | None) -> None:
        """Write down what came of a call, and list anew."""
        raise NotImplementedError

    def show_calls(self, calls: Iterable[C]) -> None:
        """List these."""
        self._rows = {str(call.member_id): call for call in calls}
        table = self.query_one(CallsTable)
        table.fill((key, self.row(call)) for key, call in self._rows.items())
        table.display = bool(self._rows)
        if self._rows and self.focused is None:
            table.focus()
        self.show_marked(self._marked)
        self.show_heading()
        self.refresh_bindings()

    @property
    def _marked(self) -> C | None:
        found = self.query(CallsTable)
        return self._rows.get(found.first().current_key or "") if found else None

    def who(self, name: str, call: C) -> Content:
        """A member with the numbers to call, and what came of it, when, and who called."""
        numbers = " / ".join(dict.fromkeys(number for number in (call.phone, call.mobile) if number))
        line = joined(plain(name, "bold"), plain(f"  {numbers or _('no phone')}"))
        if call.state is None or call.at is None:
            return line
        at = dates.lately(self.store.clock.to_wall(call.at), self.store.clock.wall())
        what = _("{what} {when} ({by})").format(what=_(self.STATES[call.state]), when=at, by=call.by or _("automatic"))
        return joined(line, plain(f"  {what}"))

    def on_data_table_row_highlighted(self, _event: DataTable.RowHighlighted) -> None:
        """Show more of the marked call."""
        self.show_marked(self._marked)
        self.refresh_bindings()

    # -- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A call is only marked where somebody is listed, and taken back where one was marked."""
        if action in ("mark", "print"):
            return bool(self._rows)
        return bool(self._before) if action == "undo" else True

    def action_mark(self, state: str) -> None:
        """Note what came of the call, and go to the next member at once; the same letter again takes it back."""
        call = self._marked
        if call is None:
            return
        self._before.append((call.member_id, call.state))
        if call.state == state:
            self.save_mark(call.member_id, None)
        else:
            self.query_one(CallsTable).action_cursor_down()
            self.save_mark(call.member_id, state)

    def action_undo(self) -> None:
        """Take the last mark back that was made here."""
        if not self._before:
            return
        member_id, state = self._before.pop()
        table = self.query_one(CallsTable)
        if str(member_id) in self._rows:
            table.move_cursor(row=table.get_row_index(str(member_id)), animate=False)
        self.save_mark(member_id, state)

    def to_list(self) -> None:
        """Back to the list."""
        self.query_one(CallsTable).focus()
