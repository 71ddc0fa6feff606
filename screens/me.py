"""Oneself: one's name, the language that cabas speaks, and where one's test mails go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Button, Static

from screens.form import FormScreen, Problem, line, row
from screens.member_form import Fields
from screens.operator_form import languages_offered
from screens.roles_words import rights_had, role_or_rights
from screens.widgets.one_of import OneOf
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from store.rights import Right
from templates import words
from templates.words import N_, _


class MeScreen(FormScreen):
    """The form of who is at work; it stays when it is saved."""

    NAME = "me"
    CSS_PATH = [*FormScreen.CSS_PATH, Path(__file__).with_suffix(".tcss")]
    AUTO_FOCUS = "OneOf"
    HELP = N_(
        "Yourself, as cabas knows you. **Language**: the one that cabas speaks to you, at once. **E-mail**: where your "
        "test mails go.\n"
        "\n"
        "Your name, your rights and the member you are linked to are set by those who may change the group's settings. "
        "**F8** or **Ctrl+S** saves."
    )
    LABELS = {"name": N_("Name"), "language": N_("Language"), "email": N_("E-mail")}

    def heading(self) -> tuple[str, str]:
        return _("Yourself"), self.operator.login

    def content(self) -> ComposeResult:
        label, me = self.label, self.operator
        with VerticalScroll(can_focus=False):
            yield from row(label("name"), line("name", "-half"), note="name")
            yield from row(label("language"), OneOf(languages_offered(), id="form-language"))
            yield from row(label("email"), line("email", "-half"), note="email")
            yield from row(_("Role"), Static(plain(role_or_rights(me)), classes="-stays"))
            yield from row(_("May"), Static(plain(rights_had(me)), classes="-stays"))
            yield from row("", Button(plain(_("Save")), id="form-save", compact=True))
            yield Prose(id="form-hint")

    @property
    def place(self) -> str:
        """One for each operator."""
        return "me"

    def about(self) -> tuple[str, int | None] | None:
        return "operator", self.operator.id

    def load(self) -> Fields:
        """Oneself as one is known now."""
        me = self.store.operators.me()
        self.field("name").disabled = not me.may(Right.ADMIN)
        return {"name": me.name, "language": me.language or "", "email": me.email or ""}

    def notes(self, typed: Fields) -> dict[str, str]:
        """What is meant."""
        name = "" if self.operator.may(Right.ADMIN) else _("set with the operators")
        return {"name": name, "email": _("your test mails go there")}

    def problems(self, typed: Fields) -> list[Problem]:
        """A name is needed."""
        if not str(typed["name"]).strip():
            return [Problem("name", _("A name is needed."), at_save=True)]
        return []

    def saver(self, typed: Fields) -> Callable[[], int]:
        """Write down what was typed anew."""
        changed: dict[str, Any] = {name: str(typed[name]) for name in typed if typed[name] != self.read_fields[name]}
        operators, login = self.store.operators, self.operator.login

        def save() -> int:
            operators.describe(login, **changed)
            return len(changed)

        return save

    def saved(self, saved_id: int) -> None:
        """Stay; in another language, back to the settings, which are written in it."""
        self.house.look_up_rights()
        self.start_again(self.load())
        spoken = self.operator.language or self.house.group.language
        if spoken == words.language():
            self.say(_("Saved."))
            return
        words.use(spoken)
        self.house.action_goto("settings")
