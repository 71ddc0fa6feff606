"""Who got it, and when, as a file for a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templates.words import _

if TYPE_CHECKING:
    from store import Store


def write_attempts(store: Store, message_id: int | None = None, member_id: int | None = None) -> str:
    """Write all that was tried for the mails of a message, of a member or of all into the exports folder; say where."""
    from store.exchange.attempts_export import export_attempts
    from store.exchange.export_folder import write_export

    path = write_export(store, export_attempts(store, "csv", message_id=message_id, member_id=member_id))
    return _("{name} is in the folder {folder}").format(name=path.name, folder=path.parent)
