"""The list of a segment's steps: ↓ below the last one goes to the entry line."""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from templates.words import N_


class Steps(OptionList):
    """Lines by number, 0 for the start. Enter posts `OptionSelected`, ↓ below the last line `Below`."""

    BINDINGS = [
        Binding("enter", "select", N_("Change"), tooltip=N_("Change the marked step"), id="steps.change"),
    ]

    class Below(Message):
        """The cursor would go below the last line."""

    def show(self, lines: Sequence[Content]) -> None:
        """Show these lines; those that stay the same are not drawn again, and the cursor stays where it is."""
        if len(lines) == self.option_count:
            for number, line in enumerate(lines):
                if self.get_option_at_index(number).prompt != line:
                    self.replace_option_prompt_at_index(number, line)
            return
        marked = self.highlighted
        self.set_options([Option(line) for line in lines])
        self.highlighted = min(marked if marked is not None else len(lines), len(lines) - 1)

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
