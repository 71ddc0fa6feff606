"""The roles: rights that people are given together, and how many have each."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable

from screens.base import HouseScreen
from screens.roles_words import EXPLAINED, people, rights_words, role_name
from screens.widgets.ask import Ask
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.table import HouseTable, cell
from store.rights import Right
from templates.words import N_, _

if TYPE_CHECKING:
    from store.rights import Operator
    from store.roles import Role

COLUMNS = (("role", N_("Role"), 20), ("rights", N_("May"), 40), ("operators", N_("Who has it"), 14))


class RolesTable(HouseTable):
    """The list; Enter changes the marked role."""

    NEEDS = {"select_cursor": Right.ADMIN}
    BINDINGS = [
        Binding("enter", "select_cursor", N_("Change"), tooltip=N_("Change the role's rights"), id="roles.edit"),
    ]


class RolesScreen(HouseScreen[None]):
    """Those that come with cabas, then the group's own."""

    NAME = "roles"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "A role is a name for rights that are given together. Who has the role has its rights, now and after it is "
        "changed: a change holds at once for all of them.\n"
        "\n"
        "**Enter** changes the marked role, **n** makes one of your own. **x** gives a role the rights back that it "
        "came with, or removes one that was made here and that nobody has.\n"
        "\n"
        "Who has which role is said with the operators (**o**), where somebody can have rights of their own, too."
    )
    NEEDS = dict.fromkeys(("new", "forget", "remove", "operators"), Right.ADMIN)
    BINDINGS = [
        Binding("n", "new", N_("New"), tooltip=N_("Make another role"), id="roles.new"),
        Binding("x", "forget", N_("As it came"), tooltip=N_("Give the role its first rights back"), id="roles.again"),
        Binding("x", "remove", N_("Remove"), tooltip=N_("Remove the role"), id="roles.remove"),
        Binding("o", "operators", N_("Operators"), tooltip=N_("See who has which role"), id="roles.operators"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, Role] = {}
        self._new = False

    def heading(self) -> tuple[str, str]:
        return _("Roles"), ""

    def content(self) -> ComposeResult:
        yield RolesTable(id="roles-list")
        yield Prose(id="roles-detail")
        yield Ask()

    def on_mount(self) -> None:
        """Show the roles."""
        table = self.query_one(RolesTable)
        for key, title, width in COLUMNS:
            table.add_column(cell(_(title)), width=width, key=key)
        table.grow(rights=70, role=30)
        self._list(holds=True)

    def changed(self) -> None:
        self._list(holds=False)

    def _list(self, *, holds: bool) -> None:
        self.read(self.store.operators.roles, self._take, holds=holds)

    def _take(self, roles: tuple[Role, ...]) -> None:
        before, self._rows = self._rows, {role.name: role for role in roles}
        table = self.query_one(RolesTable)
        table.fill((role.name, self._row(role)) for role in roles)
        made = [name for name in self._rows if name not in before]
        if self._new and made:
            table.move_cursor(row=table.get_row_index(made[0]), animate=False)
        self._new = False
        self._show_detail()
        self.refresh_bindings()

    def _row(self, role: Role) -> list[object]:
        mark = " *" if role.changed else ""
        return [role_name(role.name) + mark, rights_words(role.rights), people(role.operators)]

    @property
    def _marked(self) -> Role | None:
        found = self.query(RolesTable)
        return self._rows.get(found.first().current_key or "") if found else None

    def on_data_table_row_highlighted(self) -> None:
        """Say more of it."""
        self._show_detail()
        self.refresh_bindings()

    def _show_detail(self) -> None:
        role = self._marked
        if role is not None:
            self.query_one("#roles-detail", Prose).update(described(role))

    # -- keys

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Change its rights."""
        event.stop()
        self.go("role", self._saved, role=str(event.row_key.value))

    def action_new(self) -> None:
        """Make another role."""
        self.go("role", self._made)

    def _made(self, made: int | None) -> None:
        self._new = made is not None
        self._saved(made)

    def _saved(self, having: int | None) -> None:
        if having is None:
            return
        self.say(
            _("Saved.") if not having else _("Saved: it holds for {people} at once.").format(people=people(having))
        )
        self._list(holds=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what has changed can be as it came, only what was made here can go."""
        role = self._marked
        if action in ("forget", "remove"):
            return role is not None and (role.changed if action == "forget" else not role.comes)
        return True

    def action_forget(self) -> None:
        """Give the marked role the rights back that it came with; asks where somebody has it."""
        if (role := self._marked) is not None:
            said = _("{role} as it came? It holds for {people} at once. Enter: yes, Esc: no")
            self._ask(said.format(role=role_name(role.name), people=people(role.operators)), role)

    def action_remove(self) -> None:
        """Remove the marked role, which was made here."""
        if (role := self._marked) is not None:
            self._ask(_("Remove the role {role}? Enter: yes, Esc: no").format(role=role.name), role)

    def _ask(self, question: str, role: Role) -> None:
        self.query_one(Ask).ask(question, lambda _yes: self._forget(role))

    def _forget(self, role: Role) -> None:
        def done(_having: tuple[Operator, ...]) -> None:
            self.house.look_up_rights()
            said = _("{role} has the rights that it came with.") if role.comes else _("{role} is removed.")
            self.say(said.format(role=role_name(role.name)))
            self._list(holds=False)

        self.write(partial(self.store.operators.forget_role, role.name), done)

    def action_operators(self) -> None:
        """See who has which role."""
        self.go("operators")

    def on_ask_left(self) -> None:
        """Back to the list."""
        self.query_one(RolesTable).focus()


def described(role: Role) -> Content:
    """The marked role: where it comes from, and each of its rights in a sentence."""
    if not role.comes:
        came = _("made here")
    else:
        came = _("changed since it came") if role.changed else _("as it came")
    lines = [Content.assemble(plain(role_name(role.name), "bold"), plain(f" · {came}"))]
    rights = (Right.ADMIN,) if Right.ADMIN in role.rights else role.rights
    lines += [plain(f"  {_(EXPLAINED[right])}") for right in rights]
    return Content("\n").join(lines)
