"""The workflows that come with cabas: what they do, and making the group's own from one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.errors import NotFound
from store.segment_words import parse
from store.workflow_records import Audience, NewStep, Timing, Trigger
from templates.render.workflow_templates import ReadyStep, ready_workflows

if TYPE_CHECKING:
    from store import Store


@dataclass(frozen=True, slots=True)
class WorkflowTemplate:
    """A workflow to begin with, in one language; `says` is one sentence on what it does."""

    name: str
    title: str
    says: str
    steps: tuple[NewStep, ...]


def templates(language: str) -> tuple[WorkflowTemplate, ...]:
    """Those that come with cabas, in the order in which they are shown."""
    return tuple(
        WorkflowTemplate(ready.name, ready.title, ready.says, tuple(_step(step, language) for step in ready.steps))
        for ready in ready_workflows(language)
    )


def use(store: Store, template: WorkflowTemplate, title: str = "") -> int:
    """Make a workflow from a template, attached nowhere, under its own title or another; its id.

    Raises as `Workflows.new` does.
    """
    return store.workflows.new(title or template.title, template.steps, template.name)


def named(language: str, text: str) -> WorkflowTemplate:
    """The template of this name or title; raises `NotFound`."""
    from store.folding import fold

    found = templates(language)
    for template in found:
        if text == template.name or fold(text) == fold(template.title):
            return template
    raise NotFound("workflow_template", text, tuple(template.name for template in found))


def _step(ready: ReadyStep, language: str) -> NewStep:
    trigger, timing, *moment = ready.when
    days, hour = moment or ("0", "")
    plain = ready.whom in tuple(Audience)
    return NewStep(
        trigger=Trigger(trigger),
        timing=Timing(timing),
        days=int(days),
        hour=hour,
        audience=Audience(ready.whom) if plain else Audience.SEGMENT,
        segment=None if plain else parse(ready.whom),
        subject=ready.subject,
        label=ready.label,
        text=ready.text,
        language=language,
    )
