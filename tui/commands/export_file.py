"""`cabas export file`: what a screen has written to the folder of exports, for who cannot get at that folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from templates.words import N_, _, dates
from tui.context import Context
from tui.output import Ended, print_table, put_out, say
from tui.paths import exported, is_bare

if TYPE_CHECKING:
    from store import Store


@click.command(
    "file",
    help=N_(
        "Hand out a file that a screen has written to the folder “exports”, as “ssh … export file members.csv > "
        "members.csv” does; without a name, list what is there."
    ),
    short_help=N_("Hand out a file that a screen has written."),
)
@click.argument("name", required=False)
@click.option("--remove", is_flag=True, help=N_("Delete it instead."))
@click.pass_obj
def file(context: Context, name: str | None, remove: bool) -> None:
    from mail.never_sent import is_secret
    from store.rights import Right

    store = context.store()
    if not store.inside:  # where one's own are
        store.operators.me().require(Right.MEMBERS)
    if name is None:
        _list(store)
        return
    path = exported(store, name) if is_bare(name) else None
    if path is None:
        raise Ended(_("There is no “{name}” in the folder for exports.").format(name=name))
    if remove:
        path.unlink()
        say(_("Deleted."))
        return
    if is_secret(path, store.path):
        raise Ended(_("“{name}” holds everybody's data, or a password. It is not handed out.").format(name=name))
    put_out(path.read_bytes())


def _list(store: Store) -> None:
    """What is there; of an admin's, in which folder."""
    from screens import import_files
    from screens.sizes import size_words
    from store.exchange.export_folder import readable_folders

    folders = readable_folders(store)
    rows = [
        (
            dates.moment(store.clock.to_wall(one.changed)),
            size_words(one.size),
            one.name if one.path.parent == folders[0] else f"{one.path.parent.name}/{one.name}",
        )
        for one in import_files.listed(folders, suffixes=import_files.ANY)
    ]
    if rows:
        print_table((_("changed"), _("size"), _("name")), rows, right=(1,))
    else:
        say(_("There is no file in {folder} yet.").format(folder=folders[0]))
