"""Creating a group's file and bringing an older one up to date."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from store.clock import utc_now
from store.errors import FileExists, FileNewer, NotAGroupFile
from store.file import connect, faults_explained
from store.file_system import give_to, put_in_place, refuse_network, refused, remove
from store.schema import LATEST, migrations


def create(path: Path, fill: Callable[[sqlite3.Connection], None], mode: int) -> None:
    """Create the file with all tables, let `fill` write the first rows, and put it at `path` whole or not at all.

    Raises `FileExists` when something is there, `FileUnreadable` when the folder cannot be written,
    `NetworkFileSystem` where SQLite's locks cannot be trusted.
    """
    if path.exists():
        raise FileExists(path)
    refuse_network(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise refused(path, error) from error
    os.close(handle)
    unfinished = Path(name)
    try:
        with faults_explained(unfinished), closing(connect(unfinished)) as conn:
            conn.execute("PRAGMA journal_mode = WAL")
            _apply(conn, unfinished, backup=False)
            conn.execute("BEGIN IMMEDIATE")
            fill(conn)
            conn.execute("COMMIT")
        unfinished.chmod(mode)
        put_in_place(unfinished, path)
    finally:
        remove(unfinished)


def bring_up_to_date(path: Path) -> Path | None:
    """Apply the migrations that the file lacks and return where the backup is, or None when none was needed.

    Several programs may start together: one migrates, the others wait and find it done.
    Raises `FileNewer` for a file of a newer cabas, `NotAGroupFile` for one that never was ours, `NetworkFileSystem`.
    """
    refuse_network(path)
    with closing(connect(path)) as conn:
        return None if _version(conn, path) == LATEST else _apply(conn, path, backup=True)


def bring_a_copy_up_to_date(path: Path) -> None:
    """Apply the migrations that a copy lacks which nobody else opens; raises as `bring_up_to_date`."""
    with closing(connect(path)) as conn:
        if _version(conn, path) != LATEST:
            _apply(conn, path, backup=False)


def _version(conn: sqlite3.Connection, path: Path) -> int:
    """The file's version; raises where it is not one that this program can work with."""
    with faults_explained(path):
        version = int(conn.execute("PRAGMA user_version").fetchone()[0])
        ours = conn.execute("SELECT count(*) FROM sqlite_schema WHERE name = '_sqlite_migrations'").fetchone()[0]
    if version > LATEST:
        raise FileNewer(path, version)
    if not ours:
        raise NotAGroupFile(path)
    return version


def _apply(conn: sqlite3.Connection, path: Path, *, backup: bool) -> Path | None:
    from sqlite_utils import Database

    copy: Path | None = None
    # Inside a transaction this pragma does nothing, and a migration must not trip over a child's CASCADE.
    conn.execute("PRAGMA foreign_keys = OFF")
    with faults_explained(path):
        try:
            conn.execute("BEGIN IMMEDIATE")
            if backup:
                version = _version(conn, path)
                if version == LATEST:
                    return None
                copy = _back_up(path, version)
            migrations().apply(Database(conn, execute_plugins=False))
            if conn.execute("PRAGMA foreign_key_check").fetchone():
                raise NotAGroupFile(path)
            conn.execute(f"PRAGMA user_version = {LATEST}")
            conn.execute("COMMIT")
        finally:
            if conn.in_transaction:
                conn.execute("ROLLBACK")
            conn.execute("PRAGMA foreign_keys = ON")
    return copy


def _back_up(path: Path, version: int) -> Path:
    # A program that was killed meanwhile may have left one in this very second.
    name = f"{path.name}.v{version}-{utc_now():%Y%m%dT%H%M%S}"
    copies = (path.with_name(f"{name}{more}.backup") for more in ("", *(f"-{number}" for number in range(2, 100))))
    copy = next(copy for copy in copies if not copy.exists())
    back_up_to(path, copy)
    return copy


def back_up_to(path: Path, copy: Path) -> None:
    """Copy the group's file, with its mode, while others may read and write it, to `copy`, which must not exist.

    Raises `FileExists`, `FileUnreadable` or `DiskFull`; then nothing is left that could be taken for a backup.
    """
    try:
        copy.touch(mode=0o600, exist_ok=False)
        there = path.stat()
        give_to(copy, there)
        with suppress(PermissionError):  # a file system that knows no modes
            copy.chmod(there.st_mode & 0o777)
    except FileExistsError as error:
        raise FileExists(copy) from error
    except OSError as error:
        raise refused(copy, error) from error
    try:
        with faults_explained(copy), closing(connect(path)) as source, closing(connect(copy)) as target:
            source.backup(target)
    except BaseException:
        remove(copy)
        raise
