"""Which mail of ours an answer or a bounce is about."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from store.addresses import email_key
from store.clock import stamp, unstamp
from store.errors import Invalid
from store.rights import QUEUES_MAIL

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction

LATEST = timedelta(days=14)
"""A bounce that names nothing but an address is of a mail not older than that: servers give up long before."""


def delivery_for(
    store: Store,
    *,
    token: str = "",
    message_ref: str = "",
    ref: str = "",
    address: str = "",
    received_at: str | None = None,
) -> int | None:
    """By its token (as ENVID or in a STOP), its Message-ID, its X-Cabas-Ref, then the last mail to an address.

    `received_at` (UTC stamp; None: now) is when the bounce came: what was sent later is not meant. Needs a right that
    queues mails.
    """
    with store.reading() as t:
        t.actor.require_any(QUEUES_MAIL)
        which = _marked(t, token, message_ref, ref)
        return _last_to(t, address, received_at or t.stamp) if which is None and address.strip() else which


def _marked(t: Transaction, token: str, message_ref: str, ref: str) -> int | None:
    for column, value in (
        ("token", token.strip().lower()),
        ("message_ref", f"<{message_ref.strip().strip('<>')}>" if message_ref.strip() else ""),
        ("token", ref.rpartition("-")[2].strip().lower()),
    ):
        if not value:
            continue
        found = t.value(f"SELECT id FROM deliveries WHERE {column} = ? AND channel = 'email'", (value,))
        if found is not None:
            return int(found)
    return None


def _last_to(t: Transaction, address: str, received_at: str) -> int | None:
    try:
        key = email_key(address)
    except Invalid:
        return None
    found = t.value(
        """SELECT d.id FROM deliveries d JOIN attempts a ON a.delivery_id = d.id AND a.counted = 1
        WHERE d.address_key = ? AND d.channel = 'email' AND d.state IN ('sending', 'sent', 'unknown', 'bounced')
            AND a.at <= ? AND a.at > ?
        ORDER BY a.id DESC LIMIT 1""",
        (key, received_at, stamp(unstamp(received_at) - LATEST)),
    )
    return None if found is None else int(found)
