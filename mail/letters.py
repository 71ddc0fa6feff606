"""A message with everybody who gets it: what preview, test and freezing share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from mail.by_channel import Others, others_of
from mail.enclosing import Enclosed, enclosed_in, images_of, missing_image
from mail.envelopes import Envelope, envelopes, sendable
from mail.fields import FieldValues, text_language
from mail.measuring import Measuring, measuring_of
from mail.mime import Letterhead, build
from mail.refused import EmptyAudience, NoDraft, NoMailbox, TextRefused, Unfinished, UnknownSender
from mail.vouchers import same_vouchers, with_vouchers
from store.errors import Invalid
from store.mailbox import MailboxSettings, mailbox_settings
from store.message_fields import Facts, change_number, gather
from store.message_files import beginning_of, content_of
from store.message_records import Message, MessageState
from store.message_rows import load_message
from store.reach import Reach, Recipient, recipients
from store.rights import Right
from store.settings import Group
from store.voucher_offers import with_codes
from templates.words import known

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction
    from templates.render.images import Image
    from templates.render.mailing import Mailing
    from templates.render.page import Rendered
    from templates.render.template import Template

Got = frozenset[tuple[str, int]]
NOBODY_YET: Got = frozenset()

MIME_LIMIT = 100_000
"""Octets: above it mail programs cut a message off."""


@dataclass(frozen=True)
class Letters:
    """One message, its recipients as they were read, and the mails to be; nothing here changes the file.

    `others` are those who get an SMS, a letter or a row of a file.

    `automatic`: a workflow sends it, and its mails say so. `got` are addresses (`address_key`) that have got it about a
    member (id) already, and get no second.
    """

    message: Message
    group: Group
    mailbox: MailboxSettings | None
    recipients: tuple[Recipient, ...]
    envelopes: list[Envelope]
    template: Template
    facts: Facts
    values: FieldValues
    mailing: Mailing
    enclosed: Enclosed | None = None
    images: Mapping[str, Image] = field(default_factory=dict)
    automatic: bool = False
    got: Got = NOBODY_YET
    measuring: Measuring = field(default_factory=Measuring)
    others: Others = field(default_factory=Others)

    @property
    def sender(self) -> str:
        """The name that the mails come from."""
        return self.message.from_name or self.group.name

    @property
    def from_address(self) -> str:
        """The address that the mails come from; "" while there is no mailbox."""
        return _from_address(self.message, self.mailbox)

    @property
    def envelope_from(self) -> str:
        """The address that bounces come back to: the mailbox's own."""
        return sendable(self.mailbox.address if self.mailbox else self.from_address)

    @property
    def language(self) -> str:
        """The language that the text and its fields are in."""
        return text_language(self.message, self.group)

    def reader(self, envelope: Envelope) -> str:
        """The language a mail's footer is in: its first person's where cabas speaks it, else the group's."""
        group = known(self.group.language)
        return known(envelope.people[0].language, group) if envelope.people else group

    def render(self, envelope: Envelope, token: str = "TOKEN") -> Rendered:
        """One mail, with the Markdown that it was made of; raises `TextRefused` with the recipient's name."""
        from templates.render.page import render

        values = self.values.of(envelope, token)
        with self._refused(envelope):
            return render(self.template, values, self.language, self.images, self.reader(envelope))

    def _quickly(self, envelope: Envelope, token: str) -> Rendered:
        """The same mail without the Markdown, as one of thousands."""
        values = self.values.of(envelope, token)
        with self._refused(envelope):
            return self.mailing.render(values, self.language, token, self.reader(envelope))

    def post(self, envelope: Envelope, token: str, *, test_to: str = "") -> tuple[bytes, str]:
        """One mail's own bytes and its Message-ID, or a test of it to the address `test_to`; raises `TextRefused`.

        The files of the message, which all its mails end with, are `tail`.
        """
        from templates.render.errors import TooLong

        rendered = self._quickly(envelope, token)
        if not test_to:  # a test says nothing of whom it shows
            rendered = replace(rendered, html=self.measuring.applied(rendered.html, envelope))
        # A member's name beside the tester's address would end up in address books.
        to = ("", test_to) if test_to else (envelope.name, envelope.address)
        mime, reference = build(
            self.letterhead,
            rendered,
            to,
            token,
            self.language,
            test=bool(test_to),
            enclosed=self.enclosed,
        )
        if len(mime) > MIME_LIMIT:
            raise TextRefused(TooLong(MIME_LIMIT), envelope.name or envelope.address)
        return mime, reference

    @contextmanager
    def _refused(self, envelope: Envelope) -> Iterator[None]:
        from templates.render.errors import TextError, UnknownImage

        try:
            yield
        except TextError as problem:
            told = missing_image(self.message.files, problem.name) if isinstance(problem, UnknownImage) else problem
            raise TextRefused(told, envelope.name or envelope.address) from problem

    @property
    def letterhead(self) -> Letterhead:
        """What all the mails share; there must be a mailbox."""
        return Letterhead(
            from_name=self.sender,
            from_address=self.from_address,
            reply_to=self.message.reply_to,
            group=self.group.name,
            stop_address=self.mailbox.address if self.mailbox else self.from_address,
            message_id=self.message.id or 0,
            automatic=self.automatic,
        )

    def tail(self, store: Store) -> bytes:
        """What all the mails end with: the message's files. Raises `NotFound` for one that was taken away meanwhile."""
        if self.enclosed is None:
            return b""
        with store.reading() as t:
            return self.enclosed.tail(lambda file_id: content_of(t, file_id))

    def require_sendable(self) -> None:
        """Raise what keeps the message from being sent, the audience apart."""
        message = self.message
        if "email" in message.channels:
            self.require_mail()
        if "sms" in message.channels and not message.sms_text.strip():
            raise Unfinished("sms_text")
        if "letter" in message.channels and not (message.letter_text.strip() or message.text.strip()):
            raise Unfinished("text")

    def require_mail(self) -> None:
        """Raise what keeps its mail from being sent or tested."""
        message = self.message
        for part, written in (("subject", message.subject), ("text", message.text)):
            if not written.strip():
                raise Unfinished(part)
        if self.mailbox is None:
            raise NoMailbox()
        choices = (self.mailbox.address, *self.mailbox.identities)
        if self.from_address.lower() not in (choice.lower() for choice in choices):
            raise UnknownSender(self.from_address, choices)
        if message.reply_to:
            require_address("reply_to", message.reply_to)
            if not sendable(message.reply_to).isascii():  # fit for a mail to somebody whose server reads UTF-8 only
                raise Invalid("reply_to", message.reply_to, "syntax")

    def require_audience(self) -> None:
        """Raise `EmptyAudience` where nobody would get a mail, an SMS, a letter or a row of a file."""
        if not self.envelopes and not self.others.members:
            ways = [recipient.reach for recipient in self.recipients]
            raise EmptyAudience(ways.count(Reach.UNREACHABLE), ways.count(Reach.OPTED_OUT))


