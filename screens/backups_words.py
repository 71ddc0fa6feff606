"""What is said of backups: how each was made, how many are kept, why one could not be made."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from store.backup_records import RANGES
from templates.words import N_, _

if TYPE_CHECKING:
    from store import backup_records
    from store.backup_records import Backup, Rotation

HOW = {"tick": N_("by itself"), "command": N_("by hand"), "update": N_("before an update")}


def how_words(backup: Backup) -> str:
    """How a backup was made; one of which a part is missing is none."""
    return _(HOW[backup.how]) if backup.whole else _("cut off: of no use")


def keep_words(keep: Rotation) -> str:
    """How many backups are kept of those made by themselves."""
    text = _("Made by itself, the last of {daily} days, {weekly} weeks and {monthly} months are kept.")
    return text.format(daily=keep.daily, weekly=keep.weekly, monthly=keep.monthly)


def described(backup: Backup) -> str:
    """Where a backup is, and how it is brought back."""
    if not backup.whole:
        return _("{path} is cut off: a part of it is missing, and it can be deleted.").format(path=backup.path)
    return _("Brought back at the machine by: cabas restore {path} NEWFILE").format(path=backup.path)


def numbers_in(typed: str) -> dict[str, int] | None:
    """Days, weeks and months as they were typed, "7 4 6"; None for anything else."""
    words = typed.replace(",", " ").split()
    if len(words) != len(RANGES) or not all(word.isascii() and word.isdecimal() for word in words):
        return None
    return {name: int(word) for name, word in zip(RANGES, words, strict=True)}


def _no_room(error: backup_records.BackupNoRoom) -> str:
    from screens.sizes import size_words

    text = _(
        "There is no room for a backup in {folder}: it needs {needed}, {free} are free. Make room on the disk; the "
        "backups that are there stay."
    )
    return text.format(folder=error.folder, needed=size_words(error.needed), free=size_words(error.free))


def _damaged(error: backup_records.BackupDamaged) -> str:
    text = _(
        "{path} is damaged, so that no backup was made of it. Do not work on: bring the last backup back with "
        "“cabas restore”."
    )
    return text.format(path=error.path)


BACKUP_SENTENCES: dict[str, Callable[[Any], str]] = {"BackupNoRoom": _no_room, "BackupDamaged": _damaged}
"""For `screens.errors`, by the class's name."""

BACKUP_INVALID: dict[tuple[str, str], str] = {
    ("backups", "number"): N_("Not {value}: kept are the backups of 1 to 60 days, up to 52 weeks and up to 60 months."),
}
"""For `screens.errors`, by field and reason."""
