"""What became of an occurrence, as the file keeps it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from store.clock import stamp, unstamp
from store.occurrence_records import Occurrence, OccurrenceState
from store.workflow_rows import STEP_COLUMNS, STEP_TABLES, read_step

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime

    from store.transaction import Transaction
    from store.workflow_records import Step

OVER = (OccurrenceState.QUEUED, OccurrenceState.NOBODY)
"""What has come to its end."""
RESTORED = "restored"
"""Why something is missed that another file may have sent."""

_ROWS = """SELECT x.*, coalesce(o.name, '') AS by_name,
        (SELECT max(m.id) FROM messages m WHERE m.occurrence_id = x.id) AS message_id
    FROM occurrences x LEFT JOIN operators o ON o.id = x.operator_id"""


def row_of(t: Transaction, step_id: int, key: str) -> sqlite3.Row | None:
    """The row of a step's occurrence."""
    return t.one(f"{_ROWS} WHERE x.step_id = ? AND x.key = ?", (step_id, key))


def rows_of(t: Transaction, distributions: Iterable[int], since: datetime) -> dict[tuple[int, str], sqlite3.Row]:
    """What planning has to know: the rows of these distributions, and of all that may be to come again.

    What was due before `since` and is not withdrawn is left out, but of promotions. By step id and key.
    """
    rows = t.all(
        f"""{_ROWS} WHERE x.id IN (
            SELECT id FROM occurrences WHERE state = 'withdrawn'
            UNION SELECT id FROM occurrences WHERE state IN ('skipped', 'missed', 'nobody')
                AND (due_at >= :since OR promotion_id IS NOT NULL)
            UNION SELECT id FROM occurrences WHERE member_id IS NULL
                AND distribution_id IN (SELECT value FROM json_each(:distributions)))""",
        {"since": stamp(since), "distributions": json.dumps(list(distributions))},
    )
    return {(row["step_id"], row["key"]): row for row in rows}


def with_row(occurrence: Occurrence, row: sqlite3.Row) -> Occurrence:
    """An occurrence as it is planned now, with what its row says."""
    return replace(
        occurrence,
        state=OccurrenceState(row["state"]),
        reason=occurrence.reason or row["reason"],
        message_id=row["message_id"],
        mails=row["mails"],
        at=unstamp(row["at"]),
        by=row["by_name"],
        id=row["id"],
    )


def planned_again(t: Transaction, occurrence: Occurrence, row: sqlite3.Row) -> Occurrence | None:
    """An occurrence as it is planned now, with what its row says; None: that says that it is over.

    While it can still go, what was missed is not, nor what found nobody before it is due: it was moved meanwhile, or
    was looked at by a clock that was ahead.
    """
    if row["state"] in ("withdrawn", "skipped"):
        return with_row(occurrence, row)
    at, in_time = unstamp(row["at"]), occurrence.until > t.now
    missed = row["state"] == "missed" and row["reason"] != RESTORED
    early = row["state"] == "nobody" and (at < occurrence.due or at > t.now)
    return _anew(occurrence, row) if in_time and (missed or early) else None


def _anew(occurrence: Occurrence, row: sqlite3.Row) -> Occurrence:
    state = OccurrenceState.PLANNED if row["message_id"] is None else OccurrenceState.WITHDRAWN
    return replace(with_row(occurrence, row), state=state, reason=occurrence.reason)


def has_begun(row: sqlite3.Row) -> bool:
    """Whether it was on its way when something changed that it depends on."""
    return row["state"] == "withdrawn" or (row["state"] == "skipped" and row["message_id"] is not None)


def kept_row(t: Transaction, occurrence_id: int) -> Occurrence | None:
    """An occurrence as its row says; None where there is none."""
    return next(iter(kept_rows(t, "x.id = ?", occurrence_id)), None)


def kept_rows(t: Transaction, where: str, value: str | int) -> tuple[Occurrence, ...]:
    """Occurrences as their rows say, the newest first; also of steps and workflows that are gone by now."""
    rows = t.all(f"{_ROWS} WHERE {where} ORDER BY x.at DESC, x.id DESC", (value,))
    ids = json.dumps(sorted({row["step_id"] for row in rows}))
    steps = {
        row["id"]: (read_step(row), str(row["title"]))
        for row in t.all(
            f"""SELECT {STEP_COLUMNS}, w.title FROM {STEP_TABLES} JOIN workflows w ON w.id = s.workflow_id
            WHERE s.id IN (SELECT value FROM json_each(?))""",
            (ids,),
        )
    }
    return tuple(of_row(row, *steps[row["step_id"]]) for row in rows)


def of_row(row: sqlite3.Row, step: Step, workflow: str) -> Occurrence:
    """An occurrence as its row says; its `until` is not kept and is its `due`."""
    due = unstamp(row["due_at"])
    said = ("key", "distribution_id", "catalogue_id", "member_id", "order_id", "promotion_id")
    return with_row(Occurrence(step=step, workflow=workflow, due=due, until=due, **{n: row[n] for n in said}), row)


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


def bring_back(t: Transaction, row: sqlite3.Row, *, missed: bool) -> None:
    """Take back that something is skipped: it is missed, withdrawn or planned again; the journal is the caller's."""
    if missed or row["message_id"] is not None:
        state = OccurrenceState.MISSED if missed else OccurrenceState.WITHDRAWN
        values = (state.value, t.stamp, t.actor.id, row["id"])
        t.execute("UPDATE occurrences SET state = ?, reason = '', at = ?, operator_id = ? WHERE id = ?", values)
    else:
        t.execute("DELETE FROM occurrences WHERE id = ?", (row["id"],))
