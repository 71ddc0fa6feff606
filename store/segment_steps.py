"""A segment: where it starts and the steps that add, keep or remove members, as plain values.

Nothing here knows the file: catalogues, distributions, products and messages stand as the id or the name they were
given by, and `next` and `last` stay as they are until the segment is used.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from store.errors import Invalid

Value = int | str | tuple[int, ...]
"""A parameter: a number, cents or an id; a name, text or ISO date; the ids of members."""

MAX_STEPS = 60
"""More steps than anybody reads, and as many as there are bits to tell a member's way through them."""


class Verb(StrEnum):
    """What a step does with the members that its rule finds."""

    ADD = "add"
    KEEP = "keep"
    REMOVE = "remove"


class Start(StrEnum):
    """Whom a segment begins with."""

    NOBODY = "nobody"
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition: a name of `store.rules.REGISTRY` and its parameters, in the registry's order.

    Make one with `store.rules.make`, which checks the parameters and puts them in order.
    """

    name: str
    parameters: tuple[tuple[str, Value], ...] = ()

    def get(self, name: str) -> Value | None:
        """The value of a parameter, or None where it was left out."""
        return dict(self.parameters).get(name)


@dataclass(frozen=True, slots=True)
class Step:
    """A rule and what to do with those whom it finds."""

    verb: Verb
    rule: Rule


@dataclass(frozen=True, slots=True)
class Segment:
    """A start and steps in their order; raises `Invalid` for more than `MAX_STEPS` of them."""

    start: Start = Start.NOBODY
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if len(self.steps) > MAX_STEPS:
            raise Invalid("segment", str(len(self.steps)), "too_many_steps")

    def then(self, verb: Verb, rule: Rule) -> Segment:
        """This segment with one more step."""
        return Segment(self.start, (*self.steps, Step(verb, rule)))

    def to_json(self) -> str:
        """The segment as the file keeps it."""
        steps = [
            {"verb": step.verb.value, "rule": step.rule.name, "parameters": dict(step.rule.parameters)}
            for step in self.steps
        ]
        return json.dumps({"start": self.start.value, "steps": steps}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Segment:
        """The segment that `to_json` wrote; raises `Invalid` for anything else."""
        try:
            data = json.loads(text)
            steps = tuple(
                Step(
                    Verb(step["verb"]), Rule(step["rule"], tuple((k, _value(v)) for k, v in step["parameters"].items()))
                )
                for step in data["steps"]
            )
            return cls(Start(data["start"]), steps)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Invalid("segment", text, "unreadable") from error


def _value(value: Any) -> Value:
    if isinstance(value, list):
        return tuple(int(item) for item in value)
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError(value)
    return value


NOBODY = Segment(Start.NOBODY)
EVERYONE = Segment(Start.EVERYONE)
