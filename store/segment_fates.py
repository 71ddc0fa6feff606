"""Why one member is in a segment or not, and how a message would reach it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.channels import EMAIL_ONLY
from store.household import load_member
from store.member_resolving import kept
from store.opted_out import refusals
from store.people import EmailState, Member, Preference
from store.reach import Reach, phone_to_call, recipients
from store.rules import make
from store.segment_sql import compile_ways, follow
from store.segment_steps import NOBODY, Verb

if TYPE_CHECKING:
    from store.segment_steps import Segment
    from store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class PersonFate:
    """How one person of a household is reached: the address, what is known of it, and what the person `refused`."""

    person_id: int
    name: str
    address: str
    state: EmailState
    refused: Preference | None

    @property
    def gets_mail(self) -> bool:
        """Whether mail goes to this person's address."""
        return self.state is EmailState.HAS and bool(self.address) and self.refused is None


@dataclass(frozen=True, slots=True)
class Fate:
    """A member's way through a segment, and how a message would reach it.

    `inside` says whether it is in at the start and after each step, `found` whether the rule of each step finds it:
    one that is added twice comes in once. Who is archived or erased is in no segment: both are empty then. `reach` is
    told of members that are out, too, and so is `channel`, see `store.reach.Recipient`. `phone` is the number to call,
    "" where there is none.
    """

    member_id: int
    name: str
    phone: str
    archived: bool
    erased: bool
    inside: tuple[bool, ...]
    found: tuple[bool, ...]
    reach: Reach
    people: tuple[PersonFate, ...]
    channel: str = ""

    @property
    def selected(self) -> bool:
        """Whether the member is in the segment."""
        return bool(self.inside) and self.inside[-1]


def read_fate(
    t: Transaction,
    segment: Segment,
    member_id: int,
    kind: str,
    *,
    service: bool,
    channels: Sequence[str] = EMAIL_ONLY,
) -> Fate:
    """The fate of a member, or of the one that it was merged into; raises `NotFound`, and as `compile_segment`."""
    member = load_member(t, kept(t, member_id))
    people = _people(t, member, kind, service)
    inside: tuple[bool, ...] = ()
    found: tuple[bool, ...] = ()
    sql, bound = compile_ways(t, segment)
    if not member.archived:
        way = t.value(f"SELECT way FROM ({sql}) WHERE id = :fate_member", {**bound, "fate_member": member.id})
        inside = follow(segment, way)
        found = tuple(bool(way >> number & 1) for number in range(len(segment.steps)))
    return Fate(
        member_id=member.id or member_id,
        name=member.name,
        phone=phone_to_call(t, member.id or member_id),
        archived=member.archived,
        erased=member.erased,
        inside=inside,
        found=found,
        reach=_reach(people),
        people=people,
        channel="" if member.archived else _channel(t, member.id or member_id, kind, service, channels),
    )


def _channel(t: Transaction, member_id: int, kind: str, service: bool, channels: Sequence[str]) -> str:
    alone = NOBODY.then(Verb.ADD, make("member", ids=(member_id,)))
    return recipients(t, alone, kind, service=service, channels=channels)[0].channel


def _people(t: Transaction, member: Member, kind: str, service: bool) -> tuple[PersonFate, ...]:
    ids = [person.id for person in member.people if person.id is not None]
    refused = refusals(t, ids, kind, service=service)
    return tuple(
        PersonFate(person.id, person.name, person.email, person.email_state, refused.get(person.id))
        for person in member.people
        if person.id is not None
    )


def _reach(people: tuple[PersonFate, ...]) -> Reach:
    usable = [person for person in people if person.state is EmailState.HAS and person.address]
    if not usable:
        return Reach.UNREACHABLE
    return Reach.EMAIL if any(person.gets_mail for person in usable) else Reach.OPTED_OUT
