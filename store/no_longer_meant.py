"""Keeping back what waits in the outbox and is not meant any more for whom it was made, since an order changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.delivery_records import UNMEANT

if TYPE_CHECKING:
    from store.transaction import Transaction

_HAS = """EXISTS (SELECT 1 FROM orders o WHERE o.member_id = p.member_id AND o.distribution_id = x.distribution_id
    AND o.state = 'confirmed' AND o.filled = 1 AND (x.catalogue_id IS NULL OR EXISTS (SELECT 1 FROM order_lines l
        WHERE l.order_id = o.id AND l.catalogue_id = x.catalogue_id AND l.quantity > 0)))"""
# By the mails of the one member: the outbox may be full of others'.
_HOLD = f"""UPDATE deliveries SET state = 'held', reason = :reason, state_at = :now WHERE id IN (
    SELECT d.id FROM delivery_people mine CROSS JOIN deliveries d ON d.id = mine.delivery_id
        CROSS JOIN messages m ON m.id = d.message_id CROSS JOIN occurrences x ON x.id = m.occurrence_id
        CROSS JOIN workflow_steps s ON s.id = x.step_id
    WHERE mine.member_id = :member AND d.state = 'ready' AND d.kind = 'message' AND x.distribution_id = :distribution
        AND (x.order_id = :order AND s.trigger IN ('confirmed', 'changed')
                AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = x.order_id AND o.state = 'confirmed')
            OR s.audience IN ('ordered', 'not_ordered') AND NOT EXISTS (SELECT 1 FROM delivery_people p
                WHERE p.delivery_id = d.id AND (s.audience = 'ordered') = {_HAS})))"""


def hold_unmeant(t: Transaction, member_id: int, distribution_id: int, order_id: int) -> int:
    """Hold for good what waits for a member and does not fit their order any more; returns how many mails.

    For whatever confirms, empties, cancels or moves an order, once that is written: "you have not ordered" to who has
    by now, "your order waits" to who has none, thanks for an order that is none. A mail to several households stays
    while it is meant for one of them. Its occurrence stays as it is. No right is asked for, and the journal row is the
    caller's.
    """
    return t.execute(
        _HOLD,
        {
            "reason": UNMEANT,
            "now": t.stamp,
            "member": member_id,
            "distribution": distribution_id,
            "order": order_id,
        },
    ).rowcount
