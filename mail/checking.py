"""Trying the mailbox out step by step: find it, encrypt, log in, offer each sender, and send nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mail.mailbox import Connection

if TYPE_CHECKING:
    from mail.password import Secret
    from store.ledger import Trace
    from store.mailbox import MailboxSettings


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `name` is "name", "port", "tls", "certificate", "login", "identity" (`subject`: the address), and for
    reading "folder" and "sent_folder"; `where` is "smtp" or "imap".

    `outcome` is "ok", "failed" or "skipped"; a failed one has the fault's `kind` and its `trace`.
    """

    name: str
    outcome: str
    where: str = "smtp"
    kind: str = ""
    trace: Trace | None = None
    subject: str = ""


def check_steps(
    settings: MailboxSettings, secret: str | Secret, pin: str | None = None, timeout: float = 15.0
) -> Iterator[Step]:
    """Each step as it is done; those after a failed one that need it are skipped. `timeout` is in seconds."""
    raise NotImplementedError


def check(settings: MailboxSettings, password: str, timeout: float = 15.0) -> None:
    """Log in and say goodbye; raises `MailboxFault` naming what is wrong. `timeout` is in seconds."""
    Connection(settings, password, timeout).quit()
