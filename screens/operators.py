"""The operators: who uses cabas, what each may do, and who was removed."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable

from screens.base import HouseScreen
from screens.operators_lines import Listed, described, read_operators, removed_words, row_of, stops_words
from screens.roles_words import people
from screens.widgets.ask import Ask
from screens.widgets.prose import Prose
from screens.widgets.table import HouseTable, cell
from store.rights import Right
from templates.words import N_, _

if TYPE_CHECKING:
    from store.rights import Operator

COLUMNS = (("name", N_("Name"), 17), ("login", N_("Login"), 11), ("may", N_("May"), 23), ("member", N_("Member"), 15))
LANGUAGE = 2


class OperatorsTable(HouseTable):
    """The list; Enter changes the marked one."""

    NEEDS = {"select_cursor": Right.ADMIN}
    BINDINGS = [
        Binding("enter", "select_cursor", N_("Change"), tooltip=N_("Change rights and name"), id="operators.edit"),
    ]


class OperatorsScreen(HouseScreen[None]):
    """Those at work by name, and below them, dimmed, those who were removed."""

    NAME = "operators"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "Operators are the people who use cabas. Each has a login of their own, and rights: those of a role (**r**), "
        "or rights of their own.\n"
        "\n"
        "**Enter** changes the marked one, **n** adds somebody. **x** removes somebody: they are out at their next "
        "key, and messages that they keep for an hour do not go. What they did stays, and **x** brings them back.\n"
        "\n"
        "On a shared server everybody comes in by an SSH key of their own. No screen writes keys: at the machine, "
        "**cabas operator key** and the login make the line for it."
    )
    NEEDS = dict.fromkeys(("new", "remove", "bring_back", "roles"), Right.ADMIN)
    BINDINGS = [
        Binding("n", "new", N_("New"), tooltip=N_("Let somebody use cabas"), id="operators.new"),
        Binding("x", "remove", N_("Remove"), tooltip=N_("Let them use cabas no more"), id="operators.remove"),
        Binding("x", "bring_back", N_("Bring back"), tooltip=N_("Let them use cabas again"), id="operators.back"),
        Binding("r", "roles", N_("Roles"), tooltip=N_("The rights that are given together"), id="operators.roles"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, Listed] = {}
        self._wanted: int | None = None

    def heading(self) -> tuple[str, str]:
        at_work = sum(row.operator.active for row in self._rows.values())
        return _("Operators"), people(at_work) if self._rows else ""

    def content(self) -> ComposeResult:
        yield OperatorsTable(id="operators-list")
        yield Prose(id="operators-detail")
        yield Ask()

    def on_mount(self) -> None:
        """Show them."""
        table = self.query_one(OperatorsTable)
        for key, title, width in COLUMNS:
            table.add_column(cell(_(title)), width=width, key=key)
        table.add_column(cell(""), width=LANGUAGE, key="language")
        table.grow(name=30, may=40, member=30)
        self._list(holds=True)

    def changed(self) -> None:
        self._list(holds=False)

    def _list(self, *, holds: bool) -> None:
        self.read(partial(read_operators, self.store), self._take, holds=holds)

    def _take(self, found: tuple[Listed, ...]) -> None:
        self._rows = {str(row.operator.id): row for row in found}
        table = self.query_one(OperatorsTable)
        table.fill((key, row_of(row)) for key, row in self._rows.items())
        if self._wanted is not None and str(self._wanted) in self._rows:
            table.move_cursor(row=table.get_row_index(str(self._wanted)), animate=False)
        self._wanted = None
        self.show_heading()
        self._show_detail()
        self.refresh_bindings()

    @property
    def _marked(self) -> Listed | None:
        found = self.query(OperatorsTable)
        return self._rows.get(found.first().current_key or "") if found else None

    def on_data_table_row_highlighted(self) -> None:
        """Say more of the marked one."""
        self._show_detail()
        self.refresh_bindings()

    def _show_detail(self) -> None:
        row = self._marked
        self.query_one("#operators-detail", Prose).update(described(row) if row is not None else Content(""))

    # -- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Who is at work can be removed, who was removed can come back."""
        if action in ("remove", "bring_back"):
            row = self._marked
            return row is not None and row.operator.active is (action == "remove")
        return True

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Change the marked one, or bring back who was removed."""
        event.stop()
        row = self._marked
        if row is not None and row.operator.active:
            self.go("operator", self._saved, login=row.operator.login)
        elif row is not None:
            self.say(removed_words(row.operator))

    def action_new(self) -> None:
        """Let somebody use cabas."""
        self.go("operator", self._saved)

    def _saved(self, operator_id: int | None) -> None:
        if operator_id is not None:
            self._wanted = operator_id
            self.say(_("Saved."))
            self._list(holds=True)

    def action_remove(self) -> None:
        """Let the marked one use cabas no more; asks once, and says what stops."""
        if (row := self._marked) is None:
            return
        operator, store = row.operator, self.store
        self.read(
            lambda: store.operators.kept_messages(operator.login),
            partial(self._ask_to_remove, operator),
            "kept",
            holds=True,
        )

    def _ask_to_remove(self, operator: Operator, kept: tuple[str, ...]) -> None:
        self.house.drop_keys()  # what was typed ahead, Enter too, is no answer to what nobody has read yet
        if kept:
            self.warn(stops_words(operator, kept))
        question = _("Remove {name}? Enter: yes, Esc: no")
        if operator.id == self.operator.id:
            question = _("Remove yourself? cabas ends for you. Enter: yes, Esc: no")
        self.query_one(Ask).ask(question.format(name=operator.name), lambda _yes: self._remove(operator))

    def _remove(self, operator: Operator) -> None:
        def done(_none: None) -> None:
            if operator.id == self.operator.id:
                self.house.terminate()
                return
            self.say(removed_words(operator))
            self._wanted = operator.id
            self._list(holds=False)

        self.write(partial(self.store.operators.remove, operator.login), done, holds=True)

    def action_bring_back(self) -> None:
        """Let the marked one use cabas again."""
        if (row := self._marked) is None:
            return

        def done(operator: Operator) -> None:
            self.say(_("{name} can use cabas again.").format(name=operator.name))
            self._wanted = operator.id
            self._list(holds=False)

        self.write(partial(self.store.operators.bring_back, row.operator.login), done, holds=True)

    def action_roles(self) -> None:
        """The rights that are given together."""
        self.go("roles")

    def on_ask_left(self) -> None:
        """Back to the list."""
        self.query_one(OperatorsTable).focus()
