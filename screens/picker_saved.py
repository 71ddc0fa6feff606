"""Saved segments in the picker: take one, save this one under a name, give another name, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from screens import picker_lines as lines
from screens.picker_asked import Asked
from screens.picker_step_asking import Offer, matching
from store.errors import Invalid, NotFound
from store.segments import SavedSegment, Segment
from templates.words import N_, _

if TYPE_CHECKING:
    from screens.picker_counting import CountingScreen


class SavedAsked(Asked):
    """Which saved segment to take; on the empty line `=` gives the marked one another name, `-` deletes it."""

    KEYS = (("Enter", N_("Take it")), ("=", N_("Rename")), ("-", N_("Delete")), ("F3", N_("Close")))

    def __init__(self, screen: CountingScreen) -> None:
        super().__init__(screen)
        self._saved = {one.id: one for one in screen.store.segments.saved()}
        self._words = {one.id: screen.store.segments.in_words(one.segment) for one in self._saved.values()}

    @property
    def question(self) -> str:
        return _("Which one?")

    def offers(self, text: str) -> list[Offer]:
        return matching(text, (Offer(one.id, one.name, self._words[one.id]) for one in self._saved.values()))

    def take(self, text: str, offer: Offer | None) -> Asked | None:
        if offer is None:
            return self
        self.screen.take_saved(self._saved[int(str(offer.value))])
        return None

    def becomes(self, text: str, offer: Offer | None) -> Segment | None:
        return self._saved[int(str(offer.value))].segment if offer is not None else None

    def sign(self, character: str) -> Asked | None:
        marked = self.screen.entry.marked
        if marked is None or character not in ("=", "-"):
            return None
        one = self._saved[int(str(marked.value))]
        return RenameAsked(self.screen, one) if character == "=" else ForgetAsked(self.screen, one)

    def nothing(self, text: str) -> str:
        return super().nothing(text) if self._saved else _("No segment is saved yet: F7 saves this one under a name.")


class _Named(Asked):
    """Asks for a name."""

    opened = False
    KEYS = (("Enter", N_("Go on")), ("F3", N_("Close")))

    def nothing(self, text: str) -> str:
        return ""


class SaveAsked(_Named):
    """Under which name to save the segment; over one that is there already only once it was said."""

    @property
    def question(self) -> str:
        return _("Save under which name?")

    @property
    def begins(self) -> str:
        return self.screen.saved_name

    def take(self, text: str, offer: Offer | None) -> Asked | None:
        screen, name = self.screen, " ".join(text.split())
        if not name:
            raise Invalid("name", "", "empty")
        there = _called(screen, name)
        if there is not None and there.segment != screen.segment:
            return ReplaceAsked(screen, there)
        save(screen, name)
        return None


class _Sure(Asked):
    """Asks whether one means it; Enter alone says yes."""

    opened = False
    KEYS = (("Enter", N_("Yes")), ("F3", N_("No")))

    def __init__(self, screen: CountingScreen, one: SavedSegment) -> None:
        super().__init__(screen)
        self.one = one

    def take(self, text: str, offer: Offer | None) -> Asked | None:
        if text:
            self.screen.say(_("Nothing was done: Enter alone, without a letter, says yes."))
            return None
        return self.sure()

    def sure(self) -> Asked | None:
        """Yes."""
        raise NotImplementedError

    def lines(self, text: str, cells: int, rows: int) -> Content | None:
        """What would be lost."""
        sentences = self.screen.store.segments.sentences(self.one.segment)
        return lines.shown_steps(self.one.segment, sentences, cells, rows)


class ReplaceAsked(_Sure):
    """Whether to save over a segment of this name."""

    @property
    def question(self) -> str:
        return _("“{name}” is there already. Replace it?").format(name=self.one.name)

    def sure(self) -> Asked | None:
        save(self.screen, self.one.name)
        return None


class ForgetAsked(_Sure):
    """Whether to delete a saved segment."""

    @property
    def question(self) -> str:
        return _("Delete “{name}”?").format(name=self.one.name)

    def sure(self) -> Asked | None:
        screen, one = self.screen, self.one
        said = _("“{name}” is deleted. Messages keep their own copy of it.").format(name=one.name)
        screen.write(lambda: screen.store.segments.forget(one.id), lambda _none: screen.say(said), holds=True)
        return None


class RenameAsked(_Named):
    """Another name for a saved segment."""

    def __init__(self, screen: CountingScreen, one: SavedSegment) -> None:
        super().__init__(screen)
        self._one = one

    @property
    def question(self) -> str:
        return _("New name:")

    @property
    def begins(self) -> str:
        return self._one.name

    def take(self, text: str, offer: Offer | None) -> Asked | None:
        screen, one = self.screen, self._one
        there = _called(screen, text)
        if there is not None and there.id != one.id:
            raise Invalid("name", text, "taken")
        said = _("“{old}” is called “{new}” now.").format(old=one.name, new=" ".join(text.split()))
        screen.write(lambda: screen.store.segments.rename(one.id, text), lambda _none: screen.say(said), holds=True)
        return None


def _called(screen: CountingScreen, name: str) -> SavedSegment | None:
    try:
        return screen.store.segments.named(name)
    except NotFound:
        return None


def save(screen: CountingScreen, name: str) -> None:
    """Write the segment down under a name."""
    segment = screen.segment

    def saved(_id: int) -> None:
        screen.saved_name = name
        screen.say(_("Saved as “{name}”.").format(name=name))

    screen.write(lambda: screen.store.segments.save(name, segment), saved, holds=True)
