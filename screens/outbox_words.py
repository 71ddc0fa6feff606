"""What is wrong with the mailbox and what became of mails, in words: for the command line and the screens."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from screens.text import labelled, visible
from store.clock import unstamp
from templates.words import N_, _, dates, ngettext

if TYPE_CHECKING:
    from mail import configuration, lock, password
    from mail.run_result import RunResult
    from store.clock import Clock
    from store.delivery_records import Run
    from store.errors import OtherSender
    from store.mailbox import MailboxSettings, MailboxState

FAULTS = {
    "name": N_("The name {host} is not known. Look for a typing error, and whether this machine is on the internet."),
    "refused": N_(
        "{host} answers, but not on port {port}. Compare the port with your provider's page ({implicit} or {starttls})."
    ),
    "network": N_("There is no way to {host} from here. Look whether this machine is on the internet."),
    "timeout": N_(
        "{host} does not answer on port {port}. The port may be closed on this line, or be the wrong one "
        "({implicit} goes with TLS from the start, {starttls} with STARTTLS)."
    ),
    "silent": N_("{host} does not answer any more. Try again in some minutes."),
    "lost": N_("{host} broke the line off. Try again in a moment; if it stays so, compare port and TLS."),
    "tls": N_("No safe line to {host} could be agreed on. Compare port and TLS with your provider's page."),
    "tls_mode": N_(
        "{host} speaks another kind of TLS on port {port}. STARTTLS goes with port {starttls}, implicit TLS (from the "
        "start) with {implicit}."
    ),
    "no_starttls": N_(
        "{host} offers no encryption on port {port}, so no password is sent. Try implicit TLS (from the start), with "
        "port {implicit}."
    ),
    "certificate_name": N_(
        "The certificate of {host} is made out to another name. Write the host as your provider's page does; "
        "if it was right, somebody may be listening in: send nothing."
    ),
    "certificate_expired": N_(
        "The certificate of {host} is out of date. Look at this machine's clock; if it is right, tell the provider."
    ),
    "certificate_unknown": N_(
        "The certificate of {host} comes from nobody this machine trusts, so nothing was sent. If the server is your "
        "own, name its authority's file in SSL_CERT_FILE."
    ),
    "certificate_own": N_(
        "{host} shows a certificate of its own, as Proton's Bridge does. If it is yours, do once: cabas mailbox trust"
    ),
    "certificate_changed": N_(
        "{host} shows another certificate than the one you trust, so nothing was sent. If the bridge was installed "
        "anew, do: cabas mailbox trust"
    ),
    "login": N_(
        "{host} refuses the login of {username}. Check the user name and the password; many providers want a password "
        "made for programs (app password)."
    ),
    "login_to_read": N_(
        "{host} refuses the login of {username}. Reading by programs (IMAP) may have to be switched on in your "
        "account's page first; else check the user name and the password."
    ),
    "app_password": N_(
        "{host} refuses the login of {username}: it wants a password made for programs (app password), not your own. "
        "Make one in your account's page, under security."
    ),
    "no_passwords": N_(
        "{host} takes no password of {username}, only a token (XOAUTH2), or an administrator has to allow passwords. "
        "A command makes the token: cabas mailbox set --login xoauth2 --token-command COMMAND"
    ),
    "token": N_(
        "{host} refuses the token of {username}. Try its command in a terminal of its own: it should write a fresh one."
    ),
    "password": N_("The password of the mailbox is not known: its command failed, or none is named."),
    "typed_for_another": N_(
        "The mailbox was changed during a sending, and the password was typed for the former one, so the sending "
        "stopped. Send again: you are asked for the new one."
    ),
    "no_login": N_("{host} offers no login on port {port}. Compare port and TLS with your provider's page."),
    "quota": N_("The provider says that the mailbox has sent enough for now. The rest stays in the outbox."),
    "busy": N_("{host} asks to wait a while. The rest stays in the outbox."),
    "busy_to_read": N_("{host} asks to wait a while. Read the mailbox again in some minutes."),
    "sender": N_("{host} does not let this mailbox send as {address}. Set the mailbox's own address as the sender."),
    "sender_other": N_(
        "{host} does not let this mailbox send as {address}. Have your provider allow that address; or take it out of "
        "the mailbox (F2 x), cancel what is written from it, and send a copy."
    ),
    "blocked": N_("{host} lets nothing out of this mailbox. Only the provider can end that: read its words."),
    "refusals": N_(
        "{host} refused one recipient after the other with the same words, so nobody else was tried. Read them; when "
        "it is put right, those refused can be tried again together."
    ),
    "doubts": N_(
        "{host} broke the line off right after each of the last mails, so nobody knows whether they arrived. A program "
        "that reads along (antivirus) may do that. Look into it before more are sent."
    ),
    "session": N_("{host} does not understand us, or is no mail server. Compare host and port."),
}
"""By the fault's kind: what is wrong, and what to do."""

