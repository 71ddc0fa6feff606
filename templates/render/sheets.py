"""Lists as they are printed and mailed: as text of 80 columns, and as an HTML page that needs nothing else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from templates.words import language
from templates.words.cells import width as cells_of

if TYPE_CHECKING:
    from jinja2 import Template as Layout

RECAPS = Path(__file__).parent.parent / "recaps"
_GAP = 2
_NARROWEST = 8
_BOX = "[ ]"
_WORDS = re.compile(r"[^ ]+")
_PARTS = re.compile(r"[^ -]+-*|-+")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `right` for numbers, `wide` for what may be long and is wrapped where the paper ends."""

    title: str = ""
    right: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Rows under a heading: `detail` stands behind the title, `aside` at the right edge; `notes` come below."""

    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    detail: str = ""
    aside: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Blocks with the same columns. `total` is a last row; `boxes` puts a box to tick before headings and rows."""

    columns: tuple[Column, ...]
    blocks: tuple[Block, ...]
    title: str = ""
    total: tuple[str, ...] = ()
    boxes: bool = False

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The rows of all blocks."""
        return tuple(row for block in self.blocks for row in block.rows)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list on paper: what it is, lines about it, its tables, and what is to be known besides."""

    title: str
    subtitle: tuple[str, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()


def text(sheet: Sheet, width: int = 80) -> str:
    """The sheet as lines of at most `width` cells; nothing is cut off, what is too long is wrapped."""
    lines = [*_wrapped(sheet.title, width), *(line for part in sheet.subtitle for line in _wrapped(part, width))]
    for table in sheet.tables:
        lines += ["", *_table(table, width)]
    if sheet.notes:
        lines += ["", *(line for note in sheet.notes for line in _wrapped(note, width))]
    return "".join(f"{line.rstrip()}\n" for line in lines)


def page(sheets: Sequence[Sheet], above: str = "") -> str:
    """Sheets as one HTML page, each beginning a new page of paper; in the language spoken now.

    `above` is HTML of our own making (`markup.to_html`) that stands before them.
    """
    return str(_layout().render(language=language(), style=_style(), above=_trusted(above), sheets=sheets, plain=plain))


def plain(words: str) -> str:
    """Without what would move a printer's or a terminal's cursor, or turn the direction of writing."""
    if words.isprintable():
        return words
    joined = " ".join(words.split())
    return "".join(c for c in joined if not unicodedata.category(c).startswith("C") and c not in "\u2028\u2029")


def _table(table: Table, width: int) -> Iterator[str]:
    if table.title:
        yield from _wrapped(table.title, width)
        yield ""
    under_headings = 2 if any(block.title for block in table.blocks) else 0
    indent = len(_BOX) + 1 if table.boxes else under_headings
    widths = _widths(table, width - indent)
    before = f"{_BOX} " if table.boxes else " " * indent
    headings = tuple(column.title for column in table.columns)
    if any(headings):
        yield from _row(table, headings, widths, " " * indent)
        yield from _row(table, _ruled(headings, widths), widths, " " * indent)
    edge = indent + sum(widths) + _GAP * (len(widths) - 1)
    for number, block in enumerate(table.blocks):
        if number and (block.title or table.blocks[number - 1].title):
            yield ""
        yield from _heading(block, table.boxes, edge, width)
        for row in block.rows:
            yield from _row(table, row, widths, before)
        for note in block.notes:
            yield from (f"{' ' * indent}{line}" for line in _wrapped(note, width - indent))
    if table.total:
        yield " " * indent + "-" * (edge - indent)
        yield from _row(table, table.total, widths, " " * indent)


def _ruled(headings: Sequence[str], widths: Sequence[int]) -> tuple[str, ...]:
    """What stands below the headings; nothing where there is none."""
    return tuple("-" * size if heading else "" for heading, size in zip(headings, widths, strict=True))


def _heading(block: Block, boxes: bool, edge: int, width: int) -> Iterator[str]:
    """Title and detail at the left, the rest at the table's edge; what does not fit gets a line of its own."""
    if not block.title:
        return
    box = f"{_BOX} " if boxes else ""
    title, detail, aside = plain(block.title), plain(block.detail), plain(block.aside)
    left = f"{box}{title}  {detail}".rstrip()
    if cells_of(left) + _GAP + cells_of(aside) > width and detail:
        yield from _indented(title, box, width)
        left, box = f"{' ' * len(box)}{detail}", " " * len(box)
    *lines, last = _indented(left[len(box) :], box, width)
    if aside and cells_of(last) + _GAP + cells_of(aside) > width:
        lines, last = [*lines, last], ""
    yield from lines
    padding = max(edge - cells_of(last) - cells_of(aside), _GAP if last else 0)
    yield f"{last}{' ' * padding}{aside}" if aside else last


def _indented(words: str, before: str, width: int) -> list[str]:
    """A text wrapped behind `before`, its other lines below its first."""
    first, *others = _wrapped(words, width - len(before))
    return [f"{before}{first}", *(f"{' ' * len(before)}{line}" for line in others)]


def _widths(table: Table, width: int) -> list[int]:
    """The cells of each column: what its longest text takes; the wide ones share what is left by their needs.

    A column is made narrower than its longest word only when no other can be, and then up to a hyphen first.
    """
    rows = [tuple(column.title for column in table.columns), *table.rows, *([table.total] if table.total else [])]
    needed = [max(cells_of(plain(row[place])) for row in rows) for place in range(len(table.columns))]
    wide = [place for place, column in enumerate(table.columns) if column.wide]
    free = width - _GAP * (len(needed) - 1) - sum(size for place, size in enumerate(needed) if place not in wide)
    excess = sum(needed[place] for place in wide) - max(free, _NARROWEST * len(wide))
    for unbroken in (_WORDS, _PARTS, None):
        if excess <= 0:
            break
        floor = {place: _longest((row[place] for row in rows), unbroken) for place in wide}
        while excess > 0 and (shrinking := [place for place in wide if needed[place] > floor[place]]):
            needed[max(shrinking, key=lambda place: needed[place])] -= 1
            excess -= 1
    return needed


def _longest(cells: Iterable[str], unbroken: re.Pattern[str] | None) -> int:
    """The cells a column needs so that nothing `unbroken` is broken over two of its lines."""
    if unbroken is None:
        return _NARROWEST
    return max((cells_of(part) for cell in cells for part in unbroken.findall(plain(cell))), default=_NARROWEST)


def _row(table: Table, row: Sequence[str], widths: Sequence[int], before: str) -> Iterator[str]:
    parts = [_wrapped(cell, size) for cell, size in zip(row, widths, strict=True)]
    for number in range(max(map(len, parts))):
        cells = []
        for column, lines, size in zip(table.columns, parts, widths, strict=True):
            cell = lines[number] if number < len(lines) else ""
            padding = " " * (size - cells_of(cell))
            cells.append(padding + cell if column.right else cell + padding)
        yield (before if number == 0 else " " * len(before)) + (" " * _GAP).join(cells)


def _wrapped(words: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells, broken between words, inside one where it is longer than a line."""
    lines = [""]
    for word in plain(words).split(" "):
        rest = word
        if lines[-1] and cells_of(lines[-1]) + 1 + cells_of(rest) <= width:
            lines[-1] += f" {rest}"
            continue
        if lines[-1]:
            lines.append("")
        while cells_of(rest) > width:
            fitting = _fitting(rest, width)
            lines[-1] = rest[:fitting]
            lines.append("")
            rest = rest[fitting:]
        lines[-1] = rest
    return lines


def _fitting(word: str, width: int) -> int:
    """How many characters of a word fit into `width` cells, up to a hyphen where there is one; at least one."""
    number = 1
    while number < len(word) and cells_of(word[: number + 1]) <= width:
        number += 1
    return word.rfind("-", 0, number) + 1 or number


@cache
def _layout() -> Layout:
    from jinja2 import Environment

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string((RECAPS / "sheet.html").read_text(encoding="utf-8"))


@cache
def _style() -> Any:
    return _trusted((RECAPS / "sheet.css").read_text(encoding="utf-8"))


def _trusted(html: str) -> Any:
    from markupsafe import Markup

    return Markup(html)
