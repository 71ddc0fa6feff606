"""Reading CSV files as other systems and spreadsheets really write them.

Encoding (UTF-8 with or without its mark, UTF-16 with it, else Windows-1252) and separator (`;`, `,` or tab) are found
out from the file. Each record is read by the rules of CSV first; where they do not hold, because the writer wraps
cells in quotes and leaves the quotes inside them alone (Cagette, CAMAP: FORMATS 1.0), the cells are cut at `";"`.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from store.errors import ImportUnreadable
from store.folding import fold

SEPARATORS = ";,\t"
LONGEST_RECORD = 40
"""Lines that one record may span before its quotes are taken for damaged."""

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # xlsx and ods; xls
_TEXT_CONTROLS = frozenset(b"\t\n\r\f\x0b\x1a")


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

    def records(self) -> Iterator[Record]:
        """Every row that is not empty; a row may have fewer or more cells than the header."""
        return _records(self.lines, self.first, self.separator, len(self.header))


def header_key(cell: str) -> str:
    """A header cell as formats are recognised by: `Téléphone` is `telephone`, `first_name` is `firstName`."""
    return "".join(c for c in fold(cell) if c.isalnum())


def read_table(path: Path) -> Table:
    """Read a CSV file; raises `ImportUnreadable` with the reason.

    Reasons: "missing", "folder", "unreadable", "empty", "spreadsheet", "binary", "encoding".
    """
    lines = _text(_bytes(path), path).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = next((i for i, line in enumerate(lines) if line.strip() and not _names_separator(line)), None)
    if first is None:
        raise ImportUnreadable(path, "empty")
    line = lines[first]
    header, separator = max((_header(line, s) for s in SEPARATORS), key=lambda cut: len(cut[0]))
    return Table(path, header, tuple(map(header_key, header)), separator, tuple(lines), first + 1)


def _names_separator(line: str) -> bool:
    """Whether this is the line by which Excel tells itself the separator."""
    return line.strip().strip('"').lower() in {f"sep={s}" for s in SEPARATORS} | {"sep="}


def _header(line: str, separator: str) -> tuple[tuple[str, ...], str]:
    cells = _cut(line, separator, 0) or tuple(line.split(separator))
    while len(cells) > 1 and not cells[-1].strip():
        cells = cells[:-1]
    return tuple(cell.strip().strip('"').strip() for cell in cells), separator


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise ImportUnreadable(path, "folder")
        if not path.exists():
            raise ImportUnreadable(path, "missing")
        if not path.is_file():
            raise ImportUnreadable(path, "binary")
        return path.read_bytes()
    except OSError as error:
        raise ImportUnreadable(path, "unreadable", error.strerror or str(error)) from error
    except ValueError as error:  # a NUL in the name
        raise ImportUnreadable(path, "missing") from error


def _text(content: bytes, path: Path) -> str:
    if not content.strip():
        raise ImportUnreadable(path, "empty")
    if content.startswith(_SPREADSHEETS):
        raise ImportUnreadable(path, "spreadsheet")
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decoded(content, (encoding,), path)
    if any(byte < 32 and byte not in _TEXT_CONTROLS for byte in set(content)):
        raise ImportUnreadable(path, "binary")
    return _decoded(content, ("utf-8", "cp1252"), path)


def _decoded(content: bytes, encodings: Iterable[str], path: Path) -> str:
    for encoding in encodings:
        try:
            return content.decode(encoding).rstrip("\x1a\0")
        except UnicodeDecodeError:
            continue
    raise ImportUnreadable(path, "encoding")


def _records(lines: tuple[str, ...], first: int, separator: str, width: int) -> Iterator[Record]:
    at = first
    while at < len(lines):
        line = lines[at]
        if not line.strip(f"{separator} \t"):
            at += 1
            continue
        cells = _cut(line, separator, width)
        taken = 1
        if '"' in line and (cells is None or len(cells) < width):
            cells, taken = _over_lines(lines, at, separator, width, cells)
        yield Record(at + 1, None if cells is None else tuple(cell.strip() for cell in cells))
        at += taken


def _over_lines(
    lines: tuple[str, ...], at: int, separator: str, width: int, alone: tuple[str, ...] | None
) -> tuple[tuple[str, ...] | None, int]:
    """A record that goes on in the lines below, with how many it takes; a line that is whole by itself ends the try."""
    text = lines[at]
    for below in range(at + 1, min(at + LONGEST_RECORD, len(lines))):
        following = lines[below]
        if _is_whole(following, separator, width):
            break
        text = f"{text}\n{following}"
        cells = _cut(text, separator, width)
        # A quote, a line break and a quote are the seam of two records, not the inside of a cell.
        if cells is not None and len(cells) == width and not any('"\n"' in cell for cell in cells):
            return cells, below - at + 1
    return alone, 1


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
