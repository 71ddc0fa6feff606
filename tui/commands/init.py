"""`cabas init`: a new group's file."""

from __future__ import annotations

from pathlib import Path

import click

from store.errors import FileUnreadable
from store.settings import Group, checked
from templates.words import N_, _
from tui.context import Context
from tui.output import say
from tui.paths import Outside

SHARED_FILE = 0o660
SHARED_FOLDER = 0o2770


@click.command(help=N_("Make the file of a new group; whoever makes it is its first coordinator."))
@click.argument("file", type=Outside(folder=False))
@click.option("--name", required=True, help=N_("The group's name, as members know it."))
@click.option("--language", default="fr", show_default=True, help=N_("The group's language: en, fr or it."))
@click.option("--currency", default="EUR", show_default=True, help=N_("The currency of prices, three letters."))
@click.option("--timezone", default="Europe/Paris", show_default=True, help=N_("The time zone of all hours."))
@click.option("--country", default="FR", show_default=True, help=N_("The country of phone numbers, two letters."))
@click.pass_obj
def init(context: Context, file: Path, name: str, language: str, currency: str, timezone: str, country: str) -> None:
    from store import Store

    group = checked(Group(" ".join(name.split()), language.lower(), currency.upper(), timezone, country.upper()))
    path = file.absolute()
    make_folder(path.parent)
    Store.create(path, group, context.operator, mode=SHARED_FILE).close()
    say(
        _("{path} is ready for “{name}”; you ({login}) are its coordinator.").format(
            path=path, name=group.name, login=context.operator
        )
    )
    say(_("Open it with: cabas --file {path}").format(path=path))


def make_folder(folder: Path) -> None:
    """Make the folder, for those of its Unix group to share; one that is there stays as it is."""
    if folder.exists():
        return
    try:
        folder.mkdir(parents=True)
        folder.chmod(SHARED_FOLDER)
    except OSError as error:
        raise FileUnreadable(folder, error.strerror or str(error)) from error