PORTS = {"smtp": ("465", "587"), "imap": ("993", "143")}
"""The usual ports for sending and for reading: encrypted from the start, and by STARTTLS."""

REASONS = {
    "refused": N_("refused"),
    "gave_up": N_("tried for three days"),
    "later": N_("refused for the moment"),
    "interrupted": N_("the line broke"),
    "too_late": N_("too late"),
    "cancelled": N_("cancelled"),
    "opted_out": N_("does not want it any more"),
    "address_changed": N_("the address was changed"),
    "not_allowed": N_("has not said yes to SMS"),
    "other_sender": N_("written from another address"),
    "withdrawn": N_("taken back: its words do not hold any more"),
    "unmeant": N_("no longer meant: the order changed"),
    "merged": N_("the household gets it once already"),
    "operator": N_("held by hand"),
    "copied": N_("held when the file was taken over"),
    "released": N_("released"),
    "erased": N_("erased from the group"),
    "bounced": N_("the address does not work"),
    "bounced_soft": N_("for the moment"),
}
"""Why a delivery is in its state."""

# Microsoft: learn.microsoft.com, "Enable or disable SMTP AUTH"; Google: support.google.com/a/answer/3726730.
# Not compiled here: this file is read at the start, and a login is seldom refused.
_NO_PASSWORDS = r"5\.7\.(139|30)\b|basic authentication|SmtpClientAuthentication is disabled"
_APP_PASSWORD = r"\b5\.7\.9\b|app(lication)?[- ](specific )?password"


def fault_words(kind: str, answer: str, settings: MailboxSettings, where: str = "smtp") -> str:
    """What is wrong with the mailbox and what to do; the server's own words behind it. `where`: as `MailboxFault`'s."""
    if kind == "sender":
        kind, answer, settings = _refused_sender(answer, settings)
    settings = reached(settings, where)
    told = _told(kind, answer, settings, where)
    implicit, starttls = PORTS[where]
    if where == "imap" and f"{told}_to_read" in FAULTS:
        told += "_to_read"
    text = _(FAULTS.get(told, FAULTS["session"])).format(
        host=settings.host,
        port=settings.port,
        username=settings.username,
        address=settings.address,
        implicit=implicit,
        starttls=starttls,
    )
    return f"{text} ({visible(answer)})" if answer else text


def _refused_sender(answer: str, settings: MailboxSettings) -> tuple[str, str, MailboxSettings]:
    """Which words are for a refused sender, the server's own, and the settings with the address that was refused."""
    from mail.refused_sender import apart
    from store.senders import same_sender

    refused, said = apart(answer)
    if not refused or same_sender(refused, settings.address):
        return "sender", said, settings
    return "sender_other", said, replace(settings, address=refused)


def reached(settings: MailboxSettings, where: str) -> MailboxSettings:
    """The settings as they are for sending ("smtp") or for reading ("imap"), which has a server of its own."""
    if where == "smtp":
        return settings
    return replace(settings, host=settings.imap_host, port=settings.imap_port, tls=settings.imap_tls)


def _told(kind: str, answer: str, settings: MailboxSettings, where: str) -> str:
    """The fault more exactly, as far as the server's words, the provider and the settings tell."""
    if kind == "certificate_unknown":
        from store.mailbox import is_loopback

        return "certificate_own" if is_loopback(settings.host) else kind
    if kind != "login":
        return kind
    if re.search(_NO_PASSWORDS, answer, re.IGNORECASE):
        return "no_passwords"
    if settings.login == "xoauth2":
        return "token"
    if re.search(_APP_PASSWORD, answer, re.IGNORECASE):
        return "app_password"
    if where == "imap":
        return kind  # sending has the same password: where that works, it is IMAP that is switched off
    from mail.providers import by_id

    provider = by_id(settings.provider) if settings.provider else None
    return "app_password" if provider is not None and provider.app_password else "login"


