"""What one types into on the form of a member: phones that are shown as one reads them out, words used before."""

from __future__ import annotations

from collections.abc import Sequence

from textual.suggester import Suggester
from textual.widgets import Input, TextArea

from screens.widgets.field import Field
from store.folding import fold
from store.phones import digits, parse

SECOND_NUMBER = 4
"""So many digits more than the number that was read: the text holds a second one, and is left as it is."""


class PhoneInput(Field):
    """A phone number: as people of the group's country write it while one is elsewhere, as it was typed inside."""

    def __init__(self, country: str, **names: str) -> None:
        """`country` is the group's, as an ISO code; `names` are `id` and `classes`, as for any widget."""
        super().__init__(compact=True, select_on_focus=False, **names)  # type: ignore[arg-type]
        self._country = country
        self._behind: tuple[str, str] | None = None

    @property
    def typed(self) -> str:
        """What was typed, whatever is shown."""
        if self._behind is not None and self.value == self._behind[1]:
            return self._behind[0]
        return self.value

    def choose(self, typed: str) -> None:
        """Show another number."""
        self._behind = None
        self.value = typed
        if not self.has_focus:
            self.on_blur()

    def on_focus(self) -> None:
        """What was typed can be corrected."""
        typed, self._behind = self.typed, None
        with self.prevent(Input.Changed):
            self.value = typed
        self.cursor_position = len(typed)

    def on_blur(self) -> None:
        """Show the number as it is read."""
        typed = self.typed
        shown = parse(typed, self._country).shown
        if shown in ("", typed) or len(digits(typed)) > len(digits(shown)) + SECOND_NUMBER:
            return
        with self.prevent(Input.Changed):
            self.value = shown
        self._behind = (typed, shown)


class UsedBefore(Suggester):
    """Proposes the rest of a word that the group has used; with `several`, of the last one after a comma."""

    def __init__(self, words: Sequence[str], *, several: bool = False) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._words = words
        self._several = several

    async def get_suggestion(self, value: str) -> str | None:
        """The text with the first word that begins as it does, accents and capitals apart."""
        before, comma, last = value.rpartition(",") if self._several else ("", "", value)
        typed = last.lstrip()
        taken = {fold(word.strip()) for word in before.split(",")}
        for word in self._words:
            if typed and fold(word[: len(typed)]) == fold(typed) and fold(word) not in taken:
                return f"{before}{comma}{last[: len(last) - len(typed)]}{typed}{word[len(typed) :]}"
        return None


class Notes(TextArea, inherit_bindings=False):
    """The notes; F6 and F7 stay the form's."""

    BINDINGS = [binding for binding in TextArea.BINDINGS if binding.key not in ("f6", "f7")]  # type: ignore[union-attr]

    @property
    def value(self) -> str:
        """What is typed."""
        return self.text

    def choose(self, value: str) -> None:
        """Show other notes."""
        if self.text != value:
            self.load_text(value)
