"""`cabas mailbox`: how the group's mailbox is reached, and what it is logged in with."""

from __future__ import annotations

import dataclasses
import os
import sys
from typing import TYPE_CHECKING

import click

from screens.text import visible
from store.rights import Right
from templates.words import N_, _
from tui.commands.mailbox_check import check
from tui.commands.mailbox_set import set_
from tui.commands.options import confirmed, json_option
from tui.context import Context
from tui.output import Ended, print_json, print_table, say, warn

if TYPE_CHECKING:
    from mail.providers import Provider
    from store import Store
    from store.mailbox import MailboxSettings


@click.group(help=N_("The mailbox that the group's mails go out from."))
def mailbox() -> None:
    pass


mailbox.add_command(set_)
mailbox.add_command(check)


@mailbox.command(help=N_("Say how the mailbox is set."))
@json_option
@click.pass_obj
def show(context: Context, as_json: bool) -> None:
    from mail.password import source
    from mail.trust import pinned
    from tui.commands.mailbox_set import described

    store = context.store()
    settings = settings_of(store)
    way, pin = source(store.path, settings), pinned(store.path, settings.host)
    if as_json:
        print_json({**dataclasses.asdict(settings), "password": way, "fingerprint": pin})
        return
    for line in described(settings):
        say(line)
    words = {
        "none": _("No password: the server asks for no login."),
        "command": _("The password comes from a command."),
        "keyring": _("The password is in the keyring."),
        "typed": _("The password is typed by hand: nothing goes out by itself."),
    }
    say(words[way] if settings.login == "password" or way == "none" else _token(way))
    if pin:
        say(_("Trusted certificate: {fingerprint}").format(fingerprint=pin))


def _token(way: str) -> str:
    if way == "command":
        return _("The token comes from a command.")
    return _("No command makes the token yet: cabas mailbox set --token-command COMMAND")


@mailbox.command(help=N_("The providers that are known, and their limits."))
@json_option
def providers(as_json: bool) -> None:
    from mail.providers import known

    told_of_problems()
    if as_json:
        print_json([dataclasses.asdict(provider) for provider in known()])
        return
    headers = [_("id"), _("provider"), _("server"), _("hour/day"), _("login")]
    print_table(headers, [_row(provider) for provider in known()], right=(3,))


def _row(provider: Provider) -> list[object]:
    way = _("token") if provider.login == "xoauth2" else _("app password") if provider.app_password else ""
    return [provider.id, provider.name, provider.host, f"{provider.per_hour}/{provider.per_day}", way]


def told_of_problems() -> None:
    """Say what is wrong with people's own list of providers, which is then left out."""
    from mail.providers import problems
    from screens.errors import words_for

    for problem in problems():
        warn(words_for(problem))


@mailbox.group(invoke_without_command=True, help=N_("The addresses that mails may come from."))
@click.pass_context
def identities(ctx: click.Context) -> None:
    if ctx.invoked_subcommand is None:
        settings = settings_of(ctx.obj.store())
        for address in (settings.address, *settings.identities):
            say(address)


@identities.command("add", help=N_("Let mails come from further addresses."))
@click.argument("addresses", metavar="ADDRESS...", nargs=-1, required=True)
@click.pass_obj
def add_identity(context: Context, addresses: tuple[str, ...]) -> None:
    store = context.store()
    settings = settings_of(store)
    new = dict.fromkeys((*settings.identities, *addresses))
    store.mailbox.set_identities(tuple(address for address in new if address != settings.address))
    say(_("“cabas mailbox check” tries whether the provider lets them through."))


@identities.command("remove", help=N_("Let no more mails come from these addresses."))
@click.argument("addresses", metavar="ADDRESS...", nargs=-1, required=True)
@click.pass_obj
def remove_identity(context: Context, addresses: tuple[str, ...]) -> None:
    from screens.sender_words import told_of_foreign

    store = context.store()
    settings = settings_of(store)
    if unknown := [address for address in addresses if address not in settings.identities]:
        raise Ended(_("{address} is none of them: cabas mailbox identities").format(address=", ".join(unknown)))
    store.mailbox.set_identities(tuple(address for address in settings.identities if address not in addresses))
    for line in told_of_foreign(store):
        warn(line)


