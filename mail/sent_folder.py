"""Looking in the mailbox's Sent folder for the mails of which nobody knows whether they went."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mail.refused import NoInbox

if TYPE_CHECKING:
    from store.handle import Store


@dataclass(frozen=True, slots=True)
class Found:
    """How many doubtful mails were found in Sent (they count as sent now), are missing there, or are too fresh to tell.

    `proves`: the provider files every mail, so that a missing one was most likely not taken. `folder` is where was
    looked; empty where the mailbox has no such folder: nothing is found then.
    """

    found: int = 0
    missing: int = 0
    too_early: int = 0
    folder: str = ""
    proves: bool = False


def look_up(store: Store, secret: Callable[[], str], *, timeout: float = 30.0) -> Found:
    """Look for every doubtful mail that is two minutes old; what is found counts as sent.

    `secret` gives the password (or the token). Needs a right that queues mails. Raises `NoMailbox`, `NoInbox` where
    the mailbox is not to be read, and `MailboxFault`. Nothing is asked of the server when nothing is in doubt.
    """
    raise NoInbox
