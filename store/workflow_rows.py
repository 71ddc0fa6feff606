"""Workflows as the file keeps them: reading them, and what concerns one as a whole."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from store.clock import unstamp
from store.errors import Ambiguous, ChangedElsewhere, Invalid, NotFound
from store.folding import fold
from store.message_rows import moment, one_line
from store.near_names import near
from store.rights import Right
from store.segment_steps import Segment
from store.withdrawing import DELETED, PAUSED, stop_workflow
from store.workflow_records import Audience, Place, Scope, Step, Timing, Trigger, Workflow

if TYPE_CHECKING:
    from store.transaction import Transaction

TITLE_LIMIT = 60
"""Characters of a title: what fits a line."""

WORDS = ("label", "subject", "text", "language", "from_address", "from_name", "reply_to")
"""What of a step's draft goes out once it is finished: what is typed since waits."""

DRAFTED = "json_object(" + ", ".join(f"'{name}', m.{name}" for name in WORDS) + ")"
"""The words of a draft `m` as a step keeps those in use."""

STEP_COLUMNS = f"""s.id, s.workflow_id, s.position, s.trigger, s.timing, s.days, s.hour, s.audience, s.since, s.version,
    m.id AS message_id, coalesce(json_extract(s.words, '$.subject'), '') AS subject, m.segment,
    iif(s.words = {DRAFTED}, NULL, m.changed_at) AS typed_at,
    coalesce((SELECT name FROM operators WHERE id = m.changed_by), '') AS typed_by"""
STEP_TABLES = "workflow_steps s JOIN messages m ON m.workflow_step_id = s.id"
"""What `read_step` reads."""

_WORKFLOWS = """SELECT w.id, w.title, w.template, w.paused, w.changed_at, w.version, coalesce(o.name, '') AS changer
    FROM workflows w LEFT JOIN operators o ON o.id = w.changed_by WHERE w.removed_at IS NULL"""
_WORDS_SAVED = """SELECT s.workflow_id, m.changed_at, coalesce(o.name, '') AS changer
    FROM workflow_steps s JOIN messages m ON m.workflow_step_id = s.id LEFT JOIN operators o ON o.id = m.changed_by
    WHERE s.removed_at IS NULL"""
_PLACES = """SELECT a.workflow_id, a.scope, a.distribution_id, a.catalogue_id, a.at,
        coalesce(d.day, c.name, '') AS name
    FROM workflow_attachments a LEFT JOIN distributions d ON d.id = a.distribution_id
    LEFT JOIN catalogues c ON c.id = a.catalogue_id ORDER BY a.workflow_id, a.at, a.id"""


def all_workflows(t: Transaction) -> tuple[Workflow, ...]:
    """See `Workflows.all`."""
    rows = t.all(_WORKFLOWS)
    steps: dict[int, list[Step]] = {}
    for row in t.all(f"SELECT {STEP_COLUMNS} FROM {STEP_TABLES} WHERE s.removed_at IS NULL ORDER BY s.position, s.id"):
        steps.setdefault(row["workflow_id"], []).append(read_step(row))
    saved: dict[int, tuple[str, str]] = {row["id"]: (row["changed_at"], row["changer"]) for row in rows}
    for row in t.all(_WORDS_SAVED):
        here = saved.get(row["workflow_id"])
        if here is not None and here[0] < row["changed_at"]:
            saved[row["workflow_id"]] = row["changed_at"], row["changer"]
    places: dict[int, list[Place]] = {}
    for row in t.all(_PLACES):
        places.setdefault(row["workflow_id"], []).append(_place(row))
    exempt: dict[int, list[int]] = {}
    for row in t.all("SELECT workflow_id, distribution_id FROM workflow_exemptions ORDER BY distribution_id"):
        exempt.setdefault(row["workflow_id"], []).append(row["distribution_id"])
    found = [
        Workflow(
            id=row["id"],
            title=row["title"],
            template=row["template"],
            paused=bool(row["paused"]),
            steps=tuple(steps.get(row["id"], ())),
            places=tuple(places.get(row["id"], ())),
            exempt=tuple(exempt.get(row["id"], ())),
            changed_at=unstamp(saved[row["id"]][0]),
            changed_by=saved[row["id"]][1],
            version=row["version"],
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda workflow: (fold(workflow.title), workflow.id)))


def load_workflow(t: Transaction, workflow_id: int) -> Workflow:
    """A workflow inside a transaction; raises `NotFound`. A group has a handful: they are read together."""
    for workflow in all_workflows(t):
        if workflow.id == workflow_id:
            return workflow
    raise NotFound("workflow", str(workflow_id))


