"""A message as each recipient will get it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from mail.refused import TextRefused

if TYPE_CHECKING:
    from mail.envelopes import Envelope
    from mail.letters import Letters
    from store.message_records import Message


@dataclass(frozen=True, slots=True)
class Shown:
    """One recipient's mail, or why there is none: `problem`.

    `no_first_name` tells that the text speaks to somebody whose first name is not known.
    """

    name: str
    address: str
    language: str
    subject: str
    text: str
    html: str
    markdown: str
    problem: TextRefused | None
    no_first_name: bool


class Preview:
    """Walks through the mails of a message, those that look wrong first; a mail is rendered when it is looked at."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters

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
        envelope = self._letters.envelopes[self._order[0][index]]
        nameless = self._nameless(envelope)
        language = self._letters.language(envelope)
        try:
            mail = self._letters.render(envelope)
        except TextRefused as problem:
            return Shown(envelope.name, envelope.address, language, "", "", "", "", problem, nameless)
        return Shown(
            envelope.name, envelope.address, language, mail.subject, mail.text, mail.html, mail.markdown, None, nameless
        )

    def source(self, index: int) -> str:
        """The mail at a place as it will be sent, headers and all; raises `TextRefused`."""
        envelope = self._letters.envelopes[self._order[0][index]]
        return self._letters.post(envelope, "TOKEN")[0].decode()

    def whom(self, index: int) -> str:
        """Name and address of whom the mail at a place is for, to be searched."""
        envelope = self._letters.envelopes[self._order[0][index]]
        return f"{envelope.name} {envelope.address}"

    def member_at(self, index: int) -> int:
        """The member whom the mail at a place is for, to send a test as they would get it."""
        return self._letters.envelopes[self._order[0][index]].members[0]

    @cached_property
    def _order(self) -> tuple[list[int], int]:
        """The places of the mails in the walk, and how many look wrong."""
        wrong = [n for n, envelope in enumerate(self._letters.envelopes) if self._looks_wrong(envelope)]
        seen = set(wrong)
        return wrong + [n for n in range(self.count) if n not in seen], len(wrong)

    def _looks_wrong(self, envelope: Envelope) -> bool:
        from templates.render.errors import TextError

        if self._nameless(envelope):
            return True
        values = self._letters.values.of(envelope, self._letters.language(envelope), "")
        try:
            subject, text = self._letters.template.fill(values)
        except TextError:
            return True
        return not subject or not text.strip()

    def _nameless(self, envelope: Envelope) -> bool:
        return "first_name" in self._letters.template.fields and not any(p.first_name for p in envelope.people)
