"""The group: its name, the language of its texts, the country of its phones; what stays is shown with its reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Button, Static

from screens.form import FormScreen, Problem, line, row
from screens.member_form import Fields
from screens.widgets.one_of import OneOf
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from store.rights import Right
from store.settings import LONGEST_NAME, Group
from templates.words import LANGUAGES, N_, _, languages

CHANGED = ("name", "language", "country")


class GroupFormScreen(FormScreen):
    """The form of the group; it stays when it is saved."""

    NAME = "group_form"
    CSS_PATH = [*FormScreen.CSS_PATH, Path(__file__).with_suffix(".tcss")]
    HELP = N_(
        "What the group is called, and what its texts and phone numbers are read in.\n"
        "\n"
        "**Language**: of messages to members, and of cabas to operators, for whom no language is noted.\n"
        "**Country**: a phone number without an international prefix is read as one of this country. Numbers that are "
        "stored already stay as they were read.\n"
        "\n"
        "**Currency** and **time zone** stay: every price and every hour in the group's file is meant in them. "
        "A catalogue may have a currency of its own. **F8** or **Ctrl+S** saves."
    )
    LABELS = {
        "name": N_("Name"),
        "language": N_("Language"),
        "country": N_("Country"),
        "currency": N_("Currency"),
        "timezone": N_("Time zone"),
    }
    NEEDS = {"save": Right.ADMIN}

    def heading(self) -> tuple[str, str]:
        return _("The group"), ""

    def content(self) -> ComposeResult:
        label = self.label
        group = self.house.group
        spoken = [(code, languages.name(code)) for code in LANGUAGES]
        with VerticalScroll(can_focus=False):
            yield from row(label("name"), line("name"))
            yield from row(label("language"), OneOf(spoken, id="form-language"))
            yield from row(label("country"), line("country", "-country", max_length=10), note="country")
            yield from row(label("currency"), Static(plain(group.currency), classes="-stays"))
            yield from row(label("timezone"), Static(plain(group.timezone), classes="-stays"))
            yield from row("", Button(plain(_("Save")), id="form-save", compact=True))
            yield Prose(id="group-stays")
            yield Prose(id="form-hint")

    @property
    def place(self) -> str:
        """One for the group."""
        return "group"

    def about(self) -> tuple[str, int | None] | None:
        return "group", None

    def load(self) -> Fields:
        """The group as it is now."""
        return fields_of(self.store.settings.group())

    def begin(self) -> None:
        """Say what stays, and why."""
        said = _("Every price is meant in this currency and every hour in this zone: both stay as the file was made.")
        self.say_below("group-stays", said, "dim")
        super().begin()

    def notes(self, typed: Fields) -> dict[str, str]:
        """What the country is for."""
        return {"country": _("two letters, as FR: of phone numbers typed from now on")}

    def problems(self, typed: Fields) -> list[Problem]:
        """What the store would refuse."""
        found = []
        name, country = " ".join(str(typed["name"]).split()), str(typed["country"]).strip()
        if not name:
            found.append(Problem("name", _("A name is needed."), at_save=True))
        elif len(name) > LONGEST_NAME and typed["name"] != self.read_fields["name"]:
            said = _("The group's name is too long ({value} characters): 100 are allowed.")
            found.append(Problem("name", said.format(value=len(name))))
        if not (len(country) == 2 and country.isascii() and country.isalpha()):
            said = _("“{value}” is no country; write two letters, as FR.").format(value=country)
            found.append(Problem("country", said, at_save=len(country) < 2))
        return found

    def saver(self, typed: Fields) -> Callable[[], int]:
        """Change what was typed anew: a colleague may be changing something else."""
        before, settings = self.read_fields, self.store.settings
        changed = {name: str(typed[name]) for name in CHANGED if typed[name] != before[name]}

        def save() -> int:
            settings.set_group(**changed)
            return len(changed)

        return save

    def saved(self, saved_id: int) -> None:
        """Stay, with what holds now on every screen."""
        self.house.group = self.store.settings.group()
        self.start_again(self.load())
        self.say(_("Saved."))


def fields_of(group: Group) -> Fields:
    """What the form shows."""
    return {"name": group.name, "language": group.language, "country": group.country}
