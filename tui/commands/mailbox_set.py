"""`cabas mailbox set`: from an address to everything that is needed; what is not named stays as it is."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import click

from store.mailbox import MailboxSettings
from store.rights import Right
from templates.words import N_, _
from tui.context import Context
from tui.output import WRONG_USE, Ended, say, warn

if TYPE_CHECKING:
    from mail.providers import Provider

PORTS = {"implicit": 465, "starttls": 587, "none": 25}
IMAP_PORTS = {"implicit": 993, "starttls": 143, "none": 143}
TLS = click.Choice(["implicit", "starttls", "none"])


@click.command("set", help=N_("Set the mailbox, mostly by its address; the rest stays."))
@click.argument("address", required=False)
@click.option("--from", "from_", metavar="ADDRESS", help=N_("The mailbox's own address, which mails come from."))
@click.option("--provider", "provider_id", metavar="ID", help=N_("Take all from it: cabas mailbox providers."))
@click.option("--host", help=N_("The provider's server for sending, as smtp.example.org."))
@click.option("--port", type=int, help=N_("Its port (465 for implicit, 587 for starttls)."))
@click.option("--tls", type=TLS, help=N_("How the line is encrypted; none on this machine only."))
@click.option("--user", "username", help=N_("The login name, if not the address; '' for a server without login."))
@click.option("--identity", "identities", multiple=True, help=N_("A further address it may send as; can be repeated."))
@click.option("--login", type=click.Choice(["password", "xoauth2"]), help=N_("With a password, or a token (XOAUTH2)."))
@click.option("--password-command", help=N_("A command whose first line is the password; kept on this machine only."))
@click.option("--token-command", help=N_("A command that makes the token, asked for each connection; kept here only."))
@click.option("--keyring", is_flag=True, help=N_("Ask for the password and keep it in this machine's keyring."))
@click.option("--per-minute", type=int, help=N_("How many mails in a minute (0: no limit of that kind)."))
@click.option("--per-hour", type=int, help=N_("How many mails in an hour."))
@click.option("--per-day", type=int, help=N_("How many mails in 24 hours."))
@click.option("--imap-host", help=N_("Its server for reading, where bounces and answers are looked for."))
@click.option("--imap-port", type=int, help=N_("Its port (993 for implicit, 143 for starttls)."))
@click.option("--imap-tls", type=TLS, help=N_("How that line is encrypted."))
@click.option("--no-imap", is_flag=True, help=N_("Do not read the mailbox."))
@click.pass_obj
def set_(
    context: Context,
    /,
    address: str | None,
    from_: str | None,
    provider_id: str | None,
    password_command: str | None,
    token_command: str | None,
    keyring: bool,
    no_imap: bool,
    **named: Any,
) -> None:
    from screens.sender_words import told_of_foreign

    store = context.store()
    store.operators.me().require(Right.ADMIN)
    before = store.mailbox.get()
    given = {name: value for name, value in named.items() if value not in (None, ())}
    if token_command and "login" not in given:
        given["login"] = "xoauth2"
    if no_imap:
        given["imap_host"] = ""
    base, provider = _base(before, address or from_, provider_id, given)
    settings = _with(base, given)
    store.mailbox.set(settings)
    _commands(context, password_command, token_command)
    for line in described(settings):
        say(line)
    _minded(provider)
    if keyring:
        from tui.commands.mailbox import keep_in_keyring

        keep_in_keyring(settings)
    for line in told_of_foreign(store):
        warn(line)
    say(_("Try it: cabas mailbox check"))


def described(settings: MailboxSettings) -> list[str]:
    """How the mailbox is set, in a few lines."""
    lines = [
        _("Mails go out as {address} through {host}.").format(address=settings.address, host=settings.host),
        _("Port {port}, {tls}, login: {username}").format(
            port=settings.port, tls=settings.tls, username=settings.username or _("none")
        ),
        _("{hour} mails an hour, {day} in 24 hours").format(hour=settings.per_hour, day=settings.per_day),
    ]
    if settings.per_minute:
        lines[-1] += _(", {minute} a minute").format(minute=settings.per_minute)
    if settings.identities:
        lines.append(_("Also as: {addresses}").format(addresses=", ".join(settings.identities)))
    if settings.imap_host:
        reading = _("It is read at {host}, port {port}, {tls}.")
        lines.append(reading.format(host=settings.imap_host, port=settings.imap_port, tls=settings.imap_tls))
    else:
        lines.append(_("It is not read: bounces and STOP answers are not seen."))
    return lines


def _base(
    before: MailboxSettings | None, address: str | None, provider_id: str | None, given: dict[str, Any]
) -> tuple[MailboxSettings, Provider | None]:
    """What is changed by what was named: a provider's proposal, what there is, or a bare server."""
    if address is None:
        if before is None:
            raise Ended(_("Name the mailbox's address: cabas mailbox set amap@exemple.fr"), WRONG_USE)
        address = before.address
    provider = _provider(before, address, provider_id, given)
    if provider is not None:
        return provider.settings(address, before.identities if before else ()), provider
    if before is not None:
        if "host" not in given and _domain(before.address) != _domain(address):
            said = _("The provider of {domain} is not known; the server stays {host}. If it is another: --host")
            warn(said.format(domain=_domain(address), host=before.host))
        provider_name = before.provider if given.get("host", before.host) == before.host else ""
        name = {before.address: address, _local(before.address): _local(address)}.get(before.username, before.username)
        return dataclasses.replace(before, address=address, username=name, provider=provider_name), None
    if "host" not in given:
        said = _("The provider of {domain} is not known. Name its server: --host smtp.example.org")
        raise Ended(said.format(domain=_domain(address)), WRONG_USE)
    return MailboxSettings(given["host"], PORTS["implicit"], "implicit", address, address), None


