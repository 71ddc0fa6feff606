"""Who of a segment can be reached by mail, who refused, and who has to be called.

The one definition that counts, the picker and the frozen deliveries share:

- an address is *usable* when the person's `email_state` is `has`;
- a usable address is *refused* for a kind of message when the person does not allow that kind by e-mail, or when the
  address is in `suppressions` for that kind or for all;
- a member is reached by **email** when one of the people has a usable address that is not refused, has **opted_out**
  when every usable address is refused, and is **unreachable** without any usable address;
- a service message goes to those who switched the kind off, too, but never to who said STOP (a suppression, unless
  an operator's word was kept in it, or a preference whose source is `stop`).

A message may have further channels, see `store.channels`: then who is **unreachable** by mail may get an SMS, a letter
or a row of a file, and only who is left is called.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from store.channels import BY_REACH, CHANNELS, EMAIL_ONLY, SMS_NUMBER, first_channel, refuses_texts, said_yes
from store.opted_out import last_refused, refusals
from store.people import Person, Preference, household_name
from store.rule_conditions import Scope
from store.rule_messages import USABLE, takes
from store.segment_sql import select_segment
from store.segment_steps import Segment

if TYPE_CHECKING:
    from store.transaction import Transaction


class Reach(StrEnum):
    """Whether a member hears of a message by mail, does not want it, or has to hear of it in another way."""

    EMAIL = "email"
    UNREACHABLE = "unreachable"
    OPTED_OUT = "opted_out"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody a message is meant for.

    Reached by mail: one for each person whose address gets it (two with the same `address_key` share one mail).
    By SMS: one for each person whose number gets it (two with the same `number`, E.164, share one SMS). Otherwise one
    for each member, the first person, with the phone to call ("" where there is none). `channel` is "email", "sms",
    "letter", "csv", "call", or "" for who has opted out.
    """

    member_id: int
    person_id: int | None
    address: str
    address_key: str
    first_name: str
    last_name: str
    language: str
    reach: Reach
    phone: str
    channel: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many a segment means: `selected` = `opted_out` + `email` + `unreachable`, out of `members`.

    `mobile` counts the selected who have a mobile phone; `mails` is what really goes out, and so is `sms`: one for each
    number. `texted`, `letters`, `csv` and `calls` are the members who are `unreachable` by mail, by what they get
    instead.
    """

    members: int
    selected: int
    email: int
    mobile: int
    unreachable: int
    opted_out: int
    mails: int
    sms: int = 0
    texted: int = 0
    letters: int = 0
    csv: int = 0
    calls: int = 0


@dataclass(frozen=True, slots=True)
class Reached:
    """A member in the picker's lists: `addresses` that get the mail, `numbers` that get the SMS, the `phone` to call.

    Of who has opted out, `refused` says since when, by whom and how: of two people, the one who refused last.
    """

    member_id: int
    name: str
    addresses: tuple[str, ...]
    phone: str
    refused: Preference | None = None
    channel: str = ""
    numbers: tuple[str, ...] = ()


WRITTEN = "written"
"""Of lists: who is reached by any of a message's channels."""
_USABLE = f"coalesce({USABLE}, 0)"
_PEOPLE = f"""WITH chosen AS MATERIALIZED ({{segment}}),
    reached AS MATERIALIZED (
        SELECT member_id, person_id, position, email_key, mobile, usable, mail, {{mails}} AS open, number,
            number <> '' AND no_texts AS no_texts, number <> '' AND NOT no_texts AND said_yes AS texts
        FROM (SELECT c.id AS member_id, p.id AS person_id, p.position, p.email_key,
            coalesce(p.has_mobile, 0) AS mobile, {_USABLE} AS usable, coalesce({{takes}}, 0) AS mail,
            {{number}} AS number, {{no_texts}} AS no_texts, {{said_yes}} AS said_yes
        FROM chosen c LEFT JOIN people p ON p.member_id = c.id)
    ),
    fates AS (
        SELECT member_id, mobile, first, channel,
            CASE channel WHEN 'email' THEN 'email' WHEN '' THEN 'opted_out' ELSE 'unreachable' END AS reach
        FROM (SELECT member_id, max(mobile) AS mobile, min(position) AS first, {{channel}} AS channel
            FROM reached GROUP BY member_id)
    )"""
