"""The settings: a line for each thing that can be set, with its letter and how it stands."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import DataTable

from screens.base import HouseScreen
from screens.routes import RIGHTS
from screens.settings_lines import NAMES, Facts, lines, read_facts
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.table import HouseTable, cell
from templates.words import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterator

LETTERS = {
    "group_form": "g",
    "operators": "o",
    "roles": "r",
    "mailbox": "x",
    "workflows": "f",
    "attached": "w",
    "limits": "l",
    "sms_settings": "s",
    "measuring": "c",
    "journal": "j",
    "backups": "b",
    "me": "m",
}
EXPLAINED = {
    "group_form": N_("The group's name, the language of its texts, the country of its phone numbers."),
    "operators": N_("Who uses cabas, and what each of them may do."),
    "roles": N_("The rights that people are given together: coordinator, phone desk, writer and so on."),
    "mailbox": N_("The address that messages go out from, its server and its limits."),
    "workflows": N_("The mails that go out by themselves: a last call, a reminder of the pick-up, a welcome."),
    "attached": N_("Which workflows write to new members, and tell everybody of promotions."),
    "limits": N_("The numbers that advice about messages goes by, and what is asked before many mails go."),
    "sms_settings": N_("What an SMS costs, how many go in a day and to whom, and whether they go."),
    "measuring": N_("Whether opens and clicks are counted, of who said yes to it, and through which address."),
    "journal": N_("Everything that was done here: by whom, and when."),
    "backups": N_("Copies of the group's file, made by themselves every day, or now."),
    "me": N_("Your own name, your language, and where your test mails go."),
}
LETTER, NAME, STANDS = 3, 16, 55


class SettingsTable(HouseTable):
    """The list; Enter opens the marked line."""

    BINDINGS = [Binding("enter", "select_cursor", N_("Open"), tooltip=N_("Open the marked line"), id="settings.open")]


def _key(name: str) -> Binding:
    return Binding(LETTERS[name], name, NAMES[name], show=False, tooltip=EXPLAINED[name], id=f"settings.{name}")


class SettingsScreen(HouseScreen[None]):
    """What is set for the group and for oneself."""

    NAME = "settings"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "Everything that is set for the group, and for yourself. A letter opens its line, as does **Enter**.\n"
        "\n"
        "Lines that are dimmed are for those who may change the group's settings; Enter says who they are."
    )
    NEEDS = {name: RIGHTS[name] for name in NAMES if RIGHTS[name]}
    BINDINGS = [_key(name) for name in NAMES]

    def __init__(self) -> None:
        super().__init__()
        self._facts: Facts | None = None

    def heading(self) -> tuple[str, str]:
        return _("Settings"), self.house.group.name

    def content(self) -> ComposeResult:
        yield SettingsTable(header=False, id="settings-list")
        yield Prose(id="settings-more")

    def on_mount(self) -> None:
        """Show the lines; how they stand follows."""
        table = self.query_one(SettingsTable)
        for key, width in (("letter", LETTER), ("name", NAME), ("stands", STANDS)):
            table.add_column(cell(""), width=width, key=key)
        table.grow(stands=100)
        self._show()
        self.changed()

    def changed(self) -> None:
        self.read(partial(read_facts, self.store), self._take)

    def _take(self, facts: Facts) -> None:
        self._facts = facts
        self._show()
        self.show_heading()

    def _show(self) -> None:
        stands = {} if self._facts is None else lines(self._facts, self.operator, self.store.clock)
        self.query_one(SettingsTable).fill(self._rows(stands))

    def _rows(self, stands: dict[str, str]) -> Iterator[tuple[str, list[object]]]:
        for name, said in NAMES.items():
            style = "dim" if self.lacks(self, name) else ""
            letter = cell(f" {LETTERS[name]}", style or "bold")
            yield name, [letter, cell(_(said), style), cell(stands.get(name, ""), style)]

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Say what the marked line is."""
        name = str(event.row_key.value)
        self.query_one("#settings-more", Prose).update(plain(_(EXPLAINED[name])))

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Do what its letter does."""
        event.stop()
        self.call_later(self.house.run_action, str(event.row_key.value), self)

    # -- what each opens

    def action_group_form(self) -> None:
        """The group's own data."""
        self.go("group_form")

    def action_operators(self) -> None:
        """Who uses cabas."""
        self.go("operators")

    def action_roles(self) -> None:
        """The rights that are given together."""
        self.go("roles")

    def action_mailbox(self) -> None:
        """Where messages go out from."""
        self.go("mailbox")

    def action_workflows(self) -> None:
        """What goes out by itself."""
        self.go("workflows")

    def action_attached(self) -> None:
        """What goes out by itself for the group, not for a distribution."""
        self.go("attached", scope="group")

    def action_limits(self) -> None:
        """What advice goes by."""
        self.go("limits")

    def action_sms_settings(self) -> None:
        """What SMS cost, and whether they go."""
        self.go("sms_settings")

    def action_measuring(self) -> None:
        """Whether opens and clicks are counted."""
        self.go("measuring")

    def action_journal(self) -> None:
        """Who did what."""
        self.go("journal")

    def action_backups(self) -> None:
        """Copies of the file."""
        self.go("backups")

    def action_me(self) -> None:
        """Oneself."""
        self.go("me")
