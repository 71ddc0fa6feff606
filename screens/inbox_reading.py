"""Reading the mailbox from a screen: with which password."""

from __future__ import annotations

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
    from mail.refused import NoMailbox

    settings = store.mailbox.get()
    if settings is None:
        raise NoMailbox
    typed = None
    if password.source(store.path, settings) == "typed" and settings.login == "password":
        typed = remembered_password(store)
        if typed is None:
            return None
    try:
        return read_inbox(store, lambda: password.secret(store.path, settings) if typed is None else typed)
    except MailboxFault as fault:
        if fault.kind == "login":
            forget_password(store)
        raise
