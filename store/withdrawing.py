"""Taking back what waits in the outbox for an occurrence whose distribution has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.delivery_records import WITHDRAWN

if TYPE_CHECKING:
    from store.transaction import Transaction

_OURS = """SELECT m.id FROM messages m JOIN occurrences o ON o.id = m.occurrence_id
    WHERE o.distribution_id = ? AND m.state = 'queued'"""
# What is under way may be refused for the moment and wait again.
_WAITING = f"kind = 'message' AND state IN ('ready', 'sending') AND message_id IN ({_OURS})"


def withdraw(t: Transaction, distribution_id: int, reason: str) -> int:
    """Hold what workflows have queued for a distribution and what has not gone yet; returns how many mails.

    For whatever changes a distribution so that these words may not hold any more: `reason` is "moved", "edited",
    "hours", "offer" or "cancelled". Its occurrences with a mail that waits are withdrawn: they are due again at their
    moment as it is then, to those who have not got it. Nobody releases the mails that are held by this. Recaps stay:
    what a producer was told is in the book of tellings, and what changes is for the supplement. What was missed may
    have a moment to come again. No right is asked for, and the journal row is the caller's.
    """
    _forget_missed(t, distribution_id)
    touched = t.all(f"SELECT DISTINCT message_id FROM deliveries WHERE {_WAITING}", (distribution_id,))
    held = 0
    for row in touched:
        message_id = row["message_id"]
        held += hold_withdrawn(t, message_id)
        t.execute(
            "UPDATE occurrences SET state = 'withdrawn', reason = ?, at = ?, operator_id = ?"
            " WHERE id = (SELECT occurrence_id FROM messages WHERE id = ?)",
            (reason, t.stamp, t.actor.id, message_id),
        )
        # Not only its mails: one that is under way and refused for the moment would go later with its old words.
        t.execute("UPDATE messages SET state = 'cancelled', version = version + 1 WHERE id = ?", (message_id,))
    return held


def _forget_missed(t: Transaction, distribution_id: int) -> None:
    """Let what came too late be planned anew: missed again where it still is, and to come where its moment is moved.

    Not what another file may have sent, nor what is counted from what a member did.
    """
    missed = "distribution_id = ? AND member_id IS NULL AND state = 'missed' AND reason <> 'restored'"
    sent = "id IN (SELECT occurrence_id FROM messages WHERE occurrence_id IS NOT NULL)"
    t.execute(f"UPDATE occurrences SET state = 'withdrawn' WHERE {missed} AND {sent}", (distribution_id,))
    t.execute(f"DELETE FROM occurrences WHERE {missed}", (distribution_id,))


def hold_withdrawn(t: Transaction, message_id: int) -> int:
    """Hold what still waits of a message that was withdrawn, and return how many mails."""
    return t.execute(
        "UPDATE deliveries SET state = 'held', reason = ?, state_at = ?"
        " WHERE kind = 'message' AND message_id = ? AND state = 'ready'",
        (WITHDRAWN, t.stamp, message_id),
    ).rowcount
