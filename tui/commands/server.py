"""`cabas server`: the machine that several volunteers share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from templates.words import LANGUAGES, N_
from tui.commands.server_update import update, versions
from tui.context import Context
from tui.paths import Outside

if TYPE_CHECKING:
    from tui.server.target import Target


@click.group(help=N_("The server that a group shares: set it up, update it."))
def server() -> None:
    pass


server.add_command(update)
server.add_command(versions)


@server.command(
    help=N_(
        "Set up this machine for a group, as root, on Debian: account, folders, the group's file, the timer, and what "
        "sshd lets in. What is there already stays. --dry-run shows each step and changes nothing."
    ),
    short_help=N_("Set up this machine for a group: account, timer, SSH."),
)
@click.option("--dry-run", is_flag=True, help=N_("Show every step, word for word; change nothing."))
@click.option(
    "--account", default="cabas", show_default=True, help=N_("The Unix account that owns the file and nothing else.")
)
@click.option("--home", type=Outside(file=False), help=N_("The account's home (else /var/lib and its name)."))
@click.option(
    "--file", type=Outside(folder=False), help=N_("The group's file (else group/group.cabas in the account's home).")
)
@click.option("--group-name", help=N_("The group's name, as members know it: for a file that is not there yet."))
@click.option("--language", type=click.Choice(LANGUAGES), help=N_("The group's language: en, fr or it."))
@click.option("--currency", help=N_("The currency of prices, three letters."))
@click.option("--timezone", help=N_("The time zone of all hours."))
@click.option("--country", help=N_("The country of phone numbers, two letters."))
@click.pass_obj
def install(
    context: Context,
    dry_run: bool,
    account: str,
    home: Path | None,
    file: Path | None,
    group_name: str | None,
    language: str | None,
    currency: str | None,
    timezone: str | None,
    country: str | None,
) -> None:
    from tui.server import installing

    group = {"--language": language, "--currency": currency, "--timezone": timezone, "--country": country}
    said = [word for name, value in group.items() if value for word in (name, value)]
    wanted = target_said(account, home, file or context.named_file, ("--name", group_name, *said) if group_name else ())
    if dry_run:
        installing.show(wanted)
    else:
        installing.install(wanted)


def target_said(account: str, home: Path | None, file: Path | None, group: tuple[str, ...] = ()) -> Target:
    """What a server is set up for, as somebody said it; raises `Ended` for what it cannot be."""
    from templates.words import _
    from tui.commands.operator_key import program
    from tui.output import WRONG_USE, Ended
    from tui.server.target import TargetRefused, target

    try:
        return target(account, home, file, program(), group)
    except TargetRefused as refused:
        words = {
            "account": _("“{said}” is no name for an account: small letters, digits, - and _."),
            "root": _("{said} may do everything on this machine: cabas needs an account of its own."),
            "path": _("“{said}”: choose a path of letters, digits and . _ - / only."),
            "folder": _("{said} is not the group's alone: take a folder of its own, such as /srv/amap."),
        }[refused.reason]
        raise Ended(words.format(said=refused.said), WRONG_USE) from None
