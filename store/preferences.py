"""What a person wants to get, and the addresses that nothing may be sent to any more."""

from __future__ import annotations

from store.addresses import address_hash
from store.errors import Invalid, NotFound
from store.people import Preference
from store.transaction import Transaction

CHANNELS = ("email", "sms")
KINDS = ("opening", "last_call", "pickup", "automatic", "targeted", "measured")
EVERYTHING = "all"
"""The kind of a suppression that refuses every kind of mail."""


def load_preferences(t: Transaction, person_id: int) -> tuple[Preference, ...]:
    """What the person was asked or said; what is missing is allowed (but `measured`, which needs a yes)."""
    found = t.all(
        """SELECT channel, kind, allowed, since, operator_id, source FROM preferences
           WHERE person_id = ? ORDER BY channel, kind""",
        (person_id,),
    )
    return tuple(
        Preference(r["channel"], r["kind"], bool(r["allowed"]), r["since"], r["operator_id"], r["source"])
        for r in found
    )


def write_preference(t: Transaction, person_id: int, channel: str, kind: str, allowed: bool, source: str) -> int | None:
    """Write one preference down and return the member's id, or None when nothing changed.

    Raises `NotFound` and, for a channel or kind that does not exist, `Invalid`.
    """
    if channel not in CHANNELS:
        raise Invalid("channel", channel, "unknown")
    if kind not in KINDS:
        raise Invalid("kind", kind, "unknown")
    member_id = t.value("SELECT member_id FROM people WHERE id = ?", (person_id,))
    if member_id is None:
        raise NotFound("person", str(person_id))
    known = t.value(
        "SELECT allowed FROM preferences WHERE person_id = ? AND channel = ? AND kind = ?", (person_id, channel, kind)
    )
    if known == int(allowed) or (known is None and allowed and kind != "measured"):
        return None
    t.execute(
        """INSERT INTO preferences (person_id, channel, kind, allowed, since, operator_id, source)
           VALUES (?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (person_id, channel, kind) DO UPDATE SET allowed = excluded.allowed, since = excluded.since,
               operator_id = excluded.operator_id, source = excluded.source""",
        (person_id, channel, kind, int(allowed), t.stamp, t.actor.id, source),
    )
    return int(member_id)


def suppress(t: Transaction, email_key: str, kind: str, source: str) -> None:
    """Refuse one kind of mail (or `EVERYTHING`) for an address for good, whoever it belongs to."""
    t.execute(
        """INSERT INTO suppressions (address_hash, kind, since, source) VALUES (?, ?, ?, ?)
           ON CONFLICT DO NOTHING""",
        (address_hash(email_key), kind, t.stamp, source),
    )