def load_step(t: Transaction, step_id: int) -> Step:
    """A step that is neither removed itself nor with its workflow; raises `NotFound`."""
    row = t.one(
        f"""SELECT {STEP_COLUMNS} FROM {STEP_TABLES} JOIN workflows w ON w.id = s.workflow_id
        WHERE s.id = ? AND s.removed_at IS NULL AND w.removed_at IS NULL""",
        (step_id,),
    )
    if row is None:
        raise NotFound("workflow_step", str(step_id))
    return read_step(row)


def read_step(row: sqlite3.Row) -> Step:
    """A step of a row that has `STEP_COLUMNS`."""
    audience = Audience(row["audience"])
    return Step(
        trigger=Trigger(row["trigger"]),
        timing=Timing(row["timing"]),
        days=row["days"],
        hour=row["hour"],
        audience=audience,
        segment=Segment.from_json(row["segment"]) if audience is Audience.SEGMENT else None,
        subject=row["subject"],
        workflow_id=row["workflow_id"],
        message_id=row["message_id"],
        position=row["position"],
        since=unstamp(row["since"]),
        typed_at=moment(row["typed_at"]),
        typed_by=row["typed_by"] if row["typed_at"] else "",
        version=row["version"],
        id=row["id"],
    )


def _place(row: sqlite3.Row) -> Place:
    return Place(
        scope=Scope(row["scope"]),
        distribution_id=row["distribution_id"],
        catalogue_id=row["catalogue_id"],
        name=row["name"],
        since=unstamp(row["at"]),
    )


def resolve(t: Transaction, text: str) -> int:
    """See `Workflows.resolve`."""
    rows = t.all("SELECT id, title FROM workflows WHERE removed_at IS NULL")
    found = [row["id"] for row in rows if str(row["id"]) == text] or [
        row["id"] for row in rows if fold(row["title"]) == fold(text)
    ]
    if not found:
        raise NotFound("workflow", text, near(text, (row["title"] for row in rows)))
    if len(found) > 1:
        raise Ambiguous("workflow", text, tuple(str(number) for number in found))
    return int(found[0])


def insert_workflow(t: Transaction, title: str, template: str) -> int:
    """Write a workflow without steps and return its id; raises `Invalid("title", …)`."""
    by = {"created_at": t.stamp, "created_by": t.actor.id, "changed_at": t.stamp, "changed_by": t.actor.id}
    return t.insert("workflows", title=_titled(t, title), template=template, **by)


def _titled(t: Transaction, title: str, own: int = 0) -> str:
    said = one_line(title)
    if not said:
        raise Invalid("title", title, "empty")
    if len(said) > TITLE_LIMIT:
        raise Invalid("title", str(len(said)), "too_long")
    others = t.all("SELECT title FROM workflows WHERE removed_at IS NULL AND id <> ?", (own,))
    if any(fold(other["title"]) == fold(said) for other in others):
        raise Invalid("title", said, "taken")
    return said


def rename(t: Transaction, workflow_id: int, title: str, version: int) -> None:
    """See `Workflows.rename`."""
    if load_workflow(t, workflow_id).version != version:
        raise ChangedElsewhere("workflow", workflow_id)
    t.execute("UPDATE workflows SET title = ? WHERE id = ?", (_titled(t, title, workflow_id), workflow_id))
    touch(t, workflow_id)


def remove_workflow(t: Transaction, workflow_id: int) -> None:
    """Take a workflow away from wherever it is attached, and from the list."""
    stop_workflow(t, workflow_id, DELETED)
    t.execute("DELETE FROM workflow_attachments WHERE workflow_id = ?", (workflow_id,))
    t.execute("DELETE FROM workflow_exemptions WHERE workflow_id = ?", (workflow_id,))
    t.execute("UPDATE workflows SET removed_at = ? WHERE id = ?", (t.stamp, workflow_id))


def pause(t: Transaction, workflow_id: int, paused: bool) -> None:
    """See `Workflows.pause`: what is due while it is paused lies before its steps begin again."""
    t.execute("UPDATE workflows SET paused = ? WHERE id = ?", (int(paused), workflow_id))
    if paused:
        stop_workflow(t, workflow_id, PAUSED)
    else:
        t.execute("UPDATE workflow_steps SET since = ? WHERE workflow_id = ?", (t.stamp, workflow_id))
    touch(t, workflow_id)


def touch(t: Transaction, workflow_id: int) -> None:
    """Say who changed a workflow, and when."""
    t.execute(
        "UPDATE workflows SET changed_at = ?, changed_by = ?, version = version + 1 WHERE id = ?",
        (t.stamp, t.actor.id, workflow_id),
    )


def begin_change(t: Transaction, workflow_id: int) -> Workflow:
    """The workflow, if the actor may change what it sends: one that is attached goes out unseen. Raises `NotFound`."""
    t.require(Right.MESSAGES_WRITE)
    workflow = load_workflow(t, workflow_id)
    if workflow.places:
        t.require(Right.MESSAGES_SEND)
    touch(t, workflow_id)
    return workflow
