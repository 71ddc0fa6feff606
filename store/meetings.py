"""Where two mails come to the same members within a few days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.occurrence_records import Occurrence


@dataclass(frozen=True, slots=True)
class Meeting:
    """Another mail that `members` of an occurrence's members get within the limit's days.

    It is an occurrence to come (`with_`), or a message (`message_id`) that went out automatically or is kept for an
    hour. `title` is the subject or label, `at` when it goes or went, aware UTC.
    """

    title: str
    at: datetime
    members: int
    with_: Occurrence | None = None
    message_id: int | None = None
