"""Pick-up sheet: who comes for what, by name, with a box to tick; to look at and to print."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll

from screens.order_words import total_text
from screens.recap_files import PrintingScreen
from screens.widgets.ask import Ask
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from store import Store
from store.folding import fold
from templates.words import N_, _, dates, ngettext

if TYPE_CHECKING:
    from store.lists.line_records import PickupSheet

BEGINS = 24
"""Cells of a name that stand on its first line, however many people it names."""


@dataclass(frozen=True)
class Reading:
    """The sheet and its text."""

    sheet: PickupSheet
    text: str


def read_sheet(store: Store, distribution_id: int | None, cells: int) -> Reading | None:
    """The sheet of a distribution, of the next one where none is named; None when there is no distribution."""
    from mail.sheets import sheet, text

    near = store.distributions.next() or store.distributions.last() if distribution_id is None else None
    wanted = near.id if near is not None else distribution_id
    if wanted is None:
        return None
    found = store.lists.pickup(wanted)
    return Reading(found, text(sheet(found), cells))


class PickupScreen(PrintingScreen):
    """The sheet as it is printed; `p` prints it, `/` goes to a name."""

    NAME = "pickup"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "Who comes to the distribution for what, by name. The box is ticked on paper, as people come.\n"
        "\n"
        "**p** writes the sheet as a file to print. **/** goes to a name. What is weighed at pick-up has **~** before "
        "its amount: **k** takes the weights."
    )
    BINDINGS = [
        Binding("p", "print", N_("Print"), tooltip=N_("Write it as a file to print"), id="pickup.print"),
        Binding("slash", "find", N_("Find"), key_display="/", tooltip=N_("Go to a name"), id="pickup.find"),
        Binding("k", "settle", N_("Weigh"), tooltip=N_("Type what the scales say"), id="pickup.settle"),
        Binding("o", "orders", N_("Orders"), tooltip=N_("The orders of this day"), id="pickup.orders"),
        Binding("q", "leave", N_("Back"), tooltip=N_("Back to where one came from"), id="pickup.leave"),
    ]

    def __init__(self, distribution_id: int | None = None) -> None:
        super().__init__()
        self._wanted = distribution_id
        self._reading: Reading | None = None

    def heading(self) -> tuple[str, str]:
        if self._reading is None:
            return _("Pick-up sheet"), ""
        sheet = self._reading.sheet
        members = ngettext("{n} member", "{n} members", len(sheet.members)).format(n=len(sheet.members))
        total = total_text(sheet.totals, self.house.group.currency, estimated=sheet.estimated)
        return _("Pick-up sheet for {day}").format(day=dates.day(sheet.distribution.day)), f"{members}  {total}"

    def content(self) -> ComposeResult:
        with VerticalScroll(id="pickup-text"):
            yield Prose(id="pickup-lines")
        yield from self.printing()
        yield Ask()

    def on_mount(self) -> None:
        self._list(holds=True)

    def on_resize(self) -> None:
        """Lay the sheet out anew."""
        if self._reading is not None:
            self._list()

    def changed(self) -> None:
        self._list(holds=self._reading is None)

    def _list(self, *, holds: bool = False) -> None:
        store, wanted, cells = self.store, self._wanted, max(40, self.size.width - 3)
        self.read(lambda: read_sheet(store, wanted, cells), self._take, group="pickup", holds=holds)

    def _take(self, reading: Reading | None) -> None:
        first = self._reading is None
        self._reading = reading
        if reading is not None:
            self._wanted = reading.sheet.distribution.id
        text = reading.text if reading is not None else _("There is no distribution yet.")
        self.query_one("#pickup-lines", Prose).update(plain(text, lines=True))
        if first:
            self.to_list()
        self.show_heading()
        self.refresh_bindings()

    # -- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What needs a sheet is only offered when there is one."""
        return self._reading is not None if action in ("print", "find", "settle", "orders") else True

    def printed(self) -> tuple[str, int, int | None] | None:
        return None if self._reading is None else ("pickup", self._reading.sheet.distribution.id, None)

    def to_list(self) -> None:
        """Back to the sheet, which the arrows scroll."""
        self.query_one("#pickup-text").focus()

    def on_ask_left(self) -> None:
        """Back to the sheet."""
        self.to_list()

    def action_settle(self) -> None:
        """Type what the scales say."""
        self.go("settle", distribution_id=self._wanted)

    def action_orders(self) -> None:
        """Show the orders of the day."""
        self.go("orders", distribution_id=self._wanted)

    def action_find(self) -> None:
        """Ask for a name."""
        self.query_one(Ask).ask(_("Find"), self._find, typed="")

    def _find(self, name: str) -> None:
        if self._reading is None or not name:
            return
        words = fold(name).split()
        member = next((m for m in self._reading.sheet.members if all(w in fold(m.name) for w in words)), None)
        # Two long names stand on several lines; the box before the first is four cells.
        begins = "" if member is None else member.name[:BEGINS]
        lines = self._reading.text.splitlines()
        row = next((n for n, line in enumerate(lines) if begins and line[4:].startswith(begins)), None)
        if row is None:
            self.warn(_("Nobody called “{name}” has ordered.").format(name=name))
        else:
            self.query_one("#pickup-text", VerticalScroll).scroll_to(y=row, animate=False, immediate=True)
