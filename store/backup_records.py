"""What is known of a backup, how many are kept, and why one could not be made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from store.errors import StoreError

TICK, COMMAND, UPDATE = "tick", "command", "update"
"""How a backup came about: by itself, because somebody asked for it, or before the file was brought up to date."""

LATE = timedelta(days=2)
"""How old the last backup is when somebody has to see why: one is made every day."""

RANGES: dict[str, tuple[int, int]] = {"daily": (1, 60), "weekly": (0, 52), "monthly": (0, 60)}
"""The fewest and the most that can be kept of each."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """How many backups that were made by itself are kept: the last one of so many days, weeks and months."""

    daily: int = 7
    weekly: int = 4
    monthly: int = 6


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup: where it is, when it was made (aware, UTC), octets, and how (`TICK`, `COMMAND` or `UPDATE`).

    `whole`: it is a group's file, none of whose pages are missing; one that is cut off is no backup.
    """

    path: Path
    at: datetime
    size: int
    how: str
    whole: bool = True


@dataclass
class BackupNoRoom(StoreError):
    """The disk has no room for a backup: so many octets are `needed` in the folder, and `free`."""

    folder: Path
    needed: int
    free: int


@dataclass
class BackupDamaged(StoreError):
    """What was copied is damaged, so that it was not kept as a backup: the group's file itself may be; `said` how."""

    path: Path
    said: str
