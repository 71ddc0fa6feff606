"""Where workflows are attached, what they leave alone, and which steps do nothing there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.errors import Invalid, NotFound
from store.occurrence_days import OF_DISTRIBUTIONS, load_days, moments_at
from store.occurrence_rules import Span
from store.withdrawing import DETACHED, EXEMPT, stop_detached
from store.workflow_records import Attached, Idle, Place, Scope, Standing
from store.workflow_rows import all_workflows
from store.workflow_triggers import can_come

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from store.clock import Clock
    from store.occurrence_days import Day
    from store.transaction import Transaction
    from store.workflow_records import Step, Workflow

_THERE = """workflow_id = :workflow AND scope = :scope AND coalesce(distribution_id, 0) = :distribution
    AND coalesce(catalogue_id, 0) = :catalogue"""
_OF_DAY = {Idle.OVER, Idle.CANCELLED, Idle.AFTER}
"""Reasons that are the day's, and no other place's."""
_ORDER = (Standing.HERE, Standing.ALL, Standing.CATALOGUE, Standing.EXEMPT, Standing.NO, Standing.NEVER)


def attach(t: Transaction, clock: Clock, workflow: Workflow, place: Place) -> Mapping[int, Idle]:
    """See `Workflows.attach`; the steps that do nothing there, and why."""
    place = _known(t, place)
    if not workflow.steps:
        raise Invalid("place", place.scope, "no_steps")
    idle = idle_steps(t, clock, workflow.steps, place)
    if len(idle) == len(workflow.steps):
        raise Invalid("place", place.scope, _why_nothing(idle.values()))
    if place.distribution_id is not None:
        _unexempt(t, workflow.id, place.distribution_id)
    if t.one(f"SELECT 1 FROM workflow_attachments WHERE {_THERE}", _key(workflow, place)) is None:
        t.insert(
            "workflow_attachments",
            workflow_id=workflow.id,
            scope=place.scope.value,
            distribution_id=place.distribution_id,
            catalogue_id=place.catalogue_id,
            at=t.stamp,
            operator_id=t.actor.id,
        )
        t.journal("workflow.attached", workflow.id, **_told(place))
    return idle


def _why_nothing(idle: Collection[Idle]) -> str:
    """Why no step does anything at a place, where all of them have the same reason."""
    only = set(idle)
    return next(iter(only)).value if len(only) == 1 and only <= _OF_DAY else "nothing"


def detach(t: Transaction, clock: Clock, workflow: Workflow, place: Place) -> None:
    """See `Workflows.detach`."""
    place = _known(t, place)
    if not t.execute(f"DELETE FROM workflow_attachments WHERE {_THERE}", _key(workflow, place)).rowcount:
        raise NotFound("workflow_place", workflow.title)
    stop_detached(t, clock, workflow.id, DETACHED)
    t.journal("workflow.detached", workflow.id, **_told(place))


def exempt(t: Transaction, clock: Clock, workflow: Workflow, distribution_id: int, exempted: bool) -> None:
    """See `Workflows.exempt`: what is attached to the distribution itself is so no more."""
    place = _known(t, Place(Scope.DISTRIBUTION, distribution_id=distribution_id))
    if exempted == (distribution_id in workflow.exempt):
        return
    if exempted:
        t.execute(f"DELETE FROM workflow_attachments WHERE {_THERE}", _key(workflow, place))
        who = {"at": t.stamp, "operator_id": t.actor.id}
        t.insert("workflow_exemptions", workflow_id=workflow.id, distribution_id=distribution_id, **who)
        stop_detached(t, clock, workflow.id, EXEMPT)
    else:
        _unexempt(t, workflow.id, distribution_id)
    t.journal("workflow.exempted" if exempted else "workflow.not_exempted", workflow.id, distribution=distribution_id)


def _unexempt(t: Transaction, workflow_id: int, distribution_id: int) -> None:
    t.execute(
        "DELETE FROM workflow_exemptions WHERE workflow_id = ? AND distribution_id = ?", (workflow_id, distribution_id)
    )


def at_place(t: Transaction, clock: Clock, place: Place) -> tuple[Attached, ...]:
    """See `Workflows.at_place`."""
    place = _known(t, place)
    offered: set[int | None] = set()
    if place.distribution_id is not None:
        rows = t.all(
            "SELECT catalogue_id FROM distribution_catalogues WHERE distribution_id = ?", (place.distribution_id,)
        )
        offered = {row["catalogue_id"] for row in rows}
    found = []
    for workflow in all_workflows(t):
        idle = idle_steps(t, clock, workflow.steps, place)
        how = _standing(workflow, place, offered, nothing=len(idle) == len(workflow.steps))
        found.append(Attached(workflow, how, idle))
    return tuple(sorted(found, key=lambda attached: _ORDER.index(attached.how)))


def _standing(workflow: Workflow, place: Place, offered: Collection[int | None], *, nothing: bool) -> Standing:
    scopes = {there.scope for there in workflow.places}
    if any(there.where == place.where for there in workflow.places):
        return Standing.HERE
    if place.distribution_id is not None and place.distribution_id in workflow.exempt:
        return Standing.EXEMPT
    if nothing:
        return Standing.NEVER
    if Scope.DISTRIBUTIONS in scopes and place.scope in (Scope.DISTRIBUTION, Scope.CATALOGUE):
        return Standing.ALL
    if any(there.catalogue_id in offered for there in workflow.places):
        return Standing.CATALOGUE
    return Standing.NO


def idle_steps(t: Transaction, clock: Clock, steps: Iterable[Step], place: Place) -> dict[int, Idle]:
    """See `Workflows.idle`."""
    place = _known(t, place)
    day = None
    if place.distribution_id is not None:
        day = load_days(t, clock, Span(t.now, t.now, only=place.distribution_id)).get(place.distribution_id)
    why = {step.id: _why_idle(t, clock, step, place.scope, day) for step in steps}
    return {step_id: reason for step_id, reason in why.items() if reason is not None}


def _why_idle(t: Transaction, clock: Clock, step: Step, scope: Scope, day: Day | None) -> Idle | None:
    """Why it does nothing at such a place; `day` is the distribution, None of another place and of a cancelled one."""
    if not can_come(step, scope):
        return Idle.PLACE
    if scope is not Scope.DISTRIBUTION:
        return None
    if day is None:
        return Idle.CANCELLED
    if step.trigger not in OF_DISTRIBUTIONS:  # it is counted from what people do
        return None
    found = moments_at(clock, step, day, day.catalogues)
    if found is None:
        return Idle.PLACE
    due, until = found
    if until <= due:
        return Idle.AFTER
    return Idle.OVER if due <= t.now else None


def _known(t: Transaction, place: Place) -> Place:
    """The place as the file keeps it, with its name; raises `NotFound`."""
    match place.scope:
        case Scope.DISTRIBUTION:
            name = t.value("SELECT day FROM distributions WHERE id = ?", (place.distribution_id,))
            known = Place(place.scope, distribution_id=place.distribution_id, name=name or "")
        case Scope.CATALOGUE:
            name = t.value("SELECT name FROM catalogues WHERE id = ?", (place.catalogue_id,))
            known = Place(place.scope, catalogue_id=place.catalogue_id, name=name or "")
        case _:
            return Place(place.scope)
    if name is None:
        raise NotFound(place.scope.value, str(place.distribution_id or place.catalogue_id or ""))
    return known


def _key(workflow: Workflow, place: Place) -> dict[str, str | int]:
    return {
        "workflow": workflow.id,
        "scope": place.scope.value,
        "distribution": place.distribution_id or 0,
        "catalogue": place.catalogue_id or 0,
    }


def _told(place: Place) -> dict[str, str | int]:
    said: dict[str, str | int | None] = {"distribution": place.distribution_id, "catalogue": place.catalogue_id}
    return {"scope": place.scope.value} | {name: value for name, value in said.items() if value is not None}
