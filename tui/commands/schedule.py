"""`cabas schedule`: what calls `cabas tick` on a machine that is no server."""

from __future__ import annotations

from os import geteuid
from typing import TYPE_CHECKING

import click

from templates.words import N_
from tui.context import Context

if TYPE_CHECKING:
    from tui.server.own_timer import Own


@click.group(help=N_("What lets mails go out by themselves on this machine: a timer that calls “cabas tick”."))
def schedule() -> None:
    pass


@schedule.command(
    help=N_(
        "Let this machine call “cabas tick” every five minutes, as you: by systemd where it looks after your account, "
        "else by cron. A server has its own timer: “cabas server install”. --dry-run shows each step and changes "
        "nothing."
    ),
    short_help=N_("Let this machine send by itself."),
)
@click.option("--dry-run", is_flag=True, help=N_("Show every step, word for word; change nothing."))
@click.option("--cron", is_flag=True, help=N_("By cron, also where systemd could."))
@click.pass_obj
def install(context: Context, dry_run: bool, cron: bool) -> None:
    from templates.words import _
    from tui.output import Ended, say, warn
    from tui.server import doing
    from tui.server.own_timer import steps
    from tui.server.steps import StepFailed

    own = _own(context)
    try:
        wanted = steps(own, cron=cron)
        if dry_run:
            doing.show(wanted)
            return
        done = doing.carry_out(wanted)
    except StepFailed as failed:
        raise Ended(str(failed)) from failed
    say()
    say(_("This machine sends by itself now.") if done else _("Everything was there already; nothing was changed."))
    if doubt := _password_doubt(context):
        warn(f"! {doubt}")


@schedule.command(help=N_("Call “cabas tick” for this file no more, as you: neither by systemd nor by cron."))
@click.pass_obj
def remove(context: Context) -> None:
    from templates.words import _
    from tui.output import Ended, say
    from tui.server import own_timer
    from tui.server.steps import StepFailed

    try:
        removed = own_timer.remove(_own(context))
    except StepFailed as failed:
        raise Ended(str(failed)) from failed
    say(_("Nothing of yours sends by itself any more.") if removed else _("Nothing of yours sent by itself."))


def _own(context: Context) -> Own:
    """What is to be called, by the account that owns the file. Raises `Ended` for another one, or on a server."""
    import shlex

    from templates.words import _
    from tui.commands.operator_key import program
    from tui.output import Ended
    from tui.server import units
    from tui.server.own_timer import Own
    from tui.server.target import person_of

    path = context.file.absolute()
    if path.exists() and path.stat().st_uid != geteuid():
        context.speak()
        owner = person_of(path.stat().st_uid)
        name = owner.pw_name if owner else str(path.stat().st_uid)
        command = f"runuser -u {name} -- cabas --file {shlex.quote(str(path))} schedule install"
        said = _("The file belongs to {account}. Let that account do it: {command}")
        raise Ended(said.format(account=name, command=command))
    context.store()  # says what is wrong with it
    unit = units.FOLDER / units.SERVICE
    if unit.exists() and str(path) in unit.read_text(encoding="utf-8", errors="replace"):
        raise Ended(_("This file's server has its own timer already: {path}").format(path=unit))
    return Own(path, program())


def _password_doubt(context: Context) -> str:
    """Why nothing would go all the same: somebody has to type the password."""
    from mail.by_itself import by_itself
    from templates.words import _

    if by_itself(context.store()).password != "typed":
        return ""
    return _(
        "The password is typed by hand: name a command that gives it, cabas mailbox set --password-command COMMAND"
    )
