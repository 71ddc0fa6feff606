"""Reading the mailbox: what came back of the mails, and who answered STOP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mail.refused import NoInbox

if TYPE_CHECKING:
    from store.handle import Store


@dataclass(frozen=True, slots=True)
class InboxResult:
    """What a reading found: how many mails were new, and how many of them told something of our mails.

    `hard`: the address does not work; `soft`: this mail was not delivered; `unclear`: a report that a person has to
    read; `stops`: opted out at once; `stop_words`: a person decides; `answers`: ordinary answers, of which nothing is
    kept. What was noted by an earlier reading counts only in `read`.
    """

    read: int = 0
    hard: int = 0
    soft: int = 0
    unclear: int = 0
    stops: int = 0
    stop_words: int = 0
    answers: int = 0


def read_inbox(store: Store, secret: Callable[[], str], *, timeout: float = 30.0) -> InboxResult:
    """Read what is new in the mailbox and note what concerns our mails; changes and deletes nothing there.

    `secret` gives the password (or the token). Needs a right that queues mails. Raises `NoMailbox`, `NoInbox` where
    the mailbox is not to be read, and `MailboxFault`.
    """
    raise NoInbox
