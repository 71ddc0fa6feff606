"""Trying the mailbox out: connect, encrypt, log in, and send nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mail.mailbox import Connection

if TYPE_CHECKING:
    from store.mailbox import MailboxSettings


def check(settings: MailboxSettings, password: str, timeout: float = 15.0) -> None:
    """Log in and say goodbye; raises `MailboxFault` naming what is wrong. `timeout` is in seconds."""
    Connection(settings, password, timeout).quit()
