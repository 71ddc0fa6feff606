"""A segment as one SQL statement, and each member's way through its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.rule_conditions import Scope
from store.rules import make, rule_type
from store.segment_steps import Rule, Segment, Start, Verb

if TYPE_CHECKING:
    from store.transaction import Transaction

Sql = tuple[str, dict[str, Any]]

# Walking through the members by id keeps the walks through people and orders in step; by name takes twice as long.
MEMBERS = "members m NOT INDEXED WHERE m.archived_at IS NULL"


def compile_segment(t: Transaction, segment: Segment) -> Sql:
    """One SELECT of the ids of the segment's members, archived ones left out, and its parameters.

    It can stand in brackets inside another statement: its parameters are called `segment_0`, `segment_1`, …
    Raises `NotFound` or `Ambiguous` for a catalogue, distribution, product or message that cannot be found, and
    `Invalid` for a rule that this program does not know.
    """
    scope = Scope(t)
    return select_segment(scope, segment), scope.bound


def select_segment(scope: Scope, segment: Segment) -> str:
    """The same SELECT for a statement that has more of this scope's conditions in it; raises the same."""
    return f"SELECT m.id FROM {MEMBERS} AND {_chosen(scope, segment)}"


def _chosen(scope: Scope, segment: Segment) -> str:
    """Whether `m` is in. No bracket stands in a bracket: SQLite reads only so many at once.

    The last steps that only take away are conditions of their own, so that SQLite can take an index for one of them.
    """
    steps = [(step.verb, _condition(scope, step.rule)) for step in segment.steps]
    taking = next((n for n, (verb, _rule) in enumerate(reversed(steps)) if verb is Verb.ADD), len(steps))
    before, after = steps[: len(steps) - taking], steps[len(steps) - taking :]
    conditions = [rule if verb is Verb.KEEP else f"NOT {rule}" for verb, rule in after]
    if before or segment.start is Start.NOBODY:
        conditions.insert(0, _added(segment.start, before))
    return " AND ".join(conditions) or "1"


def _added(start: Start, steps: list[tuple[Verb, str]]) -> str:
    """Whether `m` is in after steps that end with one that adds: the last step that concerns it decides."""
    if start is Start.NOBODY and all(verb is Verb.ADD for verb, _rule in steps):
        return f"({' OR '.join(rule for _verb, rule in steps)})" if steps else "0"
    decide = {Verb.ADD: "WHEN {} THEN 1", Verb.KEEP: "WHEN NOT {} THEN 0", Verb.REMOVE: "WHEN {} THEN 0"}
    whens = " ".join(decide[verb].format(rule) for verb, rule in reversed(steps))
    return f"CASE {whens} ELSE {int(start is Start.EVERYONE)} END"


def compile_ways(t: Transaction, segment: Segment) -> Sql:
    """A SELECT of `id` and `way` of every member: bit n of the way is 1 where the rule of step n finds the member.

    Raises what `compile_segment` raises.
    """
    scope = Scope(t)
    bits = [f"({_condition(scope, step.rule)} << {number})" for number, step in enumerate(segment.steps)]
    return f"SELECT m.id, {' | '.join(bits) or '0'} AS way FROM {MEMBERS}", scope.bound


def follow(segment: Segment, way: int) -> tuple[bool, ...]:
    """Whether a member with this way is in at the start and after each step."""
    inside = [segment.start is Start.EVERYONE]
    for number, step in enumerate(segment.steps):
        found = bool(way >> number & 1)
        if step.verb is Verb.ADD:
            inside.append(inside[-1] or found)
        else:
            inside.append(inside[-1] and found == (step.verb is Verb.KEEP))
    return tuple(inside)


def _condition(scope: Scope, rule: Rule) -> str:
    row = rule_type(rule.name)
    return f"({row.condition(scope, make(rule.name, **dict(rule.parameters)))})"
