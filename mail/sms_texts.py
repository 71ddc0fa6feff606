"""The SMS of a message: of a draft as they would be now, of what went out as they were frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mail.by_channel import sms_text
from mail.letters import Letters, read_letters
from mail.refused import TextRefused, Unfinished
from store.frozen_mails import frozen_sms
from store.rights import Right
from templates.render.sms import parts

if TYPE_CHECKING:
    from mail.envelopes import Envelope
    from store.handle import Store
    from templates.render.sms import Parts


@dataclass(frozen=True, slots=True)
class SmsShown:
    """One SMS and how many parts it takes, or why there is none: `problem`."""

    name: str
    number: str
    text: str
    parts: Parts
    problem: TextRefused | Unfinished | None = None


def sms_of(store: Store, message_id: int) -> tuple[SmsShown, ...]:
    """All SMS of a message, by name. Needs the right `messages.see`; raises `NotFound` and `TextRefused`."""
    if store.messages.get(message_id).queued_at is not None:
        return tuple(SmsShown(one.name, one.address, text, parts(text)) for one, text in frozen_sms(store, message_id))
    letters = read_letters(store, message_id, Right.MESSAGES_SEE)
    return tuple(shown_sms(letters, envelope) for envelope in letters.others.sms)


def shown_sms(letters: Letters, envelope: Envelope) -> SmsShown:
    """The SMS to one number."""
    name = envelope.name or envelope.address
    try:
        text = sms_text(letters, envelope)
    except (TextRefused, Unfinished) as problem:
        return SmsShown(name, envelope.address, "", parts(""), problem)
    return SmsShown(name, envelope.address, text, parts(text))
