"""Who got it, and when, as a file: all that was tried for the mails and SMS of a message, of a member, or of all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from store.clock import unstamp
from store.delivery_records import TITLE, shown_name
from store.exchange.export_folder import Export
from store.exchange.export_notes import note_export
from store.exchange.own_files import ENCODING, own_table
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store

COLUMNS = ("message", "name", "address", "state", "reason", "when", "step", "code", "answer", "channel")
"""One row for each attempt, and one for what was not tried yet. `when` is a UTC moment, `channel` email or sms."""


def export_attempts(store: Store, form: str, *, message_id: int | None = None, member_id: int | None = None) -> Export:
    """All that was tried, mail by mail; the name says of what. Needs the right `messages.see`. Raises `NotFound`.

    Tests of messages are among the mails to a member only. Who was erased has neither name nor address.
    """
    of, about = "mails", {}
    if message_id is not None:
        about = {"message": store.messages.get(message_id).id}
        of = f"mails-message-{about['message']}"
    elif member_id is not None:
        about = {"member": store.members.get(member_id).id}
        of = f"mails-member-{about['member']}"
    rows = _rows(store, message_id, member_id)
    if form == "json":
        content = (json.dumps(rows, ensure_ascii=False, indent=2) + "\n").encode()
    else:
        cells = (["" if row[name] is None else str(row[name]) for name in COLUMNS] for row in rows)
        content = own_table(COLUMNS, cells).encode(ENCODING)
    note_export(store, "attempts", form, len(rows), detail=about)
    return Export(f"{of}-{store.clock.today().isoformat()}.{form}", content, len(rows))


def _rows(store: Store, message_id: int | None, member_id: int | None) -> list[dict[str, Any]]:
    these = ["d.kind = 'message'"] if member_id is None else []
    if message_id is not None:
        these.append("d.message_id = :message")
    if member_id is not None:
        these.append("d.id IN (SELECT delivery_id FROM delivery_people WHERE member_id = :member)")
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        rows = t.all(
            f"""SELECT {TITLE} AS message, d.name, d.address, d.state, d.reason,
                coalesce(a.at, '') AS "when", coalesce(a.phase, '') AS step, a.code, coalesce(a.answer, '') AS answer,
                d.channel
            FROM deliveries d LEFT JOIN messages m ON m.id = d.message_id LEFT JOIN attempts a ON a.delivery_id = d.id
            WHERE {" AND ".join(these)} ORDER BY d.message_id, d.name, d.id, a.id""",
            {"message": message_id, "member": member_id},
        )
    return [{**row, "name": shown_name(row), "when": _moment(row["when"])} for row in rows]


def _moment(when: str) -> str:
    return unstamp(when).isoformat(timespec="seconds") if when else ""
