"""`cabas export file`: what a screen has written to the folder of exports, for who cannot get at that folder."""

from __future__ import annotations

import click

from templates.words import N_, _, dates
from tui.context import Context
from tui.output import Ended, print_table, put_out, say
from tui.paths import is_bare


@click.command(
    "file",
    help=N_(
        "Hand out a file that a screen has written to the folder “exports”, as “ssh … export file members.csv > "
        "members.csv” does; without a name, list what is there."
    ),
    short_help=N_("Hand out a file that a screen has written."),
)
@click.argument("name", required=False)
@click.pass_obj
def file(context: Context, name: str | None) -> None:
    from mail.never_sent import is_secret
    from screens import import_files
    from screens.sizes import size_words
    from store.exchange.export_folder import export_folder
    from store.rights import Right

    store = context.store()
    store.operators.me().require(Right.MEMBERS)  # as `import_files.reads_folder` has it
    folder = export_folder(store.path.absolute())
    there = import_files.listed([folder], suffixes=import_files.ANY)
    if name is None:
        rows = [(dates.moment(store.clock.to_wall(one.changed)), size_words(one.size), one.name) for one in there]
        if rows:
            print_table((_("changed"), _("size"), _("name")), rows, right=(1,))
        else:
            say(_("There is no file in {folder} yet.").format(folder=folder))
        return
    path = folder / name
    if not is_bare(name) or not import_files.is_file(path) or not import_files.lies_in(path, [folder]):
        raise Ended(_("There is no “{name}” in the folder for exports.").format(name=name))
    if is_secret(path, store.path):
        raise Ended(_("“{name}” holds everybody's data, or a password. It is not handed out.").format(name=name))
    put_out(path.read_bytes())
