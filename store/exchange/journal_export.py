"""The journal as a file: who did what, and when."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from store.clock import unstamp
from store.exchange.export_folder import Export
from store.exchange.export_notes import note_export
from store.exchange.own_files import ENCODING, own_table

if TYPE_CHECKING:
    from store.handle import Store
    from store.journal import Entry, Wanted

FORMS = ("csv", "json")
COLUMNS = ("id", "at", "operator", "login", "action", "subject_id", "subject", "member_id", "what", "detail")
"""`at` is a UTC moment, `what` a sentence, `detail` JSON."""
_AT_ONCE = 10_000


def export_journal(store: Store, form: str, wanted: Wanted, words: Callable[[Entry], str]) -> Export:
    """The rows that are wanted, the newest first; `words` makes the sentence of each.

    An admin gets all, everybody else their own. Raises as `Journal.entries`.
    """
    rows = [_row(entry, words(entry)) for entry in _all(store, wanted)]
    if form == "json":
        content = (json.dumps(rows, ensure_ascii=False, indent=2) + "\n").encode()
    else:
        content = own_table(COLUMNS, ([_cell(row[name]) for name in COLUMNS] for row in rows)).encode(ENCODING)
    about = {} if wanted.member_id is None else {"member": wanted.member_id}
    note_export(store, "journal", form, len(rows), detail=about)
    return Export(f"journal-{store.clock.today().isoformat()}.{form}", content, len(rows))


def _all(store: Store, wanted: Wanted) -> Iterator[Entry]:
    before = None
    while entries := store.journal.entries(wanted, before=before, limit=_AT_ONCE):
        yield from entries
        before = entries[-1].id


def _row(entry: Entry, what: str) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": unstamp(entry.at).isoformat(timespec="seconds"),
        "operator": entry.operator,
        "login": entry.login,
        "action": entry.action,
        "subject_id": entry.subject_id,
        "subject": entry.subject,
        "member_id": entry.member_id,
        "what": what,
        "detail": dict(entry.detail),
    }


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return "" if value is None else str(value)
