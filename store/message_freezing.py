"""A draft becomes a message that went out: what the file keeps of the moment when its mails are made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from store import message_files
from store.channels import BY_REACH
from store.errors import ChangedElsewhere
from store.message_rows import local_text, refuse_step

if TYPE_CHECKING:
    from store.message_records import Message
    from store.transaction import Transaction


def mark_queued(
    t: Transaction, message: Message, reach: Mapping[int, str], channels: Mapping[int, str] | None = None
) -> None:
    """Freeze a message inside the transaction that writes its deliveries, with how each member hears of it.

    `reach` and `channels` per member are as in `store.reach.Recipient`; without channels there is e-mail only.

    Raises `ChangedElsewhere` when the message, or a file of it, is not the one that was rendered any more, `Invalid`
    for the words of a workflow's step: each time a copy of them goes.
    """
    refuse_step(message)
    changed = t.execute(
        """UPDATE messages SET state = 'queued', queued_at = :at, queued_by = :by, send_before = :before,
            version = version + 1
        WHERE id = :id AND version = :version AND state IN ('draft', 'scheduled')""",
        {
            "at": t.stamp,
            "by": t.actor.id,
            "before": local_text(message.send_before),
            "id": message.id,
            "version": message.version,
        },
    ).rowcount
    if not changed or message.id is None or message_files.files_of(t, message.id) != message.files:
        raise ChangedElsewhere("message", message.id or 0)
    by = channels or {}
    t.execute_many(
        "INSERT INTO recipients (message_id, member_id, reach, channel) VALUES (?, ?, ?, ?)",
        [(message.id, member_id, how, by.get(member_id, BY_REACH[how])) for member_id, how in reach.items()],
    )
    t.execute(
        """UPDATE messages SET members_then = (SELECT count(*) FROM members WHERE archived_at IS NULL),
            mobile_then = (SELECT count(DISTINCT r.member_id) FROM recipients r JOIN people p
                ON p.member_id = r.member_id AND p.has_mobile = 1 WHERE r.message_id = messages.id)
        WHERE id = ?""",
        (message.id,),
    )
    if message.service_reason:
        t.journal("message.service", message.id, reason=message.service_reason)


def mark_tested(t: Transaction, message: Message) -> None:
    """Remember who tested which words; a test is no change of the message."""
    t.execute(
        "UPDATE messages SET tested_at = ?, tested_by = ?, tested_hash = ? WHERE id = ?",
        (t.stamp, t.actor.id, message.fingerprint, message.id),
    )