def _provider(
    before: MailboxSettings | None, address: str, provider_id: str | None, given: dict[str, Any]
) -> Provider | None:
    """The provider to take everything from: the one named, or for a new domain the one that has it."""
    from mail import providers
    from tui.commands.mailbox import told_of_problems

    if provider_id is not None:
        told_of_problems()
        found = providers.by_id(provider_id)
        if found is None:
            raise Ended(_("No provider is called “{id}”: cabas mailbox providers").format(id=provider_id), WRONG_USE)
        return found
    if "host" in given or (before is not None and _domain(before.address) == _domain(address)):
        return None
    told_of_problems()
    return providers.propose(address) or providers.by_mx(_domain(address))


def _with(base: MailboxSettings, given: dict[str, Any]) -> MailboxSettings:
    """`base` with what was named; a port that goes with the encryption changes with it."""
    given = dict(given)
    for prefix, ports in (("", PORTS), ("imap_", IMAP_PORTS)):
        tls, port = f"{prefix}tls", f"{prefix}port"
        if tls in given and port not in given and getattr(base, port) == ports.get(getattr(base, tls)):
            given[port] = ports[given[tls]]
    return dataclasses.replace(base, **given)


def _commands(context: Context, password_command: str | None, token_command: str | None) -> None:
    """Write the commands into the configuration; "" takes one out."""
    from mail.configuration import PASSWORD_COMMAND, TOKEN_COMMAND, set_entry

    for table, command in ((PASSWORD_COMMAND, password_command), (TOKEN_COMMAND, token_command)):
        if command is not None:
            set_entry(table, context.store().path, command)


def _minded(provider: Provider | None) -> None:
    """Say where the rest was taken from, and what to mind there."""
    from screens.check_words import hint_words

    if provider is None:
        return
    say(_("That is what is known of {name}; --help says how to change it.").format(name=provider.name))
    hints = (*(["app_password"] if provider.app_password else []), *provider.hints)
    for hint in dict.fromkeys(hints):
        say(f"! {hint_words(hint, provider.name)}")


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def _local(address: str) -> str:
    return address.rpartition("@")[0]