def read_letters(store: Store, message_id: int, right: Right) -> Letters:
    """The message and everybody it is meant for, as they are now.

    Raises `NotFound`, `NotAllowed`, `TextRefused` for a text that cannot be read, and what its segment raises.
    """
    with store.reading() as t:
        t.require(right)
        return letters_of(t, store, load_message(t, message_id))


def letters_of(
    t: Transaction,
    store: Store,
    message: Message,
    *,
    automatic: bool = False,
    got: Got = NOBODY_YET,
    meant: tuple[Recipient, ...] | None = None,
) -> Letters:
    """`read_letters` inside a transaction, for a message that is at hand; checks no right. See `Letters`.

    `meant` are those whom it was frozen for, instead of whom it would reach now.
    """
    from templates.render.errors import TextError
    from templates.render.mailing import Mailing
    from templates.render.template import Template

    found = recipients_of(t, message, got) if meant is None else meant
    try:
        template = Template(message.subject, message.text)
    except TextError as problem:
        first = next(iter(envelopes(found, per_member=False)), None)
        raise TextRefused(problem, (first.name or first.address) if first else "") from problem
    mails = envelopes(found, per_member=template.needs_order)
    others = others_of(message, found)
    facts = facts_of(t, store, message, mails, template, others)
    facts = with_vouchers(t, store.clock, message, facts, found)
    mailbox = mailbox_settings(t)
    enclosed = enclosed_in(message, sendable(_from_address(message, mailbox)).rpartition("@")[2])
    images = images_of(enclosed, lambda file_id: beginning_of(t, file_id))
    return Letters(
        message=message,
        group=facts.group,
        mailbox=mailbox,
        recipients=found,
        envelopes=mails,
        template=template,
        facts=facts,
        values=_values(message, facts, mailbox),
        mailing=Mailing(template, message.subject, message.text, images),
        enclosed=enclosed,
        images=images,
        automatic=automatic,
        got=got,
        measuring=measuring_of(t, message, mails),
        others=others,
    )


