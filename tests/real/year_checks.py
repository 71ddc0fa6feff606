"""What the group's file says at the end, held against a plain reading; and a mail as the server saw it."""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes

from store import Store
from tests.real.plain_reading import Reading, Seen
from tests.real.year_flows import FICHE

LONG_AGO = 1000
REASONS = ("missed", "skipped")


def seen(event: dict[str, str]) -> Seen:
    """A mail as the server has written it down."""
    mail = message_from_bytes(base64.b64decode(event["content"]))
    plain = next(part for part in mail.walk() if part.get_content_type() == "text/plain")
    content = plain.get_payload(decode=True)
    assert isinstance(content, bytes)
    text = re.sub(r"\s+", " ", content.decode())
    fiche = FICHE.search(text)
    says: tuple[str, ...] = ()
    if fiche is not None:
        values = [value.strip() for value in fiche[2].split(" ; ")[1:]]
        if values and fiche[1].startswith("S"):
            values[-1] = " ".join(sorted(re.split(r", | et ", values[-1])))
        says = (fiche[1], *values)
    return Seen(event["to"].lower(), says, mail["Auto-Submitted"] == "auto-generated", event["ref"])


def differences(store: Store, reading: Reading, refs: set[str]) -> list[str]:
    """What the file says otherwise than the reading, and otherwise than the server, whose Message-IDs are `refs`."""
    return [*_rows(store, reading), *_ledger(store, reading, refs)]


def _rows(store: Store, reading: Reading) -> Iterator[str]:
    """What became of each time of each step; what was missed is listed as missed, and nothing else."""
    past = store.occurrences.past(LONG_AGO)
    found = {(one.step.id, one.key): (one.state.value, one.reason if one.state in REASONS else "") for one in past}
    wanted = {
        key: (row.state, row.reason if row.state in REASONS else "") for key, row in reading.rows.items()
    }  # fmt: skip
    for key in sorted({*found, *wanted}):
        if found.get(key) != wanted.get(key):
            yield f"{key}: {found.get(key)} in the file, {wanted.get(key)} by the rules"
    missed = {(one.step.id, one.key) for one in store.occurrences.missed(LONG_AGO) if one.at is not None}
    now = store.clock.now()
    again = {one.key for one in reading.planned(now) if reading.open(one, now)}
    if missed != {key for key, (state, _reason) in wanted.items() if state == "missed"} - again:
        yield "the list of what was missed is another one"


def _ledger(store: Store, reading: Reading, refs: set[str]) -> Iterator[str]:
    """What became of each mail: sent is what the server took, and nothing is in doubt."""
    with store.reading() as t:
        rows = [
            (str(row["state"]), str(row["address_key"]), str(row["message_ref"]))
            for row in t.all(
                """SELECT d.state, d.address_key, d.message_ref FROM deliveries d LEFT JOIN messages m
                ON m.id = d.message_id WHERE m.occurrence_id IS NOT NULL OR d.kind <> 'message'"""
            )
        ]
        sound = [str(row[0]) for row in t.all("PRAGMA integrity_check")]
        astray = len(t.all("PRAGMA foreign_key_check"))
    if sound != ["ok"] or astray:
        yield f"the file is damaged: {sound}, {astray} rows lead nowhere"
    sent = {ref for state, _address, ref in rows if state == "sent"}
    yield from (f"sent by the file, unknown to the server: {ref}" for ref in sorted(sent - refs))
    yield from (f"accepted by the server, not sent by the file: {ref}" for ref in sorted(refs - sent))
    for state, wanted in (
        ("ready", Counter(mail.to for mail in reading.waiting)),
        ("held", reading.held),
        ("failed", reading.failed),
        ("unknown", Counter()),
        ("sending", Counter()),
    ):
        found = Counter(address for has, address, _ref in rows if has == state)
        if +found != +wanted:
            yield f"{state}: {found - wanted} in the file only, {wanted - found} by the rules only"


SPOILED = (
    "DELETE FROM occurrences WHERE id = (SELECT max(id) FROM occurrences WHERE state = 'missed' AND mails = 0)",
    "UPDATE occurrences SET state = 'missed' WHERE id = (SELECT min(id) FROM occurrences WHERE state = 'queued')",
    "UPDATE deliveries SET state = 'ready' WHERE id = (SELECT max(id) FROM deliveries WHERE state = 'sent')",
    "UPDATE deliveries SET state = 'sent' WHERE id = (SELECT max(id) FROM deliveries WHERE state = 'held')",
)
"""What a fault may do to a file."""
