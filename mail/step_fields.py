"""Fields that a step's words ask for and that its event never has: found before anything is due."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from store.segment_steps import Segment
from store.step_occasions import known_of_all
from store.workflow_records import Place, Scope, Step, Trigger

OF_PROMOTION = (Trigger.PROMOTION_STARTS, Trigger.PROMOTION_ENDS)
OF_PRODUCER = ("group", "sender", "distribution", "closes", "catalogue")
"""The fields that say something to a producer."""
_NAMED = re.compile(r"""(?:closes|last_order)\(\s*["']([^"']*)["']""")
_ANY = "…"


def never_said(step: Step, places: Collection[Place], subject: str, text: str) -> Exception | None:
    """Why words can go to none of those, or not to all, whom a step is for; None: nothing that can be seen so early.

    It is a `templates.render.errors.TextError`. `places` are those that the workflow is attached to, if any: attached
    to a catalogue only, each mail speaks of that one. What a single catalogue or promotion has, is not asked.
    """
    if "{" not in subject + text:
        return None
    of_catalogue = all(place.scope is Scope.CATALOGUE for place in places)
    return _never_said(step.trigger, known_of_all(step), of_catalogue, subject, text)


@lru_cache(maxsize=64)
def _never_said(trigger: Trigger, segment: Segment, of_catalogue: bool, subject: str, text: str) -> Exception | None:
    from templates.render.errors import TextError
    from templates.render.template import Template

    named = tuple(_NAMED.findall(f"{subject} {text}"))
    try:
        Template(subject, text).fill(_values(_fitting(trigger, segment, of_catalogue), named))
    except TextError as problem:
        return problem
    return None


def _fitting(trigger: Trigger, segment: Segment, of_catalogue: bool) -> frozenset[str]:
    """The names of the fields that everybody has something to say for, a distribution being planned."""
    from templates.render.fields import ORDERED, fitting, holding

    rules = [
        (step.verb.value, "orders" if step.rule.name in ORDERED and step.rule.get("distribution") != "next" else name)
        for step in segment.steps
        for name in [step.rule.name]
    ]
    found = fitting(
        holding(segment.start.value, rules),
        distribution=True,
        catalogue=of_catalogue or trigger is Trigger.RECAP or trigger in OF_PROMOTION,
        promotion=trigger in OF_PROMOTION,
    )
    names = frozenset(fit.field.name for fit in found if fit.fits)
    if trigger is Trigger.RECAP:
        return frozenset(name for name in names if name.partition(".")[0] in OF_PRODUCER)
    return names


def _values(fitting: frozenset[str], named: tuple[str, ...]) -> Mapping[str, Any]:
    """Something for each field that fits, and nothing for the others; `named` are the catalogues that are asked for."""
    from templates.render.fields import FIELDS
    from templates.render.values import Lines

    values: dict[str, Any] = {"catalogues": named}
    for field in FIELDS:
        head, _dot, rest = field.name.partition(".")
        if rest:
            group = values.setdefault(head, {})
            if field.name in fitting:
                group[rest] = Lines([_ANY]) if rest == "lines" else _ANY
        elif field.call:
            values[head] = dict.fromkeys(named or (_ANY,), _ANY) if field.name in fitting else {}
        elif field.name in fitting:
            values[head] = _ANY
    return values
