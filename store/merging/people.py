"""The people of two merged households, and what they refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from store.household import place_people
from store.merging.plan import Plan
from store.people import Member, Preference
from store.preferences import all_preferences, keep_refusals, load_preferences, write_said

if TYPE_CHECKING:
    from store.transaction import Transaction


def move_people(t: Transaction, plan: Plan, keep_id: int, other: Member) -> None:
    """Bring those who stay into the kept household, with what either of them refused; the others into the other one.

    They keep their ids. The other household keeps the names of those who left it, so that one can tell whose it was.
    """
    for joined in plan.everybody:
        if joined.other is not None and joined.other.id is not None:
            keep_refusals(t, joined.other.id)
            _refuse(t, joined.id, load_preferences(t, joined.other.id))
    for person in plan.leaving:
        keep_refusals(t, person.id or 0)
    staying = [joined.id for joined in plan.staying]
    rest = [person.id for person in (*plan.leaving, *(j.other for j in plan.everybody if j.other)) if person.id]
    places = {person_id: (keep_id, place) for place, person_id in enumerate(staying, 1)}
    places |= {person_id: (other.id or 0, place) for place, person_id in enumerate(rest, 1)}
    place_people(t, places)
    moved = [person for person in other.people if person.id in staying]
    for place, person in enumerate(moved[: 2 - len(rest)], len(rest) + 1):
        t.insert(
            "people",
            member_id=other.id,
            position=place,
            first_name=person.first_name,
            last_name=person.last_name,
        )


def refusals(t: Transaction, plan: Plan) -> tuple[tuple[str, str], ...]:
    """What comes to be refused for somebody who stays: (name, "email targeted")."""
    found = []
    for joined in plan.staying:
        if joined.other is None or joined.other.id is None:
            continue
        mine = {(p.channel, p.kind): p.allowed for p in all_preferences(t, joined.id)}
        found += [
            (joined.person.name, f"{p.channel} {p.kind}")
            for p in load_preferences(t, joined.other.id)
            if not p.allowed and mine[p.channel, p.kind]
        ]
    return tuple(found)


def later_refusals(t: Transaction, same: Sequence[Sequence[int]], since: str) -> None:
    """What a person refused since, for whom the person is in the other household too."""
    for stays, other in same:
        _refuse(t, other, [p for p in load_preferences(t, stays) if p.since > since and not p.allowed])


def _refuse(t: Transaction, person_id: int, said: Sequence[Preference]) -> None:
    """Let a person's wishes hold for another one who is the same; of two a refusal counts, of two refusals STOP."""
    known = {(p.channel, p.kind): p for p in load_preferences(t, person_id)}
    for preference in said:
        mine = known.get((preference.channel, preference.kind))
        if mine is not None and (preference.allowed or (not mine.allowed and not preference.stopped)):
            continue
        write_said(t, person_id, preference)
