"""Test mails: a message as one of its recipients will get it, sent to who wrote it or to a few others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from mail.envelopes import Envelope, sendable
from mail.letters import Letters, letters_of, require_address, require_draft
from mail.mime import new_token
from store.addresses import email_key
from store.delivery_queue import NewDelivery, insert_deliveries
from store.enclosures import forget_tests
from store.message_freezing import mark_tested
from store.message_rows import load_message
from store.people import EmailState
from store.reach import Reach, Recipient
from store.rights import Right

if TYPE_CHECKING:
    from mail.step_recap import RecapPreview
    from store.handle import Store
    from store.message_records import Message
    from store.transaction import Transaction


def queue_tests(
    store: Store, message_id: int, addresses: Iterable[str], as_member: int | None = None, *, on: str = ""
) -> tuple[int, ...]:
    """Put one mail for each address into the outbox, as `as_member` (else the first recipient) would get it.

    The subject says "[test]"; the message remembers who tested which words. All go in or none; an address that is named
    twice gets one. Needs the right `messages.write`; returns the deliveries' ids. Raises as `composing.freeze` does,
    but works without an audience; `Invalid("email", …)` for what is no address, or where none is given. The words of a
    workflow's step are shown on the occasion `on` (see `store.step_occasions`), else on the most fitting one.
    """
    wanted = list(addresses) or [""]
    with store.reading() as t:
        t.require(Right.MESSAGES_WRITE)
        written = load_message(t, message_id)
        require_draft(written)
        letters = _letters(t, store, written, on)
    if isinstance(letters, Letters):
        letters.require_mail()
    for address in wanted:
        require_address("email", address)
    if isinstance(letters, Letters):
        mails, tail = _tests(letters, _model(letters, store.operators.me().name, as_member), _once(wanted), store)
    else:
        mails, tail = letters.tests(_once(wanted))
    with store.writing() as t:
        t.require(Right.MESSAGES_WRITE)
        require_draft(load_message(t, message_id))
        insert_deliveries(t, mails, tail=tail)
        forget_tests(t, message_id)
        mark_tested(t, written)
        t.journal("message.tested", message_id, mails=len(mails))
        return tuple(int(t.value("SELECT id FROM deliveries WHERE token = ?", (mail.token,))) for mail in mails)


def _letters(t: Transaction, store: Store, message: Message, on: str) -> Letters | RecapPreview:
    """The mails that a test is one of; those of a workflow's step on the occasion that they are shown on."""
    if message.workflow_step_id is None:
        return letters_of(t, store, message)
    from mail.step_preview import shown_mails

    return shown_mails(t, store, message, on)


def test_addresses(store: Store) -> tuple[str, ...]:
    """The addresses of the test segment: the operator's own, and those of the member that is the operator."""
    with store.reading() as t:
        me = t.actor
        rows = t.all(
            "SELECT email FROM people WHERE member_id = ? AND email_state = ? ORDER BY position",
            (me.member_id, EmailState.HAS),
        )
    return _once(address for address in ((me.email or "").strip(), *(row["email"] for row in rows)) if address)


def _once(addresses: Iterable[str]) -> tuple[str, ...]:
    """The addresses in their order; of one that is written in two ways the first."""
    found: dict[str, str] = {}
    for address in addresses:
        found.setdefault(email_key(address), address)
    return tuple(found.values())


def _tests(
    letters: Letters, model: Envelope, addresses: Iterable[str], store: Store
) -> tuple[list[NewDelivery], bytes]:
    def post(address: str, token: str) -> tuple[bytes, str]:
        return letters.post(model, token, test_to=address)

    mails = [test_mail(letters.message.id, address, letters.envelope_from, post) for address in addresses]
    return mails, letters.tail(store)


def test_mail(
    message_id: int | None, address: str, envelope_from: str, post: Callable[[str, str], tuple[bytes, str]]
) -> NewDelivery:
    """A test of a message for the outbox; `post` makes it for an address and a token, and says its Message-ID."""
    token = new_token()
    mime, reference = post(address, token)
    return NewDelivery(
        kind="test",
        message_id=message_id,
        address=sendable(address),
        address_key=email_key(address),
        name=address,
        about_member=0,
        message_ref=reference,
        token=token,
        envelope_from=envelope_from,
        mime=mime,
    )


def _model(letters: Letters, tester: str, as_member: int | None) -> Envelope:
    """The mail that the test shows: the chosen member's, the first one's, or one to the tester."""
    for envelope in letters.envelopes:
        if as_member is None or as_member in envelope.members:
            return envelope
    if letters.envelopes:
        return letters.envelopes[0]
    nobody = Recipient(0, None, "", "", tester, "", "", Reach.EMAIL, "")
    return Envelope("", "", (nobody,))
