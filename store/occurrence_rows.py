"""What became of an occurrence, as the file keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.clock import stamp

if TYPE_CHECKING:
    from store.occurrence_records import Occurrence, OccurrenceState
    from store.transaction import Transaction


def write_occurrence(
    t: Transaction, occurrence: Occurrence, state: OccurrenceState, *, reason: str = "", mails: int = 0
) -> int:
    """Keep what became of an occurrence, in the one row of its step and key, and return the row's id.

    `mails` are added to those made for it before. The journal row is the caller's, and so is whether it may still
    happen: `find_occurrence` says so inside the same transaction.
    """
    return int(
        t.value(
            """INSERT INTO occurrences (step_id, key, distribution_id, catalogue_id, member_id, order_id, promotion_id,
                due_at, state, reason, mails, at, operator_id)
            VALUES (:step, :key, :distribution, :catalogue, :member, :order, :promotion, :due, :state, :reason, :mails,
                :at, :by)
            ON CONFLICT (step_id, key) DO UPDATE SET due_at = excluded.due_at, state = excluded.state,
                reason = excluded.reason, mails = mails + excluded.mails, at = excluded.at,
                operator_id = excluded.operator_id
            RETURNING id""",
            {
                "step": occurrence.step.id,
                "key": occurrence.key,
                "distribution": occurrence.distribution_id,
                "catalogue": occurrence.catalogue_id,
                "member": occurrence.member_id,
                "order": occurrence.order_id,
                "promotion": occurrence.promotion_id,
                "due": stamp(occurrence.due),
                "state": state.value,
                "reason": reason,
                "mails": mails,
                "at": t.stamp,
                "by": t.actor.id,
            },
        )
    )
