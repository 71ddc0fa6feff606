"""What else speaks of a member: other systems' ids, answers about imports, roles, calls, and workflows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.transaction import Transaction


def links(t: Transaction, member_id: int) -> tuple[str, ...]:
    """The names of the operators, producers and catalogues that a member is linked to."""
    rows = t.all(
        """SELECT name FROM operators WHERE member_id = :id UNION SELECT name FROM producers WHERE member_id = :id
        UNION SELECT c.name FROM catalogue_contacts k JOIN catalogues c ON c.id = k.catalogue_id
            WHERE k.member_id = :id ORDER BY name""",
        {"id": member_id},
    )
    return tuple(row["name"] for row in rows)


def move_links(t: Transaction, kept_id: int, gone_id: int) -> None:
    """Give the kept member the other one's ids, roles and calls; where both were called, the kept one's call counts."""
    both = {"kept": kept_id, "gone": gone_id}
    for table in ("external_ids", "producers", "operators", "occurrences"):
        t.execute(f"UPDATE {table} SET member_id = :kept WHERE member_id = :gone", both)
    t.execute("UPDATE OR IGNORE catalogue_contacts SET member_id = :kept WHERE member_id = :gone", both)
    t.execute("UPDATE OR IGNORE call_backs SET member_id = :kept WHERE member_id = :gone", both)
    for table in ("catalogue_contacts", "call_backs"):
        t.execute(f"DELETE FROM {table} WHERE member_id = :gone", {"gone": gone_id})
    t.execute("UPDATE import_answers SET target_id = :kept WHERE kind = 'member' AND target_id = :gone", both)
