"""A list that opens over a screen's foot to choose one thing from, and closes again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.binding import Binding
from textual.events import Key
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from screens.text import fitted
from screens.widgets.plain import joined, plain
from store.folding import fold
from templates.words import N_


class Choices(OptionList):
    """Things to choose from, each with a name and an explanation. Enter takes one, a letter goes to its next name.

    Hidden until `offer`; posts `Chosen` or `Left` and hides itself.
    """

    BINDINGS = [
        Binding("enter", "select", N_("Take it"), tooltip=N_("Take the marked line"), id="choices.take"),
        Binding("escape,f3", "leave", N_("Close"), tooltip=N_("Close the list without choosing"), id="choices.leave"),
    ]
    DEFAULT_CSS = "Choices { display: none; height: auto; max-height: 11; scrollbar-size-vertical: 1; }"

    class Chosen(Message):
        """Something was chosen: `value` as it was offered."""

        def __init__(self, choices: Choices, value: Any) -> None:
            super().__init__()
            self.choices = choices
            self.value = value

        @property
        def control(self) -> Choices:
            """The list."""
            return self.choices

    class Left(Message):
        """The list was closed without choosing."""

    def __init__(self, **names: str) -> None:
        """`names` are `id` and `classes`, as for any widget."""
        super().__init__(**names)  # type: ignore[arg-type]
        self._offered: Sequence[tuple[str, str, Any]] = ()

    def offer(self, things: Sequence[tuple[str, str, Any]], cells: int = 24) -> None:
        """Show names (in `cells`), explanations and values, and take the focus."""
        self._offered = things
        room = max(10, self.screen.size.width - cells - 6)
        self.set_options(
            Option(joined(" ", plain(fitted(name, cells), "bold"), "  ", fitted(text, room).rstrip()))
            for name, text, _value in things
        )
        self.highlighted = 0 if things else None
        self.display = True
        self.focus()

    def on_key(self, event: Key) -> None:
        """A letter goes to the next name that begins with it."""
        if event.character is None or not event.character.isalnum():
            return
        event.stop()
        names = [fold(name) for name, _text, _value in self._offered]
        start = (self.highlighted or 0) + 1
        for place in [*range(start, len(names)), *range(start)]:
            if place < len(names) and names[place].startswith(fold(event.character)):
                self.highlighted = place
                return

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Letters move in the list instead of doing what the screen binds them to."""
        return bool(character and character.isalnum())

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Say what was chosen."""
        event.stop()
        self.display = False
        self.post_message(self.Chosen(self, self._offered[event.option_index][2]))

    def action_leave(self) -> None:
        """Close without choosing."""
        self.display = False
        self.post_message(self.Left())
