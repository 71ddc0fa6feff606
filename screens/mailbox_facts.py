"""What there is to know of the mailbox beside its settings: its state, what is used up, the way to a password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from templates.words import N_, _

if TYPE_CHECKING:
    from store import Store
    from store.clock import Clock
    from store.mailbox import Budget, MailboxSettings, MailboxState


WAITS_FOR = {
    "typed": N_("Nothing goes out until the password is typed."),
    "no_token": N_("! Nothing goes out until a command makes the token."),
    "unreadable": N_("! Nothing goes out: the configuration cannot be read."),
}
"""What stands in the way of a mailbox that is in order, by the way its password comes."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The mailbox as it is stored (None: there is none), what became of it, and what one can log in with.

    `commands` are the ways of `MailboxSettings.login` for which the configuration has a command, None where it cannot
    be read; `keyring`: one can keep a password here; `kept`: it has the one of the stored mailbox; `remembered`: one
    was typed in this session. `foreign`: what to do about mails written from an address that it does not have.
    `stopped_in`: in which phase of the talk came what it stopped sending for.
    """

    settings: MailboxSettings | None
    state: MailboxState
    left: Budget | None
    commands: frozenset[str] | None
    keyring: bool
    kept: bool
    remembered: bool
    foreign: tuple[str, ...] = ()
    stopped_in: str = ""

    @property
    def stopped(self) -> bool:
        """Whether something keeps the mailbox from sending that a person can end; used-up limits end by themselves."""
        return self.settings is not None and self.state.state != "ok" and self.state.reason != "limits"

    def way(self, username: str, host: str, login: str) -> str:
        """Which way the password of a mailbox comes, which may be another one than is stored.

        "none" (no login), "unreadable" (the configuration), "command", "token" (a command gives it), "no_token",
        "keyring", "remembered" or "typed".
        """
        if not username:
            return "none"
        if self.commands is None:
            return "unreadable"
        if login == "xoauth2":
            return "token" if login in self.commands else "no_token"
        if login in self.commands:
            return "command"
        same = self.settings is not None and (username, host) == (self.settings.username, self.settings.host)
        if same and self.kept:
            return "keyring"
        return "remembered" if self.remembered else "typed"


def facts_of(store: Store) -> Facts:
    """Read them; a keyring may take a while."""
    from mail import keyrings
    from screens.sender_words import told_of_foreign
    from screens.start_sending import remembered_password

    settings = store.mailbox.get()
    return Facts(
        settings=settings,
        state=store.mailbox.state(),
        left=store.mailbox.budget(),
        commands=_commands(store),
        keyring=keyrings.available(),
        kept=settings is not None and bool(settings.username) and keyrings.kept(settings) is not None,
        remembered=remembered_password(store) is not None,
        foreign=tuple(told_of_foreign(store)),
        stopped_in=store.mailbox.stopped_in(),
    )


def _commands(store: Store) -> frozenset[str] | None:
    from mail.configuration import PASSWORD_COMMAND, TOKEN_COMMAND, ConfigurationBad, entry

    try:
        tables = {"password": PASSWORD_COMMAND, "xoauth2": TOKEN_COMMAND}
        return frozenset(login for login, table in tables.items() if entry(table, store.path) is not None)
    except ConfigurationBad:
        return None


def state_line(facts: Facts, clock: Clock) -> str:
    """Whether the mailbox sends, and if not why and which key goes on."""
    from screens.outbox_words import local, state_words

    settings, state = facts.settings, facts.state
    if settings is None:
        return _("The group has no mailbox yet: nothing can go out.")
    if state.state == "ok":
        way = facts.way(settings.username, settings.host, settings.login)
        return _(WAITS_FOR[way]) if way in WAITS_FOR else _("The mailbox is ready to send.")
    if state.reason == "operator":
        return "! " + _("Sending is paused by hand: F9 goes on.")
    if state.reason == "limits":
        moment = local(state.until, clock) if state.until else ""
        return "! " + _("The limits are used up; it goes on by itself {moment}.").format(moment=moment)
    return f"! {state_words(state, settings, clock)} " + _("F5 tries it out, F9 goes on.")


def used_line(facts: Facts) -> str:
    """How much of the limits is used up; empty without a mailbox."""
    settings, left = facts.settings, facts.left
    if settings is None or left is None:
        return ""
    return _("Sent: {hour} of {per_hour} in an hour, {day} of {per_day} in 24 hours.").format(
        hour=settings.per_hour - left.hour,
        per_hour=settings.per_hour,
        day=settings.per_day - left.day,
        per_day=settings.per_day,
    )
