"""A message as each recipient of one channel will hear of it: the SMS, letters, rows and calls, one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mail.by_channel import letter_words, row_words
from mail.calls import words_for_call
from mail.handed import letters_for
from mail.paper import one_letter
from mail.refused import TextRefused, Unfinished
from mail.sms_texts import shown_sms, sms_of
from store.errors import Invalid
from store.handing import contacts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mail.envelopes import Envelope
    from mail.letters import Letters
    from mail.sms_texts import SmsShown
    from store.handing import Contact
    from store.handle import Store
    from store.message_records import Message
    from store.reach import Recipient
    from templates.render.sms import Parts

CHANNELS = ("sms", "letter", "csv", "call")
"""What can be looked at here; e-mail is `mail.composing.preview`."""


@dataclass(frozen=True, slots=True)
class ChannelShown:
    """What one recipient hears, or why nothing: `problem`.

    `address` is the number of an SMS or a call, the lines of a letter's envelope, or what another tool can write to.
    `subject` is a letter's heading or a row's subject, `parts` how many SMS it is.
    """

    name: str
    address: str
    text: str
    subject: str = ""
    sms: str = ""
    parts: Parts | None = None
    problem: TextRefused | Unfinished | None = None


class ChannelPreview:
    """Walks through what one channel of a message says, as `mail.preview.Preview` does through its mails."""

    def __init__(self, store: Store, message_id: int, channel: str) -> None:
        self._store = store
        self._channel = channel
        self.message: Message = store.messages.get(message_id)
        self._sms: Sequence[SmsShown] = ()
        self._calls: Sequence[Recipient] = ()
        self._letters: Letters | None = None
        self._envelopes: Sequence[Envelope] = ()
        self._contacts: dict[int, Contact] = {}
        self._read(message_id)

    def _read(self, message_id: int) -> None:
        store, frozen = self._store, self.message.queued_at is not None
        if self._channel == "sms" and frozen:
            self._sms = sms_of(store, message_id)
            return
        if self._channel == "call" and frozen:
            from store.reach import Reach, Recipient

            calls = store.messages.calls(message_id)
            self._calls = [
                Recipient(one.member_id, None, "", "", "", one.name, "", Reach.UNREACHABLE, one.phone) for one in calls
            ]
            return
        with store.reading() as t:
            letters = letters_for(t, store, message_id, self._channel, look=True)
            others = letters.others
            found = {"sms": others.sms, "letter": others.letters, "csv": others.rows}
            self._letters, self._envelopes = letters, found.get(self._channel, ())
            self._calls = [one for one in letters.recipients if one.channel == "call"]
            members = [one.about_member for one in self._envelopes if self._channel != "sms"]
            self._contacts = contacts(t, self.message, members) if members else {}

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._calls) if self._channel == "call" else len(self._sms) or len(self._envelopes)

    def at(self, index: int) -> ChannelShown:
        """What the recipient at a place of the walk hears; raises `IndexError` beyond the last."""
        if self._channel == "call":
            return self._call(self._calls[index])
        if self._channel == "sms":
            found = self._sms[index] if self._sms else shown_sms(self._of_draft, self._envelopes[index])
            return ChannelShown(found.name, found.number, found.text, parts=found.parts, problem=found.problem)
        envelope = self._envelopes[index]
        try:
            return self._letter(envelope) if self._channel == "letter" else self._row(envelope)
        except (TextRefused, Unfinished) as problem:
            return ChannelShown(envelope.name, "", "", problem=problem)

    def _call(self, one: Recipient) -> ChannelShown:
        name = f"{one.first_name} {one.last_name}".strip()
        try:
            words = words_for_call(self._store, self.message.id or 0, one.member_id)
        except TextRefused as problem:
            return ChannelShown(name, one.phone, "", problem=problem)
        return ChannelShown(name, one.phone, words)

    def _letter(self, envelope: Envelope) -> ChannelShown:
        from templates.render.markup import parse, to_text

        subject, markdown = letter_words(self._of_draft, envelope)
        lines = "\n".join(self._contacts[envelope.about_member].lines)
        return ChannelShown(envelope.name, lines, to_text(parse(markdown)), subject)

    def _row(self, envelope: Envelope) -> ChannelShown:
        subject, text, sms = row_words(self._of_draft, envelope)
        contact = self._contacts[envelope.about_member]
        where = ", ".join(part for part in (contact.email, contact.mobile, contact.city) if part)
        return ChannelShown(envelope.name, where, text, subject, sms)

    @property
    def _of_draft(self) -> Letters:
        if self._letters is None:
            raise IndexError
        return self._letters

    def html_file(self, index: int) -> str:
        """The letter at a place as a file for a browser; raises `TextRefused`, `Invalid` for another channel."""
        if self._channel != "letter":
            raise Invalid("channels", self._channel, "unknown")
        with self._store.reading() as t:
            return one_letter(t, self._store, self._of_draft, self._envelopes[index])

    def whom(self, index: int) -> str:
        """Name and number or address of whom the one at a place is for, to be searched."""
        if self._channel == "call":
            one = self._calls[index]
            return f"{one.first_name} {one.last_name} {one.phone}"
        if self._sms:
            return f"{self._sms[index].name} {self._sms[index].number}"
        return f"{self._envelopes[index].name} {self._envelopes[index].address}"


def channel_preview(store: Store, message_id: int, channel: str) -> ChannelPreview:
    """What a channel of a message says to each: "sms", "letter", "csv", or "call" for the call list.

    Needs the right `messages.see`. Raises `NotFound`, `Invalid("channels", …, "unknown")`, `TextRefused` for a text
    that cannot be read, and what the segment raises.
    """
    if channel not in CHANNELS:
        raise Invalid("channels", channel, "unknown")
    return ChannelPreview(store, message_id, channel)
