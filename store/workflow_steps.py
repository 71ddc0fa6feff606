"""A workflow's steps in the file, each with the draft that holds its words and files."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from store.enclosures import forget_tests
from store.errors import ChangedElsewhere, Invalid
from store.message_files import copy_files
from store.message_records import Message
from store.message_rows import insert_message
from store.step_words import finish_words, words_in_use
from store.withdrawing import put_aside, stop_step
from store.workflow_triggers import check_step, step_kind, step_segment, tidied

if TYPE_CHECKING:
    from store.clock import Clock
    from store.transaction import Transaction
    from store.workflow_records import NewStep, Step, Workflow

MOST_STEPS = 30
_MOMENT = ("trigger", "timing", "days", "hour")
_SAID = (*_MOMENT, "audience", "segment")


def add_step(t: Transaction, clock: Clock, workflow_id: int, step: NewStep) -> int:
    """See `Workflows.add_step`; the step's id."""
    message = Message(
        segment=step_segment(step), label=step.label, subject=step.subject, text=step.text, language=step.language
    )
    step_id, _message_id = _insert(t, clock, workflow_id, step, message)
    return step_id


def copy_step(t: Transaction, clock: Clock, workflow_id: int, step: Step) -> None:
    """Add a copy of another workflow's step, with its words in use and its files."""
    message = words_in_use(t, step)
    _step_id, message_id = _insert(t, clock, workflow_id, step, replace(message, distribution_id=None), message)
    copy_files(t, step.message_id, message_id)


def _insert(
    t: Transaction, clock: Clock, workflow_id: int, step: Step, message: Message, before: Message | None = None
) -> tuple[int, int]:
    step = tidied(step)
    check_step(step)
    there = t.all("SELECT position FROM workflow_steps WHERE workflow_id = ? AND removed_at IS NULL", (workflow_id,))
    if len(there) >= MOST_STEPS:
        raise Invalid("steps", str(MOST_STEPS), "too_many")
    step_id = t.insert(
        "workflow_steps",
        workflow_id=workflow_id,
        position=1 + max((row["position"] for row in there), default=0),
        since=t.stamp,
        **_columns(step),
    )
    kept = replace(message, kind=step_kind(step), segment=step_segment(step))
    message_id = insert_message(t, clock, kept, before)
    t.execute("UPDATE messages SET workflow_step_id = ? WHERE id = ?", (step_id, message_id))
    finish_words(t, step_id)
    return step_id, message_id


def _columns(step: Step) -> dict[str, str | int]:
    return {
        "trigger": step.trigger.value,
        "timing": step.timing.value,
        "days": step.days,
        "hour": step.hour,
        "audience": step.audience.value,
    }


def save_step(t: Transaction, before: Step, step: Step) -> list[str]:
    """See `Workflows.save_step`; the names of the fields that are others now."""
    step = tidied(step)
    check_step(step)
    if before.version != step.version:
        raise ChangedElsewhere("workflow_step", step.id)
    changed = [name for name in _SAID if getattr(before, name) != getattr(step, name)]
    if not changed:
        return []
    if before.trigger is not step.trigger:
        put_aside(t, step.id, before.trigger, step.trigger)
    columns = _columns(step)
    t.execute(
        f"""UPDATE workflow_steps SET {", ".join(f"{name} = :{name}" for name in columns)},
            since = iif(:moved, :at, since), version = version + 1 WHERE id = :id""",
        {**columns, "moved": any(name in _MOMENT for name in changed), "at": t.stamp, "id": step.id},
    )
    # Who types its words is not disturbed: neither is theirs to change.
    t.execute(
        "UPDATE messages SET kind = ?, segment = ? WHERE id = ?",
        (step_kind(step), step_segment(step).to_json(), before.message_id),
    )
    return changed


def remove_step(t: Transaction, step: Step) -> None:
    """See `Workflows.remove_step`: its draft stays with it to say what it was, a subject without text and files."""
    stop_step(t, step.id)
    forget_tests(t, step.message_id)
    t.execute("DELETE FROM message_files WHERE message_id = ?", (step.message_id,))
    t.execute("UPDATE messages SET text = '', version = version + 1 WHERE id = ?", (step.message_id,))
    t.execute(
        "UPDATE workflow_steps SET words = json_set(words, '$.text', ''), removed_at = ? WHERE id = ?",
        (t.stamp, step.id),
    )


def move_step(t: Transaction, workflow: Workflow, step_id: int, by: int) -> bool:
    """See `Workflows.move_step`; whether it stands elsewhere now."""
    ids = [step.id for step in workflow.steps]
    at = ids.index(step_id)
    to = max(0, min(len(ids) - 1, at + by))
    if to == at:
        return False
    ids.insert(to, ids.pop(at))
    t.execute_many("UPDATE workflow_steps SET position = ? WHERE id = ?", list(enumerate(ids, 1)))
    return True
