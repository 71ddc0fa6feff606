"""A field that holds a segment: in view in words, chosen in the picker."""

from __future__ import annotations

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from screens.text import fitted, visible
from screens.widgets.plain import plain
from templates.words import N_


class SegmentLine(Widget, can_focus=True):
    """A segment on one line; Enter or Space asks the screen to open the picker. `value` is its JSON, "" for none.

    Posts `Changed`, for what `choose` is told to as well.
    """

    BINDINGS = [
        Binding("enter,space", "screen.choose_segment", N_("Choose"), tooltip=N_("Choose who"), id="segment.choose"),
    ]
    DEFAULT_CSS = "SegmentLine { width: 1fr; height: 1; }"

    class Changed(Message):
        """Another segment is held."""

    def __init__(self, **names: str) -> None:
        """`names` are `id` and `classes`, as for any widget."""
        super().__init__(**names)  # type: ignore[arg-type]
        self._value = ""
        self._words = ""

    @property
    def value(self) -> str:
        """The segment as JSON; empty where none is chosen."""
        return self._value

    def choose(self, value: str) -> None:
        """Hold this segment."""
        if value != self._value:
            self._value = value
            self.post_message(self.Changed())

    def show(self, words: str) -> None:
        """Say which segment it is, in words."""
        if words != self._words:
            self._words = words
            self.refresh()

    def render(self) -> Content:
        """The words, as far as there is room; reverse while keys act here."""
        return plain(fitted(visible(self._words), max(1, self.size.width)), "reverse" if self.has_focus else "")
