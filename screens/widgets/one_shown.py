"""A choice among things that are too many or too long for one line: one is in view, `< last call >  2 of 5`."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.events import Click
from textual.geometry import Size

from screens.text import fitted, visible, width
from screens.widgets.one_of import OneOf
from screens.widgets.plain import plain
from templates.words import _


class OneShown(OneOf):
    """One name of several: what is shown is what is chosen. Other things may be offered meanwhile."""

    DEFAULT_CSS = "OneShown { max-width: 100%; }"

    def offer(self, options: Sequence[tuple[str, str]]) -> None:
        """Offer other things; what was chosen stays chosen where it is still there."""
        offered = [(value, visible(label)) for value, label in options]
        if offered == self._options:
            return
        self._options = offered
        if self._value not in self._values:
            self._value = self._values[0]
        self.refresh(layout=True)

    def on_click(self, event: Click) -> None:
        """Choose the next one; on the left edge, the one before."""
        event.prevent_default()
        self.action_step(-1 if event.x < 2 else 1)

    def _said(self) -> tuple[str, str]:
        place = self._values.index(self._value)
        label = self._options[place][1]
        if len(self._options) == 1:
            return f"  {label}  ", ""
        number = _("{number} of {count}").format(number=place + 1, count=len(self._options))
        return f"< {label} >", f"  {number}"

    def render(self) -> Content:
        """The chosen name between the marks that say that there are more; reverse while keys act here."""
        name, place = self._said()
        room = max(1, self.size.width - width(place))
        shown = name if width(name) <= room else fitted(name, room)
        return Content.assemble(plain(shown, "reverse" if self.has_focus else ""), plain(place, "dim"))

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As wide as what is shown."""
        return sum(map(width, self._said()))
