"""`cabas backup`: a copy of the group's file while everybody works on."""

from __future__ import annotations

from pathlib import Path

import click

from templates.words import N_, _
from tui.context import Context
from tui.output import say


@click.command(help=N_("Copy the group's file to FILE, which must not exist, while others may go on working."))
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def backup(context: Context, file: Path) -> None:
    context.store().back_up(file)
    say(_("The group's file was copied to {path}.").format(path=file.absolute()))
