"""The letters of a message as one file to be printed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mail.browser import self_contained
from mail.by_channel import letter_words
from mail.enclosing import enclosed_in, images_of
from mail.handed import letters_for
from mail.refused import TextRefused
from store.exchange.export_folder import Export
from store.exchange.export_notes import note_export
from store.folding import folded_words
from store.handing import contacts
from store.message_files import beginning_of, content_of
from templates.words import _, countries, dates, speaking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mail.envelopes import Envelope
    from mail.letters import Letters
    from store.handing import Contact
    from store.handle import Store
    from store.transaction import Transaction
    from templates.render.paper import Letter

_FIELD = re.compile(r"\{[^}]*\}+")


@dataclass(frozen=True, slots=True)
class Paper:
    """An HTML file that prints one letter a page, how many there are, and a name for the file."""

    html: bytes
    letters: int
    name: str

    @property
    def export(self) -> Export:
        """The same for the folder of exports."""
        return Export(self.name, self.html, self.letters)


def paper(store: Store, message_id: int) -> Paper:
    """The letters of a message: of a draft those that it would be now, to look at; of what went out those to send.

    The latter needs the right `messages.send`; that they are handed over the caller says with
    `store.handing.hand_over`, once the file is written. A draft needs `messages.see`. Raises `NotFound`,
    `TextRefused`, and `Invalid("message_state", …, "cancelled")` for what was cancelled.
    """
    with store.reading() as t:
        letters = letters_for(t, store, message_id, "letter")
        html = _html(t, store, letters, letters.others.letters)
    if letters.message.queued_at is None:
        note_export(store, "message_letters", "html", len(letters.others.letters), message_id)
    name = "-".join(["letters", *folded_words(_FIELD.sub("", letters.message.title))][:6])
    return Paper(html.encode(), len(letters.others.letters), f"{name}.html")


def one_letter(t: Transaction, store: Store, letters: Letters, envelope: Envelope) -> str:
    """A single letter as HTML, to be looked at; raises `TextRefused`."""
    return _html(t, store, letters, [envelope])


def _html(t: Transaction, store: Store, letters: Letters, envelopes: Sequence[Envelope]) -> str:
    from templates.render.errors import TextError
    from templates.render.paper import letters_page

    message = letters.message
    # The letter may show other images than the mail does.
    shown = enclosed_in(replace(message, text=message.letter_text.strip() or message.text), "")
    images = images_of(shown, lambda file_id: beginning_of(t, file_id))
    found = contacts(t, message, (envelope.about_member for envelope in envelopes))
    with speaking(letters.language):
        day = dates.day_long(store.clock.today(), year=True)
        title = _("Letters: {name}").format(name=message.title or letters.group.name)
    try:
        html = letters_page(
            [_letter(letters, envelope, _lines(found[envelope.about_member], letters)) for envelope in envelopes],
            images,
            group=letters.group.name,
            sender=letters.sender,
            day=day,
            country=letters.group.country,
            language=letters.language,
            title=title,
        )
    except TextError as problem:
        raise TextRefused(problem) from problem
    if shown is None:
        return html
    files = {shown.content_id(file): (file.media_type, content_of(t, file.id)) for file in shown.shown}
    return self_contained(html, files)


def _lines(contact: Contact, letters: Letters) -> tuple[str, ...]:
    """What stands on the envelope: another country in capitals, as the post of the group's asks for."""
    if not contact.country:
        return contact.lines
    with speaking(letters.group.language):
        return (*contact.lines, countries.name(contact.country).upper())


def _letter(letters: Letters, envelope: Envelope, lines: tuple[str, ...]) -> Letter:
    from templates.render.paper import Letter

    subject, markdown = letter_words(letters, envelope)
    return Letter(lines, subject, markdown)
