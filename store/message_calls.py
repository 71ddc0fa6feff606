"""The call list of a message: whom none of its channels reaches, or whom no mail or SMS of it reached.

That is every member who is left for it (without a usable address, where there is e-mail only), and every member whose
mails or SMS of this message failed, came back or were held, as too late or for an address or number that does not work
or was changed, while no other one is sent, waits, is under way or in doubt. Who gets a letter or a row of a file is not
called, nor who does not want such messages, nor who has left the group.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from store import member_search
from store.clock import stamp
from store.distribution_records import next_distribution
from store.errors import Invalid, NotAllowed, NotFound
from store.message_records import Call, CallList
from store.message_rows import CALLED, load_message, moment
from store.rights import Right
from store.rule_messages import WRITTEN
from templates.words import N_

if TYPE_CHECKING:
    import sqlite3

    from store.clock import Clock
    from store.message_records import Message
    from store.people import MemberRow
    from store.transaction import Transaction

RECENT = timedelta(days=14)
"""How long after a message its calls are spoken of without being asked for."""

STATES = {"called": N_("called"), "not_reached": N_("not reached"), "ordered": N_("ordered")}
"""What can come of a call, and what that is called; to be translated."""

_CALLERS = (Right.MEMBERS, Right.ORDERS, Right.MESSAGES_SEND)
BY_CALL = "(r.channel = 'call' OR r.channel IS NULL AND r.reach = 'unreachable')"
"""Of a recipient `r`: none of the message's channels reaches the member; NULL is of before there were others."""

_TO_CALL = f"""m.archived_at IS NULL AND ({BY_CALL} OR coalesce(r.channel, r.reach) IN ('email', 'sms')
        AND r.member_id IN (SELECT dp.member_id FROM deliveries d JOIN delivery_people dp ON dp.delivery_id = d.id
            WHERE d.message_id = :id AND d.kind = 'message'
                AND (d.state IN ('failed', 'bounced')
                    OR d.state = 'held' AND d.reason IN ('too_late', 'bounced', 'address_changed')))
        AND NOT EXISTS (SELECT 1 FROM delivery_people dp JOIN deliveries d ON d.id = dp.delivery_id
            WHERE dp.member_id = r.member_id AND d.message_id = :id AND d.kind = 'message'
                AND d.state IN ({WRITTEN})))"""
"""The condition of a recipient `r` of the message `:id`, the member `m`, who is to be called.

The mails and SMS of the message that reached nobody are looked up first, and once: a member has mails of years.
"""


def require_caller(t: Transaction) -> None:
    """Raise `NotAllowed` unless the operator takes orders, knows the members, or sees or sends messages."""
    if not any(t.actor.may(right) for right in (*_CALLERS, Right.MESSAGES_SEE)):
        raise NotAllowed(Right.MESSAGES_SEE.value)


def call_list(t: Transaction, clock: Clock, message_id: int) -> CallList:
    """Whom to call, by name: nobody for a draft. Raises `NotFound`."""
    message = load_message(t, message_id)
    return CallList(
        message_id=message_id,
        title=message.title,
        queued_at=message.queued_at,
        distribution_id=message.distribution_id,
        calls=() if message.queued_at is None or message.imported_at else _calls(t, clock, message, message.queued_at),
    )


