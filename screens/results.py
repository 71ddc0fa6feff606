"""Results: what went out, and beside it what the marked message brought."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import DataTable, Static

from screens.message_states import title_of
from screens.resting import Resting
from screens.result_shown import Brought, ResultShown, read_brought
from screens.result_words import beside_list, list_day
from screens.text import fitted, width
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.still import Still
from screens.widgets.table import HouseTable, cell
from templates.words import N_, _, ngettext
from templates.words.money import number

if TYPE_CHECKING:
    from store import Store
    from store.result_records import ResultRow

MOST_AUTOMATIC = 300
"""Messages of workflows that are listed, the latest: a welcome to each member makes many."""
DAY, TITLE = 9, 20
LEFT = 1 + 2 * DAY + TITLE + 1
"""The cells of the columns on 80, and of the whole list with the space before it and its scrollbar."""
PART = 40
"""The percentage of a wider terminal's spare cells that the list has."""


class ResultsTable(HouseTable):
    """The list; Enter opens the marked message's page."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Open"), tooltip=N_("All of what it brought"), id="results.open"),
    ]


@dataclass(frozen=True)
class Listed:
    """What somebody wrote or brought in from elsewhere, and the latest that workflows sent."""

    written: tuple[ResultRow, ...]
    automatic: tuple[ResultRow, ...]


def read_listed(store: Store) -> Listed:
    """Read them; raises `NotAllowed`."""
    results = store.results
    return Listed(results.all(automatic=False), results.all(automatic=True, limit=MOST_AUTOMATIC))


class ResultsScreen(ResultShown):
    """Every message that went out, the latest first, with figures and a curve of the marked one."""

    NAME = "results"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "Every message that went out, with its day and the day on which its orders are counted no more. Beside it: "
        "whom it was for, what became of the mails, how many of those written to **came back**, which is to say "
        "ordered since, and a curve of what they ordered.\n"
        "\n"
        "Who ordered after a message might have ordered without it. So compare: with the same members in as many days "
        "before, and with those selected who were not written to. **Enter** shows both in full.\n"
        "\n"
        "**t** turns the curve: margin, turnover, quantity, the margin of all members beside theirs, who came back. "
        "Each curve counts all days until then. The margin is that of lines with a known cost.\n"
        "\n"
        "**i** shows whom the marked message was for and what each got, **v** the vouchers that went out with it.\n"
        "\n"
        "**E** writes figures, days or people into a file. What workflows sent by themselves is not in the list: **b** "
        "shows it, and hides it again."
    )
    BINDINGS = [
        Binding("b", "by_itself", N_("Automatic"), tooltip=N_("What workflows sent"), id="results.automatic"),
    ]

    AUTO_FOCUS = "#results"
    EXPORTS = (*ResultShown.EXPORTS, "all")

    def __init__(self) -> None:
        super().__init__()
        self._listed: Listed | None = None
        self._automatic = False
        self._rows: dict[str, ResultRow] = {}
        self._reading = False
        self._stale = False
        self._resting = Resting(self, partial(self._list, holds=False))

    def heading(self) -> tuple[str, str]:
        said = ngettext("{n} message", "{n} messages", len(self._rows)).format(n=number(len(self._rows)))
        if self._automatic:
            said = _("sent by workflows: {n}").format(n=number(len(self._rows)))
        return _("Results"), said if self._rows else ""

    def content(self) -> ComposeResult:
        yield Still(id="empty")
        with Horizontal(id="results-shown"):
            yield ResultsTable(id="results")
            with Vertical(id="results-beside"):
                yield Prose(id="figures")
                yield from self.curve()
        yield from self.files()

    def on_mount(self) -> None:
        table = self.query_one(ResultsTable)
        table.cell_padding = 0
        for key, title, wide in (("day", _("Date"), DAY), ("title", _("Message"), TITLE), ("until", _("Until"), DAY)):
            table.add_column(cell(title), width=wide, key=key)
        table.grow(title=PART)
        self.query_one("#results-shown").display = False
        self._list(holds=True)

    def on_resize(self) -> None:
        """The list has its part of what a terminal has beyond 80 cells."""
        self.query_one(ResultsTable).styles.width = LEFT + max(0, self.size.width - 80) * PART // 100
        self._fill()

    def changed(self) -> None:
        self._resting.wanted()

    # -- the list

    def _list(self, *, holds: bool) -> None:
        self.read(partial(read_listed, self.store), self._take, holds=holds)

    def _take(self, listed: Listed) -> None:
        self._listed = listed
        self._automatic = bool(listed.automatic) and (self._automatic or not listed.written)
        rows = listed.automatic if self._automatic else listed.written
        self._rows = {str(row.id): row for row in rows}
        self._fill()
        there = bool(self._rows)
        self.query_one("#results-shown").display = there
        empty = self.query_one("#empty", Static)
        empty.display = not there
        empty.update(plain(_("Nothing has gone out yet: what a message brought stands here. w writes one.")))
        if there and self.focused is None:
            self.to_list()
        self.show_heading()
        self._stale = True
        self._look_at_marked(holds=self._results is None)
        self.refresh_bindings()

    def _fill(self) -> None:
        room = TITLE - 1 + max(0, self.size.width - 80) * PART // 100
        clock = self.store.clock
        self.query_one(ResultsTable).fill(
            (key, [list_day(row.day, clock), _listed_title(row, room), list_day(row.closes_on, clock)])
            for key, row in self._rows.items()
        )

    @property
    def _marked(self) -> ResultRow | None:
        found = self.query(ResultsTable)
        return self._rows.get(found.first().current_key or "") if found else None

    @property
    def marked_id(self) -> int | None:
        return None if self._marked is None else self._marked.id

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Show what the marked one brought."""
        if isinstance(event.data_table, ResultsTable):
            self._look_at_marked()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter or a click opens its page."""
        event.stop()
        if self.marked_id is not None:
            self.go("result", message_id=self.marked_id)

    # -- the marked one

    def _look_at_marked(self, *, holds: bool = False) -> None:
        """Read what the marked one brought: one at a time, however fast somebody goes down the list.

        Until it is there the one before stays, under its title.
        """
        row, shown = self._marked, self._results
        if row is None or self._reading or (not self._stale and shown is not None and shown.row.id == row.id):
            return
        self._reading, self._stale = True, False
        work = partial(read_brought, self.store, row.id)
        self.read(work, self._found, group="figures", failed=partial(self._not_found, row.id), holds=holds)

    def _found(self, brought: Brought) -> None:
        self._reading = False
        self._brought = brought
        self._show_figures()
        self._look_at_marked()

    def _not_found(self, message_id: int, error: BaseException) -> None:
        self._reading = False
        self._brought = None
        self._show_figures()
        self.show_error(error)
        if self.marked_id != message_id:
            self._look_at_marked()

    def _show_figures(self) -> None:
        lines = [] if self._results is None else beside_list(self._results)
        self.query_one("#figures", Prose).update(Content("\n").join(lines))
        self.show_curve()
        self.refresh_bindings()

    # -- acts

    @property
    def of_workflows(self) -> bool:
        return self._automatic

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only where workflows sent anything is there another list."""
        if action == "by_itself":
            return self._listed is not None and bool(self._listed.automatic) and bool(self._listed.written)
        return super().check_action(action, parameters)

    def action_by_itself(self) -> None:
        """Show what workflows sent, or the others again."""
        if self._listed is not None:
            self._automatic = not self._automatic
            self._take(self._listed)


def _listed_title(row: ResultRow, room: int) -> str:
    """What a message is called, and that it was imported; cut so that the latter stands there."""
    if not row.imported:
        return title_of(row)
    imported = _("imported")
    return f"{fitted(title_of(row), min(width(title_of(row)), room - width(imported) - 1))} {imported}"
