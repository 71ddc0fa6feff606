"""What `cabas doctor --integrity` says of what does not agree within the group's file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from templates.words import N_, _
from tui.doctor.check import Check

if TYPE_CHECKING:
    from store import Store

FOUND = {
    "pages": N_("The file is damaged: {detail}."),
    "references": N_("{n} rows of “{detail}” speak of something that is not there."),
    "search": N_("The search does not know {n} members as they are: {detail}."),
    "amounts": N_("{n} orders are not worth what their lines are: {detail}."),
    "filled": N_("Of {n} orders it is noted wrongly whether anything is in them: {detail}."),
    "sent": N_("{n} mails count as sent although nothing ever tried to send them: {detail}."),
    "home": N_("{n} mails wait, and the file does not know where it lives."),
}

DO = {
    "pages": N_("Do not work on: bring the last backup back with “cabas restore”, and look at the disk."),
    "search": N_("Open each of them, change the note, say, and save: that puts it right."),
    "home": N_("cabas outbox adopt --hold"),
}
ELSE = N_("Make a backup as it is, and bring the last one that was right back beside it with “cabas restore”.")


def integrity_checks(store: Store) -> list[Check]:
    """Everything read through."""
    from store.integrity import look_through

    found = look_through(store)
    if not found:
        return [Check("integrity", "ok", _("The file was read through: everything in it agrees."))]
    return [
        Check(
            f"integrity.{one.kind}",
            "bad",
            _(FOUND[one.kind]).format(n=one.count, detail=one.detail),
            _(DO.get(one.kind, ELSE)),
        )
        for one in found
    ]