@mailbox.command("password", help=N_("Keep the password in this machine's keyring."))
@click.option("--forget", is_flag=True, help=N_("Take it out of the keyring."))
@click.pass_obj
def keep_password(context: Context, forget: bool) -> None:
    from mail import keyrings

    store = context.store()
    store.operators.me().require(Right.ADMIN)
    settings = settings_of(store)
    if not forget:
        keep_in_keyring(settings)
    elif not keyrings.forget(settings):
        raise Ended(_("The keyring has no password for this mailbox."))
    else:
        say(_("The keyring has forgotten the password of {username}.").format(username=settings.username))


def keep_in_keyring(settings: MailboxSettings) -> None:
    """Ask for the password, or read it from what is piped in, and put it into the keyring."""
    from mail import keyrings

    if not keyrings.available():
        raise Ended(
            _(
                "There is no keyring here (on a desktop: pip install cabas[keyring]). Name a command instead: "
                "cabas mailbox set --password-command COMMAND"
            )
        )
    word = _prompted(settings) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if not word:
        raise Ended(_("Nobody typed a password: nothing was kept."))
    if not keyrings.keep(settings, word):
        raise Ended(_("The keyring did not take the password."))
    say(_("The keyring keeps the password of {username}.").format(username=settings.username))


@mailbox.command(help=N_("Trust the certificate of a bridge on this machine."))
@click.option("--yes", is_flag=True, help=N_("Do not ask."))
@click.option("--forget", is_flag=True, help=N_("Trust it no longer."))
@click.pass_obj
def trust(context: Context, yes: bool, forget: bool) -> None:
    from mail.checking import shown_fingerprint
    from mail.configuration import FINGERPRINT, set_entry
    from mail.mailbox import MailboxFault
    from mail.trust import pinned
    from screens.outbox_words import fault_words
    from store.mailbox import is_loopback

    store = context.store()
    store.operators.me().require(Right.ADMIN)
    settings = settings_of(store)
    if forget:
        set_entry(FINGERPRINT, store.path, "")
        return
    if not is_loopback(settings.host) or settings.tls == "none":
        said = _("Only the certificate of a server on this machine can be trusted so; {host} needs an authority's.")
        raise Ended(said.format(host=settings.host))
    try:
        seen = shown_fingerprint(settings)
    except MailboxFault as fault:
        raise Ended(fault_words(fault.kind, fault.trace.answer, settings)) from fault
    say(_("{host}, port {port} shows: {seen}").format(host=settings.host, port=settings.port, seen=seen))
    before = pinned(store.path, settings.host)
    if before == seen:
        say(_("It is trusted already."))
        return
    if before:
        warn(_("Until now another one is trusted: {fingerprint}").format(fingerprint=before))
    if not yes and not confirmed(_("Is it the one that your bridge shows in its settings? Trust it?")):
        raise Ended(_("Nothing was changed."))
    path = set_entry(FINGERPRINT, store.path, seen)
    say(_("It is trusted from now on (written into {path}). Try it: cabas mailbox check").format(path=path))


def settings_of(store: Store) -> MailboxSettings:
    """The mailbox as it is set; raises `NoMailbox`."""
    settings = store.mailbox.get()
    if settings is None:
        from mail.refused import NoMailbox

        raise NoMailbox
    return settings


def password(store: Store) -> str:
    """What the mailbox is logged in with: from the command or the keyring, else asked for at a terminal."""
    from mail.password import NoPassword, secret

    settings = settings_of(store)
    try:
        return secret(store.path, settings)
    except NoPassword:
        if not sys.stdin.isatty() or os.environ.get("TERM") == "dumb":
            raise
        return _prompted(settings)


def _prompted(settings: MailboxSettings) -> str:
    prompt = _("Password of {username} at {host}").format(username=settings.username, host=settings.host)
    return str(click.prompt(visible(prompt), hide_input=True, err=True))
