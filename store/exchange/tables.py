"""Reading CSV files as other systems and spreadsheets really write them.

Encoding (see `decoding`) and separator (`;`, `,` or tab) are found out from the file. Each record is read by the rules
of CSV first; where they do not hold, because the writer wraps cells in quotes and leaves the quotes inside them alone
(Cagette, CAMAP: FORMATS 1.0), the cells are cut at `";"`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from store.errors import ImportUnreadable
from store.exchange import own_json
from store.exchange.decoding import decoded
from store.folding import fold

SEPARATORS = ";,\t"
LONGEST_RECORD = 40
"""Lines that one record may span before its quotes are taken for damaged."""

MOST_LINES, MOST_COLUMNS = 150_000, 1000
"""What is read of a file: each line costs a few kilobytes until the whole is stored, in a process among several."""

SPARED = 10_000_000
"""Letters of lines that are looked at in vain for the rest of records: in a file full of damage each is read alone."""

HEADER_WITHIN = 25
"""Lines above which a header is looked for: reports say first what they are about."""

csv.field_size_limit(2**24)  # a cell may name thousands of recipients; damage shows as a cell of a field that is longer

FEW = 3
"""Cells of a first line that may well be the header; a line with less may say what the file is about."""

Knows = Callable[[tuple[str, ...]], bool]
"""Whether a line with these `header_key`s is the header of something that is known."""


@dataclass(frozen=True, slots=True)
class ImportFile:
    """A file to import, read once, so that a dry run and the import after it see the same; `path` is its name."""

    path: Path
    content: bytes


@dataclass(frozen=True, slots=True)
class Record:
    """One row: the number of its first line, and its cells; None where the line cannot be cut into cells."""

    line: int
    cells: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Table:
    """A file's header cells as written and as `header_key`, and its rows, read one by one."""

    path: Path
    header: tuple[str, ...]
    keys: tuple[str, ...]
    separator: str
    lines: tuple[str, ...]
    first: int

    def records(self, *, exact: bool = False) -> Iterator[Record]:
        """Every row that is not empty; a row may have fewer or more cells than the header.

        `exact`: the file was written by the rules of CSV, so that a cell may go on over any number of lines; where it
        was damaged since, the rows are read as others are.
        """
        found = _exact_records(self) if exact else None
        return iter(found) if found is not None else _records(self.lines, self.first, self.separator, len(self.header))


def header_key(cell: str) -> str:
    """A header cell as formats are recognised by: `Téléphone` is `telephone`, `first_name` is `firstName`."""
    return "".join(c for c in fold(cell) if c.isalnum())


def open_file(path: Path) -> ImportFile:
    """Read a file; raises `ImportUnreadable`: "missing", "folder", "unreadable", "binary" (a device, a socket)."""
    try:
        if path.is_dir():
            raise ImportUnreadable(path, "folder")
        if not path.exists():
            raise ImportUnreadable(path, "missing")
        if not path.is_file():
            raise ImportUnreadable(path, "binary")
        return ImportFile(path, path.read_bytes())
    except OSError as error:
        raise ImportUnreadable(path, "unreadable", error.strerror or str(error)) from error
    except ValueError as error:  # a NUL in the name
        raise ImportUnreadable(path, "missing") from error


def read_table(file: ImportFile, knows: Knows | None = None) -> Table:
    """Cut a CSV file into header and rows; our own JSON file of members is read as if it were the CSV one.

    The header is the first line that `knows` its keys, so that lines of a report's own may stand above it; else the
    first one that all lines below it have as many cells as, or with more than half as many as the widest of the lines
    about it. Raises `ImportUnreadable`:
    "empty", "spreadsheet", "binary", "encoding", "json", "lines", "columns".
    """
    text = _text(file)
    if text.count("\n") > MOST_LINES:
        raise ImportUnreadable(file.path, "lines", str(MOST_LINES))
    lines = tuple(text.split("\n"))
    written = (i for i, line in enumerate(lines) if line.strip() and not _names_separator(line))
    tables = [_table(file.path, lines, place) for place in islice(written, HEADER_WITHIN)]
    if not tables:
        raise ImportUnreadable(file.path, "empty")
    known = next((table for table in tables if knows(table.keys)), None) if knows else None
    found = known or _likely(tables)
    if len(found.header) > MOST_COLUMNS:
        raise ImportUnreadable(file.path, "columns", str(MOST_COLUMNS))
    return found


def _likely(tables: list[Table]) -> Table:
    """The one whose header is the file's, as far as its shape tells."""
    if len(tables) > 1 and len(tables[0].header) >= FEW and _fits_below(tables[0]):
        return tables[0]
    widths = [sum(bool(key) for key in table.keys) for table in tables]
    wide = (table for table, width in zip(tables, widths, strict=True) if width * 2 > max(widths))
    return next(wide, tables[0])


