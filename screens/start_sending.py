"""Starting the process that sends, from a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store import Store


def start_sending(store: Store) -> bool:
    """Start to send what is in the outbox; False where the password has to be typed first, which Sending asks for."""
    from mail import detached
    from mail.password import password_command

    settings = store.mailbox.get()
    needs_login = settings is not None and bool(settings.username)
    if needs_login and password_command(store.path) is None:
        return False
    detached.start(store.path, store.actor, None if needs_login else "")
    return True
