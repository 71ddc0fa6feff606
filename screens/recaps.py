"""Recaps: what the producers of a distribution were told, and what they do not know yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable, Static

from screens.base import HouseScreen
from screens.order_words import total_text
from screens.recap_words import MAILS_SHORT, WAITING, asks, known, stuck
from screens.widgets.plain import joined, plain
from screens.widgets.still import Still
from screens.widgets.table import HouseTable, cell, number
from store import Store
from templates.words import N_, _, dates, ngettext

if TYPE_CHECKING:
    from store.clock import Clock
    from store.distributions import Distribution
    from store.lists.records import RecapState


@dataclass(frozen=True)
class Told:
    """A distribution, what each of its producers was told, and the distributions before and after it."""

    distribution: Distribution
    states: tuple[RecapState, ...]
    before: int | None
    after: int | None


def read_recaps(store: Store, distribution_id: int | None) -> Told | None:
    """The recaps of a distribution, of the next one where none is named; None when there is no distribution."""
    near = store.distributions.next() or store.distributions.last() if distribution_id is None else None
    wanted = near.id if near is not None else distribution_id
    if wanted is None:
        return None
    before, after = store.distributions.neighbours(wanted)
    return Told(store.distributions.get(wanted), store.lists.states(wanted), before, after)


class RecapsTable(HouseTable):
    """The catalogues; Enter opens what the producer is told."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Open"), tooltip=N_("The recap, or what came since"), id="recaps.open"),
        # Without these the table would scroll sideways.
        Binding("left", "screen.other(-1)", N_("Day before"), tooltip=N_("The distribution before"), id="recaps.left"),
        Binding("right", "screen.other(1)", N_("Day after"), tooltip=N_("The distribution after"), id="recaps.right"),
    ]


