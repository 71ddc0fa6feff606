"""Reading the mailbox from a screen: with which password."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from screens.start_sending import forget_password, remembered_password

if TYPE_CHECKING:
    from mail.inbox import InboxResult
    from store import Store


def read_now(store: Store) -> InboxResult | None:
    """Read what is new in the mailbox; None where the password has to be typed first. To be called in a thread.

    Raises what `mail.inbox.read_inbox` does, and `PasswordError` or `ConfigurationBad`.
    """
    from mail import password
    from mail.inbox import read_inbox
    from mail.mailbox import MailboxFault

    settings = store.mailbox.get()
    secret = typed = None
    if settings is not None:
        secret = partial(password.secret, store.path, settings)
        if password.source(store.path, settings) == "typed" and settings.login == "password":
            typed = remembered_password(store)
            if typed is None:
                return None
    try:
        return read_inbox(store, secret if typed is None else lambda: typed)
    except MailboxFault as fault:
        if fault.kind == "login":
            forget_password(store)
        raise