"""Each person of each chosen member, and what becomes of the member; a member may be without people."""
TO_CALL = "coalesce(nullif(p.phone_shown, ''), nullif(p.phone, ''), nullif(p.mobile_shown, ''), p.mobile)"
"""The number to call a person `p` at, as the group's country writes it; empty where there is none."""
MEMBER_TO_CALL = f"""coalesce((SELECT {TO_CALL} FROM people p
        WHERE p.member_id = m.id AND p.phone || p.mobile <> '' ORDER BY p.position LIMIT 1), '')"""
"""The number to call a member `m` at: that of the first of its people who has one."""


def recipients(
    t: Transaction, segment: Segment, kind: str, *, service: bool = False, channels: Sequence[str] = EMAIL_ONLY
) -> tuple[Recipient, ...]:
    """Everybody a message of this kind to this segment is meant for, by name.

    `kind` is one of the preferences' kinds ("targeted", "last_call", …); `service` lets opted-out people in, except
    who said STOP; `channels` are those of the message. Raises what `compile_segment` raises.
    """
    sql, bound = _people(t, segment, kind, service, channels)
    rows = t.all(
        f"""{sql} SELECT f.member_id, r.person_id, f.reach, m.language, iif(r.open, p.email, '') AS address,
            iif(r.open, r.email_key, '') AS address_key, coalesce(p.first_name, '') AS first_name,
            coalesce(p.last_name, '') AS last_name, {MEMBER_TO_CALL} AS phone, f.channel,
            iif(f.channel = 'sms', r.number, '') AS number
        FROM fates f
        JOIN reached r ON r.member_id = f.member_id AND (r.open OR f.channel = 'sms' AND r.texts
            OR f.channel NOT IN ('email', 'sms') AND r.position IS f.first)
        JOIN members m ON m.id = f.member_id LEFT JOIN people p ON p.id = r.person_id
        ORDER BY m.sort_key, m.id, p.position""",
        bound,
    )
    return tuple(
        Recipient(
            member_id=row["member_id"],
            person_id=row["person_id"],
            address=row["address"],
            address_key=row["address_key"],
            first_name=row["first_name"],
            last_name=row["last_name"],
            language=row["language"],
            reach=Reach(row["reach"]),
            phone=row["phone"],
            channel=row["channel"],
            number=row["number"],
        )
        for row in rows
    )


def count(
    t: Transaction,
    segment: Segment,
    kind: str,
    *,
    service: bool = False,
    mail_per_member: bool = False,
    sms_per_member: bool = False,
    channels: Sequence[str] = EMAIL_ONLY,
) -> Counts:
    """How many a message of this kind to this segment reaches.

    With `mail_per_member` an address that two members share gets two mails, as texts with fields of the order need;
    with `sms_per_member` a number two SMS.
    """
    sql, bound = _people(t, segment, kind, service, channels)
    texted = f"""(SELECT count(DISTINCT number{" || '/' || r.member_id" if sms_per_member else ""}) FROM reached r
        JOIN fates f ON f.member_id = r.member_id WHERE f.channel = 'sms' AND r.texts)"""
    mail = "email_key || '/' || member_id" if mail_per_member else "email_key"
    row = t.one(
        f"""{sql} SELECT (SELECT count(*) FROM members WHERE archived_at IS NULL) AS members, count(*) AS selected,
            coalesce(sum(reach = 'email'), 0) AS email, coalesce(sum(mobile), 0) AS mobile,
            coalesce(sum(reach = 'unreachable'), 0) AS unreachable, coalesce(sum(reach = 'opted_out'), 0) AS opted_out,
            (SELECT count(DISTINCT {mail}) FROM reached WHERE open) AS mails,
            {texted if "sms" in channels else 0} AS sms, coalesce(sum(channel = 'sms'), 0) AS texted,
            coalesce(sum(channel = 'letter'), 0) AS letters, coalesce(sum(channel = 'csv'), 0) AS csv,
            coalesce(sum(channel = 'call'), 0) AS calls
        FROM fates""",
        bound,
    )
    return Counts(**dict(row)) if row is not None else Counts(0, 0, 0, 0, 0, 0, 0)


def in_spite(t: Transaction, segment: Segment, kind: str, *, channels: Sequence[str] = EMAIL_ONLY) -> int:
    """How many members get a service message of this kind although somebody of them refused what they get it by.

    Letters and rows of a message that goes by no mail are refused with the mails; calls are not counted.
    """
    scope = Scope(t)
    people = reached_people(scope, segment, kind, service=True, channels=channels)
    wanted = f"coalesce({takes(scope, kind)}, 0)"
    others = "0" if "email" in channels else "f.channel IN ('letter', 'csv')"
    found = t.value(
        f"""{people} SELECT count(*) FROM (SELECT f.member_id
            FROM fates f JOIN reached r ON r.member_id = f.member_id JOIN people p ON p.id = r.person_id
            GROUP BY f.member_id
            HAVING max(r.open AND NOT {wanted}) OR max(f.channel = 'sms' AND r.texts AND {refuses_texts(scope, kind)})
                OR {others} AND max(r.usable) AND NOT max(r.usable AND {wanted}))""",
        scope.bound,
    )
    return int(found or 0)


