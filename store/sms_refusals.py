"""Whether an SMS that waits may still go to its number: asked when somebody refuses it, and right before it goes."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

from store.addresses import address_hash
from store.delivery_records import RELEASED
from store.preferences import EVERYTHING, KEPT, STOP
from store.sms_gateway import sms_settings

if TYPE_CHECKING:
    from store.transaction import Transaction

NOT_ALLOWED = "not_allowed"
"""The reason of an SMS held because the group writes only to who said yes, and nobody at the number did."""


def reason_of_number(t: Transaction, row: sqlite3.Row) -> str | None:
    """Why an SMS to a member must be held: who gets it refused it, or has not said yes, or has another number now.

    `row` has the delivery's `id`, `address_key` and `reason`, and the message's `topic` and `service_reason`. As of
    mails: at a number that two people have one of them taking it is enough, a service message stops only for STOP, and
    what a person let go goes whatever became of the number.
    """
    service = bool(row["service_reason"])
    people = t.all(
        """SELECT p.phone_e164, p.mobile_e164, f.allowed = 1 AS said_yes,
            coalesce(f.allowed = 1 OR :service AND f.source <> :stop, 1) AS allowed
        FROM delivery_people dp JOIN people p ON p.id = dp.person_id
        LEFT JOIN preferences f ON f.person_id = p.id AND f.channel = 'sms' AND f.kind = :topic
        WHERE dp.delivery_id = :id""",
        {"id": row["id"], "topic": row["topic"], "service": service, "stop": STOP},
    )
    if _suppressed(t, row["address_key"], row["topic"], service) or (
        people and not any(person["allowed"] for person in people)
    ):
        return "opted_out"
    if people and sms_settings(t).only_allowed and not any(person["said_yes"] for person in people):
        return NOT_ALLOWED
    if not people or row["reason"] == RELEASED:
        return None
    has = any(row["address_key"] in (person["phone_e164"], person["mobile_e164"]) for person in people)
    return None if has else "address_changed"


def _suppressed(t: Transaction, number: str, topic: str, service: bool) -> bool:
    found = t.one(
        "SELECT 1 FROM suppressions WHERE address_hash = :hash AND kind IN (SELECT value FROM json_each(:kinds))"
        " AND NOT (:service AND source = :kept)",
        {
            "hash": address_hash(number),
            "kinds": json.dumps([topic, EVERYTHING]),
            "service": service,
            "kept": KEPT,
        },
    )
    return found is not None