def _fits_below(table: Table) -> bool:
    """Whether the lines below have as many cells: one of these may hold a long list with separators of its own."""
    below = (line for line in table.lines[table.first : table.first + HEADER_WITHIN] if line.strip())
    return all(_is_whole(line, table.separator, len(table.header)) for line in below)


def _text(file: ImportFile) -> str:
    text = decoded(file.content, file.path)
    if not own_json.is_json(text):
        return text
    ours = own_json.as_table(text)
    if ours is None:
        raise ImportUnreadable(file.path, "json")
    return decoded(ours.encode(), file.path)


def _table(path: Path, lines: tuple[str, ...], place: int) -> Table:
    line, first = _whole_header(lines, place)
    header, separator = max((_header(line, s) for s in SEPARATORS), key=lambda cut: len(cut[0]))
    return Table(path, header, tuple(map(header_key, header)), separator, lines, first)


def _whole_header(lines: tuple[str, ...], place: int) -> tuple[str, int]:
    """The header that begins in a line, and where the rows begin: spreadsheets break the lines of narrow columns."""
    line, taken = lines[place], 1
    while line.count('"') % 2 and taken < HEADER_WITHIN and place + taken < len(lines):
        line = f"{line}\n{lines[place + taken]}"
        taken += 1
    return (lines[place], place + 1) if line.count('"') % 2 else (line, place + taken)


def _names_separator(line: str) -> bool:
    """Whether this is the line by which Excel tells itself the separator."""
    return line.strip().strip('"').lower() in {f"sep={s}" for s in SEPARATORS} | {"sep="}


def _header(line: str, separator: str) -> tuple[tuple[str, ...], str]:
    cells = _cut(line, separator, 0) or tuple(line.split(separator))
    width = next((width for width in range(len(cells), 1, -1) if cells[width - 1].strip()), 1)
    few = cells[: min(width, MOST_COLUMNS + 1)]
    return tuple(" ".join(cell.strip().strip('"').split()) for cell in few), separator


def _exact_records(table: Table) -> list[Record] | None:
    """Every row by the rules of CSV; None when one breaks them or has not as many cells as the header."""
    text = io.StringIO("\n".join(table.lines[table.first :]), newline="")
    reader = csv.reader(text, delimiter=table.separator, strict=True)
    found: list[Record] = []
    line = table.first + 1
    try:
        for cells in reader:
            if any(cells):
                found.append(Record(line, tuple(cell.strip() for cell in cells)))
            line = table.first + 1 + reader.line_num
    except csv.Error:
        return None
    return found if all(len(record.cells or ()) == len(table.header) for record in found) else None


def _records(lines: tuple[str, ...], first: int, separator: str, width: int) -> Iterator[Record]:
    at, vain = first, 0
    while at < len(lines):
        line = lines[at]
        if not line.strip(f"{separator} \t"):
            at += 1
            continue
        cells = _cut(line, separator, width)
        taken = 1
        if '"' in line and (cells is None or len(cells) < width) and vain < SPARED:
            cells, taken, looked_at = _over_lines(lines, at, separator, width, cells)
            vain += looked_at if taken == 1 else 0
        yield Record(at + 1, None if cells is None else tuple(cell.strip() for cell in cells))
        at += taken


def _over_lines(
    lines: tuple[str, ...], at: int, separator: str, width: int, alone: tuple[str, ...] | None
) -> tuple[tuple[str, ...] | None, int, int]:
    """A record that goes on in the lines below, with how many it takes, and how many letters were looked at for it.

    A line that is whole by itself ends the try.
    """
    text = lines[at]
    for below in range(at + 1, min(at + LONGEST_RECORD, len(lines))):
        following = lines[below]
        if _is_whole(following, separator, width):
            break
        text = f"{text}\n{following}"
        cells = _cut(text, separator, width)
        # A quote, a line break and a quote are the seam of two records, not the inside of a cell.
        if cells is not None and len(cells) == width and not any('"\n"' in cell for cell in cells):
            return cells, below - at + 1, len(text)
    return alone, 1, len(text)


def _is_whole(line: str, separator: str, width: int) -> bool:
    cells = _cut(line, separator, width)
    return width > 1 and cells is not None and len(cells) == width


def _cut(text: str, separator: str, width: int) -> tuple[str, ...] | None:
    """The cells of one record by the rules of CSV, else by its outer quotes; None when its quotes do not close."""
    if '"' not in text:
        return tuple(text.split(separator))
    strict: tuple[str, ...] | None = None
    try:
        strict = tuple(next(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)))
    except (csv.Error, StopIteration):
        strict = None
    if strict is not None and len(strict) == width:
        return strict
    if text.startswith('"') and text.rstrip().endswith('"') and len(text) > 1:
        wrapped = tuple(text.rstrip()[1:-1].split(f'"{separator}"'))
        if strict is None or len(wrapped) == width:
            return wrapped
    return strict
