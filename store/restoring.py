"""Bringing a backup back: into a new file, after everything in it was checked.

The backup itself is only read. The new file appears whole or not at all, has this program's tables, and sends nothing
until somebody says that it is the one (`mail.outbox.adopt`).
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from store.backup_files import MARK, said_at
from store.clock import stamp, unstamp, utc_now
from store.errors import FileExists, FileMissing, NotAGroupFile
from store.file import connect, faults_explained
from store.file_system import SQLITE_BESIDE, give_to, put_in_place, refuse_network, refused
from store.home import leave_home
from store.integrity import damages
from store.migrate import back_up_to, bring_a_copy_up_to_date

NO_CHANGES = ("backup.made", "outbox.run_started", "outbox.run_ended", "inbox.read")
"""Rows of the journal that change nothing that anybody entered: a backup that lacks only these is up to date."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds: the group's name, how many members, the last change (aware, UTC; None: none).

    `version` is that of its tables before it was brought up to date, `waiting` how many mails wait in it, `kept` how
    many messages are kept for an hour.
    """

    group: str
    timezone: str
    members: int
    last_change: datetime | None
    last_id: int
    version: int
    waiting: int
    kept: int


def restore(backup: Path, new: Path, mode: int, login: str) -> Contents:
    """Bring a backup back into a new file; `login` is who does it, as far as the group knows them.

    Raises `FileMissing`, `FileExists` where anything is at `new` or was left beside it, `NotAGroupFile` for what is
    damaged in any way, `FileNewer`, `NetworkFileSystem`, `FileUnreadable` and `DiskFull`; then nothing is at `new`.
    """
    if not backup.exists():
        raise FileMissing(backup)
    for suffix in ("", *SQLITE_BESIDE):
        if os.path.lexists(f"{new}{suffix}"):
            raise FileExists(Path(f"{new}{suffix}"))
    refuse_network(new)
    try:
        folder = tempfile.mkdtemp(prefix=f".{new.name}.", dir=new.parent)
    except OSError as error:
        raise refused(new, error) from error
    try:
        copy = Path(folder) / new.name
        _fetch(backup, copy)
        contents = _checked(backup, copy, login)
        give_to(copy, new.parent.stat())
        with suppress(PermissionError):  # a file system that knows no modes
            copy.chmod(mode)
        put_in_place(copy, new)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return contents


def _fetch(backup: Path, copy: Path) -> None:
    """Copy what is in the backup; one that a program works in just now is copied by SQLite's own way."""
    if Path(f"{backup}-shm").exists():
        back_up_to(backup, copy)
        return
    try:
        for suffix in ("", "-wal", "-journal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(f"{backup}{suffix}", f"{copy}{suffix}")
    except OSError as error:
        raise refused(backup, error) from error


def _checked(backup: Path, copy: Path, login: str) -> Contents:
    """Check the copy, bring it up to date and take it from its former home; returns what it holds."""
    try:
        with faults_explained(backup), closing(connect(copy)) as conn:
            conn.execute("PRAGMA journal_mode = DELETE")  # folds in what a -wal beside the backup had
            version = int(conn.execute("PRAGMA user_version").fetchone()[0])
            if damages(conn):
                raise NotAGroupFile(backup)
        bring_a_copy_up_to_date(copy)
        with faults_explained(backup), closing(connect(copy)) as conn:
            contents = _contents(conn, backup, version)
            _settle(conn, login)
            conn.execute("PRAGMA journal_mode = WAL")
        return contents
    except NotAGroupFile as error:
        raise NotAGroupFile(backup) from error


def _contents(conn: sqlite3.Connection, path: Path, version: int) -> Contents:
    def number(sql: str) -> int:
        return int(conn.execute(f"SELECT count(*) FROM {sql}").fetchone()[0])

    group = conn.execute("SELECT value FROM settings WHERE key = 'group'").fetchone()
    if group is None:
        raise NotAGroupFile(path)
    last = conn.execute("SELECT id, at FROM journal ORDER BY id DESC LIMIT 1").fetchone()
    return Contents(
        group=str(json.loads(group[0])["name"]),
        timezone=str(json.loads(group[0])["timezone"]),
        members=number("members WHERE archived_at IS NULL"),
        last_change=None if last is None else unstamp(last["at"]),
        last_id=0 if last is None else int(last["id"]),
        version=version,
        waiting=number("deliveries WHERE state IN ('ready', 'sending')"),
        kept=number("messages WHERE state = 'scheduled'"),
    )


def _settle(conn: sqlite3.Connection, login: str) -> None:
    """Take from the file what belongs to another place: its home, and who looked at its outbox when."""
    conn.execute("BEGIN IMMEDIATE")
    leave_home(conn)
    conn.execute("DELETE FROM heartbeats")
    mark = conn.execute("DELETE FROM settings WHERE key = ? RETURNING value", (MARK,)).fetchone()
    detail = {"made": json.loads(mark["value"])["at"]} if mark is not None else {}
    now = utc_now()
    conn.execute(
        "INSERT INTO journal (at, operator_id, action, detail)"
        " VALUES (?, (SELECT id FROM operators WHERE login = ?), 'backup.restored', ?)",
        (stamp(now), login, json.dumps({**detail, "at": said_at(now)})),
    )
    conn.execute("COMMIT")


def changes_since(file: Path, contents: Contents) -> int | None:
    """How many changes a group's file has that a backup lacks; None where the backup is not one of this file.

    Raises the file errors of `store.errors`.
    """
    with faults_explained(file), closing(connect(file)) as conn:
        if contents.last_change is not None:
            row = conn.execute("SELECT at FROM journal WHERE id = ?", (contents.last_id,)).fetchone()
            if row is None or unstamp(row["at"]) != contents.last_change:
                return None
        marks = ", ".join("?" * len(NO_CHANGES))
        sql = f"SELECT count(*) FROM journal WHERE id > ? AND action NOT IN ({marks})"
        return int(conn.execute(sql, (contents.last_id, *NO_CHANGES)).fetchone()[0])
