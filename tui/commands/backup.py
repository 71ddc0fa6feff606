"""`cabas backup`: a copy of the group's file while everybody works on, and the copies that there are."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from templates.words import N_, _, dates
from tui.commands.options import json_option
from tui.context import Context
from tui.output import WRONG_USE, Ended, print_json, print_table, say
from tui.paths import Outside

if TYPE_CHECKING:
    from store import Store


@click.command(
    help=N_(
        "Copy the group's file while others go on working: to FILE, which must not exist, to standard output (-), "
        "or under a dated name into the folder “backups” beside the file. A copy sends nothing."
    ),
    short_help=N_("Copy the group's file while others go on working."),
)
@click.argument("file", required=False, type=Outside(streams=True))
@click.option("--list", "listed", is_flag=True, help=N_("Make none: say which backups there are."))
@click.option("--daily", type=int, help=N_("Keep the last backup of so many days, of those made by itself."))
@click.option("--weekly", type=int, help=N_("The same for weeks."))
@click.option("--monthly", type=int, help=N_("The same for months."))
@json_option
@click.pass_obj
def backup(
    context: Context,
    file: Path | None,
    listed: bool,
    daily: int | None,
    weekly: int | None,
    monthly: int | None,
    as_json: bool,
) -> None:
    store = context.store()
    keep = {name: n for name, n in (("daily", daily), ("weekly", weekly), ("monthly", monthly)) if n is not None}
    if keep:
        store.backups.set_keep(**keep)
    if listed or (keep and file is None):
        _list(store, as_json)
    elif file is not None and str(file) == "-":
        _to_stdout(store)
    else:
        made = _made(store, file)
        if as_json:
            print_json({"path": made, "size": made.stat().st_size})
        else:
            say(_("The group's file was copied to {path}.").format(path=made))


def _made(store: Store, file: Path | None) -> Path:
    if file is None:
        return store.backups.make().path
    store.backups.copy_to(file)
    return file.absolute()


def _list(store: Store, as_json: bool) -> None:
    from screens.backups_words import how_words, keep_words
    from screens.sizes import size_words

    backups, keep = store.backups.all(), store.backups.keep()
    if as_json:
        print_json({"backups": [asdict(one) for one in backups], "keep": asdict(keep)})
        return
    if backups:
        moment = [dates.moment(store.clock.to_wall(one.at)) for one in backups]
        print_table(
            (_("made"), _("size"), _("how"), _("file")),
            [(when, size_words(one.size), how_words(one), one.path) for when, one in zip(moment, backups, strict=True)],
            right=(1,),
        )
    else:
        say(_("There is no backup yet. “cabas backup” makes one; “cabas tick” makes one a day."))
    say(keep_words(keep))


def _to_stdout(store: Store) -> None:
    """The whole file on standard output, from a copy that has no name any more when the first octet leaves."""
    import shutil
    import tempfile

    if sys.stdout.isatty():
        raise Ended(_("A group's file is nothing to read. Send it into a file: cabas backup - > FILE"), WRONG_USE)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=store.path.resolve().parent) as folder:
        copy = Path(folder) / "group.cabas"
        store.backups.copy_to(copy)
        taken = copy.open("rb")
    with taken:
        shutil.copyfileobj(taken, sys.stdout.buffer)
    sys.stdout.buffer.flush()
