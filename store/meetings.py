"""Where two mails come to the same members within a few days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from store.clock import stamp, unstamp
from store.delivery_records import TITLE
from store.errors import StoreError
from store.limits import load_limits
from store.occurrence_records import CAN_GO
from store.rule_messages import WRITTEN
from store.segment_steps import Segment

if TYPE_CHECKING:
    from store.clock import Clock
    from store.occurrence_counts import People
    from store.occurrence_records import Occurrence
    from store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Meeting:
    """Another mail that `members` of an occurrence's members get within the limit's days.

    It is an occurrence to come (`with_`), or a message (`message_id`) that went out automatically or is kept for an
    hour. `title` is the label or else the subject, `at` when it goes or went, aware UTC.
    `both` are the members of the two, of which those in both are meant.
    """

    title: str
    at: datetime
    members: int
    with_: Occurrence | None = None
    message_id: int | None = None
    both: tuple[frozenset[int], frozenset[int]] = field(default=(frozenset(), frozenset()), compare=False, repr=False)

    def who(self) -> frozenset[int]:
        """The ids of the members who get both."""
        return self.both[0] & self.both[1]


@dataclass(frozen=True, slots=True)
class _Mail:
    """A mail and whom it reaches. `of` is the row of the occurrence that it was sent for."""

    title: str
    at: datetime
    members: frozenset[int]
    occurrence: Occurrence | None = None
    message_id: int | None = None
    of: int | None = None


_WENT = f"""SELECT m.id, m.occurrence_id, m.queued_at, {TITLE} AS title, dp.member_id
    FROM messages m JOIN deliveries d ON d.message_id = m.id JOIN delivery_people dp ON dp.delivery_id = d.id
    WHERE m.occurrence_id IS NOT NULL AND m.queued_at >= ? AND d.kind = 'message' AND d.state IN ({WRITTEN})"""
_KEPT = f"""SELECT m.id, m.send_at, m.segment, m.kind, m.service_reason, {TITLE} AS title
    FROM messages m WHERE m.state = 'scheduled' AND m.send_at <= ? ORDER BY m.send_at LIMIT 20"""


def find_meetings(
    t: Transaction, clock: Clock, people: People, occurrences: Iterable[Occurrence]
) -> Mapping[tuple[int, str], tuple[Meeting, ...]]:
    """See `Occurrences.meetings`; only what meets something is in it, with what it meets by its hour."""
    days = timedelta(days=load_limits(t).automatic_days)
    going = [_going(t, people, one) for one in occurrences if one.state in CAN_GO]
    going = [one for one in going if one.members]
    if not days or not going:
        return {}
    last = max(one.at for one in going) + days
    mails = sorted([*going, *_went(t, t.now - days), *_kept(t, clock, people, last)], key=lambda mail: mail.at)
    found: dict[tuple[int, str], list[Meeting]] = {}
    first = 0
    for here, mail in enumerate(mails):
        while mail.at - mails[first].at > days:
            first += 1
        for other in mails[first:here]:
            _meet(found, other, mail)
    return {key: tuple(sorted(met, key=lambda meeting: meeting.at)) for key, met in found.items()}


def _meet(found: dict[tuple[int, str], list[Meeting]], first: _Mail, second: _Mail) -> None:
    if first.occurrence is None and second.occurrence is None:
        return
    if not (members := len(first.members & second.members)):
        return
    for one, other in ((first, second), (second, first)):
        if one.occurrence is not None and (other.of is None or other.of != one.occurrence.id):
            met = Meeting(
                other.title, other.at, members, other.occurrence, other.message_id, (one.members, other.members)
            )
            found.setdefault((one.occurrence.step.id, one.occurrence.key), []).append(met)


def _going(t: Transaction, people: People, one: Occurrence) -> _Mail:
    title = people.words(one.step.message_id).title
    return _Mail(title, max(one.due, t.now), people.reached(one), occurrence=one)


def _went(t: Transaction, since: datetime) -> list[_Mail]:
    members: dict[int, set[int]] = {}
    said = {}
    for row in t.all(_WENT, (stamp(since),)):
        members.setdefault(row["id"], set()).add(row["member_id"])
        said[row["id"]] = (row["title"], unstamp(row["queued_at"]), row["occurrence_id"])
    return [
        _Mail(said[number][0], said[number][1], frozenset(who), message_id=number, of=said[number][2])
        for number, who in members.items()
    ]


def _kept(t: Transaction, clock: Clock, people: People, last: datetime) -> list[_Mail]:
    found = []
    for row in t.all(_KEPT, (clock.to_wall(last).isoformat(timespec="minutes"),)):
        at = clock.to_utc(datetime.fromisoformat(row["send_at"]))
        ways = people.ways(row["kind"], service=bool(row["service_reason"]))
        try:
            members = people.chosen(Segment.from_json(row["segment"])) & ways.email
        except StoreError:
            continue
        found.append(_Mail(row["title"], max(at, t.now), members, message_id=row["id"]))
    return found
