"""Who speaks for a catalogue: members found by a part of their name, and taken with Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.events import Key
from textual.message import Message
from textual.widgets import Input, Static

from screens.widgets.plain import plain
from store.errors import StoreError
from templates.words import N_, _, ngettext

if TYPE_CHECKING:
    from screens.base import HouseScreen
    from store.people import MemberRow

MOST = 20
"""Members that ↓ leads through; with more letters there are fewer."""


class ContactLine(Input):
    """The line to search members in; Enter takes the one that is shown, and goes on where nothing is typed."""

    BINDINGS = [
        Binding(
            "enter", "take", N_("Take"), tooltip=N_("Take the member that is shown, or out again"), id="contact.take"
        ),
    ]

    def __init__(self, contacts: Contacts) -> None:
        super().__init__(id="form-contact", compact=True, select_on_focus=False, classes="-half")
        self._contacts = contacts

    def action_take(self) -> None:
        """Take the member that is shown, or go on to the next field."""
        if self.value.strip():
            self._contacts.take()
        else:
            self.app.action_focus_next()

    def on_key(self, event: Key) -> None:
        """Arrows choose another member while a name is typed; backspace on the empty line takes the last one out."""
        if event.key in ("down", "up") and self.value.strip():
            event.stop()
            event.prevent_default()
            self._contacts.step(1 if event.key == "down" else -1)
        elif event.key == "backspace" and not self.value:
            event.stop()
            self._contacts.drop_last()


class Contacts(Vertical):
    """The members' names, and a line to find more. Posts `Changed` when one comes or goes."""

    DEFAULT_CSS = "Contacts { height: 2; } Contacts .contacts-said { width: 1fr; height: 1; }"

    class Changed(Message):
        """Another member speaks for it, or one less."""

    def __init__(self, label: str) -> None:
        """`label` stands before the names."""
        super().__init__(id="form-contacts")
        self._label = label
        self._ids: list[int] = []
        self._names: dict[int, str] = {}
        self._found: Sequence[MemberRow] = ()
        self._place = 0

    def compose(self) -> ComposeResult:
        with Horizontal(classes="form-row"):
            yield Static(plain(self._label), classes="form-label")
            yield Static(id="contacts-names", classes="contacts-said")
        with Horizontal(classes="form-row"):
            yield Static(classes="form-label")
            yield ContactLine(self)
            yield Static(id="contacts-found", classes="contacts-said")

    @property
    def value(self) -> str:
        """The members' ids, with commas between."""
        return ",".join(map(str, self._ids))

    @property
    def half_typed(self) -> str:
        """What is typed in the line and not taken yet."""
        return self._line.value.strip()

    @property
    def _line(self) -> ContactLine:
        return self.query_one(ContactLine)

    @property
    def _house(self) -> HouseScreen[object]:
        return cast("HouseScreen[object]", self.screen)

    def choose(self, value: str) -> None:
        """Show other members."""
        ids = [int(part) for part in value.split(",") if part]
        if ids != self._ids:
            self._ids = ids
            self._show()

    def _show(self) -> None:
        members = self._house.store.members
        for member_id in self._ids:
            if member_id not in self._names:
                self._names[member_id] = members.get(member_id).name
        said = ", ".join(self._names[member_id] for member_id in self._ids)
        self.query_one("#contacts-names", Static).update(plain(said or _("nobody yet"), "" if said else "dim"))
        self._show_found()

    # -- the line

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look who is meant."""
        event.stop()
        self._search()

    def _search(self) -> None:
        text = self._line.value.strip()
        self._place = 0
        self._found = self._house.store.members.search(text, limit=MOST).rows if text else ()
        self._show_found()

    def _show_found(self) -> None:
        said = ""
        if self._found:
            row = self._found[self._place]
            text = _("Enter takes {name} out") if row.id in self._ids else _("Enter: {name}")
            more = len(self._found) - 1
            others = ngettext("  ↓ {n} other", "  ↓ {n} others", more).format(n=more) if more else ""
            said = text.format(name=row.name) + others
        elif self._line.value.strip():
            said = _("nobody is called so")
        elif self._line.has_focus or not self._ids:
            said = _("a part of the name")
        self.query_one("#contacts-found", Static).update(plain(said, "dim"))

    def step(self, step: int) -> None:
        """Show another of the members that are found."""
        if self._found:
            self._place = (self._place + step) % len(self._found)
            self._show_found()

    def take(self) -> None:
        """Take the member that is shown, or take it out again."""
        if not self._found:
            return
        row = self._found[self._place]
        self._names[row.id] = row.name
        self._change(lambda ids: [i for i in ids if i != row.id] if row.id in ids else [*ids, row.id])
        self._line.value = ""

    def drop_last(self) -> None:
        """Take the last one out."""
        if self._ids:
            self._change(lambda ids: ids[:-1])

    def _change(self, change: Callable[[list[int]], list[int]]) -> None:
        self._ids = change(self._ids)
        try:
            self._show()
        except StoreError as error:
            self._house.show_error(error)
        self.post_message(self.Changed())
