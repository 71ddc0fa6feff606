"""What is typed and saved: asked about before it is left, and kept where a colleague saved first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from textual.binding import Binding
from textual.events import Key, Paste
from textual.widget import Widget
from textual.widgets import Checkbox, Input

from screens.base import HouseScreen
from screens.member_form import Fields, reconcile
from screens.member_inputs import PhoneInput
from screens.resuming import put_back, typed_on
from store.errors import ChangedElsewhere, StoreError
from templates.words import N_, _

MOVES = [
    Binding("down", "app.focus_next", N_("Next"), show=False, tooltip=N_("The next field"), id="form.down"),
    Binding("up", "app.focus_previous", N_("Back"), show=False, tooltip=N_("The field before"), id="form.up"),
]


SAVES = ("f8", "ctrl+s", "enter")
"""Keys that save, the last one on a button."""


@runtime_checkable
class Chosen(Protocol):
    """A field that is told what it holds; it says what it holds as `value`, like every other."""

    def choose(self, value: str) -> None:
        """Hold this."""


class SavingScreen(HouseScreen[int | None]):
    """A screen on which something is changed, and saved with F8; leaves with an id."""

    IS_FORM = True

    def __init__(self) -> None:
        super().__init__()
        self._saving = self._leaves = False

    def action_leave(self) -> None:
        """Leave; asks once where something typed would be lost. What is being saved closes the screen itself."""
        if self._saving:
            return
        if self.keeps() and not self._leaves:
            self._leaves = True
            self.warn(_("Not saved yet: F8 saves, F3 once more leaves without saving."))
            return
        self.leave()

    def leave(self) -> None:
        """Close this screen without saving."""
        self.dismiss(self.leaves_with())

    def leaves_with(self) -> int | None:
        """What the screen leaves with when nothing more is saved."""
        return None

    def saved(self, saved_id: int) -> None:
        """It is written down."""
        self.dismiss(saved_id)

    def _failed(self, error: BaseException) -> None:
        self._saving = False
        self.house.drop_keys()  # they were typed for what comes after the saving
        self.show_error(error)


class FieldsScreen(SavingScreen):
    """Fields to type into; Enter goes from one to the next.

    A screen says what its fields hold (`load`), what follows from what is typed (`look_again`), and saves it.
    """

    AUTO_FOCUS = "Input"
    LABELS: Mapping[str, str] = {}
    FIELD = "form"
    """What the ids of the fields begin with."""

    def __init__(self) -> None:
        super().__init__()
        self.read_fields: Fields = {}
        self._opened: Fields = {}
        self._filled = False
        self._read_at = 0
        self._untold = ""
        self._told_of: Fields = {}
        self._gone = False

    def load(self) -> Fields:
        """Read what the fields hold now; raises a `StoreError`."""
        raise NotImplementedError

    def look_again(self) -> None:
        """Say what is meant by what is typed."""
        raise NotImplementedError

    def about(self) -> tuple[str, int | None] | None:
        """What the fields are about, as the journal's actions begin, and its id; None while it is not there yet."""
        return None

    def opened(self) -> None:
        """The fields show what there is: what a form puts into them now is no more than proposed."""

    def label(self, name: str) -> str:
        """What a field is called."""
        return _(self.LABELS[name])

    def said(self, name: str, fields: Fields) -> str:
        """What a field holds, as one reads it."""
        value = fields[name]
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return value

    def wrong_field(self, error: BaseException) -> str:
        """The field that an error is about; none where it is about something else."""
        return getattr(error, "field", "")

    # -- the fields

    def field(self, name: str) -> Any:
        """The widget of a field."""
        return self.query_one(f"#{self.FIELD}-{name.replace('_', '-')}")

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
        """Show what there is."""
        self._read_at = self.house.change_number
        try:
            self.read_fields = self.load()
        except StoreError as error:
            self.show_error(error)
            return
        self.show_heading()
        self.put(self.read_fields)
        self._opened = self.typed
        self._filled = True
        self.begin()

    def begin(self) -> None:
        """Begin to type."""
        self.opened()
        self._opened = self.typed

    def start_again(self, fields: Fields) -> None:
        """Show other fields, of which nothing is typed yet."""
        self.read_fields = fields
        self._told_of = {}
        self._saving = self._leaves = False
        self.put(fields)
        self._opened = self.typed

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the next field."""
        event.stop()
        self.focus_next()

    def keeps(self) -> bool:
        """Whether something is typed that is not saved."""
        return self._filled and self.typed not in (self.read_fields, self._opened)

    # -- when a newer program goes on here

    def hand_over(self) -> dict[str, Any]:
        """What is typed in the fields and not saved, and what is typed beside them."""
        if self._saving or not self._filled:
            return {}
        typed = self.typed if self.keeps() else self.read_fields
        secret = {name for name in typed if getattr(self.field(name), "password", False)}
        new = {name: value for name, value in typed.items() if value != self.read_fields[name] and name not in secret}
        fields = {self.field(name).id for name in typed}
        beside = {name: text for name, text in typed_on(self).items() if name not in fields}
        return {"fields": new, "beside": beside}

    def take_over(self, typed: Mapping[str, Any]) -> list[str]:
        """Show it over what was read by now."""
        fields, known = typed.get("fields", {}), self.read_fields
        if new := {name: value for name, value in fields.items() if name in known}:
            self.put({**self.typed, **new})
            self._opened = known
        left = [value for name, value in fields.items() if name not in known and isinstance(value, str)]
        return left + put_back(self, typed.get("beside", {}))

    # -- what a colleague saves meanwhile

    def changed(self) -> None:
        """Take over what a colleague saved where nothing is typed; what is typed stays, and it is said who wrote."""
        if self.about() is None or not self._filled or self._saving:
            return
        typed, begun = self.typed, self.keeps()
        try:
            stored = self.load()
        except StoreError as error:
            if not self._gone:  # said once: every other change of the group leads here, too
                self._gone = True
                self.show_error(error)
            return
        self._gone = False
        self.show_heading()
        if stored != self.read_fields:
            self._untold = self._reconcile(stored, typed, begun=begun)
            if not begun:
                self._opened = self.typed

    def tell_of(self, stored: Fields) -> None:
        """Say what somebody else saved, and take nothing over; once for each change."""
        before, self._told_of = self._told_of or self.read_fields, stored
        if names := ", ".join(self.label(name) for name in stored if stored[name] != before[name]):
            self.warn(
                _("{who} saved meanwhile: {names}. What you type here stays.").format(who=self._who(), names=names)
            )

    def note_key(self, event: Key | Paste) -> None:
        """A key comes; where it saves, what stood there until now was read."""
        said = self._untold if isinstance(event, Key) and event.key in SAVES and self.shows(self._untold) else ""
        super().note_key(event)
        if said and not self.shows(said):
            self._untold = ""

    def was_told(self) -> bool:
        """Whether it can have been read that a colleague wrote in the same field; says it once more where it is gone.

        The sentence comes unasked: whoever types on quickly has not seen it, and would save over what the other wrote.
        """
        said, self._untold = self._untold, ""
        if said and not self.shows(said):
            self.house.drop_keys()
            self.warn(said)
            return False
        return True

    def _failed(self, error: BaseException) -> None:
        self._saving = False
        self.house.drop_keys()
        if isinstance(error, ChangedElsewhere):
            typed = self.typed
            try:
                self._reconcile(self.load(), typed)
                return
            except StoreError as worse:
                error = worse
        self.show_error(error)
        name = self.wrong_field(error)
        if name in self.read_fields:
            self.field(name).focus()

    def _reconcile(self, stored: Fields, typed: Fields, *, begun: bool = True) -> str:
        """Take over what only somebody else changed, and say where both wrote, which is returned."""
        fields, taken, both = reconcile(self.read_fields, typed, stored)
        self.read_fields = stored
        self.show_heading()
        self.put(fields)
        who = self._who()
        if both:
            said = [_("{name}: {what}").format(name=self.label(n), what=self.said(n, stored)) for n in both]
            words = _("{who} saved meanwhile ({names}). Yours is kept: F8 saves it.")
            sentence = words.format(who=who, names=", ".join(said))
            if taken:
                sentence += " " + _("Taken over: {names}.").format(names=", ".join(map(self.label, taken)))
            self.warn(sentence)
            return sentence
        names = ", ".join(map(self.label, taken)) or _("nothing shown here")
        if begun:
            words = _("{who} saved meanwhile; taken over: {names}. F8 saves yours.")
            self.warn(words.format(who=who, names=names))
        elif taken:
            self.say(_("{who} saved meanwhile; taken over: {names}.").format(who=who, names=names))
        return ""

    def _who(self) -> str:
        from store.colleagues import who_changed

        about = self.about()
        return (who_changed(self.store, *about, self._read_at) if about is not None else "") or _("Somebody else")


def _value(widget: Widget) -> str | bool:
    if isinstance(widget, PhoneInput):
        return widget.typed
    value: str | bool = getattr(widget, "value")  # noqa: B009
    return value


def _put(widget: Widget, value: str | bool) -> None:
    if isinstance(widget, Chosen):
        widget.choose(str(value))
    elif isinstance(widget, Input | Checkbox) and widget.value != value:
        widget.value = value
