"""Members picked or dropped by hand: one more of them, as the step that says so in the fewest words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from store.errors import Invalid
from store.rules import make
from store.segments import Rule, Segment, Step, Verb

if TYPE_CHECKING:
    from store import Store

HAND = "member"
"""The rule of members chosen by hand."""


def ids_of(rule: Rule) -> tuple[int, ...]:
    """Whom a rule names by hand; nobody where it is another rule."""
    ids = rule.get("ids") if rule.name == HAND else None
    return ids if isinstance(ids, tuple) else ()


def hand_picks(segment: Segment) -> dict[int, Verb]:
    """Who was picked or dropped last: the members of the steps by hand that end the segment."""
    picks: dict[int, Verb] = {}
    for step in segment.steps[_first_hand(segment) :]:
        picks.update(dict.fromkeys(ids_of(step.rule), step.verb))
    return picks


def _first_hand(segment: Segment) -> int:
    number = len(segment.steps)
    while number and segment.steps[number - 1].rule.name == HAND and segment.steps[number - 1].verb is not Verb.KEEP:
        number -= 1
    return number


def picked(segment: Segment, member_id: int, verb: Verb, *, needed: bool = True) -> Segment:
    """The segment with a member added or removed at its end; where that is not `needed`, only without other picks.

    Raises `Invalid` for too many steps.
    """
    first = _first_hand(segment)
    steps = [*segment.steps[:first], *_without(segment.steps[first:], member_id)]
    if needed:
        last = steps[-1] if len(steps) > first else None
        if last is not None and last.verb is verb:
            steps[-1] = Step(verb, make(HAND, ids=(*ids_of(last.rule), member_id)))
        else:
            steps.append(Step(verb, make(HAND, ids=(member_id,))))
    return Segment(segment.start, tuple(steps))


def turned_in(segment: Segment, number: int, member_id: int) -> Segment:
    """The segment with a member named, or named no more, in the step by hand of this number."""
    step = segment.steps[number]
    ids = ids_of(step.rule)
    left = tuple(i for i in ids if i != member_id) if member_id in ids else (*ids, member_id)
    instead = (Step(step.verb, make(HAND, ids=left)),) if left else ()
    return Segment(segment.start, (*segment.steps[:number], *instead, *segment.steps[number + 1 :]))


def _without(steps: Sequence[Step], member_id: int) -> list[Step]:
    left = []
    for step in steps:
        ids = ids_of(step.rule)
        if member_id not in ids:
            left.append(step)
        elif others := tuple(i for i in ids if i != member_id):
            left.append(Step(step.verb, make(HAND, ids=others)))
    return left


def insiders(store: Store, segment: Segment, ids: Iterable[int]) -> set[int]:
    """Which of these members are in the segment."""
    wanted = tuple(ids)
    if not wanted:
        return set()
    try:
        narrowed = segment.then(Verb.KEEP, make(HAND, ids=wanted))
    except Invalid:  # no room for one more step
        return {i for i in wanted if store.segments.fate(segment, i).selected}
    found = store.segments.people(narrowed, limit=len(wanted))
    return {person.member_id for people in (found.reached, found.unreachable, found.opted_out) for person in people}


def toggled(store: Store, segment: Segment, member_id: int) -> Segment:
    """The segment with a member in it who was out, or without one who was in."""
    inside = store.segments.fate(segment, member_id).selected
    return picked_if_out(store, segment, member_id, Verb.REMOVE if inside else Verb.ADD)


def picked_if_out(store: Store, segment: Segment, member_id: int, verb: Verb) -> Segment:
    """The segment with a member added or removed at its end, if taking back what was picked before is not enough."""
    bare = picked(segment, member_id, verb, needed=False)
    inside = store.segments.fate(bare, member_id).selected
    return bare if inside == (verb is Verb.ADD) else picked(segment, member_id, verb)
