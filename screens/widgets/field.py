"""A field to type into that says so where it does not take what is typed or pasted."""

from __future__ import annotations

from textual.events import Paste
from textual.widgets import Input

from templates.words import _


class Field(Input):
    """A line of text. Textual drops in silence what is too long, and all but the first line of what is pasted."""

    def restricted(self) -> None:
        """Say that it is too long."""
        super().restricted()
        self._warn(_("Too long: {n} characters at most go in here.").format(n=self.max_length))

    def on_paste(self, event: Paste) -> None:
        """Say that there was more than a line; `Input` puts the first one in afterwards."""
        if len(event.text.splitlines()) > 1:
            self._warn(_("Only the first of the pasted lines is put in here."))

    def _warn(self, text: str) -> None:
        if warn := getattr(self.screen, "warn", None):
            warn(text)
