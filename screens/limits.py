"""Limits: the numbers that advice about messages goes by, and what is asked before many mails go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.events import DescendantFocus
from textual.widgets import Button

from screens import limits_words as words
from screens.form import FormScreen, Problem, line, row
from screens.member_form import Fields
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from store.limits import Limits
from store.rights import Right
from templates.words import N_, _


class LimitsScreen(FormScreen):
    """The form of the group's limits; it stays when they are saved."""

    NAME = "limits"
    CSS_PATH = [*FormScreen.CSS_PATH, Path(__file__).with_suffix(".tcss")]
    HELP = N_(
        "The numbers that cabas goes by when messages are written and sent, for the whole group. What each one does is "
        "said below the fields.\n"
        "\n"
        "They advise and ask, they forbid nothing; only files that are too large are refused. **Enter**, **Tab** and "
        "**↓** lead to the next field, **F8** or **Ctrl+S** saves."
    )
    LABELS = words.LABELS
    NEEDS = {"save": Right.ADMIN}

    def heading(self) -> tuple[str, str]:
        return _("Limits of messages"), ""

    def content(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            for name in words.LABELS:
                yield from row(self.label(name), line(name, "-number", max_length=10), note=name)
            yield from row("", Button(plain(_("Save")), id="form-save", compact=True))
            yield Prose(id="limits-more")
            yield Prose(id="form-hint")

    @property
    def place(self) -> str:
        """One for the group."""
        return "limits"

    def about(self) -> tuple[str, int | None] | None:
        return "limits", None

    def load(self) -> Fields:
        """The limits as they are set."""
        return words.fields_of(self.store.settings.limits())

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Explain the limit that is typed in."""
        name = (event.widget.id or "").removeprefix("form-").replace("-", "_")
        if name in words.EXPLAINED:
            comes = _("As it comes: {n}.").format(n=getattr(Limits(), name))
            self.say_below("limits-more", f"{_(words.EXPLAINED[name])} {comes}")

    def notes(self, typed: Fields) -> dict[str, str]:
        """What is counted."""
        return {name: _(note) for name, note in words.NOTES.items()}

    def problems(self, typed: Fields) -> list[Problem]:
        """What is no number within its range."""
        return words.problems(typed)

    def saver(self, typed: Fields) -> Callable[[], int]:
        """Change those that were typed anew: a colleague may be changing another one."""
        numbers, before, settings = words.numbers_in(typed), self.read_fields, self.store.settings
        changed = {name: n for name, n in numbers.items() if str(n) != before[name]}

        def save() -> int:
            if changed:
                settings.set_limits(**changed)
            return len(changed)

        return save

    def saved(self, saved_id: int) -> None:
        """Stay, with what is set now."""
        self.start_again(self.load())
        self.say(_("Saved."))
