"""`cabas server`: the machine that several volunteers share."""

from __future__ import annotations

import click

from templates.words import N_


@click.group(help=N_("The server that a group shares: set it up, update it."))
def server() -> None:
    pass
