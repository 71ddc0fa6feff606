"""What a writer should know about the people of a segment before writing to them again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from store.channels import EMAIL_ONLY
from store.clock import stamp, unstamp
from store.folding import folded
from store.limits import Limits, load_limits
from store.occurrence_subjects import occurrence_titles
from store.reach import reached_people
from store.rights import Right
from store.rule_conditions import Scope
from store.rule_messages import WRITTEN
from store.segments import Segment

if TYPE_CHECKING:
    from store.handle import Store
    from store.occurrence_records import Occurrence
    from store.transaction import Transaction

AUTOMATIC = ("opening", "last_call", "pickup", "automatic")
"""The kinds of mail that members get because of a date, and not because somebody has something to say."""
REMEMBERED = timedelta(days=365)
"""The same text is looked for among the messages of so many days."""


@dataclass(frozen=True, slots=True)
class AutomaticNear:
    """A mail that goes by a date, which `members` of the segment got or will get near this one; `at` is aware UTC.

    `kept`: it goes at that hour, and has not gone yet. `message_id` is None for one that a workflow will send.
    """

    message_id: int | None
    title: str
    at: datetime
    kept: bool
    members: int


@dataclass(frozen=True, slots=True)
class SameText:
    """A message with the same words that went to another segment; `at` (aware UTC) is when it was queued."""

    message_id: int
    title: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AdviceFacts:
    """What advice on a message is made of; words are for the screens.

    `recent` members were written to by other targeted messages within `limits.targeted_days`, or by workflows of what
    is not of a distribution or of their order, the last of them `recent_days` calendar days ago in the group's zone (0:
    today); of a message that is not targeted nobody is counted. `automatic` are mails of distributions and workflows
    that the same people got or get within `limits.automatic_days`, the most members first. `same_text` is the latest
    message with the same words to another segment.
    """

    limits: Limits
    recent: int
    recent_days: int
    automatic: tuple[AutomaticNear, ...]
    same_text: SameText | None


def advice_facts(
    store: Store,
    segment: Segment,
    kind: str,
    text: str,
    *,
    service: bool = False,
    message_id: int = 0,
    channels: Sequence[str] = EMAIL_ONLY,
) -> AdviceFacts:
    """The facts about a message of this kind to this segment; `message_id` is its own, which does not count.

    Only those whom this message reaches by mail or SMS are counted, and who got, or still gets, another so.
    Needs the right `messages.see`; raises what `compile_segment` raises.
    """
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        limits = load_limits(t)
        chosen = _reached(t, segment, kind, service, channels)
        recent, days = _recent(t, store, chosen, limits, message_id) if kind == "targeted" else (0, 0)
        near = _automatic_sent(t, chosen, limits, message_id) + _automatic_kept(t, store, chosen, limits, message_id)
        near += _automatic_coming(t, store, chosen, limits, message_id)
        return AdviceFacts(
            limits=limits,
            recent=recent,
            recent_days=days,
            automatic=tuple(sorted(near, key=lambda mail: (-mail.members, mail.at))),
            same_text=_same_text(t, segment, text, message_id),
        )


def _reached(t: Transaction, segment: Segment, kind: str, service: bool, channels: Sequence[str]) -> str:
    """The ids of the members who are written to as a JSON list: it is worked out once for all questions."""
    scope = Scope(t)
    people = reached_people(scope, segment, kind, service=service, channels=channels)
    written = f"{people} SELECT member_id FROM fates WHERE channel IN ('email', 'sms')"
    return json.dumps([row[0] for row in t.all(written, scope.bound)])


_MISSED = f"""missed AS MATERIALIZED (
            SELECT d.message_id, dp.member_id FROM lately m CROSS JOIN deliveries d ON d.message_id = m.id
            CROSS JOIN delivery_people dp ON dp.delivery_id = d.id
            WHERE d.kind = 'message' GROUP BY 1, 2 HAVING NOT max(d.state IN ({WRITTEN}))
        )"""
"""Who did not get a message of `lately` after all: each of the mails failed, came back, or is held.

Its few messages come first: the file may hold a million mails of others."""
_SPEAKS = """(kind = 'targeted' OR kind = 'automatic'
                AND EXISTS (SELECT 1 FROM occurrences e WHERE e.id = occurrence_id AND e.order_id IS NULL))"""
"""Of a message: it says something to some members that neither their order nor a distribution asks for."""
_COUNTS = "(m.state <> 'cancelled' OR m.withdrawn_at IS NOT NULL)"
"""Of a message: some may have got it; of a workflow's that was withdrawn half way, whom it had reached by then."""
_GOT = """r.message_id = m.id AND (r.reach = 'email' OR r.channel = 'sms')
                AND NOT EXISTS (SELECT 1 FROM missed x WHERE x.message_id = m.id AND x.member_id = r.member_id)"""
"""That a recipient `r` got the message `m`.

Who they are is looked at last (`+r.member_id`): many messages of workflows go to one member each."""


