"""Since when, by whom and how people refuse a kind of message."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from store.addresses import address_hash
from store.channels import EMAIL_ONLY
from store.people import Preference
from store.preferences import EVERYTHING, KEPT, STOP

if TYPE_CHECKING:
    from store.transaction import Transaction


def refusals(
    t: Transaction,
    people: Sequence[int],
    kind: str,
    *,
    service: bool = False,
    channels: Sequence[str] = EMAIL_ONLY,
) -> dict[int, Preference]:
    """What keeps a message of a kind from each of these people, by id; who takes it is not in it.

    What was refused with STOP counts before what an operator wrote down, the oldest first. A `service` message is
    kept only from who said STOP, as `store.reach` counts it. Of a message that goes by SMS alone, what was refused by
    SMS counts, and where nothing was, what was refused by mail.
    """
    if not people:
        return {}
    by_mail = _refused(t, people, kind, service, "email")
    if tuple(channels) != ("sms",):
        return by_mail
    return by_mail | _refused(t, people, kind, service, "sms")


_KEYS = {
    "email": "SELECT id, email_key AS key FROM people WHERE email_key <> ''",
    "sms": """SELECT id, key FROM (SELECT id, mobile_e164 AS key FROM people
        UNION SELECT id, phone_e164 FROM people) WHERE key <> ''""",
}
"""What a person's refusals outlive them by, for each channel."""


def _refused(t: Transaction, people: Sequence[int], kind: str, service: bool, channel: str) -> dict[int, Preference]:
    ids = json.dumps(list(people))
    found: dict[int, list[Preference]] = {}
    for row in t.all(
        """SELECT f.person_id, f.since, f.operator_id, f.source, coalesce(o.name, '') AS operator
        FROM preferences f LEFT JOIN operators o ON o.id = f.operator_id
        WHERE f.channel = ? AND f.kind = ? AND f.allowed = 0 AND (NOT ? OR f.source = ?)
        AND f.person_id IN (SELECT value FROM json_each(?))""",
        (channel, kind, service, STOP, ids),
    ):
        said = _refusal(channel, kind, row["since"], row["source"], row["operator_id"], row["operator"])
        found.setdefault(row["person_id"], []).append(said)
    hashes: dict[str, list[int]] = {}
    for row in t.all(f"{_KEYS[channel]} AND id IN (SELECT value FROM json_each(?))", (ids,)):
        hashes.setdefault(address_hash(row["key"]), []).append(row["id"])
    for row in t.all(
        """SELECT address_hash, since, source FROM suppressions WHERE kind IN (?, ?) AND NOT (? AND source = ?)
        AND address_hash IN (SELECT value FROM json_each(?))""",
        (kind, EVERYTHING, service, KEPT, json.dumps(list(hashes))),
    ):
        for person in hashes[row["address_hash"]]:
            found.setdefault(person, []).append(_refusal(channel, kind, row["since"], row["source"]))
    return {person: min(said, key=lambda one: (not one.stopped, one.since)) for person, said in found.items()}


def last_refused(refused: Iterable[Preference | None]) -> Preference | None:
    """Of what the people of a household refused, the last: until then one of them got the mail."""
    return max((one for one in refused if one is not None), key=lambda one: one.since, default=None)


def _refusal(
    channel: str, kind: str, since: str, source: str, operator_id: int | None = None, operator: str = ""
) -> Preference:
    return Preference(channel, kind, False, since, operator_id, source, by=operator, stopped=source == STOP)
