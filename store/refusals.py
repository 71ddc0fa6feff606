"""Whether a mail that waits in the outbox may still go: asked when somebody refuses it, and right before it goes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from store.addresses import address_hash
from store.delivery_records import RELEASED
from store.preferences import EVERYTHING, KEPT, STOP

if TYPE_CHECKING:
    from store.transaction import Transaction


def reason_to_hold(t: Transaction, delivery_id: int) -> str | None:
    """Why the mail must be held now: "erased", "too_late", "cancelled", "opted_out", "address_changed"; or None.

    Who refused this kind of message in the meantime does not get it; a service message stops only for who said STOP.
    A mail that names two people goes as long as one of them takes it. Tests and mails to producers are not asked for.
    """
    row = t.one(
        "SELECT d.kind, d.address_key, d.send_before, d.reason, m.state, m.kind AS topic, m.service_reason,"
        " length(d.mime) = 0 AS erased"
        " FROM deliveries d LEFT JOIN messages m ON m.id = d.message_id WHERE d.id = ?",
        (delivery_id,),
    )
    if row is None:
        return None
    if row["erased"]:
        return "erased"
    if row["send_before"] is not None and row["send_before"] <= t.stamp:
        return "too_late"
    if row["kind"] != "message":
        return None
    if row["state"] == "cancelled":
        return "cancelled"
    if t.one(
        "SELECT 1 FROM suppressions WHERE address_hash = ? AND kind IN (?, ?) AND NOT (? AND source = ?)",
        (address_hash(row["address_key"]), row["topic"], EVERYTHING, bool(row["service_reason"]), KEPT),
    ):
        return "opted_out"
    people = t.all(
        "SELECT p.email_key, coalesce(f.allowed = 1 OR ? AND f.source <> ?, 1) AS allowed FROM delivery_people dp"
        " JOIN people p ON p.id = dp.person_id LEFT JOIN preferences f"
        " ON f.person_id = p.id AND f.channel = 'email' AND f.kind = ? WHERE dp.delivery_id = ?",
        (bool(row["service_reason"]), STOP, row["topic"], delivery_id),
    )
    if people and not any(person["allowed"] for person in people):
        return "opted_out"
    if people and row["reason"] != RELEASED and row["address_key"] not in {p["email_key"] for p in people}:
        return "address_changed"
    return None


def hold_refused(t: Transaction, people: Sequence[int], key: str = "") -> list[int]:
    """Hold what waits for these people, or for an address, and is refused by now; returns the mails."""
    waiting = t.all(
        """SELECT id FROM deliveries WHERE state = 'ready' AND kind = 'message' AND address_key = :key
        UNION SELECT d.id FROM deliveries d JOIN delivery_people dp ON dp.delivery_id = d.id
        WHERE d.state = 'ready' AND d.kind = 'message' AND dp.person_id IN (SELECT value FROM json_each(:people))""",
        {"key": key, "people": json.dumps(list(people))},
    )
    refused = [row["id"] for row in waiting if reason_to_hold(t, row["id"]) == "opted_out"]
    t.execute_many(
        "UPDATE deliveries SET state = 'held', reason = 'opted_out', state_at = ? WHERE id = ? AND state = 'ready'",
        [(t.stamp, delivery_id) for delivery_id in refused],
    )
    return refused
