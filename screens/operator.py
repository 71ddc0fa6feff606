"""One operator: who it is, and what they may do, by a role or right by right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.events import DescendantFocus
from textual.widgets import Button, Checkbox, Input, Static

from screens import operator_form as form
from screens.form import FormScreen, Problem, line, row
from screens.member_form import Fields
from screens.operators_lines import key_words
from screens.roles_words import EXPLAINED, RIGHT_FIELDS, RIGHT_NAMES, people, role_name
from screens.widgets.one_of import OneOf
from screens.widgets.one_shown import OneShown
from screens.widgets.picked import Picked, Source, members
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.tick import Tick
from store.errors import Invalid
from store.rights import Operator, Right
from templates.words import N_, _

IN_A_LINE = 2
"""Rights side by side."""


class OperatorScreen(FormScreen):
    """The form of an operator, or of a new one; leaves with the id of the one that was saved."""

    NAME = "operator"
    CSS_PATH = [*FormScreen.CSS_PATH, Path(__file__).with_suffix(".tcss")]
    HELP = N_(
        "Somebody who uses cabas. **Enter**, **Tab** and **↓** lead to the next field, **F8** or **Ctrl+S** saves.\n"
        "\n"
        "**Login**: a short name in small letters; it stands in the line of their SSH key, which is made anew when the "
        "login is changed.\n"
        "**E-mail**: where their test mails go. **Member**: the household they belong to: type a part of the name, "
        "Enter takes the one that is shown, ↓ shows another, Backspace on the empty line takes it out.\n"
        "\n"
        "**Role**: → and ← choose one; its rights are ticked below, and follow when the role is changed. Whoever ticks "
        "others gives rights of their own. **Catalogues**: orders are taken of these only; none: of all. A producer "
        "needs one, and sees nothing of the others.\n"
        "\n"
        "A change holds at once, also while they are at work."
    )
    LABELS = form.LABELS
    NEEDS = {"save": Right.ADMIN}

    def __init__(self, login: str | None = None) -> None:
        super().__init__()
        self._login = login
        self._operator: Operator | None = None
        self._known = form.Around((), (), ())
        self._proposed = ""

    def heading(self) -> tuple[str, str]:
        return (_("New operator") if self._operator is None else self._operator.name), ""

    def content(self) -> ComposeResult:
        label = self.label
        with VerticalScroll(can_focus=False):
            yield from row(label("name"), line("name"))
            yield from row(label("login"), line("login", "-half", max_length=40), note="login")
            yield from row(label("language"), OneOf(form.languages_offered(), id="form-language"))
            yield from row(label("email"), line("email", "-half"), note="email")
            yield Picked("form-member", label("member"), members(self.store, _("nobody")), single=True)
            yield from row(label("role"), OneShown([(form.OWN, _("own rights"))], id="form-role"))
            yield from self._ticks()
            yield Picked("form-catalogues", label("catalogues"), self._catalogues())
            yield from row("", Button(plain(_("Save")), id="form-save", compact=True))
            yield Prose(id="operator-more")
            yield Prose(id="form-hint")

    def _ticks(self) -> ComposeResult:
        names = list(RIGHT_FIELDS)
        for first in range(0, len(names), IN_A_LINE):
            with Horizontal(classes="form-row"):
                yield Static(plain("" if first else _("May")), classes="form-label")
                for name in names[first : first + IN_A_LINE]:
                    yield Tick(self.label(name), id=f"form-{name.replace('_', '-')}", classes="-right")

    def _catalogues(self) -> Source:
        return Source(
            find=lambda text: self._known.catalogues_found(text),
            name=lambda catalogue_id: self._known.catalogue(catalogue_id),
            none=_("orders of all catalogues"),
            unknown=_("none is called so"),
        )

    @property
    def place(self) -> str:
        """By operator."""
        return f"operator {self._operator.id}" if self._operator is not None else "new operator"

    def about(self) -> tuple[str, int | None] | None:
        return None if self._operator is None else ("operator", self._operator.id)

    def load(self) -> Fields:
        """Read the operator, the roles and what else is there."""
        if self._login is not None:
            self._operator = self.store.operators.get(self._login)
        self._known = form.around(self.store, self._operator)
        roles = [(role.name, role_name(role.name)) for role in self._known.roles]
        self.field("role").offer([*roles, (form.OWN, _("own rights"))])
        return form.fields_of(self._operator, self._known)

    # -- while typing

    def on_input_changed(self, event: Input.Changed) -> None:
        """A login is proposed for a new one as long as nobody typed another."""
        new = self._filled and self._operator is None
        if new and event.input.id == "form-name" and self.typed["login"] == self._proposed:
            self._proposed = form.proposed_login(event.value)
            self.put({"login": self._proposed})

    def on_one_of_changed(self, event: OneOf.Changed) -> None:
        """A role brings its rights."""
        if event.control.id == "form-role" and self._filled and event.control.value != form.OWN:
            rights = self._known.rights_of(event.control.value)
            self.put({name: right in rights for name, right in RIGHT_FIELDS.items()})

    def on_checkbox_changed(self, event: Checkbox.Changed) -> None:
        """Other rights than the role's are rights of their own."""
        role = str(self.typed["role"]) if self._filled else form.OWN
        if role != form.OWN and form.rights_in(self.typed) != set(self._known.rights_of(role)):
            self.field("role").choose(form.OWN)

    def on_picked_changed(self, event: Picked.Changed) -> None:
        """Another member, or other catalogues."""
        event.stop()
        self._leaves = False
        self.look_again()

    def look_again(self) -> None:
        """Catalogues only limit orders."""
        super().look_again()
        if self.read_fields:
            rights = form.rights_in(self.typed)
            self.field("catalogues").disabled = Right.ORDERS not in rights or Right.ADMIN in rights
            self._explain()

    def on_descendant_focus(self, _event: DescendantFocus) -> None:
        """Say what the field is for."""
        if self._filled:
            self._explain()

    def _explain(self) -> None:
        name = ((self.focused.id or "") if self.focused is not None else "").removeprefix("form-").replace("-", "_")
        said = ""
        if name in RIGHT_FIELDS:
            said = _("{right}: {what}").format(
                right=_(RIGHT_NAMES[RIGHT_FIELDS[name]]), what=_(EXPLAINED[RIGHT_FIELDS[name]])
            )
        elif name == "role":
            said = self._role_words(str(self.typed["role"]))
        elif name == "catalogues_line":
            said = _("Orders of these catalogues only, and nothing of the others; none: of all.")
        elif name in ("name", "login"):
            said = self._key_words(str(self.typed["login"]).strip())
        self.say_below("operator-more", said)

    def _key_words(self, login: str) -> str:
        said = key_words(login) if login else ""
        if self._operator is not None and login and login != self._operator.login:
            said = _("The line of their key has to be made anew.") + " " + said
        return said

    def _role_words(self, role: str) -> str:
        n = next((one.operators for one in self._known.roles if one.name == role), None)
        if n is None:
            return _("What is ticked below, whatever becomes of the roles.")
        return _("{people} with this role. Its rights follow when it is changed.").format(people=people(n))

    def notes(self, typed: Fields) -> dict[str, str]:
        """What is meant."""
        return {"login": _("for their SSH key"), "email": _("their test mails go there")}

    def problems(self, typed: Fields) -> list[Problem]:
        """What cannot be stored; what is half typed in a search is not taken yet."""
        found = form.problems(typed, self._known)
        for picked in self.query(Picked):
            if (half := picked.half_typed) and not picked.disabled:
                said = _("“{text}” is not taken yet: Enter takes what is shown.").format(text=half)
                found.append(Problem(f"{(picked.id or '').removeprefix('form-')}_line", said, at_save=True))
        return found

    def keeps(self) -> bool:
        """Whether something is typed that is not saved."""
        return super().keeps() or (self._filled and any(picked.half_typed for picked in self.query(Picked)))

    # -- saving

    def wrong_field(self, error: BaseException) -> str:
        """The field that the store refused."""
        if isinstance(error, Invalid):
            return form.WRONG.get(error.field, error.field)
        return super().wrong_field(error)

    def saver(self, typed: Fields) -> Callable[[], int]:
        """Write down what was typed anew."""
        return form.saver(self.store, self._operator, self.read_fields, typed)

    def saved(self, saved_id: int) -> None:
        """Leave; what one may do oneself may be something else now."""
        self.house.look_up_rights()
        super().saved(saved_id)

    def said(self, name: str, fields: Fields) -> str:
        """What a field holds, as one reads it."""
        if name == "role":
            return role_name(str(fields[name])) if fields[name] else _("own rights")
        if name == "catalogues":
            named = [self._known.catalogue(one) for one in form.catalogues_in({**fields, "orders": True})]
            return ", ".join(named) or _("all")
        if name == "member":
            return self.store.members.get(int(str(fields[name]))).name if fields[name] else _("none")
        return super().said(name, fields)
