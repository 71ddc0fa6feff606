"""Where members are picked by hand: in steps of saved segments and of messages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.segment_steps import Rule, Segment, Step, Verb

if TYPE_CHECKING:
    from store.transaction import Transaction

_COLUMN = {"segments": "definition", "messages": "segment"}


@dataclass(frozen=True, slots=True)
class Pick:
    """A saved segment or a message (`table`) that picks a member by hand, and what it is called."""

    table: str
    id: int
    name: str
    segment: Segment


def picks_of(t: Transaction, members: Sequence[int], *, unsent: bool = False) -> list[Pick]:
    """The saved segments and the messages that pick one of the members; `unsent`: of messages those yet to go out."""
    rows = t.all(
        """WITH stored AS (
            SELECT 'segments' AS place, id, name, definition AS segment FROM segments
            UNION ALL SELECT 'messages', id, coalesce(nullif(label, ''), subject), segment FROM messages
                WHERE state IN ('draft', 'scheduled') OR NOT :unsent
        )
        SELECT place, id, name, segment FROM stored WHERE EXISTS (
            SELECT 1 FROM json_each(segment, '$.steps') s, json_each(s.value, '$.parameters.ids') i
            WHERE json_extract(s.value, '$.rule') = 'member' AND i.value IN (SELECT value FROM json_each(:ids))
        ) ORDER BY place DESC, id""",
        {"ids": json.dumps(list(members)), "unsent": unsent},
    )
    return [Pick(place, row_id, name, Segment.from_json(segment)) for place, row_id, name, segment in rows]


def pick_instead(t: Transaction, members: Sequence[int], kept_id: int | None, *, unsent: bool = False) -> None:
    """Pick another member instead of these, or (None) nobody, wherever `picks_of` finds them."""
    for pick in picks_of(t, members, unsent=unsent):
        t.execute(
            f"UPDATE {pick.table} SET {_COLUMN[pick.table]} = ?, version = version + 1 WHERE id = ?",
            (instead(pick.segment, members, kept_id).to_json(), pick.id),
        )


def instead(segment: Segment, members: Sequence[int], kept_id: int | None) -> Segment:
    """The segment with another member, or nobody, picked by hand instead of these; who is picked twice is there once.

    A step that picks nobody any more goes, but for one that keeps only those: it keeps nobody.
    """
    steps = []
    for step in segment.steps:
        ids = step.rule.get("ids")
        if step.rule.name != "member" or not isinstance(ids, tuple):
            steps.append(step)
        elif left := tuple(dict.fromkeys(i for i in (kept_id if i in members else i for i in ids) if i is not None)):
            steps.append(Step(step.verb, Rule("member", (("ids", left),))))
        elif step.verb is Verb.KEEP:
            steps.append(Step(step.verb, Rule("nobody")))
    return Segment(segment.start, tuple(steps))
