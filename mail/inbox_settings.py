"""The mailbox, where it is one that can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mail.refused import NoInbox, NoMailbox

if TYPE_CHECKING:
    from store.handle import Store
    from store.mailbox import MailboxSettings


def readable(store: Store) -> MailboxSettings:
    """The mailbox as it is set; raises `NoMailbox`, and `NoInbox` where no server is named to read it at (IMAP)."""
    settings = store.mailbox.get()
    if settings is None:
        raise NoMailbox
    if not settings.imap_host:
        raise NoInbox
    return settings
