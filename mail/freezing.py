"""Making the mails of a message: what a message that somebody sends and one of a workflow have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from mail.by_channel import sms_text
from mail.letters import Letters
from mail.mime import new_token
from mail.spool import Spool
from store.clock import stamp
from store.delivery_queue import NewDelivery

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
    limit = None if send_before is None else stamp(send_before)
    for envelope, (token, reference), mime in zip(letters.envelopes, made, spool, strict=True):
        yield NewDelivery(
            kind="message",
            message_id=message_id,
            address=envelope.address,
            address_key=envelope.address_key,
            name=envelope.name or envelope.address,
            about_member=envelope.about_member,
            message_ref=reference,
            token=token,
            envelope_from=letters.envelope_from,
            mime=mime,
            people=tuple((p.person_id, p.member_id) for p in envelope.people if p.person_id is not None),
            send_before=limit,
            measure_token=letters.measuring.token(envelope),
        )


def sms_deliveries(letters: Letters, message_id: int, send_before: datetime | None) -> list[NewDelivery]:
    """The SMS of a message for the outbox; raises as `mail.by_channel.sms_text`."""
    from templates.render.sms import parts

    made = []
    for envelope in letters.others.sms:
        token, text = new_token(), sms_text(letters, envelope)
        made.append(
            NewDelivery(
                kind="message",
                message_id=message_id,
                address=envelope.address,
                address_key=envelope.address_key,
                name=envelope.name or envelope.address,
                about_member=envelope.about_member,
                message_ref=f"sms:{token}",
                token=token,
                envelope_from="",
                mime=text.encode(),
                people=tuple((p.person_id, p.member_id) for p in envelope.people if p.person_id is not None),
                send_before=None if send_before is None else stamp(send_before),
                channel="sms",
                parts=parts(text).parts,
            )
        )
    return made


def channels_of(letters: Letters) -> dict[int, str]:
    """By which channel each member hears of the message; see `store.reach.Recipient`."""
    return {recipient.member_id: recipient.channel for recipient in letters.recipients}


def reach_of(letters: Letters) -> dict[int, str]:
    """How each member hears of the message; one with two addresses is one member."""
    return {recipient.member_id: recipient.reach.value for recipient in letters.recipients}
