"""Backups of the group's file, made while others work, and which of them are kept.

A backup is made under a hidden name, checked, marked and only then given its name, so that whatever has the name of a
backup is whole. Killed anywhere, it leaves the group's file and the former backups as they are.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Hashable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from store.backup_files import (
    MARK,
    UNFINISHED,
    folder_of,
    found,
    is_ours,
    leftovers,
    name_for,
    said_at,
)
from store.backup_records import COMMAND, RANGES, TICK, Backup, BackupDamaged, BackupNoRoom, Rotation
from store.errors import DiskFull, FileExists, FileLocked, FileMissing, FileUnreadable, Invalid, NotAGroupFile
from store.file import faults_explained
from store.file_system import give_to, put_in_place, refused, remove
from store.home import AHEAD, leave_home
from store.migrate import back_up_to
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store

EVERY = timedelta(days=1)
"""How old the last backup is when the next one is made by itself."""

_SPARE = 4 * 1024 * 1024
"""Octets that a backup leaves free: what others write meanwhile must fit, too."""

_KEEP = "backups.keep"
_LOCK = ".making"


def _pass(_moment: str) -> None:
    """Nothing happens between the steps."""


class Backups:
    """Making and seeing backups needs the right `admin`: they hold everything.

    `reached` hears the named moments of making one, so that a test can end the process there.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def last(self) -> Backup | None:
        """The newest backup that is whole; open to all, as it tells no more than when it was made."""
        return next(iter(self._whole()), None)

    def all(self) -> tuple[Backup, ...]:
        """Every backup of this file, the newest first, also those that were cut off."""
        self._store.operators.me().require(Right.ADMIN)
        return _newest_first(found(self._store.path))

    def due(self) -> bool:
        """Whether the next backup is to be made by itself: the last such one is a day old, or there is none."""
        last = next((one for one in self._whole() if one.how == TICK), None)
        return last is None or self._store.clock.now() - last.at >= EVERY

    def keep(self) -> Rotation:
        """How many backups are kept; open to all. What cannot be understood in the file is as it comes."""
        values = self._store.settings.get(_KEEP)
        values = values if isinstance(values, dict) else {}
        return replace(Rotation(), **{name: value for name, value in values.items() if _may_be(name, value)})

    def set_keep(self, **values: int) -> Rotation:
        """Change how many are kept (see `Rotation`); raises `Invalid`: "unknown" for a name, "number" for a value."""
        for name, value in values.items():
            if name not in RANGES:
                raise Invalid("backups", name, "unknown")
            if not _may_be(name, value):
                raise Invalid("backups", str(value), "number")
        self._store.settings.set(_KEEP, asdict(replace(self.keep(), **values)))
        return self.keep()

    def make(self, how: str = COMMAND, *, reached: Callable[[str], None] = _pass) -> Backup:
        """Make a backup in the folder `backups`.

        Raises `BackupNoRoom`, `BackupDamaged`, `FileUnreadable` or `DiskFull`.
        """
        self._store.operators.me().require(Right.ADMIN)
        at = self._store.clock.now().replace(microsecond=0)
        folder = _made(folder_of(self._store.path), self._store.path)
        while (path := folder / name_for(self._store.path, at, how)).exists():
            at += timedelta(seconds=1)  # names count seconds
        self._make(path, at, how, reached)
        return Backup(path, at, path.stat().st_size, how)

    def copy_to(self, path: Path) -> None:
        """Make a backup at a path of one's own, which must not exist: raises `FileExists`, and as `make`."""
        self._store.operators.me().require(Right.ADMIN)
        self._make(path.absolute(), self._store.clock.now().replace(microsecond=0), COMMAND, _pass)

    def make_if_due(self, *, reached: Callable[[str], None] = _pass) -> Backup | None:
        """What happens by itself: make one if the last is a day old, and put those away that are not kept.

        None: none was due, or another process is making it just now.
        """
        self._store.operators.me().require(Right.ADMIN)
        if not self.due():
            return None
        with _alone(_made(folder_of(self._store.path), self._store.path)) as alone:
            if not alone or not self.due():
                return None
            for left in leftovers(self._store.path, self._store.clock.now() - EVERY):
                left.unlink(missing_ok=True)
            made = self.make(TICK, reached=reached)
            for backup in self._superfluous():
                backup.path.unlink(missing_ok=True)
                reached("backup_put_away")
        return made

    def _make(self, path: Path, at: datetime, how: str, reached: Callable[[str], None]) -> None:
        if path.exists():
            raise FileExists(path)
        self._require_room(path.parent)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}{UNFINISHED}")
        try:
            back_up_to(self._store.path, unfinished)
        except NotAGroupFile as error:
            raise BackupDamaged(self._store.path, "") from error
        except FileUnreadable as error:
            raise FileUnreadable(path, error.why) from error  # nobody knows the hidden name
        try:
            reached("backup_copied")
            if said := _check_and_mark(unfinished, at, how):
                raise BackupDamaged(self._store.path, said)
            reached("backup_checked")
            put_in_place(unfinished, path)
        finally:
            remove(unfinished)
        reached("backup_made")
        with suppress(DiskFull, FileLocked), self._store.writing() as t:  # the backup is there, whatever is said of it
            t.journal("backup.made", how=how)

    def _require_room(self, folder: Path) -> None:
        try:
            free = shutil.disk_usage(folder).free
        except FileNotFoundError as error:
            raise FileMissing(folder) from error
        with self._store.reading() as t:
            needed = t.value("PRAGMA page_count") * t.value("PRAGMA page_size") + _SPARE
        if free < needed:
            raise BackupNoRoom(folder, needed, free)

    def _whole(self) -> tuple[Backup, ...]:
        """The backups that count; none of those that lie ahead, which a wrong clock has made."""
        ahead = self._store.clock.now() + AHEAD
        return _newest_first(one for one in found(self._store.path) if one.whole and one.at <= ahead)

    def _superfluous(self) -> list[Backup]:
        """Those made by itself that are not the last of a day, week or month that is kept. Never the newest."""
        keep, zone = self.keep(), self._store.clock.zone
        made = [one for one in self._whole() if one.how == TICK]
        kept: set[Path] = set()
        periods: tuple[tuple[int, Callable[[datetime], Hashable]], ...] = (
            (keep.daily, lambda at: at.date()),
            (keep.weekly, lambda at: at.isocalendar()[:2]),
            (keep.monthly, lambda at: (at.year, at.month)),
        )
        for number, period_of in periods:
            last_of: dict[Hashable, Path] = {}
            for one in made:
                last_of.setdefault(period_of(one.at.astimezone(zone)), one.path)
            kept.update(list(last_of.values())[:number])
        return [one for one in made if one.path not in kept and is_ours(one)]


