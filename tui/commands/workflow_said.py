"""Workflows as the command line names and shows them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from store import Store
    from store.workflow_records import Place, Step, Workflow

workflow_argument = click.argument("workflow", metavar="W")
"""A workflow by its number or title."""


def said_steps(store: Store, workflow: Workflow) -> list[str]:
    """Each step as a sentence, in their order."""
    from screens.workflow_sentences import sentences

    return list(sentences(store, workflow.steps))


def said_step(store: Store, step: Step) -> str:
    """A step as a sentence, its subject as one reads it."""
    from screens.workflow_sentences import sentences

    return sentences(store, [step])[0]


def plain(store: Store, workflow: Workflow) -> dict[str, Any]:
    """A workflow for programs; `message_id` is the draft that holds a step's words, for `cabas message`."""
    fields = ("id", "title", "template", "paused", "exempt", "changed_at", "changed_by", "version")
    return {
        **{field: getattr(workflow, field) for field in fields},
        "steps": [plain_step(store, step, number) for number, step in enumerate(workflow.steps, 1)],
        "places": [plain_place(place) for place in workflow.places],
    }


def plain_step(store: Store, step: Step, number: int) -> dict[str, Any]:
    """A step for programs: `number` is what commands call it, its segment is in words."""
    when = ("trigger", "timing", "days", "hour", "audience", "since")
    fields = ("id", "message_id", *when, "subject", "typed_at", "typed_by", "version")
    return {
        "number": number,
        **{field: getattr(step, field) for field in fields},
        "segment": None if step.segment is None else store.segments.in_words(step.segment),
        "sentence": said_step(store, step),
    }


def plain_place(place: Place) -> dict[str, Any]:
    """A place for programs: what says nothing is left out."""
    return {field: value for field, value in asdict(place).items() if value not in (None, "")}