def _values(message: Message, facts: Facts, mailbox: MailboxSettings | None) -> FieldValues:
    stop_address = mailbox.address if mailbox else ""
    return FieldValues(facts, message.from_name or facts.group.name, stop_address, text_language(message, facts.group))


def _from_address(message: Message, mailbox: MailboxSettings | None) -> str:
    return message.from_address or (mailbox.address if mailbox else "")


def recipients_of(t: Transaction, message: Message, got: Got = NOBODY_YET) -> tuple[Recipient, ...]:
    """Everybody the message is meant for now, but for who `got` it."""
    service = bool(message.service_reason)
    found = recipients(t, message.segment, message.kind, service=service, channels=message.channels)
    return tuple(one for one in found if (one.address_key, one.member_id) not in got) if got else found


def facts_of(
    t: Transaction, store: Store, message: Message, mails: list[Envelope], template: Template, others: Others
) -> Facts:
    """What the fields of the message say now."""
    members = others.members.union(member for envelope in mails for member in envelope.members)
    about = {"catalogue_id": message.catalogue_id, "promotion_id": message.promotion_id}
    return gather(t, store.clock, message.distribution_id, members, template.fields | others.fields, **about)


def still_so(t: Transaction, store: Store, letters: Letters) -> bool:
    """Whether nothing that was rendered has changed since; mostly nothing at all has, which is quick to see."""
    if change_number(t) == letters.facts.change_number:
        return True
    return same_words(t, letters.message) and same_facts(t, store, letters)


def same_words(t: Transaction, message: Message) -> bool:
    """Whether a message says what it said when it was read; files are no part of what a version counts."""
    now = load_message(t, message.id or 0)
    return (now.version, now.files) == (message.version, message.files)


def same_facts(t: Transaction, store: Store, letters: Letters) -> bool:
    """Whether mailbox, recipients, whose mails are counted and all that the fields say are as they were rendered."""
    if mailbox_settings(t) != letters.mailbox or recipients_of(t, letters.message, letters.got) != letters.recipients:
        return False
    if measuring_of(t, letters.message, letters.envelopes) != letters.measuring:
        return False
    facts = facts_of(t, store, letters.message, letters.envelopes, letters.template, letters.others)
    facts = with_vouchers(t, store.clock, letters.message, facts, letters.recipients)
    if not same_vouchers(facts.vouchers, letters.facts.vouchers):
        return False
    aside: dict[str, Any] = {"change_number": 0, "vouchers": {}}
    return replace(facts, **aside) == replace(letters.facts, **aside)


def coded(t: Transaction, letters: Letters) -> Letters:
    """The letters that are to go: their vouchers have codes of their own, instead of a sample."""
    if not letters.facts.vouchers:
        return letters
    facts = replace(letters.facts, vouchers=with_codes(t, letters.facts.vouchers))
    return replace(letters, facts=facts, values=letters.values.about(facts))


def require_address(field: str, address: str) -> None:
    """Raise `Invalid` for what is no mail address."""
    from store.addresses import email_key

    try:
        email_key(address)
    except Invalid as error:
        raise Invalid(field, address, "syntax") from error


def require_draft(message: Message) -> None:
    """Raise `NoDraft` for a message that was sent or put away, or ("imported") sent by another system."""
    if message.imported_at is not None:
        raise NoDraft("imported")
    if message.state not in (MessageState.DRAFT, MessageState.SCHEDULED):
        raise NoDraft(message.state.value)
