"""A box to tick that says whether it is ticked without colour: `[x]` and `[ ]`."""

from __future__ import annotations

from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.widgets import Checkbox

from screens.text import visible, width
from screens.widgets.plain import plain
from templates.words import N_


class Tick(Checkbox, inherit_bindings=False):
    """A checkbox of one line. Space changes it; Enter goes on, as in every field, so that nobody unticks in passing."""

    BINDINGS = [
        Binding("space", "toggle_button", N_("Tick"), tooltip=N_("Tick, or take the tick away"), id="tick.toggle"),
        Binding("enter", "app.focus_next", N_("Next"), show=False, tooltip=N_("The next field"), id="tick.next"),
    ]

    def __init__(self, label: str, value: bool = False, *, disabled: bool = False, **names: str) -> None:
        """`label` is shown as it is; `names` are `id` and `classes`, as for any widget."""
        self._text = visible(label)
        super().__init__(plain(label), value, compact=True, disabled=disabled, **names)  # type: ignore[arg-type]

    def render(self) -> Content:
        """The box and its label."""
        return plain(f"[{'x' if self.value else ' '}] {self._text}", "reverse" if self.has_focus else "")

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As wide as what is shown."""
        return width(self._text) + 4
