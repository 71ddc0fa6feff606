"""What there is to know around a step's words: whom they go to, and what they are shown on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from screens.compose_around import Around, fits, read_around
from screens.workflow_sentences import segment_words
from store.workflow_records import Trigger
from templates.words import N_

if TYPE_CHECKING:
    from store import Store
    from store.message_records import Message
    from store.step_occasions import Occasion
    from store.workflow_records import Step, Workflow
    from templates.render.fields import Fit


@dataclass(frozen=True)
class StepAround:
    """What was read around a step's words: `occasion` is what they are shown on, None where there is nothing yet.

    `in_use` are its words as they go out.
    """

    workflow: Workflow
    step: Step
    in_use: Message
    segment_words: str
    occasions: tuple[Occasion, ...]
    occasion: Occasion | None
    around: Around


def read_step_around(store: Store, message: Message, step_id: int, on: str, *, first: bool) -> StepAround:
    """Read it all, for words as they are typed; call it from a thread. Raises `NotFound` where the step is gone."""
    from store.step_occasions import known_of_all, shown_on, step_occasions

    workflow = store.workflows.of_step(step_id)
    step = store.workflows.step(step_id)
    found = step_occasions(store, step_id)
    occasion, shown = shown_on(store, message, step_id, on)
    words = segment_words(store, step.segment)
    around = read_around(store, shown, first=first)
    day = shown.distribution_id
    spoken_of = store.distributions.get(day) if day is not None else store.distributions.next()
    suit = fits(known_of_all(step), spoken_of, coming=spoken_of, message=shown)
    around = replace(around, fits=suit)
    if step.trigger is Trigger.RECAP:  # one mail, to the producer
        around = replace(around, fits=_of_producer(suit), first=0 if occasion is not None else None)
    return StepAround(workflow, step, store.workflows.words_in_use(step_id), words, found, occasion, around)


def _of_producer(suit: tuple[Fit, ...]) -> tuple[Fit, ...]:
    """A producer is no member: nothing of a member's can be said to one."""
    from mail.step_fields import OF_PRODUCER
    from templates.render.fields import Fit

    why = N_("A producer gets it: nothing of a member can be said there.")
    return tuple(fit if fit.field.name.partition(".")[0] in OF_PRODUCER else Fit(fit.field, False, why) for fit in suit)
