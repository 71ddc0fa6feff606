"""A form whose fields come back: what is half typed when the line drops is kept, and shown when it is opened again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from screens.saving import FieldsScreen
from store.errors import StoreError
from templates.words import _


class BegunScreen(FieldsScreen):
    """Fields that are kept as they were begun, for this operator only: nothing is changed by half a price or name."""

    def __init__(self) -> None:
        super().__init__()
        self._kept = False

    @property
    def place(self) -> str:
        """Where half-typed text is kept for this operator: the form and what it is about."""
        raise NotImplementedError

    def is_wanted(self, begun: Mapping[str, str]) -> bool:
        """Whether what was begun here is what one comes for; else it stays kept."""
        return True

    def begin(self) -> None:
        """Show what was half typed when the terminal was lost."""
        try:
            begun = self.store.unfinished.look(self.place)
        except StoreError as error:
            self.show_error(error)
            begun = {}
        self._kept = bool(begun) and self.is_wanted(begun)
        if self._kept:
            known = self.read_fields
            self.put(self.typed | {name: _like(known[name], text) for name, text in begun.items() if name in known})
            self.say(begun_words())
        super().begin()
        if self._kept:
            self._opened = self.read_fields
        self.look_again()

    def keep(self) -> None:
        """Keep what is typed for the next time: half a price is none, so that nothing is changed by it."""
        if self.keeps() and not self._saving:
            typed = {name: str(value) for name, value in self.typed.items() if value != self.read_fields[name]}
            try:
                self.store.unfinished.keep(self.place, typed)
            except StoreError:
                return

    def hand_over(self) -> dict[str, Any]:
        """Keep it for the next time, too: the newer program may never get so far."""
        self.keep()
        self._kept = self._kept or self.keeps()
        return super().hand_over()

    def leave(self) -> None:
        """Leave; what was kept for the next time is not wanted."""
        self._forget_kept()
        super().leave()

    def _forget_kept(self) -> None:
        """What was kept for the next time has been seen, and saved or left."""
        if self._kept:
            self._kept = False
            unfinished, place = self.store.unfinished, self.place
            self.write(lambda: unfinished.take(place))

    def _was_saved(self, saved_id: int) -> None:
        self._forget_kept()
        self.saved(saved_id)


def begun_words() -> str:
    """That what was begun is back."""
    return _("What you had begun to type here is back. F8 saves it.")


def _like(known: str | bool, text: str) -> str | bool:
    """What was kept as text, as the field holds it."""
    return text == str(True) if isinstance(known, bool) else text
