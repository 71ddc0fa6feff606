"""What became of an occurrence that was due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.errors import StoreError

if TYPE_CHECKING:
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
