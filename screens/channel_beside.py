"""On a wide terminal: what the first recipient of a channel hears, beside its text, following what is typed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.content import Content

from screens.channel_texts import CALL, LETTER, SMS, count_words
from screens.compose_beside import Beside
from screens.rendered import rendered
from screens.text import labelled
from screens.widgets.plain import plain
from store.rights import Right
from templates.words import _

if TYPE_CHECKING:
    from mail.letters import Letters
    from store import Store
    from store.message_records import Message


def first_by_channel(store: Store, message: Message) -> dict[str, int]:
    """The first member, by name, whom each channel of a message reaches, and who is called.

    Raises what its segment raises.
    """
    from store.reach import recipients

    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        service, channels = bool(message.service_reason), message.channels
        found = recipients(t, message.segment, message.kind, service=service, channels=channels)
    return {one.channel: one.member_id for one in reversed(found)}


def read_channel_beside(store: Store, message: Message, channel: str, member_id: int) -> Beside | None:
    """What a member would hear by a channel; None where it does not reach them any more. Call it from a thread.

    Only this member is read, so that it takes as long in a large group as in a small one. Raises `TextRefused`, and
    `Unfinished` for an SMS that says nothing.
    """
    from mail.letters import letters_of

    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        letters = letters_of(t, store, _alone(message, channel, member_id))
    return {SMS: _sms, LETTER: _letter, CALL: _call}[channel](letters)


def _alone(message: Message, channel: str, member_id: int) -> Message:
    """The message as if it were for this member alone, and by this channel."""
    from mail.calls import said_on_the_phone
    from store.rules import make
    from store.segments import NOBODY, Verb

    alone = replace(message, segment=NOBODY.then(Verb.ADD, make("member", ids=(member_id,))))
    if channel == CALL:  # what is said on the phone is made as a row is, which reaches everybody
        return replace(alone, channels=("csv",), text=said_on_the_phone(message), sms_text="")
    return replace(alone, channels=(channel,))


def _sms(letters: Letters) -> Beside | None:
    from mail.by_channel import sms_text
    from templates.render.sms import parts

    for envelope in letters.others.sms[:1]:
        text = sms_text(letters, envelope)
        head = [_to(envelope.name, envelope.address), plain(count_words(parts(text)), "bold")]
        return Beside(Content("\n").join(head), plain(text, lines=True))
    return None


def _letter(letters: Letters) -> Beside | None:
    from mail.by_channel import letter_words

    for envelope in letters.others.letters[:1]:
        subject, markdown = letter_words(letters, envelope)
        head = [_to(envelope.name, ""), *([plain(subject, "bold")] if subject else [])]
        return Beside(Content("\n").join(head), rendered(markdown))
    return None


def _call(letters: Letters) -> Beside | None:
    from mail.by_channel import row_words

    for envelope in letters.others.rows[:1]:
        return Beside(_to(envelope.name, envelope.people[0].phone), plain(row_words(letters, envelope)[1], lines=True))
    return None


def _to(name: str, where: str) -> Content:
    return plain(labelled(_("To"), f"{name}  {where}".strip()), "dim")
