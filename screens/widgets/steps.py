"""The list of a segment's steps: ↓ below the last one goes to the entry line."""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from templates.words import N_

MARK = " ▸"
"""What the marked line begins with while keys act here, in place of two blanks."""


class Steps(OptionList):
    """Lines by number, 0 for the start. Enter posts `OptionSelected`, ↓ below the last line `Below`."""

    BINDINGS = [
        Binding("enter", "select", N_("Change"), tooltip=N_("Change the marked step"), id="steps.change"),
    ]

    class Below(Message):
        """The cursor would go below the last line."""

    def __init__(self, **names: str) -> None:
        """`names` are `id` and `classes`, as for any widget."""
        super().__init__(**names)  # type: ignore[arg-type]
        self._shown: Sequence[Content] = ()

    def show(self, lines: Sequence[Content]) -> None:
        """Show these lines; those that stay the same are not drawn again, and the cursor stays where it is."""
        self._shown = lines
        if len(lines) != self.option_count:
            marked = self.highlighted
            self.set_options([Option(line) for line in lines])
            self.highlighted = min(marked if marked is not None else len(lines), len(lines) - 1)
            self.call_after_refresh(self.scroll_to_highlight)  # once it is known how many lines it takes
        self._draw()

    def _draw(self) -> None:
        """Mark the line in its own text: a list's style for the marked option loses reverse video."""
        for number, line in enumerate(self._shown):
            marked = number == self.highlighted and self.has_focus
            wanted = Content(MARK).append(line[len(MARK) :]).stylize("reverse") if marked else line
            if number < self.option_count and self.get_option_at_index(number).prompt != wanted:
                self.replace_option_prompt_at_index(number, wanted)

    def watch_highlighted(self, highlighted: int | None) -> None:
        """The mark goes with the cursor."""
        super().watch_highlighted(highlighted)
        self._draw()

    def watch_has_focus(self, focused: bool) -> None:
        """Show where letters act, and that they act elsewhere."""
        super().watch_has_focus(focused)
        self._draw()

    def action_cursor_down(self) -> None:
        """Down, and out of the list at its end."""
        if self.highlighted is None or self.highlighted >= self.option_count - 1:
            self.post_message(self.Below())
        else:
            super().action_cursor_down()

    def action_cursor_up(self) -> None:
        """Up, and no further than the start."""
        if self.highlighted:
            super().action_cursor_up()
