"""The backups' files: their folder, their names, and the mark that tells who made them.

A backup lies in the folder `backups` beside the group's real file. Its name tells the moment (UTC) and, by `auto`,
that it was made by itself: `group.cabas.20261122T021000Z.auto.backup`. The mark, a setting inside the backup, says the
same: what was renamed or put there by somebody is not taken for one of these.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from store.backup_records import COMMAND, TICK, UPDATE, Backup
from store.file_system import SQLITE_BESIDE

MARK = "backup"
"""The setting that is only in a backup: when it was made, and how."""

UNFINISHED = ".part"
"""The end of a name under which a backup is being made."""

_NAME = re.compile(r"\.(\d{8}T\d{6}Z)(\.auto)?\.backup", re.ASCII)
_UPDATE = re.compile(r"\.v\d+-(\d{8}T\d{6})\.backup", re.ASCII)
_MOMENT = "%Y%m%dT%H%M%SZ"
_HEADER = b"SQLite format 3\0"


def folder_of(file: Path) -> Path:
    """Where the backups of a group's file are: beside the real file, whichever link leads to it."""
    return Path(os.path.realpath(file)).parent / "backups"


def name_for(file: Path, at: datetime, how: str) -> str:
    """The name of a backup made at an aware moment."""
    auto = ".auto" if how == TICK else ""
    return f"{Path(os.path.realpath(file)).name}.{at.astimezone(UTC):{_MOMENT}}{auto}.backup"


def found(file: Path) -> Iterator[Backup]:
    """The backups of a group's file, in no order; a folder that cannot be read has none."""
    real = Path(os.path.realpath(file))
    for folder, pattern in ((folder_of(file), _NAME), (real.parent, _UPDATE)):
        for entry in _entries(folder):
            behind = entry.name.removeprefix(real.name)
            name = pattern.fullmatch(behind) if behind != entry.name else None
            if name is None or not entry.is_file(follow_symlinks=False):
                continue
            with suppress(OSError, ValueError):  # rotated away meanwhile, or no moment at all: 20269999T…
                at = datetime.strptime(name[1].rstrip("Z") + "Z", _MOMENT).replace(tzinfo=UTC)
                how = UPDATE if pattern is _UPDATE else TICK if name[2] else COMMAND
                size = entry.stat(follow_symlinks=False).st_size
                yield Backup(Path(entry.path), at, size, how, size > 0 and size == _said_size(entry.path))


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _said_size(path: str) -> int:
    """How many octets a database has by its own header (https://sqlite.org/fileformat.html, 1.3); 0: it is none."""
    with Path(path).open("rb") as file:
        header = file.read(100)
    if len(header) < 100 or not header.startswith(_HEADER):
        return 0
    page = int.from_bytes(header[16:18])
    return (65536 if page == 1 else page) * int.from_bytes(header[28:32])


def leftovers(file: Path, before: datetime) -> Iterator[Path]:
    """What backups that were cut off in the middle have left: for who alone makes backups by itself now.

    Others may be under way at somebody's command: of those only what was not touched since `before` (aware).
    """
    start, ends = f".{Path(os.path.realpath(file)).name}.", (UNFINISHED, *(UNFINISHED + end for end in SQLITE_BESIDE))
    for entry in _entries(folder_of(file)):
        name = entry.name
        if name.startswith(start) and name.endswith(ends) and entry.is_file(follow_symlinks=False):
            with suppress(FileNotFoundError):
                if ".auto.backup." in name or entry.stat().st_mtime < before.timestamp():
                    yield Path(entry.path)


def is_ours(backup: Backup) -> bool:
    """Whether the rotation made this file, by the mark in it: only such a one may be deleted again."""
    mark = mark_of(backup.path)
    return backup.how == TICK and mark is not None and mark.get("how") == TICK and mark.get("at") == said_at(backup.at)


def said_at(at: datetime) -> str:
    """A moment as the mark has it."""
    return f"{at.astimezone(UTC):{_MOMENT}}"


def mark_of(path: Path) -> dict[str, str] | None:
    """The mark of a backup; None for any other file. The file is only read, and nothing is made beside it."""
    with suppress(sqlite3.Error, ValueError), closing(open_to_look(path)) as conn:
        row = conn.execute("SELECT value FROM settings WHERE key = ?", (MARK,)).fetchone()
        mark = json.loads(row[0]) if row is not None else None
        return mark if isinstance(mark, dict) else None
    return None


def open_to_look(path: Path) -> sqlite3.Connection:
    """A connection that only reads a file that nobody writes."""
    conn = sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True, isolation_level=None)
    conn.row_factory = sqlite3.Row
    return conn
