"""Which other messages the members of a segment got lately or are about to get, and leaving those members out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from store.clock import resolve, stamp, unstamp
from store.limits import load_limits
from store.reach import Reach, reached_people
from store.rights import Right
from store.rule_conditions import Scope
from store.rule_messages import WRITTEN, written_to
from store.rules import make
from store.segment_steps import Segment, Step, Verb
from store.settings import load_group

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction

SHOWN = 5
"""Messages that are worth a line each."""
KEPT = 20
"""Messages kept for an hour that are counted, those of the next hours."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another message that members of a segment have, or will have at its hour.

    `at` is when it was put into the outbox or, of one that is `kept`, its hour; aware UTC. `members` of the
    `selected` members who are reached by mail have it: as many as `leave_out` takes away of them.
    """

    message_id: int
    title: str
    kind: str
    at: datetime
    members: int
    selected: int
    kept: bool = False


_OTHERS = f"""mailed AS MATERIALIZED (SELECT member_id AS id FROM fates WHERE reach = :overlap_reach),
    others AS (
        SELECT d.message_id AS id, count(DISTINCT dp.member_id) AS members
        FROM messages m JOIN deliveries d ON d.message_id = m.id JOIN delivery_people dp ON dp.delivery_id = d.id
        WHERE m.queued_at >= :overlap_since AND m.id IS NOT :overlap_message AND m.occurrence_id IS NULL
            AND d.kind = 'message'
            AND d.state IN ({WRITTEN}) AND dp.member_id IN (SELECT id FROM mailed)
        GROUP BY d.message_id
        UNION ALL SELECT m.id, count(*) FROM messages m JOIN recipients r ON r.message_id = m.id
        WHERE m.imported_key IS NOT NULL AND m.queued_at >= :overlap_since AND m.id IS NOT :overlap_message
            AND r.member_id IN (SELECT id FROM mailed)
        GROUP BY m.id {{kept}}
    )"""
"""How many of those whom the segment reaches by mail have each other message, those of other systems too; `kept`
counts those kept for an hour."""
_SHOWN = """SELECT o.id, o.members, m.kind, m.queued_at, (SELECT count(*) FROM mailed) AS selected,
        coalesce(nullif(trim(m.label), ''), trim(m.subject)) AS title
    FROM others o JOIN messages m ON m.id = o.id WHERE o.members > 0
    ORDER BY o.members DESC, coalesce(m.queued_at, m.send_at) DESC, o.id DESC LIMIT :overlap_limit"""


def leave_out(segment: Segment, message_id: int) -> Segment:
    """The segment without those who have this message or will have it; raises `Invalid` for too many steps."""
    step = Step(Verb.REMOVE, make("written_to", message=message_id))
    return segment if segment.steps[-1:] == (step,) else segment.then(step.verb, step.rule)


def overlap(
    store: Store,
    segment: Segment,
    *,
    message_id: int | None = None,
    kind: str = "targeted",
    service: bool = False,
    limit: int = SHOWN,
) -> tuple[Overlap, ...]:
    """The other messages that most of the segment's members have, those of most members first.

    Of the messages queued within the limit's days, also by another system, and those kept for an hour that comes within
    as many; what workflows send every week is not among them, and counted near its day only (`store.message_advice`).
    `message_id` is the message that is written, which is not named; `kind` and `service` are its own, since who refuses
    it is not counted. Needs the right `messages.see`; raises what `compile_segment` raises.
    """
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        days = timedelta(days=load_limits(t).overlap_days)
        if not days:
            return ()
        hours = _kept(t, message_id, t.now + days)
        scope = Scope(t)
        people = reached_people(scope, segment, kind, service=service)
        others = _OTHERS.format(kept=" ".join(_have(scope, kept) for kept in hours))
        rows = t.all(
            f"{people}, {others} {_SHOWN}",
            {
                **scope.bound,
                "overlap_reach": Reach.EMAIL.value,
                "overlap_since": stamp(t.now - days),
                "overlap_message": message_id,
                "overlap_limit": limit,
            },
        )
    return tuple(
        Overlap(
            message_id=row["id"],
            title=row["title"],
            kind=row["kind"],
            at=hours[row["id"]] if row["id"] in hours else unstamp(row["queued_at"]),
            members=row["members"],
            selected=row["selected"],
            kept=row["id"] in hours,
        )
        for row in rows
    )


def _kept(t: Transaction, but: int | None, until: datetime) -> dict[int, datetime]:
    """The hours of the messages that are kept for one that comes before `until`, as aware UTC."""
    zone = ZoneInfo(load_group(t).timezone)
    rows = t.all(
        "SELECT id, send_at FROM messages WHERE state = 'scheduled' AND id IS NOT ? ORDER BY send_at LIMIT ?",
        (but, KEPT),
    )
    hours = {row["id"]: resolve(datetime.fromisoformat(row["send_at"]), zone) for row in rows}
    return {message: hour for message, hour in hours.items() if hour <= until}


def _have(scope: Scope, message_id: int) -> str:
    """How many of `mailed` a kept message reaches."""
    condition = written_to(scope, make("written_to", message=message_id))
    return f"""UNION ALL SELECT {message_id}, count(*) FROM mailed
        WHERE id IN (SELECT m.id FROM members m WHERE {condition})"""
