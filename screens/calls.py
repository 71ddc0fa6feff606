"""Call-back list: who ordered by phone last time and has not yet this time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable, Static

from screens.recap_files import PrintingScreen
from screens.recap_words import to_ring
from screens.text import labelled
from screens.widgets.plain import joined, plain
from screens.widgets.table import HouseTable, cell
from store import Store
from templates.words import N_, _, dates, ngettext
from templates.words.money import quantity

if TYPE_CHECKING:
    from store.distributions import Distribution
    from store.lists.records import CallBack

STATES = {"called": N_("called"), "not_reached": N_("not reached"), "nothing": N_("wants nothing")}


@dataclass(frozen=True)
class Listed:
    """Whom to call back for a distribution."""

    distribution: Distribution
    calls: tuple[CallBack, ...]


def read_calls(store: Store, distribution_id: int | None) -> Listed | None:
    """Whom to call for a distribution, for the next one where none is named; None when there is none."""
    near = store.distributions.next() if distribution_id is None else None
    wanted = near.id if near is not None else distribution_id
    if wanted is None:
        return None
    return Listed(store.distributions.get(wanted), store.lists.calls(wanted))


class CallsTable(HouseTable):
    """The list; Enter takes the marked member's order."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Order"), tooltip=N_("Take this member's order"), id="calls.order"),
    ]


class CallsScreen(PrintingScreen):
    """The list, with what came of each call; below, what the marked member had last time."""

    NAME = "calls"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "Who ordered by phone last time and has not ordered yet this time, with their number. Whoever orders "
        "disappears from the list.\n"
        "\n"
        "**Enter** takes the order of the marked member. A letter says what came of the call: **c** called, "
        "**r** not reached, **x** wants nothing this time. The same letter again takes it away, **z** takes the last "
        "one back. Your colleagues see it at once."
    )
    BINDINGS = [
        Binding("c", "mark('called')", N_("Called"), tooltip=N_("They were called and will see"), id="calls.called"),
        Binding("r", "mark('not_reached')", N_("No answer"), tooltip=N_("Nobody answered"), id="calls.missed"),
        Binding("x", "mark('nothing')", N_("Nothing"), tooltip=N_("They want nothing this time"), id="calls.nothing"),
        Binding("z", "undo", N_("Undo"), tooltip=N_("Take the last mark back"), id="calls.undo"),
        Binding("p", "print", N_("Print"), tooltip=N_("Write it as a file to print"), id="calls.print"),
        Binding("q", "leave", N_("Back"), tooltip=N_("Back to where one came from"), id="calls.leave"),
    ]

    def __init__(self, distribution_id: int | None = None) -> None:
        super().__init__()
        self._wanted = distribution_id
        self._listed: Listed | None = None
        self._rows: dict[str, CallBack] = {}
        self._before: list[tuple[int, str | None]] = []

    def heading(self) -> tuple[str, str]:
        if self._listed is None:
            return _("Call back"), ""
        left = to_ring(self._listed.calls)
        to_call = ngettext("{n} to call", "{n} to call", left).format(n=left)
        return _("Call back for {day}").format(day=dates.day(self._listed.distribution.day)), to_call

    def content(self) -> ComposeResult:
        yield Static(id="calls-empty")
        yield CallsTable(id="calls")
        yield Static(id="calls-detail")
        yield from self.printing()

    def on_mount(self) -> None:
        table = self.query_one(CallsTable)
        for key, title, width in (
            ("member", _("Member"), 24),
            ("phone", _("Phone"), 17),
            ("last", _("Last time"), 17),
            ("state", _("Call"), 14),
        ):
            table.add_column(cell(title), width=width, key=key)
        table.grow(member=30, last=70)
        self._list()

    def changed(self) -> None:
        self._list(holds=self._listed is None)

    def _list(self, *, holds: bool = True) -> None:
        store, wanted = self.store, self._wanted
        self.read(lambda: read_calls(store, wanted), self._take, group="calls", holds=holds)

    def _take(self, listed: Listed | None) -> None:
        self._listed = listed
        self._wanted = None if listed is None else listed.distribution.id
        self._rows = {} if listed is None else {str(call.member_id): call for call in listed.calls}
        table = self.query_one(CallsTable)
        table.fill((key, self._cells(call)) for key, call in self._rows.items())
        table.display = bool(self._rows)
        empty = self.query_one("#calls-empty", Static)
        empty.display = not self._rows
        nothing = _("No distribution is planned.") if listed is None else _("Nobody is left to be called back.")
        empty.update(plain(f"   {nothing}"))
        if self._rows and self.focused is None:
            table.focus()
        self._show_detail()
        self.show_heading()
        self.refresh_bindings()

    def _cells(self, call: CallBack) -> list[object]:
        state = _(STATES[call.state]) if call.state else _("open basket") if call.basket else ""
        return [call.member, call.phone or call.mobile or _("no phone"), _products(call), state]

    @property
    def _marked(self) -> CallBack | None:
        found = self.query(CallsTable)
        return self._rows.get(found.first().current_key or "") if found else None

    def on_data_table_row_highlighted(self) -> None:
        """Say what the marked member had last time."""
        self._show_detail()
        self.refresh_bindings()

    def _show_detail(self) -> None:
        call = self._marked
        lines = [] if call is None else self._detail(call)
        self.query_one("#calls-detail", Static).update(Content("\n").join(lines))

    def _detail(self, call: CallBack) -> list[Content]:
        numbers = " / ".join(dict.fromkeys(number for number in (call.phone, call.mobile) if number))
        lines = [joined(plain(call.member, "bold"), plain(f"  {numbers or _('no phone')}"))]
        if call.state is not None and call.at is not None:
            at = dates.lately(self.store.clock.to_wall(call.at), self.store.clock.wall())
            what = _("{what} {when} ({by})")
            lines[0] = joined(
                lines[0], plain("  " + what.format(what=_(STATES[call.state]), when=at, by=call.by or _("automatic")))
            )
        day = dates.day(call.last_day)
        return [*lines, plain(labelled(day, _products(call)))]

    # -- keys

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter or a click takes the order."""
        event.stop()
        call = self._marked
        if call is not None:
            self.go("order_entry", member_id=call.member_id, distribution_id=self._wanted)

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
            self._write(call.member_id, None)
        else:
            self.query_one(CallsTable).action_cursor_down()
            self._write(call.member_id, state)

    def action_undo(self) -> None:
        """Take the last mark back that was made here."""
        if not self._before:
            return
        member_id, state = self._before.pop()
        table = self.query_one(CallsTable)
        if str(member_id) in self._rows:
            table.move_cursor(row=table.get_row_index(str(member_id)), animate=False)
        self._write(member_id, state)

    def _write(self, member_id: int, state: str | None) -> None:
        day, store = self._wanted, self.store
        if day is not None:
            self.write(lambda: store.lists.mark_call(day, member_id, state), lambda _none: self._list(holds=False))

    def printed(self) -> tuple[str, int, int | None] | None:
        return None if self._listed is None else ("calls", self._listed.distribution.id, None)

    def to_list(self) -> None:
        """Back to the list."""
        self.query_one(CallsTable).focus()


def _products(call: CallBack) -> str:
    return ", ".join(f"{quantity(n)} {product.name}" for product, n in call.last)
