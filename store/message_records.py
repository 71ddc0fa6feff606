"""A message and what is said about it: what a volunteer wrote, to whom, and where it stands."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from store.segments import Segment

if TYPE_CHECKING:
    from store.deliveries import DeliveryCounts


class MessageState(StrEnum):
    """Where a message stands; how far its mails got is in the deliveries."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    CANCELLED = "cancelled"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Message:
    """What a volunteer writes to a segment.

    `text` is Markdown with fields. `kind` decides whose opt-out counts; a `service_reason` makes it a service message.
    `counts_from` and `closes_on` are local dates, `send_at` and `send_before` naive local moments, `tested_at`,
    `changed_at` and `queued_at` are aware UTC. `tested_same` is False when the text changed after the test.
    """

    segment: Segment
    label: str = ""
    subject: str = ""
    text: str = ""
    kind: str = "targeted"
    from_address: str = ""
    from_name: str = ""
    reply_to: str = ""
    service_reason: str = ""
    distribution_id: int | None = None
    counts_from: date | None = None
    closes_on: date | None = None
    send_at: datetime | None = None
    send_before: datetime | None = None
    state: MessageState = MessageState.DRAFT
    paused: bool = False
    tested_at: datetime | None = None
    tested_by: str = ""
    tested_same: bool = False
    created_at: datetime | None = None
    changed_at: datetime | None = None
    changed_by: str = ""
    queued_at: datetime | None = None
    queued_by: str = ""
    version: int = 1
    id: int | None = None

    @property
    def title(self) -> str:
        """What the message is called in a list: its label, else its subject; may be empty."""
        return self.label.strip() or self.subject.strip()

    @property
    def fingerprint(self) -> str:
        """A hash of all that a recipient sees, to know whether a test still holds."""
        seen = "\0".join((self.subject, self.text, self.from_address, self.from_name, self.reply_to))
        return hashlib.sha256(seen.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A line of the list of messages; the moments as in `Message`."""

    id: int
    title: str
    state: MessageState
    changed_at: datetime
    changed_by: str
    send_at: datetime | None
    queued_at: datetime | None
    unreachable: int
    counts: DeliveryCounts


@dataclass(frozen=True, slots=True)
class Kept:
    """A message kept for the naive local moment `send_at`; `login` is the operator in whose name it goes."""

    id: int
    title: str
    send_at: datetime
    login: str


@dataclass(frozen=True, slots=True)
class RecipientRow:
    """A member a frozen message was meant for; `address`, `delivery_state` and `reason` are empty without e-mail.

    A member with two addresses has two rows.
    """

    member_id: int
    name: str
    reach: str
    phone: str
    address: str
    delivery_state: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReceivedRow:
    """A frozen message that a member was meant to get.

    `at` is the aware UTC moment at which it was frozen, `reach` how the member hears of it, `states` those of the
    mails to the member's addresses: empty for who is called or does not want it.
    """

    message_id: int
    title: str
    at: datetime
    reach: str
    states: tuple[str, ...]
