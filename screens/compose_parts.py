"""The parts of the Compose screen that one types into or reads from: the line of recipients, the text."""

from __future__ import annotations

from textual.app import ComposeResult, RenderResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from screens.text import fitted
from screens.widgets.field import Field
from screens.widgets.plain import plain
from store.message_rows import SUBJECT_LIMIT
from templates.words import N_, _

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


def row(label: str, *widgets: Widget) -> ComposeResult:
    """A line above the text: what it is called, and what is there."""
    with Horizontal(classes="row"):
        yield Static(plain(label), classes="label")
        yield from widgets


def line(name: str) -> Input:
    """A field to type into; what is there stays when one comes to it."""
    return Field(id=name, compact=True, select_on_focus=False, max_length=SUBJECT_LIMIT)
