"""Writing down what became of a mail or SMS, whatever stands in the way for a moment."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from mail.crash_points import reached
from store.errors import DiskFull, FileLocked

_ROOM = 256 * 1024
"""Bytes on the disk under which nothing is begun: many times what one mail needs to be written down."""


def require_room(path: Path) -> None:
    """Stop while an answer can still be written down: else what was taken would be in doubt. Raises `DiskFull`."""
    room = os.statvfs(path)
    if room.f_bavail * room.f_frsize < _ROOM:
        raise DiskFull(path)


def write_down(outcome: Callable[[], None]) -> None:
    """Commit what was said, patiently: a file that is locked too long would make a doubt of a certainty."""
    reached("before_commit")
    for pause in (0.5, 2.0, 10.0):
        try:
            outcome()
            return
        except (FileLocked, DiskFull):
            time.sleep(pause)
    outcome()
