"""One role: its name where it is made here, and a tick for each of its rights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.events import DescendantFocus
from textual.widgets import Button

from screens.form import FormScreen, Problem, line, row
from screens.member_form import Fields
from screens.operator_form import rights_in, unticked
from screens.roles_words import EXPLAINED, RIGHT_FIELDS, RIGHT_NAMES, field_of, people, role_name
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.tick import Tick
from store.errors import Invalid, NotFound
from store.folding import fold
from store.rights import Right
from templates.words import N_, _

if TYPE_CHECKING:
    from store.roles import Role


class RoleScreen(FormScreen):
    """The form of a role, or of a new one; leaves with how many operators have it."""

    NAME = "role"
    CSS_PATH = [*FormScreen.CSS_PATH, Path(__file__).with_suffix(".tcss")]
    AUTO_FOCUS = "Input, Tick"
    HELP = N_(
        "The rights of a role. **Space** ticks one or takes the tick away, **Enter**, **Tab** and **↓** lead to the "
        "next, **F8** or **Ctrl+S** saves.\n"
        "\n"
        "Who has the role has its new rights at once, also while they are at work: what they may no longer do is "
        "dimmed at their next key.\n"
        "\n"
        "Somebody always has to be able to change operators and settings: what would take that right from the last "
        "one is refused."
    )
    LABELS = {"name": N_("Role"), **{field_of(right): name for right, name in RIGHT_NAMES.items()}}
    NEEDS = {"save": Right.ADMIN}

    def __init__(self, role: str | None = None) -> None:
        super().__init__()
        self._name = role
        self._role: Role | None = None
        self._others: tuple[str, ...] = ()

    def heading(self) -> tuple[str, str]:
        if self._name is None:
            return _("New role"), ""
        return _("Role: {name}").format(name=role_name(self._name)), ""

    def content(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            if self._name is None:
                yield from row(self.label("name"), line("name", "-half", max_length=60))
            for place, (name, right) in enumerate(RIGHT_FIELDS.items()):
                tick = Tick(_(RIGHT_NAMES[right]), id=f"form-{name.replace('_', '-')}")
                yield from row("" if place else _("May"), tick)
            yield from row("", Button(plain(_("Save")), id="form-save", compact=True))
            yield Prose(id="role-more")
            yield Prose(id="role-who")
            yield Prose(id="form-hint")

    @property
    def place(self) -> str:
        """By role."""
        return f"role {self._name}" if self._name is not None else "new role"

    def about(self) -> tuple[str, int | None] | None:
        return None if self._name is None else ("role", None)

    def load(self) -> Fields:
        """Read the role, and what the others are called."""
        roles = self.store.operators.roles()
        self._others = tuple(role.name for role in roles)
        self._role = next((role for role in roles if role.name == self._name), None)
        if self._name is not None and self._role is None:
            raise NotFound("role", self._name)
        had = self._role.rights if self._role is not None else ()
        fields: Fields = {name: right in had for name, right in RIGHT_FIELDS.items()}
        return fields if self._name is not None else {"name": "", **fields}

    def look_again(self) -> None:
        """Say too for whom it holds."""
        super().look_again()
        n = self._role.operators if self._role is not None else 0
        said = ""
        if n:
            said = _("{people} with this role: a change holds for them at once.").format(people=people(n))
        self.say_below("role-who", said)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Say what the right is for."""
        right = RIGHT_FIELDS.get((event.widget.id or "").removeprefix("form-").replace("-", "_"))
        self.say_below("role-more", _(EXPLAINED[right]) if right is not None else "")

    def problems(self, typed: Fields) -> list[Problem]:
        """A name is needed, and some right."""
        found = []
        if "name" in typed:
            name = " ".join(str(typed["name"]).split())
            if not name:
                found.append(Problem("name", _("A name is needed."), at_save=True))
            elif any(fold(name) in (fold(other), fold(role_name(other))) for other in self._others):
                found.append(Problem("name", _("There is one called “{value}” already.").format(value=name)))
        return found + unticked(typed)

    def wrong_field(self, error: BaseException) -> str:
        """The name, or the right that is missing."""
        if isinstance(error, Invalid) and error.field == "role":
            return "orders" if error.reason in ("orders", "limited") else "name"
        return "admin" if isinstance(error, Invalid) and error.field == "right" else super().wrong_field(error)

    def saver(self, typed: Fields) -> Callable[[], int]:
        """Give the role these rights; returns how many operators have it."""
        name, rights, operators = self._name or str(typed["name"]), rights_in(typed), self.store.operators
        return lambda: len(operators.set_role(name, rights))

    def saved(self, saved_id: int) -> None:
        """Leave; one may have the role oneself."""
        self.house.look_up_rights()
        super().saved(saved_id)
