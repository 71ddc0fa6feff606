"""What trying the mailbox out found, and what to mind at a provider, in words: for the command line and the screens."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from screens.outbox_words import command_words, fault_words, reached
from screens.text import labelled
from templates.words import N_, _

if TYPE_CHECKING:
    from mail.checking import Step
    from store.mailbox import MailboxSettings

STEPS = {
    "password": N_("Password"),
    "token": N_("Token"),
    "name": N_("The name {host}"),
    "port": N_("Port {port}"),
    "line": N_("A safe line"),
    "open_line": N_("A mail server"),
    "certificate": N_("Its certificate"),
    "login": N_("Login as {username}"),
    "identity": N_("Sending as {subject}"),
    "inbox": N_("The inbox"),
    "sent_folder": N_("Sent mails: {subject}"),
    "no_folder": N_("The folder of sent mails"),
}
"""By the step's name; "token" where the password is one, "open_line" where it is not encrypted,
"no_folder" where none is found."""

HINTS = {
    "app_password": N_(
        "{name} wants a password made for programs (app password): make one in your account's page, under security; "
        "two-step login has to be on."
    ),
    "switch_on_smtp": N_("Sending by programs (authenticated SMTP) may have to be switched on in {name}'s page first."),
    "from_must_match": N_("{name} takes only mails that come from the mailbox's own address."),
    "bridge": N_("Proton's Bridge has to run on this machine; user name and password are those that it shows."),
    "trust": N_("Its certificate is its own: “cabas mailbox trust” takes it once."),
    "oauth_only": N_(
        "{name} takes no password from programs, only a token (XOAUTH2), which a command has to make: "
        "cabas mailbox set --token-command COMMAND"
    ),
    "oauth_soon": N_(
        "Microsoft ends passwords for sending at the end of 2026; an administrator may allow them for longer, "
        "else a token is needed."
    ),
    "limits_unknown": N_("How many mails {name} takes is not published: this is a careful guess."),
    "limits_by_plan": N_("How many mails {name} takes depends on your contract: look there."),
    "burst_locks": N_("{name} blocks the mailbox and its password after too many mails at once: keep to the limits."),
    "compare_host": N_("For some contracts {name} has another server: compare with its page."),
}
"""By a provider's hint: what to mind."""


def step_words(step: Step, settings: MailboxSettings) -> str:
    """What was tried, or why it failed and what to do, with the server's own words behind it."""
    title = _title(step, settings)
    if step.outcome != "failed":
        return title
    fault = _fault(step, settings)
    # The words for the others name the server, the port, the login or the sender themselves.
    return labelled(title, fault) if step.name in ("password", "sent_folder") else fault


def _title(step: Step, settings: MailboxSettings) -> str:
    here = _where(step, settings)
    name = step.name
    if name == "password" and here.login == "xoauth2":
        name = "token"
    if name == "line" and here.tls == "none":
        name = "open_line"
    if name == "sent_folder" and step.outcome != "ok":
        name = "no_folder"
    return _(STEPS[name]).format(host=here.host, port=here.port, username=here.username, subject=step.subject)


def _fault(step: Step, settings: MailboxSettings) -> str:
    here = _where(step, settings)
    answer = step.trace.answer if step.trace else ""
    if step.name == "password":
        if step.kind != "typed":
            return command_words(step.kind, step.trace.code if step.trace else None)
        return _(
            "It is typed by hand, so nothing goes out by itself. A command can give it: "
            "cabas mailbox set --password-command COMMAND"
        )
    if step.name == "sent_folder":
        return _("There is none, so mails in doubt cannot be looked up; everything else works.")
    if step.kind == "other_sender":
        said = _("{host} may refuse mails from {address}, or put the mailbox's own in its place: a test mail shows it.")
        return said.format(host=here.host, address=here.address) + (f" ({answer})" if answer else "")
    if step.trace is not None and step.trace.phase == "names":
        return fault_words(step.kind, "", here, step.where) + " " + _("It is made out to {names}.").format(names=answer)
    return fault_words(step.kind, answer, here, step.where)


def hint_words(hint: str, name: str) -> str:
    """What to mind at the provider called `name`; a hint that people wrote themselves is shown as it is."""
    return _(HINTS[hint]).format(name=name) if hint in HINTS else hint


def _where(step: Step, settings: MailboxSettings) -> MailboxSettings:
    """The settings as they are for this step: reading has a server of its own, an identity an address."""
    return replace(settings, address=step.subject) if step.name == "identity" else reached(settings, step.where)
