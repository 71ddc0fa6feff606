"""A choice among a few things, all in view on one line: `(x) whole  ( ) in decimals`."""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding
from textual.content import Content
from textual.events import Click, Key
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from screens.text import visible, width
from screens.widgets.plain import plain
from store.folding import fold
from templates.words import N_

GAP = "  "
BOX = 4
"""Cells of the box before a name."""


class OneOf(Widget, can_focus=True):
    """A few names on one line to choose one from: → ← and Space choose, a letter too; Enter goes to the next field.

    Posts `Changed`, for what `choose` is told to as well.
    """

    BINDINGS = [
        Binding("right,space", "step(1)", N_("Choose"), tooltip=N_("Choose the next one"), id="one_of.next"),
        Binding("left", "step(-1)", N_("Back"), show=False, tooltip=N_("Choose the one before"), id="one_of.before"),
        Binding("enter", "app.focus_next", N_("Next"), show=False, tooltip=N_("The next field"), id="one_of.enter"),
    ]
    DEFAULT_CSS = "OneOf { width: auto; height: 1; }"

    class Changed(Message):
        """Another one is chosen."""

        def __init__(self, one_of: OneOf) -> None:
            super().__init__()
            self.one_of = one_of

        @property
        def control(self) -> OneOf:
            """Where it was chosen."""
            return self.one_of

    def __init__(self, options: Sequence[tuple[str, str]], **names: str) -> None:
        """`options` are values and what each is called; `names` are `id` and `classes`, as for any widget."""
        super().__init__(**names)  # type: ignore[arg-type]
        self._options = [(value, visible(label)) for value, label in options]
        self._value = self._options[0][0]

    @property
    def value(self) -> str:
        """What is chosen."""
        return self._value

    @property
    def _values(self) -> list[str]:
        return [value for value, _label in self._options]

    def choose(self, value: str) -> None:
        """Choose another value; one that is not offered changes nothing."""
        if value != self._value and value in self._values:
            self._value = value
            self.refresh(layout=True)
            self.post_message(self.Changed(self))

    def action_step(self, step: int) -> None:
        """Choose the next one, or the one before."""
        values = self._values
        self.choose(values[(values.index(self._value) + step) % len(values)])

    def on_key(self, event: Key) -> None:
        """A letter chooses the next name that begins with it."""
        if event.character is None or not event.character.isalnum():
            return
        event.stop()
        start = self._values.index(self._value) + 1
        for value, label in [*self._options[start:], *self._options[:start]]:
            if fold(label).startswith(fold(event.character)):
                self.choose(value)
                return

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Letters choose here instead of doing what the screen binds them to."""
        return bool(character and character.isalnum())

    def on_click(self, event: Click) -> None:
        """Choose what is clicked."""
        begins = 0
        for value, label in self._options:
            begins += BOX + width(label) + len(GAP)
            if event.x < begins:
                self.choose(value)
                return

    def render(self) -> Content:
        """All the names, the chosen one ticked; reverse while keys act here."""
        parts: list[Content] = []
        for value, label in self._options:
            chosen = value == self._value
            style = "reverse" if chosen and self.has_focus else ""
            parts += [plain(GAP)] if parts else []
            parts.append(plain(f"({'x' if chosen else ' '}) {label}", style))
        return Content.assemble(*parts)

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As wide as what is shown."""
        names = sum(BOX + width(label) for _value, label in self._options)
        return names + len(GAP) * (len(self._options) - 1)
