"""Creating a group's file and bringing an older one up to date."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

from store.clock import utc_now
from store.errors import FileExists, FileNewer, FileUnreadable, NotAGroupFile
from store.file import connect, explained
from store.schema import LATEST, migrations


def create(path: Path, fill: Callable[[sqlite3.Connection], None], mode: int) -> None:
    """Create the file with all tables, let `fill` write the first rows, and put it at `path` whole or not at all.

    Raises `FileExists` when something is there, `FileUnreadable` when the folder cannot be written.
    """
    if path.exists():
        raise FileExists(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise FileUnreadable(path, error.strerror or str(error)) from error
    os.close(handle)
    unfinished = Path(name)
    try:
        conn = connect(unfinished)
        try:
            conn.execute("PRAGMA journal_mode = WAL")
            _apply(conn, unfinished, backup=False)
            conn.execute("BEGIN IMMEDIATE")
            fill(conn)
            conn.execute("COMMIT")
        finally:
            conn.close()
        unfinished.chmod(mode)
        try:
            os.link(unfinished, path)  # unlike a rename, never over a file made meanwhile
        except FileExistsError as error:
            raise FileExists(path) from error
    finally:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{unfinished}{suffix}").unlink(missing_ok=True)


def bring_up_to_date(path: Path) -> Path | None:
    """Apply the migrations that the file lacks and return where the backup is, or None when none was needed.

    Several programs may start together: one migrates, the others wait and find it done.
    Raises `FileNewer` for a file of a newer cabas and `NotAGroupFile` for one that never was ours.
    """
    conn = connect(path)
    try:
        version = _version(conn, path)
        if version == LATEST:
            return None
        return _apply(conn, path, backup=True)
    finally:
        conn.close()


def _version(conn: sqlite3.Connection, path: Path) -> int:
    """The file's version; raises where it is not one that this program can work with."""
    try:
        version = int(conn.execute("PRAGMA user_version").fetchone()[0])
        known = conn.execute("SELECT count(*) FROM sqlite_schema WHERE name = '_sqlite_migrations'").fetchone()[0]
    except sqlite3.Error as error:
        raise explained(error, path) from error
    if version > LATEST:
        raise FileNewer(path, version)
    if not known:
        raise NotAGroupFile(path)
    return version


def _apply(conn: sqlite3.Connection, path: Path, *, backup: bool) -> Path | None:
    from sqlite_utils import Database

    copy: Path | None = None
    # Inside a transaction this pragma does nothing, and a migration must not trip over a child's CASCADE.
    conn.execute("PRAGMA foreign_keys = OFF")
    try:
        conn.execute("BEGIN IMMEDIATE")
        if backup:
            version = _version(conn, path)
            if version == LATEST:
                return None
            copy = _back_up(path, version)
        migrations().apply(Database(conn, execute_plugins=False))
        broken = conn.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise NotAGroupFile(path)
        conn.execute(f"PRAGMA user_version = {LATEST}")
        conn.execute("COMMIT")
    except sqlite3.Error as error:
        raise explained(error, path) from error
    finally:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        conn.execute("PRAGMA foreign_keys = ON")
    return copy


def _back_up(path: Path, version: int) -> Path:
    """Copy the file beside itself through a second connection, with the file's own mode."""
    copy = path.with_name(f"{path.name}.v{version}-{utc_now():%Y%m%dT%H%M%S}.backup")
    copy.touch(mode=path.stat().st_mode & 0o777)
    back_up_to(path, copy)
    return copy


def back_up_to(path: Path, copy: Path) -> None:
    """Copy the group's file, readers and writers at work or not, into the existing empty file `copy`."""
    source = connect(path)
    target = sqlite3.connect(copy)
    try:
        source.backup(target)
    except sqlite3.Error as error:
        raise explained(error, copy) from error
    finally:
        target.close()
        source.close()
