"""Call-back list: who ordered by phone last time and has not yet this time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable, Static

from screens.call_lists import CallListScreen, CallsTable, call_keys
from screens.recap_words import to_ring
from screens.text import labelled
from screens.widgets.plain import plain
from screens.widgets.still import Still
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


class CallsScreen(CallListScreen["CallBack"]):
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
    STATES = STATES
    BINDINGS = call_keys(
        Binding("x", "mark('nothing')", N_("Nothing"), tooltip=N_("They want nothing this time"), id="calls.nothing")
    )

    def __init__(self, distribution_id: int | None = None) -> None:
        super().__init__()
        self._wanted = distribution_id
        self._listed: Listed | None = None

    def heading(self) -> tuple[str, str]:
        if self._listed is None:
            return _("Call back"), ""
        left = to_ring(self._listed.calls)
        to_call = ngettext("{n} to call", "{n} to call", left).format(n=left)
        return _("Call back for {day}").format(day=dates.day(self._listed.distribution.day)), to_call

    def content(self) -> ComposeResult:
        yield Still(id="calls-empty")
        yield CallsTable(id="calls")
        yield Still(id="calls-detail")
        yield from self.printing()

    def on_mount(self) -> None:
        table = self.columns(
            ("member", _("Member"), 24),
            ("phone", _("Phone"), 17),
            ("last", _("Last time"), 17),
            ("state", _("Call"), 14),
        )
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
        calls = () if listed is None else listed.calls
        empty = self.query_one("#calls-empty", Static)
        empty.display = not calls
        nothing = _("No distribution is planned.") if listed is None else _("Nobody is left to be called back.")
        empty.update(plain(f"   {nothing}"))
        self.show_calls(calls)

    def row(self, call: CallBack) -> list[object]:
        state = _(STATES[call.state]) if call.state else _("open basket") if call.basket else ""
        return [call.member, call.phone or call.mobile or _("no phone"), _products(call), state]

    def show_marked(self, call: CallBack | None) -> None:
        lines = []
        if call is not None:
            lines = [self.who(call.member, call), plain(labelled(dates.day(call.last_day), _products(call)))]
        self.query_one("#calls-detail", Static).update(Content("\n").join(lines))

    # -- keys

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter or a click takes the order."""
        event.stop()
        call = self._marked
        if call is not None:
            self.go("order_entry", member_id=call.member_id, distribution_id=self._wanted)

    def save_mark(self, member_id: int, state: str | None) -> None:
        day, store = self._wanted, self.store
        if day is not None:
            self.write(lambda: store.lists.mark_call(day, member_id, state), lambda _none: self._list(holds=False))

    def printed(self) -> tuple[str, int, int | None] | None:
        return None if self._listed is None else ("calls", self._listed.distribution.id, None)


def _products(call: CallBack) -> str:
    return ", ".join(f"{quantity(n)} {product.name}" for product, n in call.last)
