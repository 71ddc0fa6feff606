"""Looking in the mailbox's Sent folder for the mails of which nobody knows whether they went.

Many providers put a copy of what they took there. A mail that is found went out; one that is missing proves something
only where the provider files every mail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from mail.inbox_settings import readable
from mail.trust import pinned
from store.clock import unstamp

if TYPE_CHECKING:
    from mail.imap import Inbox
    from store.delivery_records import Doubt
    from store.handle import Store

FILED = timedelta(minutes=2)
"""How long a provider may take to put what it took into the Sent folder."""


@dataclass(frozen=True, slots=True)
class Found:
    """How many doubtful mails were found in Sent (they count as sent now), are missing there, or are too fresh to tell.

    `proves`: the provider files every mail, so that a missing one was most likely not taken. `folder` is where was
    looked; empty where the mailbox has no such folder, so that all are missing, or where nothing was looked for.
    """

    found: int = 0
    missing: int = 0
    too_early: int = 0
    folder: str = ""
    proves: bool = False


def look_up(store: Store, secret: Callable[[], str], *, timeout: float = 30.0) -> Found:
    """Look for every doubtful mail that is two minutes old; what is found counts as sent.

    `secret` gives the password (or the token). Needs a right that queues mails. Raises `NoMailbox`, `NoInbox` where
    the mailbox is not to be read, `MailboxFault`, and what `secret` and `mail.trust.pinned` raise. Nothing is asked of
    the server when nothing is in doubt for so long.
    """
    settings = readable(store)
    doubts = store.deliveries.doubts()
    now = store.clock.now()
    ripe = [doubt for doubt in doubts if now - unstamp(doubt.state_at) >= FILED]
    early = len(doubts) - len(ripe)
    if not ripe:
        return Found(too_early=early)
    from mail.imap import Inbox

    with Inbox(settings, secret, pinned(store.path, settings.imap_host), timeout) as box:
        folder = box.sent_folder()
        if not folder:
            return Found(missing=len(ripe), too_early=early)
        box.open(folder)
        found = sum(store.deliveries.found(doubt.id, folder) for doubt in ripe if _is_there(box, doubt))
    return Found(found, len(ripe) - found, early, folder, settings.files_sent)


def _is_there(box: Inbox, doubt: Doubt) -> bool:
    """By its Message-ID, which some providers replace, else by its X-Cabas-Ref, which ends with the token."""
    return box.has("Message-ID", doubt.message_ref) or box.has("X-Cabas-Ref", f"-{doubt.token}")
