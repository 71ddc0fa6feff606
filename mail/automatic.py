"""What workflows send: each occurrence that is due, put into the outbox once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.errors import StoreError

if TYPE_CHECKING:
    from store.handle import Store
    from store.occurrence_records import Occurrence


@dataclass(frozen=True, slots=True)
class Went:
    """What became of an occurrence that was due, or would become of it; `occurrence.state` says which.

    `mails` are in the outbox (would be, of `would_go`). With an `error` it stays due until it is too late, and every
    tick says so again.
    """

    occurrence: Occurrence
    mails: int = 0
    error: StoreError | None = None


ToldOf = Callable[[Went], None]


def tell_of_none(_went: Went) -> None:
    """The calendar says by itself what went out."""


def queue_automatic(store: Store, told: ToldOf = tell_of_none) -> tuple[Went, ...]:
    """Put every occurrence that is due into the outbox, write down the missed ones, and tell what became of each.

    The longest waiting first. It acts as the machine itself; whoever starts it needs any right that queues mails. In a
    file that was copied or restored nothing is done. Of two who do this at once, one finds nothing left to do.
    """
    raise NotImplementedError


def would_go(store: Store) -> tuple[Went, ...]:
    """What `queue_automatic` would do now; nothing is written."""
    raise NotImplementedError


def send_now(store: Store, step_id: int, key: str) -> Went:
    """Put an occurrence into the outbox in somebody's name, before its moment, or although it was missed or skipped.

    Needs the right `messages.send`. Raises `NotFound("occurrence", key)`, and `Invalid("occurrence", key, "queued")`
    where it is in the outbox already; what else is in the way is the `error` of what is returned.
    """
    raise NotImplementedError
