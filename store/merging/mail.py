"""Messages of two members as those of one: what they received, what waits for them, whom to call."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.delivery_records import FOR_GOOD, MERGED, RELEASED

if TYPE_CHECKING:
    from store.transaction import Transaction

_REACH = ("email", "opted_out", "unreachable")
_CHANNELS = ("email", "sms", "letter", "csv", "call", None, "")
_CALLED = ("ordered", "called", "not_reached")
_BEST_FIRST = ("sent", "sending", "unknown", "ready", "held")
"""Which of two mails with the same message to the same address stays. One that failed or came back is no other's."""
_GOES = _BEST_FIRST[:4]


def received(t: Transaction, member_id: int) -> int:
    """How many messages were meant for the member."""
    return int(
        t.value(
            """SELECT count(*) FROM (SELECT message_id FROM recipients WHERE member_id = :id
                UNION SELECT d.message_id FROM delivery_people dp JOIN deliveries d ON d.id = dp.delivery_id
                WHERE dp.member_id = :id AND d.kind = 'message')""",
            {"id": member_id},
        )
    )


def move_mail(t: Transaction, kept_id: int, gone_id: int, same: dict[int, int]) -> None:
    """Give the kept member what the other one was sent; `same` says by id whose mails are another person's now.

    Of two mails that wait with the same message for the same address one is held back for good. What is being sent,
    or in doubt, is not touched.
    """
    for person_id, stays in same.items():
        t.execute(
            "UPDATE OR IGNORE delivery_people SET person_id = ?, member_id = ? WHERE person_id = ?",
            (stays, kept_id, person_id),
        )
        t.execute("DELETE FROM delivery_people WHERE person_id = ?", (person_id,))
        t.execute("UPDATE came_back SET person_id = ? WHERE person_id = ?", (stays, person_id))
        _move_measures(t, kept_id, person_id, stays)
    for table in ("delivery_people", "measures", "vouchers", "came_back"):
        t.execute(f"UPDATE {table} SET member_id = ? WHERE member_id = ?", (kept_id, gone_id))
    t.execute_many(
        "UPDATE deliveries SET state = 'held', reason = ?, state_at = ? WHERE id = ?",
        [(MERGED, t.stamp, delivery_id) for delivery_id in twice(t, (kept_id,))],
    )
    for row in t.all("SELECT * FROM recipients WHERE member_id = ?", (gone_id,)):
        _move_recipient(t, kept_id, dict(row))


def twice(t: Transaction, ids: tuple[int, ...]) -> list[int]:
    """The mails that wait for these members, as one household, although it gets the same one to the same address."""
    rows = t.all(
        """SELECT DISTINCT d.id, d.message_id, d.address_key, d.state, d.reason FROM deliveries d
            JOIN delivery_people dp ON dp.delivery_id = d.id
        WHERE d.kind = 'message' AND dp.member_id IN (SELECT value FROM json_each(?)) ORDER BY d.id""",
        (json.dumps(list(ids)),),
    )
    found: dict[tuple[int, str], list[Any]] = {}
    for row in rows:
        if row["state"] in _BEST_FIRST:
            found.setdefault((row["message_id"], row["address_key"]), []).append(row)
    extra = []
    for mails in found.values():
        rest = sorted(mails, key=lambda row: _BEST_FIRST.index(row["state"]))[1:]
        extra += [row["id"] for row in rest if row["state"] in ("ready", "held") and row["reason"] not in FOR_GOOD]
    return extra


@dataclass(frozen=True, slots=True)
class Strays:
    """Mails and SMS that wait for an address or number that one of two people who are the same had, and does not keep.

    `held`: the same message goes to the address that is kept; `released`: it does not, so that they go all the same.
    """

    held: tuple[int, ...]
    released: tuple[int, ...]