def state_words(state: MailboxState, settings: MailboxSettings, clock: Clock) -> str:
    """Why the mailbox sends nothing now and until when; empty when it may send."""
    if state.state == "ok":
        return ""
    if state.reason == "operator":
        return _("Sending is paused. “cabas outbox resume” goes on.")
    if state.reason == "limits":
        text = _("The mailbox's limits are used up ({hour} an hour, {day} a day).").format(
            hour=settings.per_hour, day=settings.per_day
        )
    else:
        text = fault_words(state.reason, state.answer, settings)
    if state.until is None:
        return text
    return text + " " + _("It can go on from {moment}.").format(moment=local(state.until, clock))


def holder_words(holder: lock.Holder | None, clock: Clock, settings: MailboxSettings | None) -> str:
    """Who is sending, and since when, or what it waits for."""
    if holder is None or not holder.since:
        return _("Somebody else is sending just now.")
    if holder.waits:
        text = _("{name}'s sending waits (process {pid}).").format(name=holder.who, pid=holder.pid)
        return f"{text} {waiting_words(holder, clock, settings)}"
    return _("{name} is sending, since {moment} (process {pid}).").format(
        name=holder.who, moment=local(holder.since, clock), pid=holder.pid
    )


def waiting_words(holder: lock.Holder, clock: Clock, settings: MailboxSettings | None) -> str:
    """When a sending that waits goes on, and why it waits where no state of the mailbox says it: for the network."""
    if holder.why and settings is not None:
        fault = fault_words(holder.why, "", settings)
        return f"{fault} " + _("It is tried again at {moment}.").format(moment=local(holder.waits, clock))
    return _("It goes on by itself at {moment}.").format(moment=local(holder.waits, clock))


def result_words(result: RunResult, settings: MailboxSettings | None, clock: Clock) -> str:
    """How a run ended, what it did, and when the next mail is due."""
    from mail.run_result import Outcome
    from store.mailbox import MailboxState

    if result.outcome is Outcome.BUSY:
        return holder_words(result.holder, clock, settings)
    if result.outcome is Outcome.COPIED:
        return copied_words()
    if result.outcome is Outcome.CLOCK and result.until:
        return clock_words(result.until, clock)
    if result.outcome is Outcome.NO_MAILBOX or settings is None:
        if result.outcome is Outcome.DONE and not result.next_at:
            return _("Nothing waits.")
        return _("The group has no mailbox to send from yet. Someone with the right sets it: F2 x or cabas mailbox set")
    parts = [_done(result)] if result.sent or result.failed or result.in_doubt else []
    if result.found:
        text = ngettext(
            "{n} that was in doubt is in Sent: it went out.",
            "{n} that were in doubt are in Sent: they went out.",
            result.found,
        )
        parts.append(text.format(n=result.found))
    if result.outcome is Outcome.STOPPED:
        parts.append(_("Stopped after the mail under way."))
    elif result.outcome is Outcome.NO_NETWORK:
        parts.append(fault_words(result.reason, result.answer, settings))
    elif result.outcome is not Outcome.DONE:
        parts.append(
            state_words(MailboxState(result.outcome.value, result.until, result.reason, result.answer), settings, clock)
        )
        if result.outcome is Outcome.LOGIN_REFUSED and result.reason != "typed_for_another":
            parts.append(_("Once that is put right: “cabas mailbox check”. Then mails go out by themselves again."))
    if result.due:
        parts.append(ngettext("{n} mail waits.", "{n} mails wait.", result.due).format(n=result.due))
    elif result.next_at:
        parts.append(_("The next is due {moment}.").format(moment=local(result.next_at, clock)))
    else:
        parts.append(_("Nothing waits."))
    return "\n".join(parts)


def last_run_words(run: Run | None, settings: MailboxSettings | None, clock: Clock) -> str:
    """What ended the last run, where that has to be put right before mails go out; else empty."""
    if run is None or run.ended_at is None or settings is None:
        return ""
    if run.outcome == "no_network":
        return fault_words(run.answer, "", settings)
    if (run.outcome, run.answer) == ("stopped", "disk_full"):
        text = _("The disk was full {moment}, so the sending stopped: make room on it, then send again.")
        return text.format(moment=local(run.ended_at, clock))
    return ""


