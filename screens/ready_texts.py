"""The ready texts for a segment: those that suit such people first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.segments import Segment
    from templates.render.starters import Starter

OPPOSITES = {"ordered": "not_ordered", "not_ordered": "ordered", "has_email": "no_email", "no_email": "has_email"}


def ready_texts(language: str, segment: Segment) -> list[Starter]:
    """The starters in a language, the best one for the segment first."""
    from templates.render.starters import starters

    return starters(language, suited_by(segment))


def suited_by(segment: Segment) -> list[str]:
    """What a segment says of its people: the rules that put them in; who was removed for a rule is its opposite."""
    rules = ["everyone"] if segment.start == "everyone" and not segment.steps else []
    for step in segment.steps:
        name = step.rule.name if step.verb != "remove" else OPPOSITES.get(step.rule.name)
        rules += [name] if name else []
    return rules
