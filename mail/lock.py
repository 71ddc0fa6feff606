"""One sender for a group's file: a lock that a dying process gives back by itself, and that says who holds it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from store.clock import stamp, utc_now
from store.errors import FileUnreadable
from store.home import is_home
from store.rights import AUTOMATIC
from templates.words import _

if TYPE_CHECKING:
    from store.handle import Store

_SIZE = 4096
_NAME = 80
"""So many characters of a name have room there, whatever they are."""
# Whoever only looks holds the lock for an instant; a second is long enough not to take that for a sender.
_TRIES, _PAUSE = 20, 0.05


@dataclass(frozen=True, slots=True)
class Holder:
    """Who sends: the login, the process, since when; `waits` until when it only waits, empty: it works (UTC stamps).

    Where it waits for the network, `why` is the fault's kind; the mailbox's state and what is due tell everything else.
    `name` is the operator's, as far as it is known.
    """

    operator: str
    pid: int
    since: str
    waits: str = ""
    name: str = ""
    why: str = ""

    @property
    def who(self) -> str:
        """What to call whoever sends, in the operator's language where that is the machine."""
        return _("automatic") if self.operator == AUTOMATIC.login else self.name or self.operator


class Busy(Exception):
    """Somebody else is sending; `holder` says who, as far as it is known."""

    def __init__(self, holder: Holder | None) -> None:
        super().__init__()
        self.holder = holder


def lock_path(path: Path) -> Path:
    """The file that is locked: next to the real file, so that every link to it leads to one lock."""
    real = Path(os.path.realpath(path))
    return real.with_name(f"{real.name}.sending")


class OutboxLock:
    """The right to send what is in one group's file, from construction to `close`; raises `Busy` or `FileUnreadable`.

    The lock file stays when the lock is given back: deleting it would let two processes lock two files of one name.
    It also remembers the last attempt's number, which tells a file brought back from a backup; None: nothing yet.
    """

    def __init__(self, path: Path, operator: str, tries: int = _TRIES, *, name: str = "") -> None:
        self._handle = _open(path)
        for attempt in range(tries):
            try:
                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if attempt == tries - 1:
                    content = _read(self._handle)
                    os.close(self._handle)
                    raise Busy(_holder(content)) from None
                time.sleep(_PAUSE)
        known = _read(self._handle).get("attempt")
        self.last_attempt: int | None = known if isinstance(known, int) else None
        self._content = {"operator": operator, "name": name[:_NAME], "pid": os.getpid(), "since": stamp(utc_now())}
        self.remember(self.last_attempt)

    def remember(self, attempt: int | None) -> None:
        """Note the number of the last attempt that is committed in the file."""
        self.last_attempt = attempt
        text = json.dumps({**self._content, "attempt": attempt}).encode()
        # Padded to one size, so that a single write replaces what a longer one left.
        os.pwrite(self._handle, text.ljust(_SIZE), 0)

    def waits(self, until: str, why: str = "") -> None:
        """Say that nothing is being sent until a moment (UTC stamp; empty: it goes on), and why: see `Holder`."""
        self._content |= {"waits": until, "why": why}
        self.remember(self.last_attempt)

    def close(self) -> None:
        """Give the lock back."""
        os.close(self._handle)

    def __enter__(self) -> OutboxLock:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def holder(path: Path) -> Holder | None:
    """Who is sending now, or None when nobody is."""
    where = lock_path(path)
    try:
        handle = os.open(where, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _holder(_read(handle)) or Holder("?", 0, "")
    finally:
        os.close(handle)
    return None


def remembered(path: Path) -> int | None:
    """The number of the last attempt that the lock file remembers; None where nothing was ever sent beside it."""
    try:
        handle = os.open(lock_path(path), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError:
        return 0
    try:
        known = _read(handle).get("attempt")
    finally:
        os.close(handle)
    return known if isinstance(known, int) else None


def at_home(store: Store) -> bool:
    """Whether the outbox of this file may be used here, or the file was copied or restored and waits for `adopt`."""
    with store.reading() as t:
        return is_home(t, store.path, remembered(store.path))


def _open(path: Path) -> int:
    where = lock_path(path)
    try:
        handle = os.open(where, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise FileUnreadable(where, error.strerror or "") from error
    with contextlib.suppress(OSError):  # only the owner may; then it was done when the file was made
        mode = path.stat().st_mode & 0o666
        if os.fstat(handle).st_mode & 0o666 != mode:
            os.fchmod(handle, mode)
        os.fchown(handle, -1, path.stat().st_gid)
    return handle


def _read(handle: int) -> dict[str, object]:
    try:
        found = json.loads(os.pread(handle, _SIZE, 0) or b"{}")
    except (ValueError, OSError):
        return {}
    return found if isinstance(found, dict) else {}


def _holder(content: dict[str, object]) -> Holder | None:
    operator, pid, since = content.get("operator"), content.get("pid"), content.get("since")
    if isinstance(operator, str) and isinstance(pid, int) and isinstance(since, str):
        return Holder(operator, pid, since, *(str(content.get(more, "")) for more in ("waits", "name", "why")))
    return None
