"""What the first rows of an unknown file would become, by what its columns are said to be."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from textual.content import Content

from screens.import_fields import label
from screens.import_rows import WHAT
from screens.import_words import reason_words
from screens.text import fitted, labelled
from screens.widgets.plain import plain
from templates.words import _

if TYPE_CHECKING:
    from store import Store
    from store.exchange.recognising import Look
    from store.exchange.report import ImportedRow
    from store.exchange.tables import ImportFile

ROWS = 4
"""Rows of the file that the preview shows."""
NAMES = ("name", "first_name", "last_name")


def preview_lines(look: Look, columns: tuple[str, ...], cells: int) -> list[Content]:
    """The first rows as the mapping cuts them, before anything else is known of them."""
    lines = [plain(" " + _("The first rows become:"), "bold")]
    for row in look.sample[:ROWS]:
        said = [f"{label(field)} {value}" for field, value in zip(columns, row, strict=False) if field and value]
        lines.append(plain(fitted("   " + (" · ".join(said) or _("nothing")), cells)))
    return lines


def read_preview(
    store: Store, file: ImportFile, look: Look, kind: str, columns: tuple[str, ...], cells: int
) -> list[Content]:
    """The first rows as the import reads them: whom each is about, and why one cannot be read."""
    if kind != "members":
        return preview_lines(look, columns, cells)
    from store.exchange.members import import_members
    from store.exchange.tables import ImportFile

    report = import_members(store, ImportFile(file.path, _first_rows(look)), dry_run=True, mapping=columns)
    by_line = {row.line: row for row in report.details}
    lines = [plain(" " + _("The first rows become:"), "bold")]
    for line, row in enumerate(look.sample[:ROWS], 2):
        lines.append(plain(fitted("   " + _row(by_line.get(line), columns, row), cells)))
    return lines


def _first_rows(look: Look) -> bytes:
    """The header and the first rows, a line each."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(look.header)
    writer.writerows([" ".join(cell.split()) for cell in row] for row in look.sample[:ROWS])
    return text.getvalue().encode()


def _row(row: ImportedRow | None, columns: tuple[str, ...], cells: tuple[str, ...]) -> str:
    if row is None:
        return _("known already, nothing new")
    head = labelled(_(WHAT[row.what]), row.name)
    if row.reason:
        return f"{head} · {reason_words(row)}"
    if row.changes:
        return f"{head} · " + " · ".join(f"{label(c.field)} {c.after}" for c in row.changes)
    said = [
        f"{label(field)} {value}"
        for field, value in zip(columns, cells, strict=False)
        if field and value and field not in NAMES
    ]
    return " · ".join((head, *said))
