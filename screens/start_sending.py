"""Starting the process that sends, from a screen: with which password, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from templates.words import _

if TYPE_CHECKING:
    from mail.detached import Sending
    from screens.widgets.ask import Ask
    from store import Store
    from store.mailbox import MailboxSettings


@dataclass(frozen=True, slots=True)
class _Started:
    sending: Sending
    since: str


_typed_passwords: dict[Path, tuple[str, str, str]] = {}
"""What was typed in this session, by the group's file: for which server and login, and the password.

Never written anywhere.
"""

_started: dict[Path, _Started] = {}
"""The sending last started in this session, by the group's file."""


def remember_password(store: Store, password: str, settings: MailboxSettings | None = None) -> None:
    """Log in with this password from now on, until the mailbox refuses it; `settings`: of one not stored yet."""
    mailbox = settings or store.mailbox.get()
    of = ("", "") if mailbox is None else (mailbox.host, mailbox.username)
    _typed_passwords[store.path] = (*of, password)


def ask_password(ask: Ask, store: Store, settings: MailboxSettings | None, then: Callable[[], None]) -> None:
    """Have the stored mailbox's password typed, and go on with it; where none is typed, nothing follows."""

    def answered(password: str) -> None:
        if password:
            remember_password(store, password)
            then()

    if settings is not None:
        ask.ask(_("Password of {username}").format(username=settings.username), answered, typed="", secret=True)


def remembered_password(store: Store, settings: MailboxSettings | None = None) -> str | None:
    """The password typed in this session for the mailbox (as it is stored, or as `settings` has it), or None.

    One mailbox's password is shown to no other server, and none where tokens are wanted.
    """
    mailbox = settings or store.mailbox.get()
    host, username, password = _typed_passwords.get(store.path, ("", "", None))
    if mailbox is None:
        return password
    same = not host or (host, username) == (mailbox.host, mailbox.username)
    return password if same and mailbox.login == "password" else None


def forget_password(store: Store) -> None:
    """The mailbox refuses what was typed: ask for it again."""
    _typed_passwords.pop(store.path, None)


def start_sending(store: Store, *, ask_here: bool = False) -> bool:
    """Start to send what is in the outbox; False where the password has to be typed first, which Sending asks for.

    The process asks the configuration's command or the keyring for the password, or with `ask_here` this thread, which
    raises what is wrong with it: `PasswordError` or `ConfigurationBad`.
    """
    from mail import detached
    from mail.password import secret

    how_it_ended(store)
    settings = store.mailbox.get()
    needs_login = settings is not None and bool(settings.username)
    password = remembered_password(store) if needs_login else ""
    if settings is not None and password is None and not _only_texts(store):
        if must_be_typed(store, settings):
            return False
        found = secret(store.path, settings) if ask_here else None
        # A token lasts an hour, and a sending may take longer: the process asks for its own.
        password = None if settings.login == "xoauth2" else found
    since = store.stamp()
    _started[store.path] = _Started(detached.start(store.path, store.actor, password), since)
    return True


def _only_texts(store: Store) -> bool:
    """Whether nothing waits but SMS, for which nobody needs the mailbox's password."""
    due = store.deliveries.due()
    return bool(due.sms) and due.next_at is None


def must_be_typed(store: Store, settings: MailboxSettings) -> bool:
    """Whether nothing gives the password but a person; a token cannot be typed, and asking for it says so."""
    from mail.password import source

    return settings.login == "password" and source(store.path, settings) == "typed"


def how_it_ended(store: Store) -> int | None:
    """The exit code of the sending started here, once; a typed password that the mailbox refused is forgotten."""
    started = _started.get(store.path)
    code = None if started is None else started.sending.exit_code
    if code is not None and _started.get(store.path) is started:
        del _started[store.path]
        if store.mailbox.state().state == "login_refused":
            forget_password(store)
    return code


def ended_words(store: Store, *, looking_on: bool) -> str:
    """What there is to tell, once, of a sending started here that ended without sending everything; else "".

    `looking_on`: who is told sees the Sending screen, which says what stands in the way.
    """
    code = how_it_ended(store)
    if code in (None, 0, 4):  # 4: another one sends it all
        return ""
    if code == 3:
        return "" if looking_on else _("Not every mail has gone: Sending (F2 g) shows what stands in the way.")
    return _("The sending could not start. “cabas outbox run” says why.")


def is_starting(store: Store) -> bool:
    """Whether a sending was started here that has not yet begun its run."""
    started = _started.get(store.path)
    if started is None or started.sending.exit_code is not None:
        return False
    run = store.deliveries.last_run()
    return run is None or run.started_at < started.since
