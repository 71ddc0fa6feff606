"""Whom a message was meant for, who of them was written to or called, and who refuses such messages since."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.addresses import address_hash
from store.channels import texts
from store.delivery_records import DeliveryCounts
from store.preferences import EVERYTHING
from store.result_records import Reach, ResultRecipient
from store.rule_conditions import Scope
from store.rule_messages import takes

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from store.message_records import Message
    from store.transaction import Transaction

WRITTEN = "'sending', 'sent', 'unknown'"
"""The states of a mail or SMS that its people have, or may have; one that came back nobody has read."""


@dataclass(frozen=True, slots=True)
class People:
    """The members a message was meant for, and by which `channel` ("" for who had refused it); `written` of them."""

    channel: Mapping[int, str]
    written: frozenset[int]

    @property
    def others(self) -> frozenset[int]:
        """The selected who were not written to."""
        return frozenset(self.channel) - self.written


def load_people(t: Transaction, message: Message) -> People:
    """Whom a message was meant for, and who was written to.

    That is who has, or may have, a mail or SMS of it, whose letter or row was handed over, who was called, and
    everybody that an old mailing was imported with.
    """
    rows = t.all(
        f"""SELECT r.member_id, coalesce(r.channel, CASE r.reach WHEN 'email' THEN 'email'
                WHEN 'opted_out' THEN '' ELSE 'call' END) AS channel,
            r.handed_at IS NOT NULL OR coalesce(r.call_state IN ('called', 'ordered'), 0)
                OR r.reach = 'email' AND :imported OR r.member_id IN (
                    SELECT dp.member_id FROM deliveries d JOIN delivery_people dp ON dp.delivery_id = d.id
                    WHERE d.message_id = :id AND d.kind = 'message' AND d.state IN ({WRITTEN})) AS written
        FROM recipients r WHERE r.message_id = :id""",
        {"id": message.id, "imported": message.imported_at is not None},
    )
    return People(
        {row["member_id"]: row["channel"] for row in rows},
        frozenset(row["member_id"] for row in rows if row["written"]),
    )


def count_reach(t: Transaction, message_id: int, people: People) -> Reach:
    """How many members hear of a message, and how; what was not counted when it went out is counted now."""
    then = _one(t, "SELECT members_then, mobile_then FROM messages WHERE id = ?", message_id)
    members, mobile = then["members_then"], then["mobile_then"]
    if members is None:
        members = t.value("SELECT count(*) FROM members WHERE archived_at IS NULL")
    if mobile is None:
        mobile = t.value(
            """SELECT count(DISTINCT p.member_id) FROM recipients r JOIN people p ON p.member_id = r.member_id
            WHERE r.message_id = ? AND p.has_mobile""",
            (message_id,),
        )
    by_channel = dict.fromkeys(("email", "sms", "letter", "csv", "call", ""), 0)
    for channel in people.channel.values():
        by_channel[channel] += 1
    return Reach(
        members=members,
        selected=len(people.channel),
        email=by_channel["email"],
        sms=by_channel["sms"],
        letters=by_channel["letter"],
        csv=by_channel["csv"],
        calls=by_channel["call"],
        opted_out=by_channel[""],
        mobile=mobile,
        then=None not in (then["members_then"], then["mobile_then"]),
    )


def count_mails(t: Transaction, message_id: int) -> tuple[DeliveryCounts, DeliveryCounts]:
    """The mails and the SMS of a message by their states."""
    found: dict[str, dict[str, int]] = {"email": {}, "sms": {}}
    for row in t.all(
        """SELECT channel, state, count(*) AS n FROM deliveries WHERE message_id = ? AND kind = 'message'
        GROUP BY channel, state""",
        (message_id,),
    ):
        found[row["channel"]][row["state"]] = row["n"]
    return DeliveryCounts(**found["email"]), DeliveryCounts(**found["sms"])


def count_members(t: Transaction, ordered: Iterable[int]) -> int:
    """How many are members now, or were when they ordered."""
    found = t.value(
        "SELECT count(*) FROM members WHERE archived_at IS NULL OR id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ordered)),),
    )
    return int(found)


def refused_since(t: Transaction, message: Message, people: People) -> frozenset[int]:
    """The members with somebody who refuses this kind of message since it went out; who did so before is left out.

    A preference counts, and a refusal of the address or number itself, by each way in which the message was written;
    whom it left out when it went is not asked.
    """
    assert message.queued_at is not None  # the caller has looked
    ways = ["sms"] if message.channels == ("sms",) else ["email", *(["sms"] if "sms" in message.channels else [])]
    since = _one(t, "SELECT queued_at FROM messages WHERE id = ?", message.id)["queued_at"]
    meant = [member_id for member_id, channel in people.channel.items() if channel]
    said = t.all(
        """SELECT DISTINCT p.member_id FROM preferences f JOIN people p ON p.id = f.person_id
        WHERE f.kind = ? AND f.allowed = 0 AND f.since >= ? AND f.channel IN (SELECT value FROM json_each(?))
            AND p.member_id IN (SELECT value FROM json_each(?))""",
        (message.kind, since, json.dumps(ways), json.dumps(meant)),
    )
    return frozenset(row["member_id"] for row in said) | _suppressed_since(t, message.kind, since, ways, meant)


def recipients(
    t: Transaction, message: Message, people: People, came_back: frozenset[int] | None, refused: frozenset[int]
) -> tuple[ResultRecipient, ...]:
    """The people of the members a message was meant for, by name, but for who had refused it or was erased.

    Address and number are those that such messages may go to now. `came_back` is None where that is not known.
    """
    scope = Scope(t)
    mail, sms = takes(scope, message.kind), texts(scope, message.kind)
    meant = scope.bind(json.dumps([member_id for member_id, channel in people.channel.items() if channel]))
    rows = t.all(
        f"""SELECT p.member_id, p.last_name, p.first_name, iif({mail}, p.email, '') AS email,
            iif({sms}, CASE WHEN p.mobile_e164 <> '' THEN p.mobile_shown ELSE p.phone_shown END, '') AS mobile,
            m.postal_code
        FROM people p JOIN members m ON m.id = p.member_id
        WHERE m.erased_at IS NULL AND m.id IN (SELECT value FROM json_each({meant}))
        ORDER BY m.sort_key, m.id, p.position""",
        scope.bound,
    )
    return tuple(
        ResultRecipient(
            **row,
            channel=people.channel[row["member_id"]],
            written=row["member_id"] in people.written,
            came_back=None if came_back is None else row["member_id"] in came_back,
            refused=row["member_id"] in refused,
        )
        for row in rows
    )


def _suppressed_since(t: Transaction, kind: str, since: str, ways: list[str], meant: list[int]) -> frozenset[int]:
    rows = t.all("SELECT address_hash FROM suppressions WHERE kind IN (?, ?) AND since >= ?", (kind, EVERYTHING, since))
    hashes = {row["address_hash"] for row in rows}
    if not hashes:
        return frozenset()
    found = t.all(
        """SELECT member_id, email_key, mobile_e164, phone_e164 FROM people
        WHERE member_id IN (SELECT value FROM json_each(?))""",
        (json.dumps(meant),),
    )
    columns = {"email": ("email_key",), "sms": ("mobile_e164", "phone_e164")}
    keys = [column for way in ways for column in columns[way]]
    return frozenset(
        row["member_id"] for row in found if any(row[key] and address_hash(row[key]) in hashes for key in keys)
    )


def _one(t: Transaction, sql: str, message_id: int | None) -> sqlite3.Row:
    row = t.one(sql, (message_id,))
    assert row is not None  # the message was read in this transaction
    return row
