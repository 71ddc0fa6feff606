"""Deliveries of the outbox as everyone above the store sees them, and the words for why one is held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.people import erased_name

if TYPE_CHECKING:
    import sqlite3

DELIVERY = """d.id, d.message_id, d.kind, d.name, d.address, d.state, d.reason, d.state_at, d.answer, d.next_at,
    d.channel, d.parts"""
"""The columns of a `DeliveryRow`."""
TITLE = "coalesce(nullif(trim(m.label), ''), trim(m.subject), '')"
"""What a message `m` is called in a list; empty where there is none."""

RELEASED = "released"
"""The reason of a mail that a person let go, late or in spite of a changed address."""
COPIED = "copied"
"""The reason of a mail held when a copied file was taken over: the other file may have sent it."""
MERGED = "merged"
"""The reason of a mail held for good: its household was merged with another one, which gets the same mail."""
WITHDRAWN = "withdrawn"
"""The reason of a mail held for good: what its workflow wrote of has changed, then it is written anew, or is over."""
UNMEANT = "unmeant"
"""The reason of a mail held for good: who it was for has ordered since, or has no order any more."""
FOR_GOOD = ("opted_out", "cancelled", MERGED, WITHDRAWN, UNMEANT)
"""The reasons of mails that stay held, whoever releases the others."""

ASTRAY = ("address_changed", "bounced")
"""The reasons of mails held because of their address: let go one by one, never with others."""


@dataclass(frozen=True, slots=True)
class DeliveryCounts:
    """How many deliveries are in each state."""

    ready: int = 0
    sending: int = 0
    sent: int = 0
    failed: int = 0
    unknown: int = 0
    held: int = 0
    bounced: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.ready + self.unfinished + self.sent + self.failed + self.held + self.bounced

    @property
    def unfinished(self) -> int:
        """Those whose end is not known: being sent, or in doubt."""
        return self.sending + self.unknown


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery in a list. `state_at` is a UTC stamp; `reason` a short code, `answer` the server's own words.

    Of an SMS (`channel` "sms") `address` is the number (E.164), and it takes so many `parts`.
    """

    id: int
    message_id: int | None
    kind: str
    name: str
    address: str
    state: str
    reason: str
    state_at: str
    answer: str
    next_at: str | None
    channel: str = "email"
    parts: int = 0


def delivery_row(row: sqlite3.Row) -> DeliveryRow:
    """The `DeliveryRow` in a row that has its columns."""
    return DeliveryRow(**{**{name: row[name] for name in DeliveryRow.__slots__}, "name": shown_name(row)})


def shown_name(row: sqlite3.Row) -> str:
    """Whom a mail was for; who was erased has no address there any more."""
    return str(row["name"]) if row["address"] else erased_name()


@dataclass(frozen=True, slots=True)
class Doubt:
    """A delivery in doubt since `state_at` (UTC stamp), as a program looks it up: by its Message-ID or its token."""

    id: int
    message_ref: str
    token: str
    state_at: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One step of a delivery: when (UTC stamp), which ("dot", "answer", "rcpt", "again", "bounce", …), its answer.

    For a person's decision (`DECISIONS`) `answer` is the login, for "found" the mailbox's folder.
    """

    at: str
    phase: str
    code: int | None
    answer: str


@dataclass(frozen=True, slots=True)
class Run:
    """A sending: from when to when (UTC stamps), by whom, how it was started, how it ended ("" while it goes on)."""

    started_at: str
    ended_at: str | None
    operator: str
    how: str
    outcome: str
    answer: str
    sent: int


@dataclass(frozen=True, slots=True)
class Due:
    """What waits to be sent: how many mails could go now, and the UTC stamp of the earliest (None: none waits).

    `sms` is how many SMS wait; they go after the mails, as far as the gateway lets them.
    """

    now: int
    next_at: str | None
    sms: int = 0


DECISIONS = ("again", "sent", "held")
"""The phases of what a person decided about a mail: the answer is their login."""
