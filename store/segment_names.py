"""Segments with things by their names, to be read by people, and by their ids, to outlive a change of name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from store.errors import StoreError
from store.folding import fold
from store.rule_conditions import Scope
from store.rule_subjects import LAST, NAMED, NEXT, Kind, find
from store.rule_values import checked
from store.rules import REGISTRY
from store.segment_steps import Rule, Segment, Step, Value

if TYPE_CHECKING:
    from store.transaction import Transaction


def with_names(t: Transaction, segment: Segment) -> Segment:
    """The segment with each thing by its name, or its day, where that means this thing and no other."""
    scope = Scope(t)
    names: dict[Kind, dict[int, str]] = {}
    return _with_values(segment, lambda kind, value: _name(scope, names, kind, value))


def with_ids(t: Transaction, segment: Segment) -> Segment:
    """The segment with each thing by its id that can be found; `next` and `last` stay."""
    scope = Scope(t)
    return _with_values(segment, lambda kind, value: _id(scope, kind, value))


def _with_values(segment: Segment, value_of: Callable[[Kind, Value], Value]) -> Segment:
    steps = []
    for step in segment.steps:
        row = REGISTRY.get(step.rule.name)
        kinds = {parameter.name: parameter.kind for parameter in row.parameters} if row else {}
        values = tuple(
            (name, value_of(kinds[name], value) if kinds.get(name) in _THINGS else value)
            for name, value in step.rule.parameters
        )
        steps.append(Step(step.verb, Rule(step.rule.name, values)))
    return Segment(segment.start, tuple(steps))


_THINGS = (*NAMED, Kind.DISTRIBUTION)


def _name(scope: Scope, names: dict[Kind, dict[int, str]], kind: Kind, value: Value) -> Value:
    if not isinstance(value, int):
        return value
    if kind not in names:
        names[kind] = _days(scope) if kind is Kind.DISTRIBUTION else _names(scope, kind)
    return names[kind].get(value, value)


def _names(scope: Scope, kind: Kind) -> dict[int, str]:
    """The names that no other thing of the kind has, not even with other accents."""
    rows = scope.t.all(NAMED[kind])
    alike = Counter(fold(row["name"]) for row in rows)
    return {row["id"]: row["name"] for row in rows if alike[fold(row["name"])] == 1 and _readable(kind, row["name"])}


def _days(scope: Scope) -> dict[int, str]:
    rows = scope.t.all("SELECT min(id) AS id, day FROM distributions GROUP BY day HAVING count(*) = 1")
    return {row["id"]: row["day"] for row in rows}


def _readable(kind: Kind, name: str) -> bool:
    try:
        return checked(kind, name) == name
    except ValueError:
        return False


def _id(scope: Scope, kind: Kind, value: Value) -> Value:
    if isinstance(value, int) or (value in (NEXT, LAST) and kind is Kind.DISTRIBUTION):
        return value
    try:
        return find(scope.t, kind, value, scope.wall)
    except StoreError:
        return value
