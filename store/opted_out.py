"""Since when, by whom and how people refuse a kind of mail."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from store.addresses import address_hash
from store.people import Preference
from store.preferences import EVERYTHING, KEPT, STOP

if TYPE_CHECKING:
    from store.transaction import Transaction


def refusals(t: Transaction, people: Sequence[int], kind: str, *, service: bool = False) -> dict[int, Preference]:
    """What keeps mail of a kind from each of these people, by id; who takes it is not in it.

    What was refused with STOP counts before what an operator wrote down, the oldest first. A `service` message is
    kept only from who said STOP, as `store.reach` counts it.
    """
    if not people:
        return {}
    ids = json.dumps(list(people))
    found: dict[int, list[Preference]] = {}
    for row in t.all(
        """SELECT f.person_id, f.since, f.operator_id, f.source, coalesce(o.name, '') AS operator
        FROM preferences f LEFT JOIN operators o ON o.id = f.operator_id
        WHERE f.channel = 'email' AND f.kind = ? AND f.allowed = 0 AND (NOT ? OR f.source = ?)
        AND f.person_id IN (SELECT value FROM json_each(?))""",
        (kind, service, STOP, ids),
    ):
        said = _refusal(kind, row["since"], row["source"], row["operator_id"], row["operator"])
        found.setdefault(row["person_id"], []).append(said)
    hashes: dict[str, list[int]] = {}
    for row in t.all(
        "SELECT id, email_key FROM people WHERE email_key <> '' AND id IN (SELECT value FROM json_each(?))", (ids,)
    ):
        hashes.setdefault(address_hash(row["email_key"]), []).append(row["id"])
    for row in t.all(
        """SELECT address_hash, since, source FROM suppressions WHERE kind IN (?, ?) AND NOT (? AND source = ?)
        AND address_hash IN (SELECT value FROM json_each(?))""",
        (kind, EVERYTHING, service, KEPT, json.dumps(list(hashes))),
    ):
        for person in hashes[row["address_hash"]]:
            found.setdefault(person, []).append(_refusal(kind, row["since"], row["source"]))
    return {person: min(said, key=lambda one: (not one.stopped, one.since)) for person, said in found.items()}


def last_refused(refused: Iterable[Preference | None]) -> Preference | None:
    """Of what the people of a household refused, the last: until then one of them got the mail."""
    return max((one for one in refused if one is not None), key=lambda one: one.since, default=None)


def _refusal(kind: str, since: str, source: str, operator_id: int | None = None, operator: str = "") -> Preference:
    return Preference("email", kind, False, since, operator_id, source, by=operator, stopped=source == STOP)