def strays(t: Transaction, same: Mapping[int, int], kept: Mapping[int, Collection[str]]) -> Strays:
    """What would be held because the address or number was changed; to be asked before anything is moved.

    `same` says by id who stays for whom goes, `kept` the keys of the address and the numbers of who stays.
    """
    held: list[int] = []
    released: list[int] = []
    for gone, stays in same.items():
        rows = t.all(
            """SELECT d.id, d.message_id, d.address_key, d.state, d.channel,
                d.address_key IN (p.email_key, p.phone_e164, p.mobile_e164) AS right,
                EXISTS (SELECT 1 FROM delivery_people o JOIN people q ON q.id = o.person_id
                    AND q.id NOT IN (:gone, :stays) AND d.address_key IN (q.email_key, q.phone_e164, q.mobile_e164)
                    WHERE o.delivery_id = d.id) AS shared
            FROM delivery_people dp JOIN deliveries d ON d.id = dp.delivery_id JOIN people p ON p.id = dp.person_id
            WHERE dp.person_id IN (:gone, :stays) AND d.kind = 'message'""",
            {"gone": gone, "stays": stays},
        )
        reached = {row["message_id"] for row in rows if row["address_key"] in kept[stays] and row["state"] in _GOES}
        for row in rows:
            if row["state"] != "ready" or not row["right"] or row["shared"]:
                continue
            if row["channel"] == "sms" and row["id"] != _first(rows, row["message_id"]):
                held.append(row["id"])
            elif row["address_key"] not in kept[stays]:
                (held if row["message_id"] in reached else released).append(row["id"])
    return Strays(tuple(held), tuple(released))


def _first(rows: Sequence[Any], message_id: int) -> int | None:
    """What of a message goes to somebody who may have two numbers, or an address too: what went, or a mail."""
    going = [row for row in rows if row["message_id"] == message_id and row["state"] in _GOES]
    going.sort(key=lambda row: (_BEST_FIRST.index(row["state"]), row["channel"] != "email", row["id"]))
    return going[0]["id"] if going else None


def settle(t: Transaction, found: Strays) -> None:
    """Hold the strays that would come twice for good, and let the others go in spite of the address."""
    t.execute_many(
        "UPDATE deliveries SET state = 'held', reason = ?, state_at = ? WHERE id = ? AND state = 'ready'",
        [(MERGED, t.stamp, delivery_id) for delivery_id in found.held],
    )
    t.execute_many(
        "UPDATE deliveries SET reason = ? WHERE id = ? AND state = 'ready'",
        [(RELEASED, delivery_id) for delivery_id in found.released],
    )


def _move_measures(t: Transaction, kept_id: int, person_id: int, stays: int) -> None:
    """What one who goes opened was opened by who stays; of two first times the first one counts."""
    t.execute(
        """INSERT INTO measures (delivery_id, person_id, member_id, what, at)
        SELECT delivery_id, ?, ?, what, at FROM measures WHERE person_id = ?
        ON CONFLICT DO UPDATE SET at = min(at, excluded.at)""",
        (stays, kept_id, person_id),
    )
    t.execute("DELETE FROM measures WHERE person_id = ?", (person_id,))


def _move_recipient(t: Transaction, kept_id: int, row: dict[str, Any]) -> None:
    """Reached as the one of the two who was reached better; a call that was made, or a letter, counts for both."""
    given = {**row, "kept": kept_id}
    known = t.one("SELECT * FROM recipients WHERE message_id = :message_id AND member_id = :kept", given)
    t.execute("DELETE FROM recipients WHERE message_id = :message_id AND member_id = :member_id", given)
    if known is None:
        t.insert("recipients", **{**row, "member_id": kept_id})
        return
    called = min((dict(known), row), key=lambda one: (*_CALLED, None).index(one["call_state"]))
    best = min((dict(known), row), key=lambda one: (_REACH.index(one["reach"]), _CHANNELS.index(one["channel"])))
    handed = min((dict(known), row), key=lambda one: one["handed_at"] or "~")
    t.execute(
        """UPDATE recipients SET reach = :reach, channel = :channel, handed_at = :handed_at, handed_by = :handed_by,
            call_state = :call_state, call_at = :call_at, call_by = :call_by
        WHERE message_id = :message_id AND member_id = :kept""",
        {
            **given,
            "reach": best["reach"],
            "channel": best["channel"],
            "handed_at": handed["handed_at"],
            "handed_by": handed["handed_by"],
            "call_state": called["call_state"],
            "call_at": called["call_at"],
            "call_by": called["call_by"],
        },
    )
