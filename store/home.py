"""Where a group's file lives: a copied or restored file must not send what the other one has sent already."""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from store.clock import stamp

if TYPE_CHECKING:
    from store.transaction import Transaction

_KEY = "outbox.home"
_CLOCK = "outbox.clock"

AHEAD = timedelta(minutes=5)
"""How far the last attempt may lie ahead: clocks are set by a little all the time."""
_AFTERWARDS = ("again", "sent", "held", "orphan", "bounce", "found", "answered")
"""The phases of what is written about a mail without trying to send it: by any clock."""


@dataclass(frozen=True, slots=True)
class Home:
    """One machine and one file on it; moving a file within its file system keeps both."""

    machine: str
    inode: int


def present_home(path: Path) -> Home:
    """The machine that runs this, and the file that is at `path` now."""
    return Home(machine_id(), path.stat().st_ino)


def machine_id() -> str:
    """What tells this machine from another: systemd's machine id, else its network name."""
    for source in (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id")):
        try:
            if found := source.read_text().strip():
                return found
        except OSError:
            continue
    return os.uname().nodename


def known_home(t: Transaction) -> Home | None:
    """Where the file lived when its outbox was last used; None while nothing was ever queued."""
    text = t.value("SELECT value FROM settings WHERE key = ?", (_KEY,))
    return None if text is None else Home(**json.loads(text))


def set_home(t: Transaction, home: Home) -> None:
    """Note that the file lives here from now on."""
    _set(t, _KEY, asdict(home))


def _set(conn: sqlite3.Connection | Transaction, key: str, value: object) -> None:
    conn.execute(
        "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, json.dumps(value)),
    )


def leave_home(conn: sqlite3.Connection) -> None:
    """Note in a copy that it lives nowhere: wherever it is put, it sends nothing until it is adopted.

    Its inode would not do: the system gives the number of a file that was deleted to the next one.
    """
    _set(conn, _KEY, asdict(Home("a copy", 0)))


def clock_behind(t: Transaction) -> str | None:
    """The stamp of the last try to send where it lies ahead and nobody has accepted that, else None."""
    accepted = _accepted(t)
    ahead = stamp(t.now + AHEAD)
    # A counted one may be hidden by later ones, when the clock was put back while a run went on.
    counted = t.value(
        "SELECT at FROM attempts WHERE counted = 1 AND at > ? AND id > ? ORDER BY at DESC LIMIT 1", (ahead, accepted)
    )
    last = t.value(
        "SELECT at FROM attempts WHERE id > ? AND phase NOT IN (SELECT value FROM json_each(?))"
        " ORDER BY id DESC LIMIT 1",
        (accepted, json.dumps(_AFTERWARDS)),
    )
    return max((at for at in (counted, last) if at is not None and at > ahead), default=None)


def accept_clock(t: Transaction) -> bool:
    """Take this machine's clock for right although attempts lie ahead; whether any did."""
    last = clock_behind(t)
    if last is not None:
        _set(t, _CLOCK, t.value("SELECT max(id) FROM attempts"))
    return last is not None


def clock_accepted(t: Transaction) -> bool:
    """Whether attempts lie ahead because the clock was put back, and somebody accepted it."""
    return _accepted(t) > 0


def _accepted(t: Transaction) -> int:
    """The number of the last attempt that may lie ahead."""
    return int(t.value("SELECT value FROM settings WHERE key = ?", (_CLOCK,)) or 0)


def settle_in(t: Transaction) -> None:
    """Note the file's first home, from the first mail queued: a copy made before the first run is a copy, too."""
    if known_home(t) is None:
        set_home(t, present_home(Path(t.value("SELECT file FROM pragma_database_list WHERE name = 'main'"))))


def is_home(t: Transaction, path: Path, last_attempt: int | None) -> bool:
    """Whether this is the file that sent last time, neither a copy nor one brought back from a backup.

    `last_attempt` is the number that the lock file remembers: a restored file knows fewer attempts than that. None
    where the lock file is gone or new: then nobody can know what a file that has sent before is short of.
    """
    known = known_home(t)
    if known is not None and known != present_home(path):
        return False
    if last_attempt is None:
        return t.value("SELECT 1 FROM attempts WHERE counted = 1 LIMIT 1") is None
    return bool(t.value("SELECT coalesce(max(id), 0) FROM attempts") >= last_attempt)
