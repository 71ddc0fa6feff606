"""Attaching workflows to places with one key, and taking them off again: what both lists of it have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content

from screens.attached_lines import There, idle_said, read_people, there_lines
from screens.base import HouseScreen
from screens.deleted import leave_deleted
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.table import HouseTable, cell
from screens.workflow_words import place_words
from store.rights import Right
from store.workflow_records import Standing
from templates.words import N_, _

if TYPE_CHECKING:
    from store import Store
    from store.workflow_records import Place, Step


class ThereTable(HouseTable):
    """A line for each workflow or place; Space attaches the marked one, or takes it off."""

    BINDINGS = [
        Binding("space", "screen.switch", N_("On or off"), tooltip=N_("Attach it, or take it off"), id="there.switch"),
    ]


class ThereScreen(HouseScreen[None]):
    """Lines that say how a workflow stands at a place, and what the marked one does there."""

    CSS_PATH = [Path(__file__).with_suffix(".tcss")]
    NEEDS = {"switch": Right.MESSAGES_SEND}
    BINDINGS = [
        Binding("q", "leave", N_("Back"), tooltip=N_("Back to where one came from"), id="there.leave"),
    ]
    TABLE: ClassVar[type[ThereTable]] = ThereTable
    COLUMNS: tuple[tuple[str, str, int], ...] = ()
    """Keys, titles and cells of the columns behind the mark."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, There] | None = None
        self._people: dict[str, Mapping[int, int]] = {}

    # -- what a list says of itself

    def find(self) -> tuple[There, ...]:
        """Read the lines, in a thread."""
        raise NotImplementedError

    def key_of(self, row: There) -> str:
        """What tells a line from the others."""
        raise NotImplementedError

    def cells_of(self, row: There) -> list[object]:
        """A line of the list."""
        raise NotImplementedError

    def head_of(self, row: There) -> str:
        """What the marked line is about."""
        raise NotImplementedError

    def nothing(self) -> str:
        """What to do where the list is empty."""
        return ""

    # -- showing

    def content(self) -> ComposeResult:
        yield Prose(id="there-none")
        yield self.TABLE(id="there-list")
        yield Prose(id="there-detail")

    def on_mount(self) -> None:
        """Lay the columns out, then list."""
        table = self.query_one(ThereTable)
        table.add_column(cell(""), width=3, key="mark")
        for key, title, width in self.COLUMNS:
            table.add_column(cell(_(title)), width=width, key=key)
        table.grow(**{self.COLUMNS[0][0]: 60, "how": 40})
        self.query_one("#there-none").display = False
        self.list_again(holds=True)

    def on_resize(self) -> None:
        """Break the sentences anew."""
        self._show_detail()

    def changed(self) -> None:
        self.list_again(holds=False)

    def list_again(self, *, holds: bool) -> None:
        """Read everything again."""
        self.read(self.find, self._take, failed=partial(leave_deleted, self), holds=holds)

    def _take(self, found: tuple[There, ...]) -> None:
        self.rows = {self.key_of(row): row for row in found}
        table, none = self.query_one(ThereTable), self.query_one("#there-none", Prose)
        table.fill((key, self.cells_of(row)) for key, row in self.rows.items())
        table.display, none.display = bool(found), not found
        none.update(plain(self.nothing()))
        if found and self.focused is None:
            table.focus()
        self._show_detail()
        self.show_heading()
        self.refresh_bindings()

    @property
    def marked(self) -> There | None:
        """The line under the cursor."""
        found = self.query(ThereTable)
        return (self.rows or {}).get(found.first().current_key or "") if found else None

    def on_data_table_row_highlighted(self) -> None:
        """Say more of the marked one."""
        self._show_detail()
        self.refresh_bindings()

    def _show_detail(self) -> None:
        """Say what the marked one does there; to how many follows: that is counted for one line only."""
        row, store = self.marked, self.store
        self._show_with(row, self._people.get(self.key_of(row), {}) if row is not None else {})
        if row is not None and row.coming:
            self.read(lambda: read_people(store, row), partial(self._show_with, row), group="people")

    def _show_with(self, row: There | None, people: Mapping[int, int]) -> None:
        if row is not self.marked:
            return
        said = Content("")
        if row is not None:
            self._people[self.key_of(row)] = people
            said = there_lines(row, self.store.clock, self.head_of(row), people, self.size.width - 2)
        self.query_one("#there-detail", Prose).update(said)

    # -- switching

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There must be something to attach."""
        return self.marked is not None if action == "switch" else True

    def action_switch(self) -> None:
        """Attach the marked one, or take it off."""
        if (row := self.marked) is not None:
            switch(self, row, partial(self.list_again, holds=True))


def switch(screen: HouseScreen[Any], row: There, done: Callable[[], None]) -> None:
    """Attach the workflow there, or let it go there no more, then call `done`; or say why the key does nothing."""
    store, workflow, place = screen.store, row.workflow, row.place
    names, distribution_id = {"title": workflow.title, "place": place_words(place)}, place.distribution_id

    def say(text: str) -> None:
        screen.say(text.format(**names))
        done()

    def attached(idle: tuple[Step, ...]) -> None:
        more = idle_said(idle, len(workflow.steps))
        say(" ".join(part for part in (_("“{title}” goes out for {place} from now on."), more) if part))

    def exempt(out: bool, said: str) -> None:
        leave_out = partial(store.workflows.exempt, workflow.id, distribution_id or 0, out)
        screen.write(leave_out, lambda _none: say(said), holds=True)

    if row.how is Standing.HERE:
        screen.write(partial(take_off, store, workflow.id, place), lambda now: say(off_words(now)), holds=True)
    elif row.how in (Standing.NO, Standing.NEVER):  # never: the store says in words why not
        screen.write(partial(store.workflows.attach, workflow.id, place), attached, holds=True)
    elif distribution_id is None:
        screen.say(_("It goes for all distributions already. To leave one out, mark that distribution."))
    elif row.how is Standing.EXEMPT:
        exempt(False, _("“{title}” leaves out {place} no more."))
    else:
        exempt(True, _("“{title}” leaves out {place}. Space takes that back."))


def take_off(store: Store, workflow_id: int, place: Place) -> Standing:
    """Attach a workflow to a place no more, and say how it stands there then: it may be attached to more."""
    store.workflows.detach(workflow_id, place)
    return next(at.how for at in store.workflows.at_place(place) if at.workflow.id == workflow_id)


def off_words(now: Standing) -> str:
    """What is said of a workflow that was taken off a place; by something else it may go there all the same."""
    if now is Standing.ALL:
        return _("“{title}” still goes out for {place}, as for all distributions.")
    if now is Standing.CATALOGUE:
        return _("“{title}” still goes out for {place}, by a catalogue of it.")
    return _("“{title}” goes out for {place} no more.")
