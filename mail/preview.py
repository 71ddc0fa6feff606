"""A message as each recipient will get it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from mail.differing import OTHERS, Differing, body, differing
from mail.enclosing import abridged, missing_images
from mail.refused import TextRefused
from mail.wrong import Reason, Wrong, wrong_for_all, wrong_for_one

if TYPE_CHECKING:
    from mail.envelopes import Envelope
    from mail.letters import Letters
    from store.handle import Store
    from store.message_records import Message

__all__ = ["Differing", "Preview", "Reason", "Shown", "Wrong"]


@dataclass(frozen=True, slots=True)
class Shown:
    """One recipient's mail, or why there is none: `problem`. `wrong` is what looks wrong in it, the worst first.

    `language` is the text's; the footer may be in the recipient's.
    """

    name: str
    address: str
    language: str
    subject: str
    text: str
    html: str
    markdown: str
    problem: TextRefused | None
    wrong: tuple[Wrong, ...] = ()


class Preview:
    """Walks through the mails of a message, those that look wrong first; a mail is rendered when it is looked at."""

    def __init__(self, letters: Letters, store: Store) -> None:
        self._letters = letters
        self._store = store

    @property
    def message(self) -> Message:
        """The message that is shown."""
        return self._letters.message

    @property
    def count(self) -> int:
        """How many mails there are."""
        return len(self._letters.envelopes)

    def sort(self) -> None:
        """Find those that look wrong now, in the caller's thread, instead of at the first look."""
        _order = self._order

    @property
    def wrong(self) -> int:
        """How many of them look wrong: they are the first ones."""
        return self._order[1]

    def at(self, index: int) -> Shown:
        """The mail at a place of the walk; raises `IndexError` beyond the last."""
        envelope = self._envelope(index)
        wrong = self._wrong(envelope)
        language = self._letters.language
        try:
            mail = self._letters.render(envelope)
        except TextRefused as problem:
            return Shown(envelope.name, envelope.address, language, "", "", "", "", problem, wrong)
        return Shown(
            envelope.name, envelope.address, language, mail.subject, mail.text, mail.html, mail.markdown, None, wrong
        )

    def differs(self, index: int) -> Differing:
        """What the mail at a place says that those to others do not, as spans of what `at` gives.

        It is compared with some mails spread over all; the footer is left out.
        """
        shown = self.at(index)
        if shown.problem is not None:
            return Differing()
        others = [other for other in map(self.at, self._others(index)) if other.problem is None]
        return Differing(
            differing(shown.subject, (other.subject for other in others)),
            differing(body(shown.text), (body(other.text) for other in others)),
            differing(shown.markdown, (other.markdown for other in others)),
        )

    def html_file(self, index: int) -> str:
        """The mail at a place as one file that a browser shows, with its images in it; raises `TextRefused`."""
        from mail.browser import self_contained

        return self_contained(self._letters.render(self._envelope(index)).html, self._images)

    def source(self, index: int) -> str:
        """The mail at a place as it will be sent, of files only what they are; raises `TextRefused`."""
        return abridged(self.raw(index).decode())

    def raw(self, index: int) -> bytes:
        """The mail at a place as it will be sent, headers, files and all; raises `TextRefused`."""
        return self._letters.post(self._envelope(index), "TOKEN")[0] + self._letters.tail(self._store)

    def whom(self, index: int) -> str:
        """Name and address of whom the mail at a place is for, to be searched."""
        envelope = self._envelope(index)
        return f"{envelope.name} {envelope.address}"

    def member_at(self, index: int) -> int:
        """The member whom the mail at a place is for, to send a test as they would get it."""
        return self._envelope(index).members[0]

    def _envelope(self, index: int) -> Envelope:
        return self._letters.envelopes[self._order[0][index]]

    def _others(self, index: int) -> list[int]:
        """Places of other mails, spread over the walk."""
        places = [place for place in range(self.count) if place != index]
        return places[:: -(-len(places) // OTHERS)] if places else []

    @cached_property
    def _order(self) -> tuple[list[int], int]:
        """The places of the mails in the walk, and how many look wrong."""
        ranks = {}
        for place, envelope in enumerate(self._letters.envelopes):
            wrong = self._wrong(envelope)
            ranks[place] = min(map(_RANKS.index, (w.reason for w in wrong)), default=len(_RANKS))
        return sorted(ranks, key=ranks.__getitem__), sum(rank < len(_RANKS) for rank in ranks.values())

    @cached_property
    def _images(self) -> dict[str, tuple[str, bytes]]:
        enclosed = self._letters.enclosed
        if enclosed is None:
            return {}
        content_of = self._store.messages.file_content
        return {enclosed.content_id(file): (file.media_type, content_of(file.id)) for file in enclosed.shown}

    @cached_property
    def _unreached(self) -> frozenset[str]:
        from store.unreached_addresses import unreached_addresses

        return unreached_addresses(self._store)

    @cached_property
    def _wrong_for_all(self) -> tuple[Wrong, ...]:
        return wrong_for_all(self.message.subject, self.message.text)

    def _wrong(self, envelope: Envelope) -> tuple[Wrong, ...]:
        from templates.render.errors import TextError

        values = self._letters.values.of(envelope, "")
        try:
            filled = self._letters.template.fill_telling(values)
        except TextError:
            return (Wrong(Reason.PROBLEM), *self._wrong_for_all)
        found = [*self._wrong_for_all, *wrong_for_one(filled)]
        if envelope.address_key in self._unreached:
            found.append(Wrong(Reason.REFUSED_BEFORE, envelope.address))
        if missing_images(self.message.files, filled.text):
            found.append(Wrong(Reason.PROBLEM))
        return tuple(sorted(found, key=lambda wrong: _RANKS.index(wrong.reason)))


_RANKS = tuple(Reason)
