"""Making the mails of a message: what a message that somebody sends and one of a workflow have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from mail.by_channel import sms_text
from mail.letters import Letters
from mail.mime import new_token
from mail.spool import Spool
from store.clock import stamp
from store.delivery_queue import NewDelivery

if TYPE_CHECKING:
    from mail.envelopes import Envelope

TRIES = 3
"""How often a message is rendered anew when its recipients change meanwhile."""


def render(letters: Letters, spool: Spool, progress: Callable[[int, int], None] | None = None) -> list[tuple[str, str]]:
    """Make all mails, into the spool, and return the token and the Message-ID of each; raises `TextRefused`.

    `progress` is told how many of how many are made; what it raises ends it.
    """
    made = []
    for number, envelope in enumerate(letters.envelopes, 1):
        token = new_token()
        mime, reference = letters.post(envelope, token)
        spool.add(mime)
        made.append((token, reference))
        if progress is not None:
            progress(number, len(letters.envelopes))
    return made


def deliveries(
    letters: Letters, made: list[tuple[str, str]], spool: Spool, message_id: int, send_before: datetime | None
) -> Iterator[NewDelivery]:
    """What `render` made, for the outbox, as mails of a message; none goes after `send_before` (aware UTC)."""
    for envelope, (token, reference), mime in zip(letters.envelopes, made, spool, strict=True):
        yield _delivery(envelope, message_id, send_before)(
            message_ref=reference,
            token=token,
            envelope_from=letters.envelope_from,
            mime=mime,
            measure_token=letters.measuring.token(envelope),
        )


def sms_deliveries(letters: Letters, message_id: int, send_before: datetime | None) -> list[NewDelivery]:
    """The SMS of a message for the outbox; raises as `mail.by_channel.sms_text`."""
    from templates.render.sms import parts

    made = []
    for envelope in letters.others.sms:
        token, text = new_token(), sms_text(letters, envelope)
        sms = _delivery(envelope, message_id, send_before)(
            message_ref=f"sms:{token}",
            token=token,
            envelope_from="",
            mime=text.encode(),
            channel="sms",
            parts=parts(text).parts,
        )
        made.append(sms)
    return made


def _delivery(envelope: Envelope, message_id: int, send_before: datetime | None) -> partial[NewDelivery]:
    """A delivery of a message as far as whom it is for and until when it goes say it."""
    return partial(
        NewDelivery,
        kind="message",
        message_id=message_id,
        address=envelope.address,
        address_key=envelope.address_key,
        name=envelope.name or envelope.address,
        about_member=envelope.about_member,
        people=tuple((p.person_id, p.member_id) for p in envelope.people if p.person_id is not None),
        send_before=None if send_before is None else stamp(send_before),
    )


def channels_of(letters: Letters) -> dict[int, str]:
    """By which channel each member hears of the message; see `store.reach.Recipient`."""
    return {recipient.member_id: recipient.channel for recipient in letters.recipients}


def reach_of(letters: Letters) -> dict[int, str]:
    """How each member hears of the message; one with two addresses is one member."""
    return {recipient.member_id: recipient.reach.value for recipient in letters.recipients}
