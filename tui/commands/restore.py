"""`cabas restore`: a backup, checked, as a new file that sends nothing until somebody says that it is the one."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from templates.words import N_, _, dates, ngettext
from tui.commands.options import json_option
from tui.context import Context
from tui.output import print_json, say
from tui.paths import Outside

if TYPE_CHECKING:
    from store.restoring import Contents


@click.command(
    help=N_(
        "Bring BACKUP back into NEWFILE, which must not exist: everything in it is checked, and it is brought up to "
        "date. The backup stays as it is; the new file sends nothing until “cabas outbox adopt”."
    ),
    short_help=N_("Bring a backup back into a new file."),
)
@click.argument("backup", type=Outside(folder=False))
@click.argument("newfile", type=Outside(folder=False))
@json_option
@click.pass_obj
def restore(context: Context, backup: Path, newfile: Path, as_json: bool) -> None:
    from store.handle import unix_login
    from store.restoring import restore as bring_back
    from tui.commands.init import SHARED_FILE, make_folder

    new = newfile.absolute()
    make_folder(new.parent)
    contents = bring_back(backup.absolute(), new, SHARED_FILE, context.asked or unix_login())
    behind = _behind(context, new, contents)
    if as_json:
        print_json({"path": new, **asdict(contents), "changes_missing": behind})
        return
    say(_holds(new, contents))
    if behind is not None:
        say(_lacks(context.file.absolute(), behind))
    waiting = contents.waiting + contents.kept
    if waiting:
        text = ngettext(
            "{n} mail or message waits in it, which may have gone out from the other file.",
            "{n} mails or messages wait in it, which may have gone out from the other file.",
            waiting,
        )
        say(text.format(n=waiting))
    said = _(
        "Nothing is sent from it until you say that it is the one: cabas --file {path} outbox adopt (with --hold to "
        "keep what waits)."
    )
    say(said.format(path=new))
    say(_("Open it with: cabas --file {path}").format(path=new))


def _holds(new: Path, contents: Contents) -> str:
    members = ngettext("{n} member", "{n} members", contents.members).format(n=contents.members)
    text = _("{path} holds “{name}”: {members}, last change {moment}.")
    return text.format(path=new, name=contents.group, members=members, moment=_last(contents))


def _last(contents: Contents) -> str:
    from zoneinfo import ZoneInfo

    if contents.last_change is None:
        return "–"
    wall = contents.last_change.astimezone(ZoneInfo(contents.timezone)).replace(tzinfo=None)
    return f"{dates.day(wall, year=True)} {dates.hour(wall)}"


def _behind(context: Context, new: Path, contents: Contents) -> int | None:
    """How many changes the present file has that the backup lacks; None where there is none to compare with."""
    from screens.errors import known
    from store.restoring import changes_since

    try:
        return None if context.file.resolve() == new.resolve() else changes_since(context.file, contents)
    except Exception as error:
        if known(error):  # no present file, or a damaged one: that is why one restores
            return None
        raise


def _lacks(present: Path, behind: int) -> str:
    if not behind:
        return _("It lacks nothing that {path} has.").format(path=present)
    text = ngettext(
        "It lacks {n} change that {path} has: what was done since.",
        "It lacks {n} changes that {path} has: what was done since.",
        behind,
    )
    return text.format(n=behind, path=present)
