"""What the command line writes: words, tables and JSON; and how a command ends otherwise than well."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, TextIO

from screens.text import visible, width

DONE, FAILED, WRONG_USE, NOT_NOW, BUSY = range(5)
"""The exit codes of DESIGN.md 13, for scripts to rely on."""


LONGEST = 1000
"""Letters of a line on stderr: what is refused is said again in it, as somebody typed or sent it."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_OBEYED = re.compile(r"[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Ended(Exception):
    """A command stops here: `words` go to stderr (none when empty), `code` is the exit code."""

    def __init__(self, words: str, code: int = FAILED) -> None:
        super().__init__(words)
        self.words = words
        self.code = code


def say(text: str = "") -> None:
    """One line or more for a person, on stdout."""
    _write(sys.stdout, visible(text, lines=True))


def warn(text: str) -> None:
    """One line or more for a person, on stderr; of a line that repeats something endless, the beginning."""
    lines = visible(text, lines=True).split("\n")
    _write(sys.stderr, "\n".join(line if len(line) <= LONGEST else f"{line[:LONGEST]}…" for line in lines))


def print_json(value: Any) -> None:
    """`value` as JSON on stdout, for programs: dataclasses, dates, paths and sets are understood.

    What a terminal would obey stands there as its number, as JSON itself does with the most of it.
    """
    text = json.dumps(value, ensure_ascii=False, indent=2, default=_plain)
    _write(sys.stdout, _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def put_out(content: bytes) -> None:
    """A file's content on stdout, without the control characters that data may hold: a terminal would obey them."""
    try:
        clean = _CONTROLS.sub("", content.decode()).encode()
    except UnicodeDecodeError:
        clean = content
    sys.stdout.flush()
    sys.stdout.buffer.write(clean)
    sys.stdout.buffer.flush()


def _write(stream: TextIO, text: str) -> None:
    stream.write(f"{text}\n")
    stream.flush()


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON")


def print_table(headers: Sequence[str], rows: Sequence[Sequence[object]], *, right: Sequence[int] = ()) -> None:
    """Rows under headers in columns as wide as their content; the columns of `right` are aligned right."""
    table = [[visible(header) for header in headers], *([visible(str(cell)) for cell in row] for row in rows)]
    widths = [max(width(row[column]) for row in table) for column in range(len(headers))]
    for row in table:
        cells = []
        for column, text in enumerate(row):
            padding = " " * (widths[column] - width(text))
            cells.append(padding + text if column in right else text + padding)
        _write(sys.stdout, "  ".join(cells).rstrip())
