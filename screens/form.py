"""A form of fields under each other: what is typed is checked meanwhile, kept on any error, and never lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.events import DescendantBlur, DescendantFocus
from textual.widget import Widget
from textual.widgets import Button, Checkbox, Input, Static

from screens.begun import BegunScreen
from screens.member_form import Fields
from screens.saving import MOVES
from screens.widgets.field import Field
from screens.widgets.one_of import OneOf
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.still import Still
from templates.words import N_

NOTE = "note-"
"""What the id of the text beside a field begins with."""


@dataclass(frozen=True)
class Problem:
    """What cannot be stored: the field, and a sentence. One that only matters `at_save` is not said while one types."""

    field: str
    sentence: str
    at_save: bool = False


class FormScreen(BegunScreen):
    """Fields with labels; F8 or Ctrl+S saves, Enter and arrows go from field to field. Leaves with an id.

    A form says what its fields hold (`load`), what is wrong or worth knowing while one types (`problems`, `notes`), and
    how it is written down (`saver`).
    """

    CSS_PATH = [Path(__file__).with_suffix(".tcss")]
    BINDINGS = [
        Binding("f8", "save", N_("Save"), tooltip=N_("Save what is typed"), id="form.save"),
        Binding("ctrl+s", "save", N_("Save"), show=False, tooltip=N_("Save what is typed"), id="form.save.s"),
        *MOVES,
    ]

    # -- what a form says of itself

    def problems(self, typed: Fields) -> list[Problem]:
        """What cannot be stored as it is typed, in the order of the fields."""
        raise NotImplementedError

    def notes(self, typed: Fields) -> dict[str, str]:
        """What stands beside fields: what is meant by what is typed."""
        return {}

    def saver(self, typed: Fields) -> Callable[[], int]:
        """What writes the form down as it is now, in the writer's thread, and returns an id."""
        raise NotImplementedError

    # -- the fields

    def look_again(self) -> None:
        """Say what is meant by what is typed, and what is wrong with it."""
        typed = self.typed
        notes = self.notes(typed)
        problems = [problem for problem in self.problems(typed) if not problem.at_save]
        wrong = {problem.field for problem in problems}
        for note in self.query(".form-note").results(Static):
            name = (note.id or "").removeprefix(NOTE).replace("-", "_")
            said = plain("!", "bold") if name in wrong else plain(notes.get(name, ""), "dim")
            # Laid out anew with every letter, the whole form would be sent over the line again and again.
            if note.content != said:
                note.update(said, layout=False)
        self.say_below("form-hint", f"! {problems[0].sentence}" if problems else "", "bold")

    def say_below(self, name: str, text: str, style: str = "") -> None:
        """Say something under the fields; its place stays, so that nothing jumps."""
        self.query_one(f"#{name}", Prose).update(plain(text, style))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look what is meant now."""
        event.stop()
        self._touched()

    def on_checkbox_changed(self, event: Checkbox.Changed) -> None:
        """Look what is meant now."""
        event.stop()
        self._touched()

    def on_one_of_changed(self, event: OneOf.Changed) -> None:
        """Look what is meant now."""
        event.stop()
        self._touched()

    def _touched(self) -> None:
        if self._filled:
            self._leaves = False
            self.look_again()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Save."""
        event.stop()
        self.action_save()

    def on_descendant_blur(self, event: DescendantBlur) -> None:
        """Show a long text from its beginning again."""
        if isinstance(event.widget, Input):
            event.widget.cursor_position = 0

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Go on typing at the end."""
        if isinstance(event.widget, Input) and not event.widget.select_on_focus:
            event.widget.cursor_position = len(event.widget.value)

    # -- saving and leaving

    def action_save(self) -> None:
        """Save; on any error what was typed stays."""
        if self._saving or not self._filled:
            return
        if self.typed == self.read_fields and not self.keeps():
            self.untouched()
            return
        typed = self.typed
        if problems := self.problems(typed):
            self.warn(problems[0].sentence)
            self.field(problems[0].field).focus()
            return
        if not self.was_told():
            return
        work = self.saver(typed)
        self._saving = True
        # What is typed next is meant for what comes after the saving.
        self.write(work, self._was_saved, self._failed, holds=True)

    def untouched(self) -> None:
        """Save was asked for, and there is nothing to save."""
        self.leave()


def row(label: str, *widgets: Widget, note: str = "", classes: str = "") -> ComposeResult:
    """A line of a form: its label, its widgets, and room for a `note` on the field of that name."""
    with Horizontal(classes=f"form-row {classes}".strip()):
        yield Static(plain(label), classes="form-label")
        yield from widgets
        if note:
            yield Still(id=f"{NOTE}{note.replace('_', '-')}", classes="form-note")


def line(name: str, classes: str = "", *, max_length: int = 200) -> Input:
    """A field to type into."""
    # As long as what is read: a field that cuts would lose the end of a long name.
    return Field(
        id=f"form-{name.replace('_', '-')}",
        classes=classes,
        compact=True,
        select_on_focus=False,
        max_length=max_length,
    )
