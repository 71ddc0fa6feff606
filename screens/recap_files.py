"""Lists that are printed: what to write them as is chosen on the screen, and the file goes into the exports folder."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from screens.base import HouseScreen
from screens.export_words import where_words
from screens.widgets.choices import Choices
from templates.words import N_, _

if TYPE_CHECKING:
    from store import Store

FORMS = {
    "html": (N_("To print"), N_("a page for the browser, which prints it")),
    "txt": (N_("Plain text"), N_("to read or print anywhere, or to put into a mail")),
    "csv": (N_("Table"), N_("for a spreadsheet")),
}
"""The forms of `mail.sheets.export_list` that people ask for, by name and purpose."""


class PrintingScreen(HouseScreen[None]):
    """A screen on a list that can be printed: `p` offers the forms, Enter writes the marked one."""

    def printed(self) -> tuple[str, int, int | None] | None:
        """What is printed of a distribution: the list's name, its id, the catalogue; None while there is nothing."""
        return None

    def printing_as(self, form: str) -> Callable[[], Path] | None:
        """What writes the list in a form and says where; None while there is nothing to write."""
        wanted = self.printed()
        return None if wanted is None else partial(write_list, self.store, form, *wanted)

    def was_printed(self) -> str:
        """The list was written: what to say behind the file's name."""
        return ""

    def printing(self) -> ComposeResult:
        """The list of forms, to be put below what the screen shows."""
        yield Choices(id="forms")

    def action_print(self) -> None:
        """Offer the forms."""
        if self.printing_as("txt") is not None:
            things = [(_(name), _(purpose), form) for form, (name, purpose) in FORMS.items()]
            self.query_one("#forms", Choices).offer(things, cells=18)

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Write the list as it stands now."""
        self.to_list()
        if (work := self.printing_as(event.value)) is None:
            return
        self.say(_("Writing…"))

        def done(path: Path) -> None:
            said = where_words(path)
            self.say(f"{said}. {then}" if (then := self.was_printed()) else said)

        self.write(work, done)

    def on_choices_left(self) -> None:
        """Back to the list."""
        self.to_list()

    def to_list(self) -> None:
        """Give the keys back to what the screen shows."""
        self.set_focus(None)


def write_list(store: Store, form: str, what: str, distribution_id: int, catalogue_id: int | None) -> Path:
    """Write a list of a distribution into the exports folder and return where it is."""
    from mail.sheets import export_list
    from store.exchange.export_folder import write_export

    return write_export(store, export_list(store, what, form, distribution_id, catalogue_id))
