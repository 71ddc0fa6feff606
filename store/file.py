"""Opening the group's file: connections, transactions, and SQLite's faults as the store's own errors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from urllib.parse import quote

from store.errors import (
    DiskFull,
    FileLocked,
    FileMissing,
    FileNewer,
    FileUnreadable,
    NotAGroupFile,
    StoreError,
)
from store.schema import LATEST

BUSY_SECONDS = 10
"""How long a transaction waits for another program's before `FileLocked`."""

KEEPS_TYPED = frozenset(
    {
        "unfinished.kept",
        "basket.opened",
        "basket.typed",
        "basket.noted",
        "message.written",
        "message.edited",
        "message.attached",
    }
)
"""What the former program may still write to a file that a newer one has brought up to date, as the journal calls it.

It is what keeps half-typed text: migrations only add, so that the newer program reads it as its own.
"""
_keeping: ContextVar[bool] = ContextVar("keeping", default=False)


@contextmanager
def keeping_typed() -> Iterator[None]:
    """Within it `KEEPS_TYPED` can be written, and all be read, though the file is a newer program's; nothing else."""
    before = _keeping.set(True)
    try:
        yield
    finally:
        _keeping.reset(before)


@contextmanager
def faults_explained(path: Path) -> Iterator[None]:
    """Raise SQLite's faults as the store's own errors; one that no user can cause goes through as it is."""
    try:
        yield
    except sqlite3.Error as error:
        explained = _explained(error, path)
        if explained is None:
            raise
        raise explained from error


def _explained(error: sqlite3.Error, path: Path) -> StoreError | None:
    # Primary result codes: https://sqlite.org/rescode.html
    extended = getattr(error, "sqlite_errorcode", 0)
    code = extended & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return FileLocked(path)
    # The index of the write-ahead log is the first thing that does not fit any more.
    if code == sqlite3.SQLITE_FULL or extended == sqlite3.SQLITE_IOERR_SHMSIZE:
        return DiskFull(path)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return NotAGroupFile(path)
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR):
        return FileUnreadable(path, str(error))
    return None


class OnlyToLook(sqlite3.Connection):
    """A connection on a full disk: it can only read, and must be short-lived, as it sees nobody else's changes."""


def connect(path: Path, *, shared: bool = False) -> sqlite3.Connection:
    """Open a connection that starts no transaction by itself and enforces foreign keys.

    On a disk that has no room for SQLite's own files it is one `OnlyToLook`, if everything is in the file itself.
    Raises `FileMissing`, `FileUnreadable`, `NotAGroupFile` or `DiskFull`; never creates the file.
    """
    if not path.exists():
        raise FileMissing(path)
    try:
        return _opened(path, "mode=rw", sqlite3.Connection, shared=shared)
    except DiskFull:
        log = path.with_name(f"{path.name}-wal")
        if log.exists() and log.stat().st_size:
            raise
        return _opened(path, "mode=ro&immutable=1", OnlyToLook, shared=shared)


def _opened(path: Path, how: str, kind: type[sqlite3.Connection], *, shared: bool) -> sqlite3.Connection:
    with faults_explained(path):
        conn = sqlite3.connect(
            f"file:{quote(str(path))}?{how}",
            uri=True,
            isolation_level=None,
            timeout=BUSY_SECONDS,
            check_same_thread=not shared,
            factory=kind,
        )
        conn.row_factory = sqlite3.Row
        conn.execute("PRAGMA foreign_keys = ON")
        # A line that was said to be saved survives a power cut; a commit costs 0.2 ms more for it.
        conn.execute("PRAGMA synchronous = FULL")
    return conn


@contextmanager
def unit_of_work(conn: sqlite3.Connection, path: Path, *, writes: bool, of_newer: bool = False) -> Iterator[None]:
    """A transaction: committed at the end, undone by any exception.

    A writing one takes the file's write lock at once, since a lock taken later cannot wait in WAL mode.
    Raises `FileNewer` for a file of a newer program, unless this is what can be done to one all the same (`of_newer`);
    see `keeping_typed`.
    """
    if writes and isinstance(conn, OnlyToLook):
        raise DiskFull(path)
    with faults_explained(path):
        try:
            conn.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
            newest = version(conn)
            is_newer = newest > LATEST and not of_newer
            if is_newer and not _keeping.get():
                raise FileNewer(path, newest)
            before = (_last_change(conn), conn.total_changes) if is_newer else (0, 0)
            yield
            if is_newer and not _only_keeps(conn, *before):
                raise FileNewer(path, newest)
            conn.execute("COMMIT")
        finally:
            if conn.in_transaction:
                conn.execute("ROLLBACK")


def version(conn: sqlite3.Connection) -> int:
    """Up to which migration the file is brought by now."""
    return int(conn.execute("PRAGMA user_version").fetchone()[0])


def _last_change(conn: sqlite3.Connection) -> int:
    return int(conn.execute("SELECT coalesce(max(id), 0) FROM journal").fetchone()[0])


def _only_keeps(conn: sqlite3.Connection, change: int, rows: int) -> bool:
    """Whether what was done since then is no more than what `KEEPS_TYPED` names."""
    done = {str(row[0]) for row in conn.execute("SELECT action FROM journal WHERE id > ?", (change,))}
    return done <= KEEPS_TYPED if done else conn.total_changes == rows
