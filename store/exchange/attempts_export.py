"""Who got it, and when, as a file: all that was tried for the mails of a message, of a member, or of all messages."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from store.clock import unstamp
from store.delivery_history import ExportRow, export_rows
from store.exchange.export_folder import Export
from store.exchange.own_files import ENCODING, own_table

if TYPE_CHECKING:
    from store.handle import Store

FORMS = ("csv", "json")
COLUMNS = ("message", "name", "address", "state", "reason", "when", "step", "code", "answer")
"""One row for each attempt, and one for a mail that was not tried yet. `when` is a UTC moment."""


def export_attempts(store: Store, form: str, *, message_id: int | None = None, member_id: int | None = None) -> Export:
    """All that was tried, mail by mail; the name says of what. Needs the right `messages.see`. Raises `NotFound`."""
    of = "mails"
    if message_id is not None:
        of = f"mails-message-{store.messages.get(message_id).id}"
    elif member_id is not None:
        of = f"mails-member-{store.members.get(member_id).id}"
    rows = [_whole(row) for row in export_rows(store, message_id=message_id, member_id=member_id)]
    cells = [
        (row.message, row.name, row.address, row.state, row.reason, row.when, row.phase, row.code, row.answer)
        for row in rows
    ]
    if form == "json":
        plain = [dict(zip(COLUMNS, row, strict=True)) for row in cells]
        content = (json.dumps(plain, ensure_ascii=False, indent=2) + "\n").encode()
    else:
        shown = [tuple("" if cell is None else str(cell) for cell in row) for row in cells]
        content = own_table(COLUMNS, shown).encode(ENCODING)
    return Export(f"{of}-{store.clock.today().isoformat()}.{form}", content, len(rows))


def _whole(row: ExportRow) -> ExportRow:
    return replace(row, when=unstamp(row.when).isoformat(timespec="seconds")) if row.when else row
