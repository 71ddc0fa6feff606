"""What several commands ask in the same way: an option, and a yes or no."""

from __future__ import annotations

import click

from templates.words import N_, _
from tui.output import Ended, warn

EVERYONE = 10_000_000
"""A limit for lists that are to have none."""

json_option = click.option("--json", "as_json", is_flag=True, help=N_("Write JSON, for programs."))


def confirmed(question: str) -> bool:
    """Whether a person says yes; raises `Ended` where nobody answers."""
    try:
        return click.confirm(question, err=True)
    except click.Abort:
        warn("")
        raise Ended(_("Nobody answered: nothing was done. --yes does it without asking.")) from None
