"""The parts of the Compose screen that one types into or reads from: the line of recipients, the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult, RenderResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from screens.channel_texts import BODIES, TEXTS
from screens.text import fitted
from screens.widgets.field import Field
from screens.widgets.plain import plain
from store.message_rows import SUBJECT_LIMIT
from templates.words import N_, _

if TYPE_CHECKING:
    from store.message_records import Message

LABEL = 10
"""Cells of what stands before a line."""


class ToLine(Widget, can_focus=True):
    """Whom the message is for; while it has the focus, letters are keys."""

    NAMED = N_("To")
    """What stands before it."""
    HELP = N_("Here letters are keys: **p** looks at the mails, **t** tests, **s** sends. **Tab** goes on to the text.")
    BINDINGS = [
        Binding("enter", "screen.people", N_("Who"), tooltip=N_("Choose who gets it"), id="compose.people"),
        Binding("escape", "screen.leave", N_("Leave"), show=False, tooltip=N_("Close the draft"), id="compose.close"),
    ]
    DEFAULT_CSS = "ToLine { height: 1; }"

    def __init__(self) -> None:
        super().__init__(id="to-line")
        self._text = ""

    def show(self, text: str) -> None:
        """Say whom it is for."""
        if text != self._text:
            self._text = text
            self.refresh()

    def render(self) -> RenderResult:
        label = fitted(_(self.NAMED), LABEL - 1)
        return plain(fitted(f" {label}{self._text}", self.size.width), "reverse" if self.has_focus else "")


class Body(TextArea, inherit_bindings=False):
    """The text. F6 and F7 are the screen's keys here, not the text's."""

    HELP = N_("Markdown: **two stars** around what is strong, a line that begins with - for a list. Tab or Esc leaves.")
    BINDINGS = [
        *(b for b in TextArea.BINDINGS if isinstance(b, Binding) and b.key not in ("f6", "f7")),
        Binding("tab", "round", N_("Next"), show=False, tooltip=N_("The first field"), id="compose.round"),
    ]

    def action_round(self) -> None:
        """Go to the first field, past the line where letters are keys: who types on still types words."""
        self.screen.query_one(Input).focus()

    def select_text(self, text: str) -> bool:
        """Mark where these words stand, so that what is typed takes their place; False where they do not."""
        for row, line in enumerate(self.text.split("\n")):
            column = line.find(text)
            if column >= 0:
                self.selection = type(self.selection)((row, column), (row, column + len(text)))
                return True
        return False


class Bodies(Vertical):
    """The texts of a draft, of which one is in view: each keeps its cursor, and what ctrl+z takes back."""

    DEFAULT_CSS = "Bodies { width: 1fr; height: 1fr; }"

    def compose(self) -> ComposeResult:
        for body in BODIES.values():
            yield Body(id=body)

    def body(self, name: str) -> Body:
        """Where a text is typed."""
        return self.query_one(f"#{BODIES[name]}", Body)

    def load(self, message: Message) -> None:
        """Show the words of a message; a cursor stays where it was, as far as its text goes."""
        for name, field in TEXTS.items():
            body, text = self.body(name), getattr(message, field)
            if body.text != text:
                cursor = body.cursor_location
                with self.screen.prevent(Body.Changed):
                    body.load_text(text)
                body.move_cursor(cursor)

    @property
    def typed(self) -> dict[str, str]:
        """Every text as it is typed, by what it is called in a message."""
        return {field: self.body(name).text for name, field in TEXTS.items()}

    @property
    def shown(self) -> Body:
        """The text in view."""
        return next(body for body in self.query(Body) if body.display)

    def show(self, name: str) -> None:
        """Show this one; who typed in the other goes on in it."""
        wanted, types = self.body(name), isinstance(self.screen.focused, Body)
        for body in self.query(Body):
            body.display = body is wanted
        if types:
            wanted.focus()


def row(label: str, *widgets: Widget, classes: str = "") -> ComposeResult:
    """A line above the text: what it is called, and what is there."""
    with Horizontal(classes=f"row {classes}".strip()):
        yield Static(plain(label), classes="label")
        yield from widgets


def line(name: str) -> Input:
    """A field to type into; what is there stays when one comes to it."""
    return Field(id=name, compact=True, select_on_focus=False, max_length=SUBJECT_LIMIT)
