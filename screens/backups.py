"""The backups: which there are, how old they are, and a key that makes one now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content

from screens.backups_words import described, how_words, keep_words, numbers_in
from screens.base import HouseScreen
from screens.sizes import size_words
from screens.widgets.ask import Ask
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.table import HouseTable, cell, number
from store.rights import Right
from templates.words import N_, _, dates, ngettext

if TYPE_CHECKING:
    from store import Store
    from store.backup_records import Backup, Rotation

COLUMNS = (("made", N_("Made"), 19), ("ago", "", 17), ("size", N_("Size"), 9), ("how", N_("How"), 24))


@dataclass(frozen=True, slots=True)
class Found:
    """What was read."""

    backups: tuple[Backup, ...]
    keep: Rotation


def read_backups(store: Store) -> Found:
    """Read them; raises `NotAllowed`."""
    return Found(store.backups.all(), store.backups.keep())


class BackupsScreen(HouseScreen[None]):
    """The newest first; of the marked one it says where it is, and how it is brought back."""

    NAME = "backups"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "Backups are copies of the group's file, whole and checked. On a server one is made every day by itself; **n** "
        "makes one now, while everybody goes on working.\n"
        "\n"
        "Those made by themselves are put away after a while: the last of each of some days, weeks and months stays, "
        "and **k** says of how many. Those made by hand stay until somebody deletes them.\n"
        "\n"
        "They lie on the same disk as the file. Take one elsewhere now and then: **cabas backup -** writes one to "
        "standard output. One is brought back at the machine, with **cabas restore**, into a new file."
    )
    NEEDS = {"make": Right.ADMIN, "keep_number": Right.ADMIN}
    BINDINGS = [
        Binding("n", "make", N_("Make one now"), tooltip=N_("Copy the group's file now"), id="backups.make"),
        Binding("k", "keep_number", N_("How many"), tooltip=N_("Of how many days one is kept"), id="backups.keep"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._found: Found | None = None
        self._made: Backup | None = None

    def heading(self) -> tuple[str, str]:
        found = self._found
        if found is None:
            return _("Backups"), ""
        total = len(found.backups)
        return _("Backups"), ngettext("{n} backup", "{n} backups", total).format(n=total)

    def content(self) -> ComposeResult:
        yield HouseTable(id="backups-list")
        yield Prose(id="backups-detail")
        yield Ask()

    def on_mount(self) -> None:
        """Show them."""
        table = self.query_one(HouseTable)
        for key, title, width in COLUMNS:
            table.add_column(cell(_(title) if title else ""), width=width, key=key)
        table.grow(how=50)
        self._list(holds=True)

    def changed(self) -> None:
        self._list(holds=False)

    def _list(self, *, holds: bool) -> None:
        self.read(lambda: read_backups(self.store), self._take, holds=holds)

    def _take(self, found: Found) -> None:
        self._found = found
        clock, table = self.store.clock, self.query_one(HouseTable)
        table.fill(
            (
                str(one.path),
                (
                    dates.moment(clock.to_wall(one.at)),
                    dates.ago(clock.now() - one.at),
                    number(size_words(one.size)),
                    how_words(one),
                ),
            )
            for one in found.backups
        )
        if self._made is not None and self._made in found.backups:
            table.move_cursor(row=found.backups.index(self._made), animate=False)
        self._made = None
        self.show_heading()
        self._show_detail()

    def on_data_table_row_highlighted(self) -> None:
        """Say more of the marked one."""
        self._show_detail()

    def _show_detail(self) -> None:
        if self._found is None:
            return
        key = self.query_one(HouseTable).current_key
        marked = next((one for one in self._found.backups if str(one.path) == key), None)
        said = described(marked) if marked is not None else _("There is no backup yet: n makes one.")
        lines = [plain(said), plain(keep_words(self._found.keep))]
        self.query_one("#backups-detail", Prose).update(Content("\n").join(lines))

    # -- keys

    def action_make(self) -> None:
        """Make one now."""

        def done(made: Backup) -> None:
            self.say(_("The backup is made: {size}.").format(size=size_words(made.size)))
            self._made = made
            self._list(holds=False)

        self.write(self.store.backups.make, done, holds=True)

    def action_keep_number(self) -> None:
        """Ask of how many days, weeks and months one is kept."""
        if self._found is None:
            return
        keep = self._found.keep
        question = _("Kept of how many days, weeks, months?")
        self.query_one(Ask).ask(question, self._keep, f"{keep.daily} {keep.weekly} {keep.monthly}")

    def _keep(self, typed: str) -> None:
        numbers = numbers_in(typed)
        if numbers is None:
            self.warn(_("“{typed}” is not three numbers, as 7 4 6. Nothing was changed.").format(typed=typed))
            return

        def done(_keep: Rotation) -> None:
            self.say(_("Saved."))
            self._list(holds=False)

        self.write(lambda: self.store.backups.set_keep(**numbers), done, holds=True)

    def on_ask_left(self) -> None:
        """Back to the list."""
        self.query_one(HouseTable).focus()
