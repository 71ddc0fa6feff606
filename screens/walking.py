"""Walking through what each recipient gets, one after the other: by arrows, by name, and as a page for a browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from screens.base import HouseScreen
from screens.errors import words_for
from screens.export_words import where_words
from screens.widgets.ask import Ask
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from store.folding import fold
from templates.words import _

if TYPE_CHECKING:
    from store import Store
    from store.message_records import Message


class Walked(Protocol):
    """What one walks through: so many, each at its place."""

    @property
    def message(self) -> Message:
        """The message that it is about."""

    @property
    def count(self) -> int:
        """How many there are."""

    def at(self, index: int) -> Any:
        """What the recipient at a place gets."""

    def whom(self, index: int) -> str:
        """Who that is, to be found by and to be known again."""

    def html_file(self, index: int) -> str:
        """It as a page of its own; raises `TextRefused`."""


W = TypeVar("W", bound=Walked)


class WalkingScreen(HouseScreen[None], Generic[W]):
    """A screen with one recipient's text in view; a screen says how it is read (`_read`) and shown (`_show`)."""

    CSS_PATH = Path(__file__).with_name("preview.tcss")
    PAGE = "mail"
    """What the name of a written page begins with."""

    def __init__(self, message_id: int) -> None:
        super().__init__()
        self._message_id = message_id
        self._walked: W | None = None
        self._at = 0

    def content(self) -> ComposeResult:
        yield Prose(id="head")
        with VerticalScroll(id="mail"):
            yield Prose(id="text")
        yield Ask()

    def on_mount(self) -> None:
        self.changed()

    def changed(self) -> None:
        self.read(self._read, self._take, failed=self._refused)

    def _read(self) -> W:
        raise NotImplementedError

    def _show(self) -> None:
        """Show what stands at the place that one has come to, from its beginning."""
        raise NotImplementedError

    def _stays(self) -> None:
        """What is shown was read again, and is the same: somebody is reading it, so that it is not drawn anew."""
        self.show_heading()

    def _take(self, walked: W) -> None:
        before, at = self._walked, self._at
        self._walked, self._at = walked, _same_place(before, walked, at)
        if before is not None and before.count and walked.count and before.at(at) == walked.at(self._at):
            self._stays()
        else:
            self._show()
        self.refresh_bindings()
        if not self.query_one(Ask).display:
            self.query_one("#mail").focus()

    def _refused(self, error: BaseException) -> None:
        """Say in the text's place why there is none."""
        self._walked = None
        self.refresh_bindings()
        self.house.note_fault(error)
        self.query_one("#text", Prose).update(plain(f" ! {words_for(error)}", "bold"))

    # -- acts

    def action_step(self, by: int) -> None:
        """Go to another recipient."""
        if self._walked is not None and 0 <= self._at + by < self._walked.count:
            self._at += by
            self._show()

    def action_go_to(self, place: int) -> None:
        """Go to the first or last recipient."""
        if self._walked is not None and self._walked.count:
            self._at = place % self._walked.count
            self._show()

    def action_find(self) -> None:
        """Ask for a name."""
        self.query_one(Ask).ask(_("Find"), self._find, typed="")

    def _find(self, name: str) -> None:
        walked, wanted = self._walked, fold(name)
        if walked is None or not wanted:
            return
        for place in (*range(self._at + 1, walked.count), *range(self._at + 1)):
            if wanted in fold(walked.whom(place)):
                self._at = place
                self._show()
                return
        self._nobody_called(walked, name)

    def _nobody_called(self, walked: W, name: str) -> None:
        """Say that there is nobody of this name."""
        self.warn(_("Nobody called “{name}” gets this message.").format(name=name))

    def action_write_page(self) -> None:
        """Write what is shown as a page for a browser, and say where it is."""
        walked, at, store = self._walked, self._at, self.store
        if walked is None or not walked.count:
            return
        self.say(_("Writing…"))
        self.write(lambda: write_page(store, walked, at, self.PAGE), lambda path: self.say(where_words(path)))

    def on_ask_left(self) -> None:
        """Back to the text."""
        self.query_one("#mail").focus()


def _same_place(before: Walked | None, now: Walked, at: int) -> int:
    """Where the recipient is now who is in view; those before may be others since a colleague's change."""
    if before is not None and at < before.count:
        whom = before.whom(at)
        for place in (at, *range(now.count)):
            if place < now.count and now.whom(place) == whom:
                return place
    return min(at, max(0, now.count - 1))


def write_page(store: Store, walked: Walked, at: int, name: str) -> Path:
    """Write what stands at a place of the walk into the exports folder and return where it is; raises `TextRefused`."""
    from store.exchange.export_folder import Export, write_export
    from store.exchange.export_notes import note_export

    page = walked.html_file(at).encode()
    note_export(store, "mail", "html", 1, walked.message.id)
    return write_export(store, Export(f"{name}-{walked.message.id}-{at + 1}.html", page, 1))
