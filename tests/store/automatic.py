"""Workflows that are attached, and what of them is due, for tests of the store."""

from __future__ import annotations

from datetime import timedelta

from store import Store
from store.members import Member
from store.occurrences import Occurrence, OccurrenceState, due_occurrences, segment_of, write_occurrence
from store.segments import compile_segment
from store.workflow_records import Audience, NewStep, Place, Scope, Step, Timing, Trigger
from tests.store.conftest import Hands
from tests.store.posted import post

EVERY = Place(Scope.DISTRIBUTIONS)
GROUP = Place(Scope.GROUP)
LAST_CALL = NewStep(Trigger.CLOSES, Timing.BEFORE, 1, "18:00", Audience.NOT_ORDERED, subject="Last call", text="Order")
PICK_UP = NewStep(Trigger.DISTRIBUTION, Timing.BEFORE, 1, "18:00", Audience.ORDERED, subject="Pick-up", text="Come")
THANKS = NewStep(Trigger.CONFIRMED, subject="Thanks", text="Thanks")
CHANGED = NewStep(Trigger.CHANGED, subject="Changed", text="Changed")
WELCOME = NewStep(Trigger.REGISTRATION, subject="Welcome", text="Hello")


def attached(store: Store, *steps: NewStep, place: Place = EVERY) -> list[Step]:
    """A workflow of these steps, attached there."""
    made = store.workflows.new(f"{place.scope} " + " ".join(step.subject for step in steps), steps)
    store.workflows.attach(made, place)
    return list(store.workflows.get(made).steps)


def of(store: Store, step: Step) -> list[Occurrence]:
    """What is to come of a step."""
    return [one for one in store.occurrences.coming(60) if one.step.id == step.id]


def due(store: Store) -> list[tuple[str, str, str]]:
    """What a tick would find: key, state and reason."""
    with store.reading() as t:
        return [(one.key, one.state.value, one.reason) for one in due_occurrences(t, store.clock)]


def meant(store: Store, occurrence: Occurrence) -> list[int]:
    """The members whom the occurrence's segment selects."""
    with store.reading() as t:
        sql, bound = compile_segment(t, segment_of(t, occurrence))
        return sorted(row[0] for row in t.all(sql, bound))


def went(store: Store, occurrence: Occurrence, *members: Member, state: str = "sent") -> int:
    """Let an occurrence have gone to these households; the id of its row."""
    with store.writing() as t:
        row = write_occurrence(t, occurrence, OccurrenceState.QUEUED, mails=len(members))
    mails = post(store, *members, state=state, title=occurrence.step.subject)
    with store.writing() as t:
        t.execute(
            "UPDATE messages SET occurrence_id = ? WHERE id = (SELECT message_id FROM deliveries WHERE id = ?)",
            (row, mails[0]),
        )
    return row


def later(hands: Hands, **by: int) -> None:
    hands.at += timedelta(**by)
