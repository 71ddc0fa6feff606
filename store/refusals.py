"""Whether a mail that waits in the outbox may still go: asked when somebody refuses it, and right before it goes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from store.addresses import address_hash
from store.delivery_records import RELEASED, WITHDRAWN
from store.preferences import EVERYTHING, KEPT, STOP
from store.senders import OTHER_SENDER, OWN, is_foreign
from store.sms_refusals import reason_of_number

if TYPE_CHECKING:
    import sqlite3

    from store.transaction import Transaction

BOUNCED = "bounced"
"""The reason of a mail that came back because there is no such address, and of what waits for such an address."""


def reason_to_hold(t: Transaction, delivery_id: int) -> str | None:
    """Why the mail must be held now; None: it may go. The same for an SMS: see `store.sms_refusals`.

    "erased", "too_late", "cancelled", "withdrawn", "opted_out", "address_changed", "bounced", and "other_sender" for
    one written from an address that is none of the mailbox's. Who refused this kind of message in the meantime does not
    get it; a service message stops only for who said STOP. A mail that names two people goes as long as one of them
    takes it; one that a person let go goes whatever became of the address. For tests and mails to producers nobody is
    asked.
    """
    row = t.one(
        "SELECT d.id, d.kind, d.channel, d.address_key, d.send_before, d.reason, m.state, m.withdrawn_at,"
        f" m.kind AS topic, m.service_reason, length(d.mime) = 0 AS erased, d.envelope_from, {OWN} AS own"
        " FROM deliveries d LEFT JOIN messages m ON m.id = d.message_id WHERE d.id = ?",
        (delivery_id,),
    )
    if row is None:
        return None
    if row["erased"]:
        return "erased"
    if row["send_before"] is not None and row["send_before"] <= t.stamp:
        return "too_late"
    reason = _reason_of_people(t, row) if row["kind"] == "message" else None
    if row["channel"] == "sms":
        return reason
    # Last: what it is held for otherwise stays when the address is added to the mailbox.
    return reason or (OTHER_SENDER if is_foreign(row["envelope_from"], row["own"]) else None)


def _reason_of_people(t: Transaction, row: sqlite3.Row) -> str | None:
    """Why what goes to a member must be held: because of the message, of who gets it, or of their address or number."""
    if row["withdrawn_at"] is not None:
        return WITHDRAWN
    if row["state"] == "cancelled":
        return "cancelled"
    return reason_of_number(t, row) if row["channel"] == "sms" else _reason_of_address(t, row)


def _reason_of_address(t: Transaction, row: sqlite3.Row) -> str | None:
    """Why a mail must be held because of who gets it, or of their address."""
    if t.one(
        "SELECT 1 FROM suppressions WHERE address_hash = ? AND kind IN (?, ?) AND NOT (? AND source = ?)",
        (address_hash(row["address_key"]), row["topic"], EVERYTHING, bool(row["service_reason"]), KEPT),
    ):
        return "opted_out"
    people = t.all(
        "SELECT p.email_key, p.email_state, coalesce(f.allowed = 1 OR ? AND f.source <> ?, 1) AS allowed"
        " FROM delivery_people dp JOIN people p ON p.id = dp.person_id LEFT JOIN preferences f"
        " ON f.person_id = p.id AND f.channel = 'email' AND f.kind = ? WHERE dp.delivery_id = ?",
        (bool(row["service_reason"]), STOP, row["topic"], row["id"]),
    )
    if people and not any(person["allowed"] for person in people):
        return "opted_out"
    if not people or row["reason"] == RELEASED:
        return None
    states = {person["email_state"] for person in people if person["email_key"] == row["address_key"]}
    return "address_changed" if not states else BOUNCED if states == {"bounced"} else None


def hold_refused(t: Transaction, people: Sequence[int], key: str = "") -> list[int]:
    """Hold what waits for these people, or for an address, and is refused by now; returns the mails.

    So with what is held because its address does not work.
    """
    waiting = t.all(
        """SELECT id FROM deliveries WHERE kind = 'message' AND address_key = :key
            AND (state = 'ready' OR state = 'held' AND reason = :bounced)
        UNION SELECT d.id FROM deliveries d JOIN delivery_people dp ON dp.delivery_id = d.id
        WHERE d.kind = 'message' AND dp.person_id IN (SELECT value FROM json_each(:people))
            AND (d.state = 'ready' OR d.state = 'held' AND d.reason = :bounced)""",
        {"key": key, "people": json.dumps(list(people)), "bounced": BOUNCED},
    )
    return _hold(t, (row["id"] for row in waiting), "opted_out")


def hold_unreached(t: Transaction, key: str) -> list[int]:
    """Hold what waits for an address that does not work; returns the mails."""
    waiting = t.all(
        "SELECT id FROM deliveries WHERE state = 'ready' AND kind = 'message' AND address_key = ?",
        (key,),
    )
    return _hold(t, (row["id"] for row in waiting), BOUNCED)


def ask_again(t: Transaction, key: str) -> None:
    """Let go what is held for an address that did not work, or hold it for what keeps it now."""
    rows = t.all(
        "SELECT id FROM deliveries WHERE state = 'held' AND reason = ? AND address_key = ?",
        (BOUNCED, key),
    )
    reasons = ((reason_to_hold(t, row["id"]), row["id"]) for row in rows)
    t.execute_many(
        "UPDATE deliveries SET state = ?, reason = ?, state_at = ? WHERE id = ?",
        [("held" if reason else "ready", reason or "", t.stamp, i) for reason, i in reasons if reason != BOUNCED],
    )


def _hold(t: Transaction, deliveries: Iterable[int], reason: str) -> list[int]:
    """Hold those of the mails that are to be held for this reason now."""
    held = [delivery_id for delivery_id in deliveries if reason_to_hold(t, delivery_id) == reason]
    t.execute_many(
        "UPDATE deliveries SET state = 'held', reason = ?, state_at = ? WHERE id = ?",
        [(reason, t.stamp, delivery_id) for delivery_id in held],
    )
    return held
