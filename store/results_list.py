"""Which messages have results: those of which something went out, by mail or otherwise."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from store.clock import unstamp
from store.delivery_records import TITLE
from store.errors import Invalid
from store.message_rows import load_message
from store.result_records import ResultRow

if TYPE_CHECKING:
    import sqlite3

    from store.clock import Clock
    from store.transaction import Transaction

GONE = "'sending', 'sent', 'unknown', 'bounced'"
"""The states of a mail or SMS that has left, whatever became of it."""
_WENT_OUT = f"""m.queued_at IS NOT NULL AND (m.state <> 'cancelled' AND m.withdrawn_at IS NULL
    OR EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = m.id AND d.kind = 'message' AND d.state IN ({GONE}))
    OR EXISTS (SELECT 1 FROM recipients r WHERE r.message_id = m.id
        AND (r.handed_at IS NOT NULL OR r.call_state IN ('called', 'ordered'))))"""
_ROWS = f"""SELECT m.id, {TITLE} AS title, m.kind, m.queued_at, m.closes_on, m.counts_from, m.imported_at,
        coalesce(w.title, '') AS workflow
    FROM messages m LEFT JOIN occurrences e ON e.id = m.occurrence_id
    LEFT JOIN workflow_steps s ON s.id = e.step_id LEFT JOIN workflows w ON w.id = s.workflow_id
    WHERE {_WENT_OUT}"""


def result_rows(
    t: Transaction, clock: Clock, *, imported: bool | None, automatic: bool | None, limit: int | None
) -> tuple[ResultRow, ...]:
    """See `AllResults.all`."""
    rows = t.all(
        f"""{_ROWS} AND (:imported IS NULL OR (m.imported_at IS NOT NULL) = :imported)
            AND (:automatic IS NULL OR (m.occurrence_id IS NOT NULL) = :automatic)
        ORDER BY m.queued_at DESC, m.id DESC LIMIT :limit""",
        {"imported": imported, "automatic": automatic, "limit": -1 if limit is None else limit},
    )
    return tuple(_row(row, clock) for row in rows)


def result_row(t: Transaction, clock: Clock, message_id: int) -> ResultRow:
    """The line of one message.

    Raises `NotFound`, and `Invalid("results", …, "not_sent")` for one of which nothing went out.
    """
    row = t.one(f"{_ROWS} AND m.id = ?", (message_id,))
    if row is None:
        raise Invalid("results", load_message(t, message_id).title, "not_sent")
    return _row(row, clock)


def _row(row: sqlite3.Row, clock: Clock) -> ResultRow:
    return ResultRow(
        id=row["id"],
        title=row["title"],
        kind=row["kind"],
        day=clock.to_wall(unstamp(row["queued_at"])).date(),
        closes_on=date.fromisoformat(row["closes_on"]) if row["closes_on"] else None,
        imported=row["imported_at"] is not None,
        workflow=row["workflow"],
    )
