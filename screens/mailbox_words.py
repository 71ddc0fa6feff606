"""What the mailbox's screen says about its fields, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.mailbox_fields import settings_of
from screens.member_form import Fields
from screens.outbox_words import COMMANDS
from store.errors import Invalid
from templates.words import N_, _

if TYPE_CHECKING:
    from mail.providers import Provider

EXPLAINED = {
    "address": N_(
        "The address that mails come from, as amap@exemple.fr. Most providers are known by it. In people's mail "
        "programs the group's name stands before it; each message may say another."
    ),
    "provider": N_("← and → choose another one, a letter goes to the next name. Servers and limits are then its own."),
    "host": N_("The server that takes mails to be sent (SMTP), as your provider's page writes it. Port: 465 or 587."),
    "port": N_("Mostly 465 where the line is encrypted from the start, 587 with STARTTLS."),
    "tls": N_("Whether the line is encrypted from the start (465) or by STARTTLS (587). None: on this machine only."),
    "username": N_("The name to log in with: mostly the whole address. Nothing: a server that asks for no login."),
    "login": N_("A password; or a token that a command makes anew each hour, where the provider takes nothing else."),
    "per_minute": N_("How many mails a minute the provider takes at most. Nothing: as fast as it goes."),
    "per_hour": N_(
        "How many mails may go within an hour. Above its limit a provider blocks a mailbox, often for a day."
    ),
    "per_day": N_("How many mails may go within 24 hours. What is above goes the next day by itself."),
    "identities": N_("Further addresses that the mailbox may send as. Most providers allow only its own."),
    "imap_host": N_(
        "The server to read the mailbox at (IMAP): what came back, who answered STOP. Nothing: it is not read. "
        "Nothing is ever changed or deleted there."
    ),
    "imap_port": N_("Mostly 993."),
    "imap_tls": N_("Mostly from the start (993)."),
    "files_sent": N_("Ticked, a mail in doubt that is not among the sent ones there did not go out."),
}
"""By field, shown below while one types in it."""

WAYS = {
    "none": N_("the server asks for none"),
    "unreadable": N_("! the configuration cannot be read"),
    "command": N_("comes from a command"),
    "token": N_("a token, from a command"),
    "no_token": N_("! no command makes the token yet"),
    "keyring": N_("is in the keyring"),
    "remembered": N_("was typed already"),
    "typed": "",
}
"""Where the password comes from."""

WAYS_MORE = {
    "none": N_("This server takes mails without a login."),
    "unreadable": N_("“cabas mailbox check” at the command line says what is wrong with the configuration."),
    "command": N_("Another one is set at the command line: cabas mailbox set --password-command COMMAND"),
    "token": N_("Another one is set at the command line: cabas mailbox set --token-command COMMAND"),
    "no_token": COMMANDS["no_token"],
    "keyring": N_("It was kept in this machine's keyring. Type it only where it is another one now."),
    "remembered": N_("It is kept until cabas ends, and nowhere else. Type it only where it is another one now."),
    "typed": N_(
        "The password is kept until cabas ends, and nowhere else. So that mails go out by themselves, a command can "
        "give it: cabas mailbox set --password-command COMMAND"
    ),
}
"""The same at more length, and what one can do."""


PASSWORD_HINTS = ("app_password", "bridge", "oauth_only", "oauth_soon")
"""The hints about a provider that one needs while the password is typed; the others go with the address."""


def hints(provider: Provider | None, field: str) -> str:
    """What one should know of a provider while one types the address or the password; empty where nothing is."""
    from screens.check_words import hint_words

    if provider is None:
        return ""
    codes = (*(("app_password",) if provider.app_password else ()), *provider.hints)
    chosen = [code for code in codes if (code in PASSWORD_HINTS) is (field == "password")]
    return " ".join(hint_words(code, provider.name) for code in chosen)


def summary(typed: Fields) -> list[str]:
    """What is proposed or set, in three lines, where its fields are not shown; empty while it is nothing yet."""
    try:
        settings = settings_of(typed)
    except Invalid:
        return []
    at_most = _("At most {hour} mails an hour, {day} in 24 hours").format(hour=settings.per_hour, day=settings.per_day)
    if settings.per_minute:
        at_most += _(", {minute} a minute").format(minute=settings.per_minute)
    return [
        _("Sends through {host}, port {port}.").format(host=settings.host, port=settings.port),
        f"{at_most}.",
        _("Read at {host}, port {port}.").format(host=settings.imap_host, port=settings.imap_port)
        if settings.imap_host
        else _("What comes back to it is not read."),
    ]
