"""The columns of a file: which field of ours each one is, and a row's cells by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from store.errors import ImportUnreadable, Invalid
from store.exchange.tables import Record, Table

ADDED = ("line", "reason")
"""The columns that a file of bad rows has more than the one they come from."""

LONGEST = 2_000
"""Letters of a cell that is no note: what is longer came of damage, and no list could show it."""

NOTES = frozenset(("notes", "note"))
LISTS = frozenset(("recipients",))
"""Cells that name all whom a mailing went to."""

SHOWN = 200
"""Letters of a header that a person is shown when it is not known."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be imported: the field that is wrong, "cells", "quotes" or "too_long"; and its value.

    `column` is the heading over that, where there are many of the kind.
    """

    line: int
    reason: str
    value: str = ""
    column: str = ""


class Columns:
    """Reads the rows of one table; raises `ImportUnreadable` ("twice") when two columns are the same field.

    `ignored` are the header cells of columns that are no field.
    """

    def __init__(self, table: Table, fields: tuple[str, ...], *, may_be_short: bool = False) -> None:
        self._places: dict[str, int] = {}
        for place, field in enumerate(fields[: len(table.header)]):
            if field and field in self._places:
                raise ImportUnreadable(table.path, "twice", table.header[place])
            if field:
                self._places[field] = place
        self.ignored = tuple(
            cell for place, cell in enumerate(table.header) if cell and place not in self._places.values()
        )
        self._header = table.header
        self._width = len(table.header)
        self._may_be_short = may_be_short

    @property
    def fields(self) -> frozenset[str]:
        """The fields that the file has."""
        return frozenset(self._places)

    def header(self, field: str) -> str:
        """The heading of a field's column."""
        return self._header[self._places[field]]

    def read(self, record: Record) -> dict[str, str]:
        """A row's cells that are not empty, by field.

        Raises `Invalid` ("quotes", "cells", "too_long") for a damaged row.
        """
        if record.cells is None:
            raise Invalid("quotes", "", "damaged")
        cells = record.cells
        if len(cells) > self._width and not any(cells[self._width :]):
            cells = cells[: self._width]
        if len(cells) > self._width or (len(cells) < self._width and not self._may_be_short):
            raise Invalid("cells", f"{len(cells)}/{self._width}", "damaged")
        given = {field: cells[i] for field, i in self._places.items() if i < len(cells) and cells[i]}
        for field, cell in given.items():
            if len(cell) > LONGEST and field not in NOTES | LISTS:
                raise Invalid("too_long", f"{cell[:40]}…", "damaged")
        return given


def fields_of(table: Table, columns: Mapping[str, str]) -> tuple[str, ...]:
    """The field of each column by its `header_key`; "" for one that is not read."""
    return tuple(columns.get(key, "") for key in table.keys)


def records_of(table: Table, *, exact: bool) -> Iterator[Record]:
    """Every row, but a header that is there again, as where two files were put together; `exact` for our own files."""
    return (record for record in table.records(exact=exact) if record.cells != table.header)


def unknown_header(table: Table) -> ImportUnreadable:
    """What to raise for a file that no format knows."""
    return ImportUnreadable(table.path, "header", ", ".join(cell for cell in table.header if cell)[:SHOWN])


def left_out(table: Table, rows: list[tuple[Record, BadRow]]) -> list[tuple[str, ...]]:
    """Bad rows for a file of their own: its header, then each row as it stands, with its line and the reason."""
    width = len(table.header)
    found = [(*table.header, *ADDED)] if rows else []
    for record, bad in rows:
        cells = record.cells if record.cells is not None else (table.lines[record.line - 1],)
        found.append((*(*cells, *("",) * width)[: max(width, len(cells))], str(bad.line), bad.reason))
    return found