def _may_be(name: str, value: object) -> bool:
    """Whether a number is one that may be kept."""
    return name in RANGES and type(value) is int and RANGES[name][0] <= value <= RANGES[name][1]


def _newest_first(backups: Iterator[Backup]) -> tuple[Backup, ...]:
    return tuple(sorted(backups, key=lambda one: (one.at, one.path.name), reverse=True))


def _made(folder: Path, file: Path) -> Path:
    """The folder, for those who share the group's own folder; raises `FileUnreadable` or `DiskFull`."""
    if not folder.is_dir():
        try:
            folder.mkdir(exist_ok=True)
            beside = file.resolve().parent.stat()
            give_to(folder, beside)
            folder.chmod(beside.st_mode & 0o2770 | 0o700)
        except OSError as error:
            raise refused(folder, error) from error
    return folder


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Whether this process is the only one that makes backups by itself; the system ends that with the process."""
    where = folder / _LOCK
    try:
        handle = os.open(where, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise refused(where, error) from error
    try:
        with suppress(OSError):  # only its owner may; then it was done when it was made
            os.fchmod(handle, folder.stat().st_mode & 0o660)
        yield _taken(handle)
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _check_and_mark(copy: Path, at: datetime, how: str) -> str:
    """Check the copy, and note in it what it is; returns what is wrong with it, empty for nothing."""
    mark = json.dumps({"at": said_at(at), "how": how})
    with faults_explained(copy), closing(sqlite3.connect(copy, isolation_level=None)) as conn:
        # First of all, so that it does without shared memory, which a stick or another machine's disk may not have.
        conn.execute("PRAGMA locking_mode = EXCLUSIVE")
        try:
            said = str(conn.execute("PRAGMA quick_check(1)").fetchone()[0])
        except sqlite3.DatabaseError as error:
            said = str(error)
        if said != "ok":
            return said
        conn.execute("BEGIN IMMEDIATE")
        conn.execute("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", (MARK, mark))
        leave_home(conn)
        conn.execute("COMMIT")
    return ""
