"""`cabas mailbox`: how the group's mailbox is reached, and whether it works."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from store.mailbox import PER_DAY, PER_HOUR, MailboxSettings
from templates.words import N_, _
from tui.context import Context
from tui.output import FAILED, NOT_NOW, Ended, print_json, say

if TYPE_CHECKING:
    from store import Store


@click.group(help=N_("The mailbox that the group's mails go out from."))
def mailbox() -> None:
    pass


@mailbox.command("set", help=N_("Say how the mailbox is reached; “cabas mailbox check” then tries it."))
@click.option("--host", required=True, help=N_("The provider's server for sending, as smtp.example.org."))
@click.option("--port", type=int, help=N_("Its port (without it 465 for implicit, 587 for starttls)."))
@click.option(
    "--tls",
    type=click.Choice(["starttls", "implicit", "none"]),
    default="implicit",
    show_default=True,
    help=N_("How the line is encrypted; none on this machine only."),
)
@click.option("--user", help=N_("The login name (without it the address; --user '' for a server without login)."))
@click.option("--from", "address", required=True, help=N_("The mailbox's own address, which mails come from."))
@click.option("--identity", "identities", multiple=True, help=N_("A further address it may send as; can be repeated."))
@click.option("--password-command", help=N_("A command whose first line is the password; kept on this machine only."))
@click.option("--per-hour", type=int, default=PER_HOUR, show_default=True, help=N_("How many mails in an hour."))
@click.option("--per-day", type=int, default=PER_DAY, show_default=True, help=N_("How many mails in 24 hours."))
@click.pass_obj
def set_(
    context: Context,
    host: str,
    port: int | None,
    tls: str,
    user: str | None,
    address: str,
    identities: tuple[str, ...],
    password_command: str | None,
    per_hour: int,
    per_day: int,
) -> None:
    store = context.store()
    if port is None:
        port = {"implicit": 465, "starttls": 587, "none": 25}[tls]
    username = address if user is None else user
    store.mailbox.set(MailboxSettings(host, port, tls, username, address, identities, per_hour, per_day))
    if password_command is not None:
        from tui.configuration import Configuration

        Configuration.load().set_password_command(store.path, password_command)
    say(_("Mails go out as {address} through {host}.").format(address=address, host=host))
    say(_("Try it: cabas mailbox check"))


@mailbox.command(help=N_("Log in to the mailbox, send nothing, and say what is wrong."))
@click.pass_obj
def check(context: Context) -> None:
    from mail.checking import check as try_out
    from mail.mailbox import MailboxFault
    from screens.outbox_words import fault_words

    store = context.store()
    settings = _settings(store)
    secret = password(store, settings)
    try:
        try_out(settings, secret)
    except MailboxFault as fault:
        code = NOT_NOW if fault.kind in ("quota", "busy", "network") else FAILED
        raise Ended(fault_words(fault.kind, fault.trace.answer, settings), code) from fault
    say(
        _("{host} lets us in as {username}; the certificate is in order.").format(
            host=settings.host, username=settings.username or settings.address
        )
        if settings.tls != "none"
        else _("{host} lets us in.").format(host=settings.host)
    )
    state = store.mailbox.state()
    if state.state != "ok" and state.reason not in ("operator", "limits"):
        store.mailbox.resume()
        say(_("What stopped the sending before is over: “cabas outbox run” goes on."))


@mailbox.command(help=N_("Say how the mailbox is set."))
@click.option("--json", "as_json", is_flag=True, help=N_("Write JSON, for programs."))
@click.pass_obj
def show(context: Context, as_json: bool) -> None:
    settings = _settings(context.store())
    if as_json:
        print_json(settings)
        return
    say(
        _("{address} through {host}, port {port}, {tls}, as {username}").format(
            address=settings.address,
            host=settings.host,
            port=settings.port,
            tls=settings.tls,
            username=settings.username,
        )
    )
    say(_("{hour} mails an hour, {day} in 24 hours").format(hour=settings.per_hour, day=settings.per_day))


def _settings(store: Store) -> MailboxSettings:
    settings = store.mailbox.get()
    if settings is None:
        from mail.refused import NoMailbox

        raise NoMailbox
    return settings


def password(store: Store, settings: MailboxSettings) -> str:
    """The mailbox's password: from the command, else asked for where somebody sits at a terminal."""
    from mail.password import NoPassword, password_for

    if not settings.username:
        return ""
    try:
        return password_for(store.path)
    except NoPassword:
        if not sys.stdin.isatty() or os.environ.get("TERM") == "dumb":
            raise
        prompt = _("Password of {username} at {host}").format(username=settings.username, host=settings.host)
        return str(click.prompt(prompt, hide_input=True, err=True))
