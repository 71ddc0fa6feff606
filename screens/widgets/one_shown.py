"""A choice among things that are too many or too long for one line: one is in view, `< last call >  2 of 5`."""

from __future__ import annotations

from collections.abc import Sequence

from textual.binding import Binding
from textual.content import Content
from textual.events import Click, Key
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from screens.text import fitted, visible, width
from screens.widgets.plain import plain
from store.folding import fold
from templates.words import N_, _


class OneShown(Widget, can_focus=True):
    """One name of several: → ← and Space show the next or the one before, a letter the next that begins with it.

    What is shown is what is chosen. Posts `Changed`, for what `choose` is told to as well.
    """

    BINDINGS = [
        Binding("right,space", "step(1)", N_("Choose"), tooltip=N_("Choose the next one"), id="one_shown.next"),
        Binding("left", "step(-1)", N_("Back"), show=False, tooltip=N_("Choose the one before"), id="one_shown.before"),
        Binding("enter", "app.focus_next", N_("Next"), show=False, tooltip=N_("The next field"), id="one_shown.enter"),
    ]
    DEFAULT_CSS = "OneShown { width: auto; max-width: 100%; height: 1; }"

    class Changed(Message):
        """Another one is chosen."""

        def __init__(self, one_shown: OneShown) -> None:
            super().__init__()
            self.one_shown = one_shown

        @property
        def control(self) -> OneShown:
            """Where it was chosen."""
            return self.one_shown

    def __init__(self, options: Sequence[tuple[str, str]], **names: str) -> None:
        """`options` are values and what each is called; `names` are `id` and `classes`, as for any widget."""
        super().__init__(**names)  # type: ignore[arg-type]
        self._options: list[tuple[str, str]] = []
        self._place = 0
        self.offer(options)

    def offer(self, options: Sequence[tuple[str, str]]) -> None:
        """Offer other things; what was chosen stays chosen where it is still there."""
        before = self.value if self._options else None
        self._options = [(value, visible(label)) for value, label in options]
        values = self._values
        self._place = values.index(before) if before in values else 0
        self.refresh(layout=True)

    @property
    def value(self) -> str:
        """What is chosen."""
        return self._options[self._place][0]

    @property
    def _values(self) -> list[str]:
        return [value for value, _label in self._options]

    def choose(self, value: str) -> None:
        """Choose another value; one that is not offered changes nothing."""
        if value != self.value and value in self._values:
            self._place = self._values.index(value)
            self.refresh(layout=True)
            self.post_message(self.Changed(self))

    def action_step(self, step: int) -> None:
        """Choose the next one, or the one before."""
        self.choose(self._values[(self._place + step) % len(self._options)])

    def on_key(self, event: Key) -> None:
        """A letter chooses the next name that begins with it."""
        if event.character is None or not event.character.isalnum():
            return
        event.stop()
        start = self._place + 1
        for value, label in [*self._options[start:], *self._options[:start]]:
            if fold(label).startswith(fold(event.character)):
                self.choose(value)
                return

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Letters choose here instead of doing what the screen binds them to."""
        return bool(character and character.isalnum())

    def on_click(self, event: Click) -> None:
        """Choose the next one; on the left edge, the one before."""
        self.action_step(-1 if event.x < 2 else 1)

    def _said(self) -> tuple[str, str]:
        label = self._options[self._place][1]
        if len(self._options) == 1:
            return f"  {label}  ", ""
        place = _("{number} of {count}").format(number=self._place + 1, count=len(self._options))
        return f"< {label} >", f"  {place}"

    def render(self) -> Content:
        """The chosen name between the marks that say that there are more; reverse while keys act here."""
        name, place = self._said()
        room = max(1, self.size.width - width(place))
        shown = name if width(name) <= room else fitted(name, room)
        return Content.assemble(plain(shown, "reverse" if self.has_focus else ""), plain(place, "dim"))

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """As wide as what is shown."""
        return sum(map(width, self._said()))
