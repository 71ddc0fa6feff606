"""Putting mails into the outbox, complete but for their Date."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import home
from store.enclosures import keep_tail
from store.errors import Invalid

if TYPE_CHECKING:
    from store.transaction import Transaction

_NO_ADDRESS = re.compile(r"[<>\s]")
_NUMBER = re.compile(r"\+[1-9][0-9]{5,14}")


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """One message to one address, complete but for its Date.

    `kind` is "message", "test", "recap" or "supplement". `mime` is the whole mail with CRLF line ends, or all before
    the tail that it shares with others (`store.enclosures`), `message_ref` its Message-ID. `about_member` is the member
    whom the text is about where there is one mail a member, else 0.
    `people` are (person id, member id) pairs. After `send_before` (a UTC stamp) it is held instead of sent.
    With the `channel` "sms" `address` and `address_key` are the number (E.164), `mime` the text in UTF-8, `parts` how
    many SMS it takes, `message_ref` "sms:" and the token, and `envelope_from` is empty: the file tells SMS by that.
    `measure_token` is in the links and the picture of a mail that is counted (`store.measuring`), else None.
    """

    kind: str
    message_id: int | None
    address: str
    address_key: str
    name: str
    about_member: int
    message_ref: str
    token: str
    envelope_from: str
    mime: bytes
    people: tuple[tuple[int, int], ...] = ()
    send_before: str | None = None
    channel: str = "email"
    parts: int = 0
    measure_token: str | None = None


def insert_deliveries(t: Transaction, deliveries: Iterable[NewDelivery], *, tail: bytes = b"") -> int:
    """Put mails into the outbox and return how many; part of the transaction that freezes the message.

    `tail` is what all mails among them end with: their files. The journal row is the caller's. Raises `Invalid` for an
    address that could break out of its line, and for what is no number.
    """
    people: list[tuple[int, int, int]] = []
    count = 0
    enclosure_id = keep_tail(t, tail) if tail else None
    for new in deliveries:
        _check(new)
        delivery_id = t.insert(
            "deliveries",
            kind=new.kind,
            message_id=new.message_id,
            address=new.address,
            address_key=new.address_key,
            name=new.name,
            about_member=new.about_member,
            message_ref=new.message_ref,
            token=new.token,
            envelope_from=new.envelope_from,
            mime=new.mime,
            enclosure_id=enclosure_id if new.channel == "email" else None,
            next_at=t.stamp,
            send_before=new.send_before,
            parts=new.parts,
            measure_token=new.measure_token,
            queued_at=t.stamp,
            state_at=t.stamp,
        )
        people += ((delivery_id, person_id, member_id) for person_id, member_id in dict.fromkeys(new.people))
        count += 1
    t.execute_many("INSERT INTO delivery_people (delivery_id, person_id, member_id) VALUES (?, ?, ?)", people)
    if count:
        home.settle_in(t)
    return count


def _check(new: NewDelivery) -> None:
    if new.channel == "sms":
        if not _NUMBER.fullmatch(new.address) or new.address != new.address_key:
            raise Invalid("phone", new.address, "unknown")
        assert not new.envelope_from  # by this the file tells SMS from mails
        return
    for address in (new.address, new.envelope_from):
        if not address or _NO_ADDRESS.search(address) or not address.isprintable():
            raise Invalid("email", address, "address")


def hold_waiting(t: Transaction, message_id: int) -> int:
    """Hold what of a cancelled message still waits and return how many; the journal is the caller's."""
    return t.execute(
        "UPDATE deliveries SET state = 'held', reason = 'cancelled', state_at = ?"
        " WHERE kind = 'message' AND message_id = ? AND state = 'ready'",
        (t.stamp, message_id),
    ).rowcount
