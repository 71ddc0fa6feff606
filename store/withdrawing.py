"""Taking back what waits in the outbox for an occurrence: what it speaks of has changed, or it is not to go at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from store.delivery_records import UNMEANT, WITHDRAWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.clock import Clock
    from store.transaction import Transaction

PAUSED, DETACHED, EXEMPT, DELETED = "paused", "detached", "exempt", "deleted"
STEP, PROMOTION, BASKET, ORDER_MOVED = "step", "promotion", "basket", "order_moved"
"""Why something that waited is skipped: its workflow is paused, not attached there any more, to leave the distribution
alone, or gone; its step is, or comes at something else; the promotion has ended, the basket is none any more, the order
has moved to another distribution."""

UNSENT = "unsent"
"""Why something is missed that waited in the outbox until it was too late for some of it."""

_KEPT = "'too_late', 'other_sender', 'address_changed', 'bounced'"
NOT_GONE = f"({_KEPT}, '{WITHDRAWN}', '{UNMEANT}')"
"""Why a mail is held that has reached nobody and that no person holds: who it is for may be written to anew."""
TRIED = "gave_up"
"""Why a mail failed that no server refused for good."""

# What is under way may be refused for the moment and wait again.
_BACK = f"""kind = 'message' AND (state IN ('ready', 'sending') OR state = 'held' AND reason IN ({_KEPT})
    OR state = 'failed' AND reason = '{TRIED}')"""
_WAITING = """SELECT DISTINCT m.occurrence_id AS id FROM occurrences o JOIN messages m ON m.occurrence_id = o.id
    JOIN deliveries d ON d.message_id = m.id AND d.kind = 'message' AND d.state = 'ready'
    WHERE m.state = 'queued' AND o.state = 'queued' AND """


def withdraw(t: Transaction, distribution_id: int, reason: str) -> int:
    """Hold what workflows have queued for a distribution and what has not gone for sure; returns how many mails.

    For whatever changes a distribution so that these words may not hold any more: `reason` is "moved", "edited",
    "hours", "offer" or "cancelled". Its occurrences with a mail that waits, or that the outbox has kept, are withdrawn:
    they are due again at their moment as it is then, to those who have not got it. Nobody lets the former mails go, or
    tries them again. Who was refused for good, or whom somebody keeps from it by hand, counts as having got it. Recaps
    stay: what a producer was told is in the book of tellings, and what changes is for the supplement. No right is asked
    for, and the journal row is the caller's.
    """
    return _withdraw(t, "distribution_id", distribution_id, reason)


def withdraw_promotion(t: Transaction, promotion_id: int) -> int:
    """The same for what is said of a promotion that is another one now."""
    return _withdraw(t, "promotion_id", promotion_id, "edited")


def _withdraw(t: Transaction, column: str, subject_id: int, reason: str) -> int:
    held = 0
    for row in t.all(
        f"""SELECT m.id, m.occurrence_id, EXISTS (SELECT 1 FROM deliveries WHERE message_id = m.id AND {_BACK}) AS again
        FROM messages m JOIN occurrences o ON o.id = m.occurrence_id WHERE o.{column} = ? AND m.state = 'queued'""",
        (subject_id,),
    ):
        held += take_back(t, row["id"], for_good=bool(row["again"]))
        if row["again"]:
            become(t, row["occurrence_id"], "withdrawn", reason)
    return held


def take_back(t: Transaction, message_id: int, *, for_good: bool = True) -> int:
    """Let nothing more go of a message of a workflow, and return how many mails were taken back.

    Not `for_good`: all of it has gone, and who is to be called about it still is.
    """
    t.execute("UPDATE messages SET withdrawn_at = coalesce(withdrawn_at, ?) WHERE id = ?", (t.stamp, message_id))
    if for_good:
        # Not only its mails: one that is under way and refused for the moment would go later with its old words.
        t.execute("UPDATE messages SET state = 'cancelled', version = version + 1 WHERE id = ?", (message_id,))
    return t.execute(
        "UPDATE deliveries SET state = 'held', reason = ?, state_at = ?"
        f" WHERE message_id = ? AND state <> 'sending' AND {_BACK}",
        (WITHDRAWN, t.stamp, message_id),
    ).rowcount


def become(t: Transaction, occurrence_id: int, state: str, reason: str) -> None:
    """Say what an occurrence is from now on, and why."""
    t.execute(
        "UPDATE occurrences SET state = ?, reason = ?, at = ?, operator_id = ? WHERE id = ?",
        (state, reason, t.stamp, t.actor.id, occurrence_id),
    )


def say_late(t: Transaction, delivery_id: int) -> None:
    """A mail came too late in the outbox: of its occurrence somebody should know, and can send the rest by hand."""
    t.execute(
        """UPDATE occurrences SET state = 'missed', reason = ?, at = ?, operator_id = ?
        WHERE state = 'queued' AND id = (SELECT m.occurrence_id FROM messages m
            JOIN deliveries d ON d.message_id = m.id AND d.kind = 'message' WHERE d.id = ?)""",
        (UNSENT, t.stamp, t.actor.id, delivery_id),
    )


def let_write_anew(t: Transaction, delivery_id: int) -> None:
    """Instead of a mail whose words do not hold any more, let its occurrence write to whom it was for anew."""
    t.execute(
        "UPDATE deliveries SET state = 'held', reason = ?, state_at = ? WHERE id = ?", (WITHDRAWN, t.stamp, delivery_id)
    )
    t.execute(
        """UPDATE occurrences SET state = 'withdrawn', reason = '', at = ?, operator_id = ?
        WHERE state IN ('queued', 'nobody') AND id = (SELECT m.occurrence_id FROM messages m
            JOIN deliveries d ON d.message_id = m.id WHERE d.id = ?)""",
        (t.stamp, t.actor.id, delivery_id),
    )


def stop_workflow(t: Transaction, workflow_id: int, reason: str) -> None:
    """Hold what still waits of a workflow, and skip it: somebody can bring it back, or send the rest by hand."""
    steps = "o.step_id IN (SELECT id FROM workflow_steps WHERE workflow_id = ?)"
    _stop(t, (row["id"] for row in t.all(_WAITING + steps, (workflow_id,))), reason)


def stop_step(t: Transaction, step_id: int) -> None:
    """The same for one step of it."""
    _stop(t, (row["id"] for row in t.all(_WAITING + "o.step_id = ?", (step_id,))), STEP)


def stop_promotion(t: Transaction, promotion_id: int) -> None:
    """The same for what is said of a promotion that holds no longer."""
    _stop(t, (row["id"] for row in t.all(_WAITING + "o.promotion_id = ?", (promotion_id,))), PROMOTION)


def stop_detached(t: Transaction, clock: Clock, workflow_id: int, reason: str) -> None:
    """The same for what of a workflow is attached nowhere any more."""
    where = "o.step_id IN (SELECT id FROM workflow_steps WHERE workflow_id = ?)"
    _stop(t, _gone(t, clock, where, (workflow_id,)), reason)


def stop_order(t: Transaction, order_id: int, reason: str) -> None:
    """The same for what is said of an order, or a basket, that is none any more."""
    _stop(t, (row["id"] for row in t.all(_WAITING + "o.order_id = ?", (order_id,))), reason)


def stop_older(t: Transaction, occurrence_id: int, reason: str) -> None:
    """Hold what waits of the older changes of an order: a newer one tells what they would."""
    where = """o.id <> :id AND o.key LIKE 'change:%' AND EXISTS (SELECT 1 FROM occurrences n WHERE n.id = :id
        AND n.step_id = o.step_id AND n.order_id = o.order_id AND n.key LIKE 'change:%')"""
    _stop(t, (row["id"] for row in t.all(_WAITING + where, {"id": occurrence_id})), reason)


def _gone(t: Transaction, clock: Clock, where: str, values: tuple[int, ...]) -> list[int]:
    """Of the occurrences that wait, those that nothing lets go any more."""
    from store.occurrence_planning import stands

    waiting = [row["id"] for row in t.all(_WAITING + where, values)]
    listed = "SELECT id, step_id, key FROM occurrences WHERE id IN (SELECT value FROM json_each(?))"
    rows = t.all(listed, (json.dumps(waiting),))
    return [row["id"] for row in rows if not stands(t, clock, row["step_id"], row["key"])]


def _stop(t: Transaction, occurrences: Iterable[int], reason: str) -> None:
    for occurrence_id in [*occurrences]:
        for row in t.all("SELECT id FROM messages WHERE occurrence_id = ? AND state = 'queued'", (occurrence_id,)):
            take_back(t, row["id"])
        become(t, occurrence_id, "skipped", reason)


def put_aside(t: Transaction, step_id: int, before: str, after: str) -> None:
    """Let what a step did at its former trigger count no more, and again what it did at this one before.

    Both may know their occurrences by the same keys.
    """
    stop_step(t, step_id)
    t.execute(
        "UPDATE occurrences SET key = ? || '!' || key WHERE step_id = ? AND instr(key, '!') = 0", (before, step_id)
    )
    t.execute(
        "UPDATE occurrences SET key = substr(key, ?) WHERE step_id = ? AND key LIKE ?",
        (len(after) + 2, step_id, f"{after}!%"),
    )
