"""Whose address a mail was written from: one of the mailbox's own, or of the one that the group had before."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from store.addresses import email_key
from store.clock import stamp
from store.delivery_records import ASTRAY, FOR_GOOD
from store.errors import Invalid
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store

OTHER_SENDER = "other_sender"
"""The reason of a mail held because it is written from an address that the mailbox does not have."""

OWN = "(SELECT json_insert(identities, '$[#]', address) FROM mailbox)"
"""All addresses of the mailbox, as `is_foreign` takes them; NULL while there is no mailbox."""

LATELY = timedelta(days=3)
"""What was held before that is no matter of today any more."""


def is_foreign(sender: str, own: str | None) -> bool:
    """Whether `sender`, a mail's frozen one, is none of the addresses in `own` (as `OWN` reads them)."""
    return own is not None and _key(sender) not in _keys(own)


def same_sender(one: str, other: str) -> bool:
    """Whether two addresses are the same, however they are spelt."""
    return _key(one) == _key(other)


@lru_cache(maxsize=8)
def _keys(own: str) -> frozenset[str]:
    return frozenset(_key(address) for address in json.loads(own))


@lru_cache(maxsize=64)
def _key(address: str) -> str:
    """As `email_key`, for what only the mailbox's server has to know, too; the domain as mails bear it, in ASCII."""
    try:
        key = email_key(address)
    except Invalid:
        key = address.strip().lower()
    local, at, domain = key.rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return key


def foreign_mails(store: Store, message_id: int | None = None) -> dict[str, tuple[int, ...]]:
    """Which mails wait or are held that the mailbox cannot send, by the address they are written from, most first.

    Of one message, or of the whole outbox; there without those held for longer than three days, and never those that
    stay held anyway. Needs the right `messages.see` or `admin`.
    """
    with store.reading() as t:
        t.actor.require_any((Right.MESSAGES_SEE, Right.ADMIN))
        rows = t.all(
            f"""SELECT d.envelope_from AS sender, json_group_array(d.id) AS ids, {OWN} AS own
            FROM deliveries d LEFT JOIN messages m ON m.id = d.message_id
            WHERE (d.state = 'ready' OR d.state = 'held' AND d.reason NOT IN (SELECT value FROM json_each(:stay))
                    AND (:message IS NOT NULL OR d.state_at >= :since))
                AND (:message IS NULL OR d.message_id = :message)
                AND d.channel = 'email' AND length(d.mime) > 0 AND coalesce(m.state, '') <> 'cancelled'
            GROUP BY 1 ORDER BY count(*) DESC, 1""",
            {"message": message_id, "since": stamp(t.now - LATELY), "stay": json.dumps((*FOR_GOOD, *ASTRAY))},
        )
    return {row["sender"]: tuple(json.loads(row["ids"])) for row in rows if is_foreign(row["sender"], row["own"])}
