"""That somebody took a list or a member's data out of the group's file leaves a row in the journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from store.errors import DiskFull, FileLocked, FileUnreadable

if TYPE_CHECKING:
    from store.handle import Store


def note_export(
    store: Store,
    what: str,
    form: str,
    rows: int,
    subject_id: int | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Write the row `export.<what>`: the form of the file, how many lines it has, what it is of; no content.

    A group's file that takes no row now, on a full disk or in a folder that cannot be written to, keeps nobody from
    reading what they may read.
    """
    try:
        with store.writing() as t:
            t.journal(f"export.{what}", subject_id, form=form, rows=rows, **(detail or {}))
    except (DiskFull, FileUnreadable, FileLocked):
        return
