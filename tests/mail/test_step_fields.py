"""Words that ask for what their step's event never has are found before anything is due."""

from __future__ import annotations

import pytest

from mail.step_fields import never_said
from mail.workflow_templates import templates
from screens.message_errors import problem_words
from store.segments import parse
from store.workflow_records import Audience, Place, Scope, Step, Trigger

ALL, VEG = Place(Scope.DISTRIBUTIONS), Place(Scope.CATALOGUE, catalogue_id=1)
ORDERED = Step(Trigger.DISTRIBUTION, audience=Audience.ORDERED)
CHOSEN = Step(Trigger.OPENS, audience=Audience.SEGMENT, segment=parse("nobody + ordered(distribution=next)"))


@pytest.mark.parametrize(
    ("step", "text", "said"),
    [
        (Step(Trigger.PROMOTION_STARTS), "{{ basket.lines }}", "no basket is open"),
        (Step(Trigger.PROMOTION_STARTS), "{% if basket %}{{ basket.lines }}{% endif %}{{ promotion.offer }}", ""),
        (Step(Trigger.BASKET), "{{ basket.lines }} {{ closes('veg') }} {{ unsubscribe }}", ""),
        (Step(Trigger.OPENS), "{{ promotion.what }}", "which promotion is meant"),
        (Step(Trigger.DISTRIBUTION), "{{ order.lines }}", "no order for this distribution"),
        (ORDERED, "{{ order.lines }} {{ distribution.day }}", ""),
        (CHOSEN, "{{ order.total }}", ""),
        (Step(Trigger.CONFIRMED), "{{ order.lines }} {{ last_order('veg') }}", ""),
        (Step(Trigger.RECAP), "{{ catalogue }} {{ closes() }}", ""),
        (Step(Trigger.RECAP), "{{ first_name }}", "“first_name” has nothing to say"),
        (Step(Trigger.REGISTRATION), "{{ nickname }}", "There is no field “nickname”"),
    ],
)
def test_a_field_that_the_event_never_has_is_said(step: Step, text: str, said: str):
    problem = never_said(step, (), "AMAP", text)
    assert (problem is not None) == bool(said)
    assert said in (problem_words(problem) if problem is not None else "")


def test_a_catalogue_is_spoken_of_where_a_workflow_is_attached_to_nothing_else():
    opens = Step(Trigger.OPENS)
    assert never_said(opens, (VEG,), "{{ catalogue }}", "Bonjour") is None
    assert never_said(opens, (VEG, ALL), "{{ catalogue }}", "Bonjour") is not None


@pytest.mark.parametrize("language", ["en", "fr", "it"])
def test_ready_workflows_ask_for_nothing_that_is_not_there(language: str):
    for template in templates(language):
        for step in template.steps:
            assert never_said(step, (), step.subject, step.text) is None