def _done(result: RunResult) -> str:
    text = ngettext("{n} mail sent.", "{n} mails sent.", result.sent).format(n=result.sent)
    if result.failed:
        text += " " + ngettext("{n} was refused.", "{n} were refused.", result.failed).format(n=result.failed)
    if result.in_doubt:
        text += " " + ngettext(
            "{n} is in doubt: see “cabas outbox unknown”.",
            "{n} are in doubt: see “cabas outbox unknown”.",
            result.in_doubt,
        ).format(n=result.in_doubt)
    return text


def copied_words(until: str = "") -> str:
    """That the file sends nothing until somebody takes it over; `until` says how, where it is not by a command."""
    copied = _(
        "This file was copied, renamed or brought back from a backup: what waits in it may have been sent from the "
        "other one."
    )
    until = until or _(
        "Nothing is sent until “cabas outbox adopt” says that this is the one (with --hold to keep what waits)."
    )
    return f"{copied} {until}"


def clock_words(last: str, clock: Clock) -> str:
    """That nothing is sent because the last mail (UTC stamp) seems to have gone out later than now."""
    return _(
        "The last mail went out on {moment}, which lies ahead: this machine's clock was put back. Nothing is sent "
        "until it is set right, or “cabas outbox adopt” says that it is right now."
    ).format(moment=local(last, clock))


def local(stamp: str, clock: Clock) -> str:
    """A UTC stamp as day and hour in the group's zone."""
    return dates.moment(clock.to_wall(unstamp(stamp)))


def reason_words(reason: str) -> str:
    """Why a delivery is in its state; empty for no reason."""
    return _(REASONS[reason]) if reason in REASONS else reason


NOT_FOUND = 127
"""What a shell ends with where there is no such command (POSIX)."""


COMMANDS = {
    "code": N_("Its command failed (code {code}). Try it in a terminal of its own."),
    "not_found": N_("Its command is not found. Write it with its whole path, as /usr/bin/pass."),
    "timeout": N_("Its command did not end in a minute. Try it in a terminal of its own."),
    "empty": N_("Its command gave nothing. The first line it writes should be the password."),
    "no_token": N_(
        "The mailbox wants a token (XOAUTH2). Name a command that makes it: cabas mailbox set --token-command COMMAND"
    ),
}
"""Why no command gives the password or the token, by kind."""


def command_words(kind: str, code: int | None = None) -> str:
    """Why no command gives the password or the token, and what to do; `code` is what it ended with."""
    return _(COMMANDS["not_found" if code == NOT_FOUND else kind]).format(code=code)


def _password_command_failed(error: password.PasswordCommandFailed) -> str:
    return labelled(_("Password"), command_words(error.reason, error.code))


def _no_password(_error: password.NoPassword) -> str:
    return _(
        "No password is known for the mailbox. Name a command that gives it: "
        "cabas mailbox set --password-command COMMAND"
    )


def _typed_for_another(_error: password.TypedForAnother) -> str:
    return _(FAULTS["typed_for_another"])


def _other_sender(error: OtherSender) -> str:
    from screens.sender_words import cannot_go

    return cannot_go(error)


def _no_token_command(_error: password.NoTokenCommand) -> str:
    return command_words("no_token")


def _configuration_bad(error: configuration.ConfigurationBad) -> str:
    if error.reason == "writable":
        return _("{path} can be changed by anybody, so no command of it is run. Do: chmod o-w {path}").format(
            path=error.path
        )
    return _("The configuration {path} cannot be read: {detail}.").format(path=error.path, detail=error.detail)


def _busy(_error: lock.Busy) -> str:
    return _("Somebody else is sending just now.")


OUTBOX_SENTENCES: dict[str, Callable[[Any], str]] = {
    "PasswordCommandFailed": _password_command_failed,
    "NoPassword": _no_password,
    "TypedForAnother": _typed_for_another,
    "OtherSender": _other_sender,
    "NoTokenCommand": _no_token_command,
    "ConfigurationBad": _configuration_bad,
    "Busy": _busy,
}
"""For `screens.errors`, by the class's name."""