def page(
    t: Transaction,
    segment: Segment,
    kind: str,
    how: Reach | str,
    *,
    service: bool = False,
    channels: Sequence[str] = EMAIL_ONLY,
    limit: int = 50,
    offset: int = 0,
) -> tuple[Reached, ...]:
    """Some of the members who hear of a message in this way, by name.

    `how` is one of `Reach`, where unreachable is who has to be called, or `WRITTEN`: by any of the channels.
    """
    sql, bound = _people(t, segment, kind, service, channels)
    ways = CHANNELS if how == WRITTEN else (BY_REACH[how],)
    rows = t.all(
        f"""{sql}
        SELECT l.id, l.channel, l.phone AS call, r.open, r.usable, r.texts, r.person_id,
            p.first_name, p.last_name, p.email, p.email_key, p.phone, p.mobile,
            CASE WHEN p.mobile_e164 <> '' THEN p.mobile_shown ELSE p.phone_shown END AS number
        FROM (
            SELECT m.id, m.sort_key, f.channel, {MEMBER_TO_CALL} AS phone
            FROM fates f JOIN members m ON m.id = f.member_id
            WHERE f.channel IN (SELECT value FROM json_each(:ways))
            ORDER BY m.sort_key, m.id LIMIT :limit OFFSET :offset
        ) l JOIN reached r ON r.member_id = l.id
        LEFT JOIN people p ON p.id = r.person_id ORDER BY l.sort_key, l.id, p.position""",
        {**bound, "ways": json.dumps(ways), "limit": limit, "offset": offset},
    )
    households: dict[int, list[sqlite3.Row]] = {}
    for row in rows:
        households.setdefault(row["id"], []).append(row)
    who = [row["person_id"] for row in rows if row["usable"] or row["number"]] if how == Reach.OPTED_OUT else []
    refused = refusals(t, who, kind, service=service, channels=channels)
    return tuple(
        Reached(
            member_id=member_id,
            name=household_name(tuple(_person(row) for row in people if row["first_name"] is not None)),
            addresses=tuple({row["email_key"]: row["email"] for row in reversed(people) if row["open"]}.values())[::-1],
            phone=people[0]["call"],
            refused=last_refused(refused.get(row["person_id"]) for row in people),
            channel=people[0]["channel"],
            numbers=tuple(dict.fromkeys(row["number"] for row in people if row["texts"] and row["channel"] == "sms")),
        )
        for member_id, people in households.items()
    )


def _person(row: sqlite3.Row) -> Person:
    return Person(row["first_name"], row["last_name"], row["email"], phone=row["phone"], mobile=row["mobile"])


def phone_to_call(t: Transaction, member_id: int) -> str:
    """The number to call a member at, as the group's country writes it; "" where there is none."""
    return str(t.value(f"SELECT {MEMBER_TO_CALL} FROM members m WHERE m.id = ?", (member_id,)) or "")


def reached_people(
    scope: Scope, segment: Segment, kind: str, *, service: bool, channels: Sequence[str] = EMAIL_ONLY
) -> str:
    """The beginning of a statement about a segment's members: `chosen` are their ids, `reached` their people.

    `fates` say how each member (`member_id`) hears of a message of this kind (`reach`, and `channel`). The statement
    needs what the scope has bound. Raises what `compile_segment` raises.
    """
    chosen = select_segment(scope, segment)
    sms = "sms" in channels
    return _PEOPLE.format(
        segment=chosen,
        takes=takes(scope, kind, service=service),
        mails="mail" if "email" in channels else "0",
        number=f"coalesce({SMS_NUMBER}, '')" if sms else "''",
        no_texts=refuses_texts(scope, kind, service=service) if sms else "0",
        said_yes=said_yes(scope, kind) if sms else "0",
        channel=first_channel(channels),
    )


def _people(
    t: Transaction, segment: Segment, kind: str, service: bool, channels: Sequence[str]
) -> tuple[str, dict[str, Any]]:
    scope = Scope(t)
    return reached_people(scope, segment, kind, service=service, channels=channels), scope.bound
