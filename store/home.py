"""Where a group's file lives: a copied or restored file must not send what the other one has sent already."""

from __future__ import annotations

import json
import os
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
    t.execute(
        "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (_KEY, json.dumps(asdict(home))),
    )


def clock_behind(t: Transaction) -> str | None:
    """The stamp of the last counted attempt where it lies ahead and nobody has accepted that, else None."""
    last = t.value("SELECT max(at) FROM attempts WHERE counted = 1")
    if last is None or last <= stamp(t.now + AHEAD):
        return None
    accepted = t.value("SELECT value FROM settings WHERE key = ?", (_CLOCK,))
    return None if accepted is not None and last <= accepted else str(last)


def accept_clock(t: Transaction) -> bool:
    """Take this machine's clock for right although attempts lie ahead; whether any did."""
    last = clock_behind(t)
    if last is not None:
        t.execute(
            "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (_CLOCK, last),
        )
    return last is not None


def clock_accepted(t: Transaction) -> bool:
    """Whether attempts lie ahead because the clock was put back, and somebody accepted it."""
    return t.value("SELECT 1 FROM settings WHERE key = ?", (_CLOCK,)) is not None


def settle_in(t: Transaction) -> None:
    """Note the file's first home, from the first mail queued: a copy made before the first run is a copy, too."""
    if known_home(t) is None:
        set_home(t, present_home(Path(t.value("SELECT file FROM pragma_database_list WHERE name = 'main'"))))


def is_home(t: Transaction, path: Path, last_attempt: int) -> bool:
    """Whether this is the file that sent last time, neither a copy nor one brought back from a backup.

    `last_attempt` is the number that the lock file remembers: a restored file knows fewer attempts than that.
    """
    known = known_home(t)
    attempts = t.value("SELECT coalesce(max(id), 0) FROM attempts")
    return (known is None or known == present_home(path)) and bool(attempts >= last_attempt)
