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
_JOINED = {
    Verb.ADD: "({so_far} OR {rule})",
    Verb.KEEP: "({so_far} AND {rule})",
    Verb.REMOVE: "({so_far} AND NOT {rule})",
}
# From nobody or everyone on, one side is known: without it SQLite can take an index for the first rule.
_FIRST = {
    (Start.NOBODY, Verb.ADD): "{rule}",
    (Start.NOBODY, Verb.KEEP): "0",
    (Start.NOBODY, Verb.REMOVE): "0",
    (Start.EVERYONE, Verb.ADD): "1",
    (Start.EVERYONE, Verb.KEEP): "{rule}",
    (Start.EVERYONE, Verb.REMOVE): "NOT {rule}",
}


def compile_segment(t: Transaction, segment: Segment) -> Sql:
    """One SELECT of the ids of the segment's members, archived ones left out, and its parameters.

    It can stand in brackets inside another statement: its parameters are called `segment_0`, `segment_1`, …
    Raises `NotFound` or `Ambiguous` for a catalogue, distribution, product or message that cannot be found, and
    `Invalid` for a rule that this program does not know.
    """
    scope = Scope(t)
    return select_segment(scope, segment), scope.bound


def select_segment(scope: Scope, segment: Segment) -> str:
    """The same SELECT for a statement that has more of this scope's conditions in it; raises as `compile_segment`."""
    so_far = "1" if segment.start is Start.EVERYONE else "0"
    for number, step in enumerate(segment.steps):
        rule = _condition(scope, step.rule)
        joined = _FIRST[segment.start, step.verb] if number == 0 else _JOINED[step.verb]
        so_far = joined.format(so_far=so_far, rule=rule)
    return f"SELECT m.id FROM {MEMBERS} AND {so_far}"


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
