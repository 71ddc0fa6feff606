"""Reading the mailbox from a screen, in a thread: with the typed password, else with what the configuration gives.

Each returns None where the password has to be typed first, and raises what the reading does, and `PasswordError` or
`ConfigurationBad`.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from textual.worker import NoActiveWorker, get_current_worker

from screens.start_sending import forget_password, must_be_typed, remembered_password

if TYPE_CHECKING:
    from pathlib import Path

    from mail.inbox import InboxResult
    from mail.sent_folder import Found
    from store import Store
    from store.mailbox import MailboxSettings

Read = TypeVar("Read", covariant=True)

_LOOKS = 0.1
"""Seconds between two looks whether somebody still waits for a reading."""

_being_read: set[Path] = set()


class Reading(Protocol[Read]):
    """What reads the mailbox, given what gives the password."""

    def __call__(self, store: Store, secret: Callable[[], str]) -> Read: ...


def is_being_read(store: Store) -> bool:
    """Whether a reading goes on, of this screen or of one that was left."""
    return store.path in _being_read


def read_now(store: Store) -> InboxResult | None:
    """Read what is new in the mailbox."""
    from mail.inbox import read_inbox

    def read(store: Store, secret: Callable[[], str]) -> InboxResult:
        _being_read.add(store.path)
        try:
            return read_inbox(store, secret)
        finally:
            _being_read.discard(store.path)

    return _with_password(store, read)


def look_into_sent(store: Store) -> Found | None:
    """Look for what is in doubt in the mailbox's folder of sent mails."""
    from mail.sent_folder import look_up

    return _with_password(store, look_up)


def _with_password(store: Store, reading: Reading[Read]) -> Read | None:
    from mail.mailbox import MailboxFault
    from mail.refused import NoMailbox

    settings, typed = store.mailbox.get(), remembered_password(store)
    if settings is None:
        raise NoMailbox
    if typed is None and must_be_typed(store, settings):
        return None
    try:
        return _while_awaited(lambda: reading(store, lambda: _secret(typed, store, settings)))
    except MailboxFault as fault:
        if fault.kind == "login":
            forget_password(store)
        raise


def _secret(typed: str | None, store: Store, settings: MailboxSettings) -> str:
    from mail.password import secret

    return secret(store.path, settings) if typed is None else typed


def _while_awaited(work: Callable[[], Read]) -> Read | None:
    """Do it, as long as somebody waits for it: a server that is silent does not keep the app from ending.

    What is not awaited any more goes on by itself, or dies with the app; nothing counts twice by that.
    """
    found: list[Read] = []
    faults: list[BaseException] = []

    def carry_out() -> None:
        try:
            found.append(work())
        except BaseException as error:  # handed on to who waits; a thread would write it over the screen
            faults.append(error)

    thread = threading.Thread(target=contextvars.copy_context().run, args=(carry_out,), daemon=True)
    thread.start()
    while thread.is_alive() and _awaited():
        thread.join(_LOOKS)
    for fault in faults:
        raise fault
    return next(iter(found), None)


def _awaited() -> bool:
    try:
        return not get_current_worker().is_cancelled
    except NoActiveWorker:
        return True
