"""A form of fields under each other: what is typed is checked meanwhile, kept on any error, and never lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.events import DescendantBlur, DescendantFocus
from textual.widget import Widget
from textual.widgets import Button, Checkbox, Input, Static

from screens.base import HouseScreen
from screens.member_form import Fields, reconcile
from screens.member_inputs import PhoneInput
from screens.widgets.one_of import OneOf
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from store.errors import ChangedElsewhere, StoreError
from templates.words import N_, _

NOTE = "note-"
"""What the id of the text beside a field begins with."""


@dataclass(frozen=True)
class Problem:
    """What cannot be stored: the field, and a sentence. One that only matters `at_save` is not said while one types."""

    field: str
    sentence: str
    at_save: bool = False


@runtime_checkable
class Chosen(Protocol):
    """A field that is told what it holds; it says what it holds as `value`, like every other."""

    def choose(self, value: str) -> None:
        """Hold this."""


class FormScreen(HouseScreen[int | None]):
    """Fields with labels; F8 or Ctrl+S saves, Enter and arrows go from field to field. Leaves with an id.

    A form says what its fields hold (`load`), what is wrong or worth knowing while one types (`problems`, `notes`), and
    how it is written down (`saver`). What is typed when the terminal is gone comes back when the same form is opened.
    """

    CSS_PATH = [Path(__file__).with_suffix(".tcss")]
    BINDINGS = [
        Binding("f8", "save", N_("Save"), tooltip=N_("Save what is typed"), id="form.save"),
        Binding("ctrl+s", "save", N_("Save"), show=False, tooltip=N_("Save what is typed"), id="form.save.s"),
        Binding("down", "app.focus_next", N_("Next"), show=False, tooltip=N_("The next field"), id="form.down"),
        Binding("up", "app.focus_previous", N_("Back"), show=False, tooltip=N_("The field before"), id="form.up"),
    ]
    AUTO_FOCUS = "Input"
    LABELS: Mapping[str, str] = {}

    def __init__(self) -> None:
        super().__init__()
        self.read_fields: Fields = {}
        self._opened: Fields = {}
        self._below: dict[str, str] = {}
        self._filled = self._saving = self._leaves = self._kept = False

    # -- what a form says of itself

    @property
    def place(self) -> str:
        """Where half-typed text is kept for this operator: the form and what it is about."""
        raise NotImplementedError

    def load(self) -> Fields:
        """Read what the fields hold now; raises a `StoreError`."""
        raise NotImplementedError

    def problems(self, typed: Fields) -> list[Problem]:
        """What cannot be stored as it is typed, in the order of the fields."""
        raise NotImplementedError

    def notes(self, typed: Fields) -> dict[str, str]:
        """What stands beside fields: what is meant by what is typed."""
        return {}

    def saver(self, typed: Fields) -> Callable[[], int]:
        """What writes the form down as it is now, in the writer's thread, and returns an id."""
        raise NotImplementedError

    def saved(self, saved_id: int) -> None:
        """It is written down."""
        self.dismiss(saved_id)

    # -- the fields

    def field(self, name: str) -> Any:
        """The widget of a field."""
        return self.query_one(f"#form-{name.replace('_', '-')}")

    @property
    def typed(self) -> Fields:
        """What the fields hold."""
        return {name: _value(self.field(name)) for name in self.read_fields}

    def put(self, fields: Fields) -> None:
        """Show this in the fields."""
        for name, value in fields.items():
            _put(self.field(name), value)
        self.look_again()

    def on_mount(self) -> None:
        """Show what there is, and what was half typed when the terminal was lost."""
        try:
            self.read_fields = self.load()
            unfinished = self.store.unfinished.look(self.place)
        except StoreError as error:
            self.show_error(error)
            return
        self._kept = bool(unfinished)
        self.show_heading()
        self.put(self.read_fields)
        self._opened = self.typed
        self._filled = True
        if unfinished:
            known = self.read_fields
            self.put({name: _like(known[name], text) for name, text in unfinished.items() if name in known})
            self.say(_("What you had begun to type here is back. F8 saves it."))
        self.opened()
        self._opened = self.typed if not unfinished else self.read_fields
        self.look_again()

    def opened(self) -> None:
        """The fields show what there is: what a form puts into them now is no more than proposed."""

    def start_again(self, fields: Fields) -> None:
        """Show other fields, of which nothing is typed yet."""
        self.read_fields = self._opened = fields
        self._saving = self._leaves = False
        self.put(fields)

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
        """Say something under the fields, where it is not said already; its place stays, so that nothing jumps."""
        if self._below.get(name, "") != text:
            self._below[name] = text
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

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the next field."""
        event.stop()
        self.focus_next()

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

    def keeps(self) -> bool:
        """Whether something is typed that is not saved."""
        return self._filled and self.typed not in (self.read_fields, self._opened)

    def keep(self) -> None:
        """Keep what is typed for the next time: half a price is none, so that nothing is changed by it."""
        if self.keeps() and not self._saving:
            typed = {name: str(value) for name, value in self.typed.items() if value != self.read_fields[name]}
            try:
                self.store.unfinished.keep(self.place, typed)
            except StoreError:
                return

    def action_leave(self) -> None:
        """Leave; asks once where something typed would be lost. What is being saved closes the form itself."""
        if self._saving:
            return
        if self.keeps() and not self._leaves:
            self._leaves = True
            self.warn(_("Not saved yet: F8 saves, F3 once more leaves without saving."))
            return
        self._forget_kept()
        self.dismiss(self.leaves_with())

    def _forget_kept(self) -> None:
        """What was kept for the next time has been seen, and saved or left."""
        if self._kept:
            self._kept = False
            unfinished, place = self.store.unfinished, self.place
            self.write(lambda: unfinished.take(place))

    def leaves_with(self) -> int | None:
        """What the form leaves with when nothing more is saved."""
        return None

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
        work = self.saver(typed)
        self._saving = True
        self.house.hold_keys()  # what is typed next is meant for what comes after the saving
        self.write(work, self._was_saved, self._failed)

    def _was_saved(self, saved_id: int) -> None:
        self.house.release_keys()
        self._forget_kept()
        self.saved(saved_id)

    def untouched(self) -> None:
        """Save was asked for, and there is nothing to save."""
        self._forget_kept()
        self.dismiss(self.leaves_with())

    def _failed(self, error: BaseException) -> None:
        self.house.release_keys()
        self._saving = False
        if isinstance(error, ChangedElsewhere):
            try:
                self._reconcile(self.load())
                return
            except StoreError as worse:
                error = worse
        self.show_error(error)
        name = getattr(error, "field", "")
        if name in self.read_fields:
            self.field(name).focus()

    def _reconcile(self, stored: Fields) -> None:
        """Somebody else saved first: take over what only they changed, and say where both wrote."""
        fields, taken, both = reconcile(self.read_fields, self.typed, stored)
        self.read_fields = stored
        self.show_heading()
        self.put(fields)
        if both:
            names = ", ".join(
                _("{name}: {what}").format(name=_(self.LABELS[n]), what=self.said(n, stored)) for n in both
            )
            self.warn(_("Somebody else saved meanwhile ({names}). Yours is kept: F8 saves it.").format(names=names))
        else:
            names = ", ".join(_(self.LABELS[n]) for n in taken) or _("nothing shown here")
            self.warn(_("Somebody else saved meanwhile; taken over: {names}. F8 saves yours.").format(names=names))

    def said(self, name: str, fields: Fields) -> str:
        """What a field holds, as one reads it."""
        return str(fields[name])


def row(label: str, *widgets: Widget, note: str = "", classes: str = "") -> ComposeResult:
    """A line of a form: its label, its widgets, and room for a `note` on the field of that name."""
    with Horizontal(classes=f"form-row {classes}".strip()):
        yield Static(plain(label), classes="form-label")
        yield from widgets
        if note:
            yield Static(id=f"{NOTE}{note.replace('_', '-')}", classes="form-note")


def line(name: str, classes: str = "", *, max_length: int = 200) -> Input:
    """A field to type into."""
    # As long as what is read: a field that cuts would lose the end of a long name.
    return Input(
        id=f"form-{name.replace('_', '-')}",
        classes=classes,
        compact=True,
        select_on_focus=False,
        max_length=max_length,
    )


def _value(widget: Widget) -> str | bool:
    if isinstance(widget, PhoneInput):
        return widget.typed
    value: str | bool = getattr(widget, "value")  # noqa: B009
    return value


def _put(widget: Widget, value: str | bool) -> None:
    if isinstance(widget, PhoneInput):
        widget.put(str(value))
    elif isinstance(widget, Chosen):
        widget.choose(str(value))
    elif isinstance(widget, Input | Checkbox) and widget.value != value:
        widget.value = value


def _like(known: str | bool, text: str) -> str | bool:
    """What was kept as text, as the field holds it."""
    return text == str(True) if isinstance(known, bool) else text
