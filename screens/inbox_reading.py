"""Reading the mailbox from a screen, in a thread: with the typed password, else with what the configuration gives.

Each returns None where the password has to be typed first, and raises what the reading does, and `PasswordError` or
`ConfigurationBad`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from screens.start_sending import forget_password, must_be_typed, remembered_password

if TYPE_CHECKING:
    from mail.inbox import InboxResult
    from mail.sent_folder import Found
    from store import Store

Read = TypeVar("Read", covariant=True)


class Reading(Protocol[Read]):
    """What reads the mailbox, given what gives the password."""

    def __call__(self, store: Store, secret: Callable[[], str]) -> Read: ...


def read_now(store: Store) -> InboxResult | None:
    """Read what is new in the mailbox."""
    from mail.inbox import read_inbox

    return _with_password(store, read_inbox)


def look_into_sent(store: Store) -> Found | None:
    """Look for what is in doubt in the mailbox's folder of sent mails."""
    from mail.sent_folder import look_up

    return _with_password(store, look_up)


def _with_password(store: Store, reading: Reading[Read]) -> Read | None:
    from mail.mailbox import MailboxFault
    from mail.password import secret
    from mail.refused import NoMailbox

    settings, typed = store.mailbox.get(), remembered_password(store)
    if settings is None:
        raise NoMailbox
    if typed is None and must_be_typed(store, settings):
        return None
    try:
        return reading(store, lambda: secret(store.path, settings) if typed is None else typed)
    except MailboxFault as fault:
        if fault.kind == "login":
            forget_password(store)
        raise
