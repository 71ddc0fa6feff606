"""What follows from a mail that came back, each step inside its transaction, and how a decision is taken back.

What a step changed is given back as plain values, by ids, from which `undo` puts it as it was.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from store.came_back_records import BACK
from store.deliveries import record_attempt
from store.errors import Invalid
from store.people import Preference
from store.preferences import STOP, load_preferences, suppress, suppression, unsuppress, write_said
from store.refusals import BOUNCED, ask_again, hold_refused, hold_unreached

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.transaction import Transaction

BOUNCED_SOFT = "bounced_soft"
"""The reason of a mail that came back although its address works, as far as anybody knows."""
SOFT_LIMIT = 3
"""So many messages in a row come back before an address that exists counts as one that does not work."""

Done = dict[str, Any]


def bounce(t: Transaction, delivery_id: int | None, key: str, answer: str, *, hard: bool, received_at: str) -> Done:
    """A mail came back: it did not arrive; where it is `hard`, or the third in a row, its address gets no more.

    What waits for that address is held until it works again, or another one takes its place. Only whoever has the
    address now is meant. The row in `came_back` is there already, for it counts.
    """
    done: Done = {}
    if delivery_id is not None:
        before = t.one(
            """SELECT state, reason, answer FROM deliveries WHERE id = :id AND (state IN ('sent', 'unknown', 'sending')
                OR (state = 'ready' OR state = 'held' AND reason = :bounced)
                    AND EXISTS (SELECT 1 FROM attempts WHERE delivery_id = :id AND counted = 1)
                OR state = 'bounced' AND reason <> :bounced AND :hard)""",
            {"id": delivery_id, "bounced": BOUNCED, "hard": hard},
        )
        if before is not None:
            t.execute(
                "UPDATE deliveries SET state = 'bounced', reason = ?, answer = iif(address = '', '', ?), state_at = ?"
                " WHERE id = ?",
                (BOUNCED if hard else BOUNCED_SOFT, answer, t.stamp, delivery_id),
            )
            done["delivery"] = [delivery_id, *before]
        record_attempt(t, delivery_id, "bounce", answer=answer)
    if (hard or _always_soft(t, key)) and not _vouched_since(t, key, received_at):
        done["people"] = set_email_state(t, key, "has", "bounced")
        hold_unreached(t, key)
    return done


def set_email_state(t: Transaction, key: str, before: str, after: str) -> list[int]:
    """Change what is known of an address for everybody who has it; returns these people.

    Whoever has one of their members open to change it is told, or would write the former state back.
    """
    rows = t.all(
        "UPDATE people SET email_state = ? WHERE email_key = ? AND email_key <> '' AND email_state = ? RETURNING id",
        (after, key, before),
    )
    ids = sorted(row["id"] for row in rows)
    t.execute(
        """UPDATE members SET version = version + 1 WHERE id IN (
            SELECT member_id FROM people WHERE id IN (SELECT value FROM json_each(?)))""",
        (json.dumps(ids),),
    )
    return ids


def _always_soft(t: Transaction, key: str) -> bool:
    """Whether the last messages that were sent to the address all came back."""
    return bool(
        t.value(
            f"""SELECT count(*) = :limit AND min(back) FROM (
                SELECT min({BACK}) AS back
                FROM deliveries d JOIN attempts a ON a.delivery_id = d.id AND a.counted = 1
                WHERE d.address_key = :key AND d.kind = 'message' AND d.state IN ('sent', 'bounced')
                GROUP BY d.message_id ORDER BY max(a.id) DESC LIMIT :limit)""",
            {"key": key, "limit": SOFT_LIMIT},
        )
    )


def _vouched_since(t: Transaction, key: str, received_at: str) -> bool:
    """Whether somebody said, after this mail came, that the address works."""
    return bool(
        t.value(
            """SELECT EXISTS (SELECT 1 FROM came_back WHERE address_key = ? AND kind IN ('hard', 'soft')
                AND state = 'dismissed' AND decided_at > ?)""",
            (key, received_at),
        )
    )


def vouch(t: Transaction, key: str) -> None:
    """Somebody says that an address works: what came back of mails to it until now counts no more, what waits goes."""
    t.execute(
        """UPDATE came_back SET state = 'dismissed', decided_at = ?, decided_by = ?, undo = ''
        WHERE address_key = ? AND kind IN ('hard', 'soft', 'unclear') AND state = 'done'""",
        (t.stamp, t.actor.id, key),
    )
    ask_again(t, key)


def opt_out(t: Transaction, key: str, people: Iterable[int], topic: str, operator_id: int | None) -> Done:
    """The owner of an address wants no more of one kind of mail (`topic`): what waits of it is held.

    It holds for the address and for these people. `operator_id` is who said so for them, None: they did themselves.
    """
    ids = list(people)
    done: Done = {"since": t.stamp, "topic": topic, "preferences": [], "suppression": suppression(t, key, topic)}
    for person_id in ids:
        found = [p for p in load_preferences(t, person_id) if (p.channel, p.kind) == ("email", topic)]
        if found and found[0].stopped:
            continue
        write_said(t, person_id, Preference("email", topic, False, t.stamp, operator_id, STOP))
        done["preferences"].append([person_id, *((p.allowed, p.since, p.operator_id, p.source) for p in found)])
    if key:
        suppress(t, key, topic, STOP)
    done["held"] = hold_refused(t, ids, key)
    return done


def undo(t: Transaction, key: str, done: Done) -> None:
    """Put back what a decision changed; raises `Invalid("came_back", …, "changed")` where that was changed since."""
    people = [*done.get("people", ()), *(person_id for person_id, *_ in done.get("preferences", ()))]
    merged = """SELECT EXISTS (SELECT 1 FROM people p JOIN members m ON m.id = p.member_id
        WHERE m.merged_into IS NOT NULL AND p.id IN (SELECT value FROM json_each(?)))"""
    # What one of two who are the same refused holds for the other one since.
    _require(not t.value(merged, (json.dumps(people),)))
    if "delivery" in done:
        delivery_id, *before = done["delivery"]
        put_back = t.execute(
            "UPDATE deliveries SET state = ?, reason = ?, answer = ?, state_at = ? WHERE id = ? AND state = 'bounced'",
            (*before, t.stamp, delivery_id),
        )
        _require(put_back.rowcount == 1)
    if done.get("people"):
        _require(set_email_state(t, key, "bounced", "has") == done["people"])
        ask_again(t, key)
    if "topic" not in done:
        return
    topic = done["topic"]
    for person_id, *before in done["preferences"]:
        now = [p for p in load_preferences(t, person_id) if (p.channel, p.kind) == ("email", topic)]
        _require(len(now) == 1 and now[0].stopped and now[0].since == done["since"])
        if before:
            write_said(t, person_id, Preference("email", topic, *before[0]))
        else:
            t.execute(
                "DELETE FROM preferences WHERE person_id = ? AND channel = 'email' AND kind = ?", (person_id, topic)
            )
    unsuppress(t, key, topic, done["suppression"])
    t.execute_many(
        "UPDATE deliveries SET state = 'ready', reason = '', state_at = ?"
        " WHERE id = ? AND state = 'held' AND reason = 'opted_out'",
        [(t.stamp, delivery_id) for delivery_id in done["held"]],
    )
    hold_unreached(t, key)


def _require(unchanged: bool) -> None:
    if not unchanged:
        raise Invalid("came_back", "", "changed")
