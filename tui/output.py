"""What the command line writes: words, tables and JSON; and how a command ends otherwise than well."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, TextIO

from screens.text import visible, width

DONE, FAILED, WRONG_USE, NOT_NOW, BUSY = range(5)
"""The exit codes of DESIGN.md 13, for scripts to rely on."""


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
    """One line or more for a person, on stderr."""
    _write(sys.stderr, visible(text, lines=True))


def print_json(value: Any) -> None:
    """`value` as JSON on stdout, for programs: dataclasses, dates, paths and sets are understood."""
    _write(sys.stdout, json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


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
