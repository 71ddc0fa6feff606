"""What else speaks of a member: other systems' ids, answers about imports, and roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.transaction import Transaction


def move_links(t: Transaction, kept_id: int, gone_id: int) -> None:
    """Give the kept member the other one's ids and roles."""
    both = {"kept": kept_id, "gone": gone_id}
    for table in ("external_ids", "producers", "operators"):
        t.execute(f"UPDATE {table} SET member_id = :kept WHERE member_id = :gone", both)
    t.execute("UPDATE OR IGNORE catalogue_contacts SET member_id = :kept WHERE member_id = :gone", both)
    t.execute("DELETE FROM catalogue_contacts WHERE member_id = :gone", {"gone": gone_id})
    t.execute("UPDATE import_answers SET target_id = :kept WHERE kind = 'member' AND target_id = :gone", both)
