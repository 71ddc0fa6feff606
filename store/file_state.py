"""How a group's file lies on the disk, as the present user finds it: for whoever looks for what is not right."""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from store.backup_files import folder_of
from store.errors import StoreError
from store.file import OnlyToLook, connect, faults_explained

BESIDE = ("-wal", "-shm", ".sending")
"""What belongs to a file and lies beside it, while somebody works and after a sending."""

_LONG = 6 * 3600
"""Seconds after which nothing is under way any more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder: its owner's and group's numbers, its mode, octets, and what the present user may do."""

    path: Path
    owner: int
    group: int
    mode: int
    size: int
    readable: bool
    writable: bool

    @property
    def others_read(self) -> bool:
        """Whether anybody at all on this machine may read it."""
        return bool(self.mode & stat.S_IROTH)

    @property
    def others_write(self) -> bool:
        """Whether anybody at all on this machine may change it."""
        return bool(self.mode & stat.S_IWOTH)


@dataclass(frozen=True, slots=True)
class FileState:
    """A group's file with its folder and what lies beside it; `free` octets on its disk.

    `left`: what somebody's backup, restoring or new file left behind that was cut off in the middle, hours ago.

    `version` is that of its tables, `log` SQLite's journal mode ("wal": several can work at once); None: unreadable.
    """

    file: Entry
    folder: Entry
    beside: tuple[Entry, ...]
    left: tuple[Entry, ...]
    free: int
    version: int | None
    log: str | None


def file_state(path: Path) -> FileState:
    """Look at a group's file without changing anything; raises OSError where it cannot even be looked at."""
    real = Path(os.path.realpath(path))
    beside = [Path(f"{real}{suffix}") for suffix in BESIDE]
    backups = folder_of(real)
    if backups.is_dir():
        beside += [backups, *sorted(backups.glob("*.backup"))]
    version, log = _asked(real)
    return FileState(
        file=_entry(real),
        folder=_entry(real.parent),
        beside=tuple(found for one in beside if (found := entry(one)) is not None),  # a log comes and goes
        left=tuple(_left(real)),
        free=shutil.disk_usage(real).free,
        version=version,
        log=log,
    )


def _left(path: Path) -> Iterator[Entry]:
    """Hidden things that are named after the file, or as the copy for the standard output is."""
    before = time.time() - _LONG
    for one in (*path.parent.glob(f".{path.name}.*"), *path.parent.glob(".backup-*")):
        with suppress(OSError):
            if one.stat().st_mtime < before:
                yield _entry(one)


def entry(path: Path) -> Entry | None:
    """Any file or folder; None where there is none, or it cannot be looked at."""
    with suppress(OSError):
        return _entry(path)
    return None


def _entry(path: Path) -> Entry:
    found = path.stat()
    return Entry(
        path,
        found.st_uid,
        found.st_gid,
        stat.S_IMODE(found.st_mode),
        found.st_size,
        os.access(path, os.R_OK),
        os.access(path, os.W_OK | (os.X_OK if path.is_dir() else 0)),
    )


def _asked(path: Path) -> tuple[int | None, str | None]:
    """The version and the journal mode; None for each where the file does not open."""
    with suppress(StoreError), faults_explained(path), closing(connect(path)) as conn:
        version, mode = (conn.execute(f"PRAGMA {name}").fetchone()[0] for name in ("user_version", "journal_mode"))
        # On a full disk the file is opened without its log, whatever it says of it.
        return int(version), None if isinstance(conn, OnlyToLook) else str(mode)
    return None, None
