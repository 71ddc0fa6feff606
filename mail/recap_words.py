"""What a workflow puts around a recap: the words of its step above the list, their files, and from whom it comes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mail.enclosing import Enclosed, enclosed_in, images_of, missing_image
from mail.envelopes import Envelope, sendable
from mail.fields import FieldValues, text_language
from mail.refused import TextRefused, Unfinished, UnknownSender
from store.message_fields import Facts, gather
from store.message_files import beginning_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.clock import Clock
    from store.mailbox import MailboxSettings
    from store.message_records import Message
    from store.transaction import Transaction
    from templates.render.images import Image


@dataclass(frozen=True)
class RecapWords:
    """The words as they were read; `facts` are what their fields say, `enclosed` their files."""

    message: Message
    facts: Facts
    enclosed: Enclosed | None
    images: Mapping[str, Image]


@dataclass(frozen=True, slots=True)
class Filled:
    """The words with their fields filled, as text and as HTML."""

    subject: str
    text: str
    html: str


def read_words(t: Transaction, clock: Clock, message: Message, mailbox: MailboxSettings | None) -> RecapWords:
    """The words and all that they say now; raises `TextRefused` for a text that cannot be read."""
    from templates.render.errors import TextError
    from templates.render.template import Template

    try:
        fields = Template(message.subject, message.text).fields
    except TextError as problem:
        raise TextRefused(problem) from problem
    facts = gather(t, clock, message.distribution_id, (), fields, catalogue_id=message.catalogue_id)
    from_address = message.from_address or (mailbox.address if mailbox else "")
    enclosed = enclosed_in(message, sendable(from_address).rpartition("@")[2])
    images = images_of(enclosed, lambda file_id: beginning_of(t, file_id))
    return RecapWords(message, replace(facts, change_number=0), enclosed, images)


def fill(words: RecapWords, mailbox: MailboxSettings, producer: str) -> Filled:
    """The words as the producer reads them; raises `TextRefused`, `Unfinished`, `UnknownSender`."""
    from templates.render.errors import TextError, UnknownImage
    from templates.render.markup import parse, to_html, to_text
    from templates.render.template import Template

    message = words.message
    for part, written in (("subject", message.subject), ("text", message.text)):
        if not written.strip():
            raise Unfinished(part)
    choices = (mailbox.address, *mailbox.identities)
    if message.from_address and message.from_address.lower() not in (choice.lower() for choice in choices):
        raise UnknownSender(message.from_address, choices)
    group = words.facts.group
    values = FieldValues(words.facts, message.from_name or group.name, mailbox.address, text_language(message, group))
    try:
        filled = Template(message.subject, message.text).fill(
            {**values.of(Envelope("", "", ()), ""), "unsubscribe": ""}
        )
        tokens = parse(filled[1])
        return Filled(filled[0], to_text(tokens), to_html(tokens, words.images))
    except TextError as problem:
        told = missing_image(message.files, problem.name) if isinstance(problem, UnknownImage) else problem
        raise TextRefused(told, producer) from problem
