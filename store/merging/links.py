"""What else speaks of a member: other systems' ids, answers about imports, roles, and picks by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.rules import make
from store.segment_steps import Segment, Step

if TYPE_CHECKING:
    from store.transaction import Transaction

_PICKED = """SELECT id, name, definition AS segment, 'segments' AS stands_in FROM segments
        WHERE definition LIKE '%"member"%'
    UNION ALL SELECT id, iif(label <> '', label, subject), segment, 'messages' FROM messages
        WHERE state IN ('draft', 'scheduled') AND segment LIKE '%"member"%'"""


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
    """Give the kept member the other one's ids and roles."""
    both = {"kept": kept_id, "gone": gone_id}
    for table in ("external_ids", "producers", "operators"):
        t.execute(f"UPDATE {table} SET member_id = :kept WHERE member_id = :gone", both)
    t.execute("UPDATE OR IGNORE catalogue_contacts SET member_id = :kept WHERE member_id = :gone", both)
    t.execute("DELETE FROM catalogue_contacts WHERE member_id = :gone", {"gone": gone_id})
    t.execute("UPDATE import_answers SET target_id = :kept WHERE kind = 'member' AND target_id = :gone", both)


def picked(t: Transaction, member_id: int) -> tuple[str, ...]:
    """The saved segments, drafts and scheduled messages in which a member is picked by hand."""
    return tuple(
        row["name"]
        for row in t.all(_PICKED)
        if any(member_id in _ids(s) for s in Segment.from_json(row["segment"]).steps)
    )


def pick_instead(t: Transaction, kept_id: int, gone_id: int) -> None:
    """Pick the kept member where the other one was picked by hand."""
    for row in t.all(_PICKED):
        segment = Segment.from_json(row["segment"])
        steps = tuple(_instead(step, kept_id, gone_id) for step in segment.steps)
        if steps != segment.steps:
            column = "definition" if row["stands_in"] == "segments" else "segment"
            t.execute(
                f"UPDATE {row['stands_in']} SET {column} = ?, version = version + 1 WHERE id = ?",
                (Segment(segment.start, steps).to_json(), row["id"]),
            )


def _ids(step: Step) -> tuple[int, ...]:
    ids = step.rule.get("ids") if step.rule.name == "member" else ()
    return ids if isinstance(ids, tuple) else ()


def _instead(step: Step, kept_id: int, gone_id: int) -> Step:
    ids = _ids(step)
    if gone_id not in ids:
        return step
    return Step(step.verb, make("member", ids=tuple(dict.fromkeys(kept_id if i == gone_id else i for i in ids))))
