"""From a draft to the outbox: the preview, the test mail, and freezing a message with everybody who gets it."""

from __future__ import annotations

import secrets
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mail.envelopes import Envelope, sendable
from mail.frozen import FrozenPreview
from mail.letters import Letters, read_letters, require_address, require_draft, still_so
from mail.preview import Preview, Shown
from store.addresses import email_key
from store.clock import stamp
from store.deliveries import NewDelivery, insert_deliveries
from store.errors import ChangedElsewhere
from store.messages import load_message, mark_queued, mark_tested
from store.reach import Reach, Recipient
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store

__all__ = ["FrozenPreview", "Preview", "Queued", "Shown", "freeze", "preview", "queue_test"]

TRIES = 3
"""How often a message is rendered anew when its recipients change meanwhile."""


@dataclass(frozen=True, slots=True)
class Queued:
    """What was put into the outbox: how many mails, and the members (one row each) who have to be called."""

    mails: int
    call_list: tuple[Recipient, ...]


def preview(store: Store, message_id: int) -> Preview | FrozenPreview:
    """The message as each recipient will get it, those that look wrong first; once it is sent, as they got it.

    Needs the right `messages.see`. Raises `NotFound`, `TextRefused` for a text that cannot be read, and what the
    segment raises.
    """
    message = store.messages.get(message_id)
    if message.queued_at is not None:
        return FrozenPreview(store, message)
    return Preview(read_letters(store, message_id, Right.MESSAGES_SEE))


def freeze(
    store: Store,
    message_id: int,
    progress: Callable[[int, int], None] | None = None,
    *,
    version: int | None = None,
) -> Queued:
    """Make every mail of a draft and put it into the outbox; nothing is sent by this.

    Needs the right `messages.send`. The mails are rendered outside any transaction; one transaction then checks that
    message and recipients are still those that were rendered, and stores all of it or nothing. `progress` is told
    how many mails of how many are rendered. With `version`, the one that somebody looked at, no other goes out. Raises
    the errors of `mail.refused`, `NotFound`, `Invalid` for the Reply-To, and `ChangedElsewhere` for another version, or
    when the message is changed all the time.
    """
    for _try in range(TRIES):
        letters = read_letters(store, message_id, Right.MESSAGES_SEND)
        require_draft(letters.message)
        if version not in (None, letters.message.version):
            raise ChangedElsewhere("message", message_id)
        letters.require_sendable()
        letters.require_audience()
        mails = _mails(letters, _send_before(store, letters), progress)
        with store.writing() as t:
            t.require(Right.MESSAGES_SEND)
            require_draft(load_message(t, message_id))
            if still_so(t, store, letters):
                mark_queued(t, letters.message, _reach(letters))
                count = insert_deliveries(t, mails)
                t.journal("message.queued", message_id, mails=count, service=letters.message.service_reason)
                calls = tuple(r for r in letters.recipients if r.reach is Reach.UNREACHABLE)
                return Queued(count, calls)
    raise ChangedElsewhere("message", message_id)


def queue_test(store: Store, message_id: int, address: str, as_member: int | None = None) -> int:
    """Put one mail for `address` into the outbox, as `as_member` (else the first recipient) would get it.

    Its subject says "[test]"; the message remembers who tested which words. Needs the right `messages.write`; returns
    the delivery's id. Raises as `freeze` does, but works without an audience.
    """
    letters = read_letters(store, message_id, Right.MESSAGES_WRITE)
    require_draft(letters.message)
    letters.require_sendable()
    require_address("email", address)
    model = _model(letters, store.operators.me().name, as_member)
    token = new_token()
    mime, reference = letters.post(model, token, test_to=address)
    mail = NewDelivery(
        kind="test",
        message_id=message_id,
        address=sendable(address),
        address_key=email_key(address),
        name=address,
        about_member=0,
        message_ref=reference,
        token=token,
        envelope_from=sendable(letters.mailbox.address if letters.mailbox else letters.from_address),
        mime=mime,
    )
    with store.writing() as t:
        t.require(Right.MESSAGES_WRITE)
        require_draft(load_message(t, message_id))
        insert_deliveries(t, [mail])
        mark_tested(t, letters.message)
        t.journal("message.tested", message_id)
        return int(t.value("SELECT id FROM deliveries WHERE token = ?", (token,)))


def new_token() -> str:
    """What tells a recipient's mail from all others: 16 letters and digits that can be typed from paper."""
    return b32encode(secrets.token_bytes(10)).decode().lower()


def _mails(letters: Letters, send_before: str | None, progress: Callable[[int, int], None] | None) -> list[NewDelivery]:
    mails = []
    for number, envelope in enumerate(letters.envelopes, 1):
        token = new_token()
        mime, reference = letters.post(envelope, token)
        mails.append(
            NewDelivery(
                kind="message",
                message_id=letters.message.id,
                address=envelope.address,
                address_key=envelope.address_key,
                name=envelope.name or envelope.address,
                about_member=envelope.about_member,
                message_ref=reference,
                token=token,
                envelope_from=sendable(letters.mailbox.address if letters.mailbox else letters.from_address),
                mime=mime,
                people=tuple((p.person_id, p.member_id) for p in envelope.people if p.person_id is not None),
                send_before=send_before,
            )
        )
        if progress is not None:
            progress(number, len(letters.envelopes))
    return mails


def _send_before(store: Store, letters: Letters) -> str | None:
    limit = letters.message.send_before
    return None if limit is None else stamp(store.clock.to_utc(limit))


def _reach(letters: Letters) -> dict[int, str]:
    """How each member hears of the message; one with two addresses is one member."""
    return {recipient.member_id: recipient.reach.value for recipient in letters.recipients}


def _model(letters: Letters, tester: str, as_member: int | None) -> Envelope:
    """The mail that the test shows: the chosen member's, the first one's, or one to the tester."""
    for envelope in letters.envelopes:
        if as_member is None or as_member in envelope.members:
            return envelope
    if letters.envelopes:
        return letters.envelopes[0]
    nobody = Recipient(0, None, "", "", tester, "", "", Reach.EMAIL, "")
    return Envelope("", "", (nobody,))
