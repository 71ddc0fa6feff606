"""What the desk says of backups: nothing, as long as they are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.backup_records import LATE
from store.rights import Right
from templates.words import _, dates

if TYPE_CHECKING:
    from mail.by_itself import ByItself
    from store import Store


def no_backup(store: Store, facts: ByItself) -> str:
    """That no backup is made any more, for who may change that; empty where they are made, or never were.

    Where something runs by itself the first one is made at once: there it is told, too, that there is none.
    """
    if not store.operators.me().may(Right.ADMIN):
        return ""
    last = store.backups.last()
    if last is None:
        return "! " + _("There is no backup of the group's file") if facts.recent else ""
    if facts.now - last.at <= LATE:
        return ""
    return "! " + _("No backup since {day}").format(day=dates.day(store.clock.to_wall(last.at)))