def _recent(t: Transaction, store: Store, chosen: str, limits: Limits, message_id: int) -> tuple[int, int]:
    """Member by member, the latest message first: mostly the first one that is looked at settles it."""
    row = t.one(
        f"""WITH chosen AS MATERIALIZED (SELECT value AS id FROM json_each(:chosen)),
        lately AS MATERIALIZED (
            SELECT id, queued_at FROM messages m WHERE queued_at > :since AND {_SPEAKS} AND {_COUNTS}
                AND id <> :own ORDER BY queued_at DESC
        ), {_MISSED}
        SELECT (SELECT count(*) FROM chosen c WHERE EXISTS (SELECT 1 FROM lately m CROSS JOIN recipients r
                ON r.member_id = c.id AND {_GOT})) AS members,
            (SELECT max(m.queued_at) FROM lately m WHERE EXISTS (SELECT 1 FROM recipients r
                WHERE {_GOT} AND +r.member_id IN (SELECT id FROM chosen))) AS last""",
        {"chosen": chosen, "since": stamp(t.now - timedelta(days=limits.targeted_days)), "own": message_id},
    )
    if row is None or row["last"] is None:
        return 0, 0
    today, day = (store.clock.to_wall(at).date() for at in (t.now, unstamp(row["last"])))
    return row["members"], (today - day).days


def _automatic_sent(t: Transaction, chosen: str, limits: Limits, message_id: int) -> list[AutomaticNear]:
    """Those that went out; what a workflow's step wrote to one member each, as a welcome does, is one mail."""
    rows = t.all(
        f"""WITH lately AS MATERIALIZED (
            SELECT m.id, coalesce(nullif(trim(label), ''), trim(subject)) AS title, queued_at, e.step_id
            FROM messages m LEFT JOIN occurrences e ON e.id = m.occurrence_id
            WHERE queued_at > :since AND kind IN (SELECT value FROM json_each(:kinds)) AND {_COUNTS}
                AND m.id <> :own AND coalesce(e.step_id, 0) NOT IN
                    (SELECT coalesce(workflow_step_id, -1) FROM messages WHERE id = :own)
        ), {_MISSED}
        SELECT m.id, m.title, max(m.queued_at) AS queued_at, count(DISTINCT r.member_id) AS members
        FROM lately m CROSS JOIN recipients r ON {_GOT}
        WHERE +r.member_id IN (SELECT value FROM json_each(:chosen))
        GROUP BY coalesce(-m.step_id, m.id)""",
        {
            "chosen": chosen,
            "since": stamp(t.now - timedelta(days=limits.automatic_days)),
            "kinds": json.dumps(AUTOMATIC),
            "own": message_id,
        },
    )
    return [AutomaticNear(row["id"], row["title"], unstamp(row["queued_at"]), False, row["members"]) for row in rows]


def _automatic_kept(t: Transaction, store: Store, chosen: str, limits: Limits, message_id: int) -> list[AutomaticNear]:
    """Those that are kept for an hour soon: their recipients are known only then, and counted now."""
    until = store.clock.to_wall(t.now + timedelta(days=limits.automatic_days)).isoformat(timespec="minutes")
    rows = t.all(
        """SELECT id, coalesce(nullif(trim(label), ''), trim(subject)) AS title, send_at, segment, kind,
            service_reason, channels
        FROM messages WHERE state = 'scheduled' AND send_at <= :until AND kind IN (SELECT value FROM json_each(:kinds))
            AND id <> :own""",
        {"until": until, "kinds": json.dumps(AUTOMATIC), "own": message_id},
    )
    here = set(json.loads(chosen))
    found = []
    for row in rows:
        there = _reached(
            t, Segment.from_json(row["segment"]), row["kind"], bool(row["service_reason"]), json.loads(row["channels"])
        )
        members = len(here.intersection(json.loads(there)))
        if members:
            at = store.clock.to_utc(datetime.fromisoformat(row["send_at"]))
            found.append(AutomaticNear(row["id"], row["title"], at, True, members))
    return found


def _automatic_coming(
    t: Transaction, store: Store, chosen: str, limits: Limits, message_id: int
) -> list[AutomaticNear]:
    """Those that workflows will send soon by themselves; what a step writes to one member each is one mail."""
    from store.occurrence_counts import People
    from store.occurrence_planning import planned
    from store.occurrence_records import CAN_GO

    until = t.now + timedelta(days=limits.automatic_days)
    here, people = set(json.loads(chosen)), People(t)
    reached: dict[int, set[int]] = {}
    first: dict[int, Occurrence] = {}
    for one in planned(t, store.clock, until) if limits.automatic_days else ():
        goes = one.state in CAN_GO and not one.never and one.step.message_id != message_id
        if goes and (members := here & people.reached(one)):
            reached.setdefault(one.step.id, set()).update(members)
            first.setdefault(one.step.id, one)
    titles = occurrence_titles(t, first)
    return [
        AutomaticNear(None, titles.get(step, one.step.subject), max(one.due, t.now), True, len(reached[step]))
        for step, one in first.items()
    ]


def _same_text(t: Transaction, segment: Segment, text: str, message_id: int) -> SameText | None:
    """Words are compared: case, accents, signs and line breaks apart."""
    wanted = folded(text)
    if not wanted:
        return None
    rows = t.all(
        """SELECT id, coalesce(nullif(trim(label), ''), trim(subject)) AS title, text, queued_at FROM messages
        WHERE queued_at > :since AND state <> 'cancelled' AND id <> :own AND segment <> :segment
            AND length(text) BETWEEN :least AND :most ORDER BY queued_at DESC""",
        {
            "since": stamp(t.now - REMEMBERED),
            "own": message_id,
            "segment": segment.to_json(),
            # Only what can be the same is read: signs and spaces are a part of any text's length.
            "least": len(text) * 3 // 4,
            "most": len(text) * 4 // 3 + 20,
        },
    )
    for row in rows:
        if folded(row["text"]) == wanted:
            return SameText(row["id"], row["title"], unstamp(row["queued_at"]))
    return None