class RecapsScreen(HouseScreen[None]):
    """One row for each catalogue of a distribution, with what its producer knows; below, the marked one in full."""

    NAME = "recaps"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "What each producer is told of the orders. **Enter** shows it as it will be sent; there **s** sends it by "
        "mail, **p** prints it, and **t** says that the producer has been told by phone.\n"
        "\n"
        "What is ordered or changed after the recap is a late line: the producer does not know of it until the "
        "**supplement** is sent. It holds only what changed.\n"
        "\n"
        "**u** is the pick-up sheet of the day, **k** lists whom to call back: who ordered by phone last time and "
        "not yet this time. **←** and **→** lead to the distribution before and after."
    )
    BINDINGS = [
        Binding("u", "sheet", N_("Pick-up sheet"), tooltip=N_("Who collects what, to print"), id="recaps.pickup"),
        Binding("k", "calls", N_("Call back"), tooltip=N_("Who ordered by phone last time"), id="recaps.calls"),
        Binding("left", "other(-1)", N_("Day before"), tooltip=N_("The distribution before"), id="recaps.before"),
        Binding("right", "other(1)", N_("Day after"), tooltip=N_("The distribution after"), id="recaps.after"),
        Binding("q", "leave", N_("Back"), tooltip=N_("Back to where one came from"), id="recaps.leave"),
    ]

    def __init__(self, distribution_id: int | None = None, catalogue_id: int | None = None) -> None:
        """`catalogue_id` is the one to be marked first."""
        super().__init__()
        self._wanted = distribution_id
        self._marks = catalogue_id
        self._told: Told | None = None

    def heading(self) -> tuple[str, str]:
        if self._told is None:
            return _("Recaps"), ""
        d, untold = self._told.distribution, sum(state.untold for state in self._told.states)
        late = ngettext("{n} late line", "{n} late lines", untold).format(n=untold)
        right = [_("cancelled")] if d.cancelled else []
        right += [late] if untold else []
        return _("Recaps for {day}, {place}").format(day=dates.day(d.day), place=d.place), "  ".join(right)

    def content(self) -> ComposeResult:
        yield Still(id="recaps-empty")
        yield RecapsTable(id="recaps")
        yield Still(id="recaps-detail")

    def on_mount(self) -> None:
        table = self.query_one(RecapsTable)
        for key, title, width in (
            ("name", f"  {_('Catalogue')}", 24),
            ("closes", _("Closes"), 18),
            ("orders", _("Orders"), 9),
            ("told", _("Producer"), 21),
        ):
            table.add_column(number(title) if key == "orders" else cell(title), width=width, key=key)
        table.grow(name=40, told=60)
        self._list()

    def changed(self) -> None:
        self._list(holds=self._told is None)

    def _list(self, *, holds: bool = True) -> None:
        wanted = self._wanted
        self.read(lambda: read_recaps(self.store, wanted), self._take, group="recaps", holds=holds)

    def _take(self, found: Told | None) -> None:
        self._told = found
        self._wanted = None if found is None else found.distribution.id
        states = found.states if found is not None else ()
        table = self.query_one(RecapsTable)
        table.fill((str(state.catalogue_id), self._cells(state)) for state in states)
        table.display = bool(states)
        empty = self.query_one("#recaps-empty", Static)
        empty.display = not states
        nothing = _("There is no distribution yet.") if found is None else _("No catalogue is offered on this day.")
        empty.update(plain(f"   {nothing}"))
        if self._marks is not None and str(self._marks) in table.rows:
            table.move_cursor(row=table.get_row_index(str(self._marks)), animate=False)
            self._marks = None
        if states and self.focused is None:
            table.focus()
        self._show_detail()
        self.show_heading()
        self.refresh_bindings()

    def _cells(self, state: RecapState) -> list[object]:
        name = f"{'!' if asks(state) else ' '} {state.name}"
        closes = dates.moment(state.closes) if state.closes is not None else _("at pick-up")
        return [name, closes, number(state.orders), in_short(state)]

    @property
    def _marked(self) -> RecapState | None:
        found = self.query(RecapsTable)
        key = found.first().current_key if found else None
        states = self._told.states if self._told is not None else ()
        return next((state for state in states if str(state.catalogue_id) == key), None)

    def on_data_table_row_highlighted(self) -> None:
        """Say what the marked producer knows."""
        self._show_detail()

    def _show_detail(self) -> None:
        state = self._marked
        lines = detail(state, self.store.clock, self.house.group.currency) if state is not None else []
        self.query_one("#recaps-detail", Static).update(Content("\n").join(lines))

    # -- keys

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter or a click opens the supplement where there is one, else the recap."""
        event.stop()
        state = self._marked
        if state is not None and self._wanted is not None:
            self.go("recap", distribution_id=self._wanted, catalogue_id=state.catalogue_id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What needs a distribution is only offered when there is one."""
        if action == "other" and self._told is not None:
            return (self._told.before if parameters == (-1,) else self._told.after) is not None
        return self._told is not None if action in ("other", "sheet", "calls") else True

    def action_other(self, step: int) -> None:
        """Show the distribution before or after."""
        if self._told is None:
            return
        other = self._told.before if step < 0 else self._told.after
        if other is not None:
            self._wanted = other
            self._list()

    def action_sheet(self) -> None:
        """Show the pick-up sheet of the day."""
        self.go("pickup", distribution_id=self._wanted)

    def action_calls(self) -> None:
        """Show whom to call back."""
        self.go("calls", distribution_id=self._wanted)


def in_short(state: RecapState) -> str:
    """What the producer knows, in a cell."""
    found = stuck(state)
    if found is not None and found[1] not in WAITING:
        return _(MAILS_SHORT[found[1]])
    if state.untold:
        return ngettext("{n} late line", "{n} late lines", state.untold).format(n=state.untold)
    if state.recap is None:
        return _("not told yet") if state.closed else _("open")
    return _(MAILS_SHORT[found[1]]) if found is not None else _("told")


def detail(state: RecapState, clock: Clock, currency: str) -> list[Content]:
    """What is ordered, what the producer was told of it, by which mail, and what to do next."""
    name = state.name if state.name == state.producer_name else f"{state.name} ({state.producer_name})"
    reached = " · ".join(part for part in (state.phone, ", ".join(state.emails)) if part)
    lines = [joined(plain(name, "bold"), plain(f"  {reached or _('no e-mail, no phone')}"))]
    if state.orders:
        orders = ngettext("{n} order", "{n} orders", state.orders).format(n=state.orders)
        lines.append(plain(f"{orders}  {total_text(state.totals, currency, estimated=state.estimated)}"))
    if state.tellings:
        lines += [plain(f"{mark} {text}".strip()) for mark, text in known(state, clock)]
    else:
        lines.append(plain(_("The producer is not told yet.")))
    if state.untold:
        lines.append(plain("! " + _("The producer does not know of what came since. Enter shows the supplement.")))
    elif state.recap is None:
        lines.append(plain(_("Enter shows the recap.")))
    return lines
