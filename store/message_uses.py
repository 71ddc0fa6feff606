"""What asks for the recipients of a message: saved segments, and messages that have not gone out yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.errors import Invalid, StoreError
from store.rule_subjects import Kind, find
from store.segment_steps import Value

if TYPE_CHECKING:
    from datetime import datetime

    from store.transaction import Transaction

_ASKING = """WITH stored AS (
        SELECT 'messages' AS place, m.id,
            coalesce(nullif(m.label, ''), nullif(m.subject, ''), w.title, m.id || '') AS name, m.segment
            FROM messages m LEFT JOIN workflow_steps s ON s.id = m.workflow_step_id
            LEFT JOIN workflows w ON w.id = s.workflow_id WHERE m.state IN ('draft', 'scheduled') AND m.id <> :id
        UNION ALL SELECT 'segments', id, name, definition FROM segments
    )
    SELECT o.place, o.name, json_extract(e.value, '$.parameters.message') AS asked
    FROM stored o, json_each(o.segment, '$.steps') e WHERE asked IS NOT NULL ORDER BY o.place, o.id"""


def require_unused(t: Transaction, wall: datetime, message_id: int) -> None:
    """Raise `Invalid("message_used", …)` for a message whose recipients something asks for: that could not be read.

    The value names what does; the reason is "messages" (drafts, kept ones, steps of workflows) or "segments". `wall` is
    the group's present wall time.
    """
    found: dict[str, dict[str, None]] = {}
    for row in t.all(_ASKING, {"id": message_id}):
        if _means(t, wall, row["asked"], message_id):
            found.setdefault(row["place"], {})[row["name"]] = None
    for place, names in found.items():
        raise Invalid("message_used", ", ".join(names), place)


def _means(t: Transaction, wall: datetime, asked: Value, message_id: int) -> bool:
    try:
        return find(t, Kind.MESSAGE, asked, wall) == message_id
    except StoreError:  # it is gone already, or could be several
        return False