def _calls(t: Transaction, clock: Clock, message: Message, queued_at: datetime) -> tuple[Call, ...]:
    distribution = message.distribution_id or next_distribution(t, clock.to_wall(queued_at))
    rows = t.all(
        f"""SELECT r.member_id, r.call_state, r.call_at, coalesce(o.name, '') AS caller,
            EXISTS (SELECT 1 FROM orders k WHERE k.member_id = r.member_id AND k.distribution_id = :distribution
                AND k.state = 'confirmed' AND k.filled = 1 AND k.confirmed_at > :queued) AS ordered
        FROM recipients r JOIN members m ON m.id = r.member_id LEFT JOIN operators o ON o.id = r.call_by
        WHERE r.message_id = :id AND {_TO_CALL}
        ORDER BY m.sort_key, m.id""",
        {"id": message.id, "distribution": distribution, "queued": stamp(queued_at)},
    )
    found = {row.id: row for row in member_search.rows(t, [row["member_id"] for row in rows])}
    return tuple(
        Call(
            member_id=row["member_id"],
            name=found[row["member_id"]].name,
            **_numbers(found[row["member_id"]]),
            state=row["call_state"],
            at=moment(row["call_at"]),
            by=row["caller"],
            ordered_since=bool(row["ordered"]),
        )
        for row in rows
    )


def _numbers(member: MemberRow) -> dict[str, str]:
    """The number to call, and the mobile one where it is another."""
    phone = member.phone or member.mobile
    return {"phone": phone, "mobile": member.mobile if member.mobile != phone else ""}


def to_call(t: Transaction, clock: Clock) -> tuple[CallList, ...]:
    """The call lists with somebody left to be called, of messages of the last `RECENT`, the latest first.

    Of a message that was cancelled before anything of it went nobody is to be told. What workflows send is told on the
    phone, too, where it is about a distribution: opening, last call, pick-up; once the distribution has changed, what
    was withdrawn is not: it is written anew.
    """
    rows = t.all(
        f"""SELECT m.id, o.step_id, o.key FROM messages m
            LEFT JOIN occurrences o ON o.id = m.occurrence_id AND o.state = 'nobody'
        WHERE m.queued_at >= ? AND m.archived_at IS NULL
            AND (m.occurrence_id IS NULL
                OR m.kind IN (SELECT value FROM json_each(?)) AND m.state <> 'cancelled')
            AND (m.state <> 'cancelled' OR EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = m.id
                AND d.kind = 'message' AND d.state IN ({WRITTEN})))
            AND m.imported_at IS NULL
            AND (EXISTS (SELECT 1 FROM recipients r WHERE r.message_id = m.id AND {BY_CALL}
                    AND coalesce(r.call_state, 'not_reached') = 'not_reached')
                OR EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = m.id AND d.kind = 'message'
                    AND d.state IN ('failed', 'bounced', 'held')))
        ORDER BY m.queued_at DESC, m.id DESC""",
        (stamp(t.now - RECENT), json.dumps(CALLED)),
    )
    found = (call_list(t, clock, row["id"]) for row in rows if row["key"] is None or not _again(t, clock, row))
    return tuple(one for one in found if one.left)


def _again(t: Transaction, clock: Clock, row: sqlite3.Row) -> bool:
    """Whether a message that only calls were made from comes again later: its distribution has moved."""
    from store.occurrence_planning import find_occurrence
    from store.occurrence_records import CAN_GO

    occurrence = find_occurrence(t, clock, row["step_id"], row["key"])
    return occurrence is not None and occurrence.state in CAN_GO


def mark(t: Transaction, message_id: int, member_id: int, state: str | None) -> None:
    """Write down what came of a call; see `Messages.mark_call`. The journal row is the caller's."""
    if not any(t.actor.may(right) for right in _CALLERS):
        raise NotAllowed(Right.MESSAGES_SEND.value)
    if state is not None and state not in STATES:
        raise Invalid("call_state", state, "unknown")
    load_message(t, message_id)
    listed = f"""SELECT 1 FROM recipients r JOIN members m ON m.id = r.member_id
        WHERE r.message_id = :id AND r.member_id = :member AND {_TO_CALL}"""
    if t.one(listed, {"id": message_id, "member": member_id}) is None:
        raise NotFound("recipient", str(member_id))
    done = (None, None) if state is None else (t.stamp, t.actor.id)
    t.execute(
        "UPDATE recipients SET call_state = ?, call_at = ?, call_by = ? WHERE message_id = ? AND member_id = ?",
        (state, *done, message_id, member_id),
    )
