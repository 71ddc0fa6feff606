"""What of a message goes by other ways than mail: the SMS, the letters and the rows of a file, each filled for one.

As in the mails, fields speak of whoever gets it, in the language of the text. There is no link to get no more of them:
in an SMS that field is the address to write to, on paper it is nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mail.envelopes import Envelope
from mail.refused import TextRefused, Unfinished

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mail.letters import Letters
    from store.message_records import Message
    from store.reach import Recipient
    from templates.render.template import PlainTemplate, Template

SMS_PARTS = 10
"""So many parts at most: phones and gateways take no more."""


@dataclass(frozen=True)
class Others:
    """Who of a message's recipients gets an SMS (one for each number), a letter or a row (one for each member).

    `address` of an SMS is its number. The templates are None where no channel of the message needs them.
    """

    sms: tuple[Envelope, ...] = ()
    letters: tuple[Envelope, ...] = ()
    rows: tuple[Envelope, ...] = ()
    sms_template: PlainTemplate | None = None
    letter_template: Template | None = None

    @property
    def members(self) -> frozenset[int]:
        """All whom they are for."""
        return frozenset(member for one in (*self.sms, *self.letters, *self.rows) for member in one.members)

    @property
    def fields(self) -> frozenset[str]:
        """The fields that their texts use."""
        templates = (self.sms_template, self.letter_template)
        return frozenset[str]().union(*(one.fields for one in templates if one is not None))


def others_of(message: Message, recipients: Sequence[Recipient]) -> Others:
    """What goes by other ways than mail; raises `TextRefused` for a text that cannot be read."""
    from templates.render.errors import TextError
    from templates.render.template import PlainTemplate, Template

    sms, letter = None, None
    try:
        if "sms" in message.channels or ("csv" in message.channels and message.sms_text.strip()):
            sms = PlainTemplate(message.sms_text)
        if "letter" in message.channels:
            letter = Template(message.subject, message.letter_text.strip() or message.text)
        if message.call_text.strip():
            Template("", message.call_text)  # told now, not to who is on the phone
    except TextError as problem:
        raise TextRefused(problem) from problem
    return Others(
        sms=_texted(recipients, per_member=sms is not None and sms.needs_order),
        letters=_per_member(recipients, "letter"),
        rows=_per_member(recipients, "csv"),
        sms_template=sms,
        letter_template=letter,
    )


def _texted(recipients: Sequence[Recipient], *, per_member: bool) -> tuple[Envelope, ...]:
    """One for each number, or one for each number and member where the text speaks of an order."""
    found: dict[tuple[str, int], list[Recipient]] = {}
    for one in recipients:
        if one.channel == "sms":
            found.setdefault((one.number, one.member_id if per_member else 0), []).append(one)
    return tuple(Envelope(number, number, tuple(people), member) for (number, member), people in found.items())


def _per_member(recipients: Sequence[Recipient], channel: str) -> tuple[Envelope, ...]:
    return tuple(Envelope("", "", (one,), one.member_id) for one in recipients if one.channel == channel)


def sms_text(letters: Letters, envelope: Envelope) -> str:
    """The SMS to a number; raises `TextRefused`, and `Unfinished` where the fields leave nothing to say."""
    from templates.render.errors import TextError, TooLongForSms
    from templates.render.sms import LONG, parts, plain_text

    template = letters.others.sms_template
    if template is None:
        raise Unfinished("sms_text")
    values = {**letters.values.of(envelope, ""), "unsubscribe": letters.mailbox.address if letters.mailbox else ""}
    try:
        text = plain_text(template.fill_plain(values))
    except TextError as problem:
        raise TextRefused(problem, envelope.name or envelope.address) from problem
    if not text:
        raise Unfinished("sms_text")
    size = parts(text)
    if size.parts > SMS_PARTS:
        too_long = TooLongForSms(size.characters, SMS_PARTS * size.each, SMS_PARTS * LONG, size.unusual)
        raise TextRefused(too_long, envelope.name or envelope.address)
    return text


def letter_words(letters: Letters, envelope: Envelope) -> tuple[str, str]:
    """Subject and Markdown of the letter to a member; raises `TextRefused` with the member's name."""
    return _filled(letters.others.letter_template or letters.template, letters, envelope)


def row_words(letters: Letters, envelope: Envelope) -> tuple[str, str, str]:
    """Subject, plain text and SMS that another tool is to send to a member; raises `TextRefused`."""
    from templates.render.markup import parse, to_text

    subject, text = _filled(letters.template, letters, envelope)
    sms = sms_text(letters, envelope) if letters.others.sms_template is not None else ""
    return subject, to_text(parse(text)), sms


def _filled(template: Template, letters: Letters, envelope: Envelope) -> tuple[str, str]:
    from templates.render.errors import TextError

    values: Mapping[str, Any] = {**letters.values.of(envelope, ""), "unsubscribe": ""}
    try:
        return template.fill(values)
    except TextError as problem:
        raise TextRefused(problem, envelope.name) from problem


def require_words(letters: Letters) -> None:
    """Raise what any SMS, letter or row would raise: before anything of the message goes."""
    for envelope in letters.others.sms:
        sms_text(letters, envelope)
    require_paper(letters)


def require_paper(letters: Letters) -> None:
    """Raise what any letter or row would raise."""
    for envelope in letters.others.letters:
        letter_words(letters, envelope)
    for envelope in letters.others.rows:
        row_words(letters, envelope)
