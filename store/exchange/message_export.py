"""Who got a message, as a file: everybody it was meant for, and what became of each mail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from store.exchange.export_folder import Export
from store.exchange.export_notes import note_export
from store.exchange.own_files import ENCODING, own_table

if TYPE_CHECKING:
    from store.handle import Store
    from store.message_records import RecipientRow

FORMS = ("csv", "json")
COLUMNS = ("member", "name", "reach", "address", "phone", "state", "since", "reason", "channel", "handed_at")
"""`reach` is email, unreachable or opted_out, `state` that of the mail or SMS since a UTC moment.

`channel` is email, sms, letter, csv, call, or empty for who does not want it; `handed_at` is when the letter or row was
written into a file (UTC).
"""


def export_message(store: Store, form: str, message_id: int) -> Export:
    """The recipients of a frozen message by name, one row for each mail or member without; none of a draft.

    Needs the right `messages.see`. Raises `NotFound`.
    """
    store.messages.get(message_id)
    rows = store.messages.recipients(message_id)
    cells = [_cells(row) for row in rows]
    if form == "json":
        plain = [dict(zip(COLUMNS, row, strict=True)) for row in cells]
        content = (json.dumps(plain, ensure_ascii=False, indent=2) + "\n").encode()
    else:
        content = own_table(COLUMNS, cells).encode(ENCODING)
    note_export(store, "message", form, len(rows), message_id)
    return Export(f"message-{message_id}-{store.clock.today().isoformat()}.{form}", content, len(rows))


def _cells(row: RecipientRow) -> tuple[str, ...]:
    since = row.at.isoformat(timespec="seconds") if row.at and row.delivery_state else ""
    return (
        str(row.member_id),
        row.name,
        row.reach,
        row.address,
        row.phone,
        row.delivery_state,
        since,
        row.reason,
        row.channel,
        row.handed_at.isoformat(timespec="seconds") if row.handed_at else "",
    )
