"""When a machine last looked at the outbox by itself: what tells whether a kept message will go at its hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from store.clock import unstamp
from store.home import machine_id
from store.rights import QUEUES_MAIL

if TYPE_CHECKING:
    from store.handle import Store


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The last time that a machine looked at the outbox by itself, how that run ended, and the time `before` (UTC)."""

    at: datetime
    outcome: str
    before: datetime | None = None


def beat(store: Store, outcome: str) -> None:
    """Write down that this machine has just looked at the outbox by itself.

    No change of the group: nothing of it is in the journal, or open screens would look anew for nothing. Needs a right
    that queues mails, as any run does.
    """
    with store.writing() as t:
        t.actor.require_any(QUEUES_MAIL)
        t.execute(
            "INSERT INTO heartbeats (machine, at, outcome) VALUES (?, ?, ?)"
            " ON CONFLICT (machine) DO UPDATE SET before = at, at = excluded.at, outcome = excluded.outcome",
            (machine_id(), t.stamp, outcome),
        )


def last_beat(store: Store) -> Heartbeat | None:
    """This machine's last heartbeat; None: nothing on it has ever sent by itself."""
    with store.reading() as t:
        row = t.one("SELECT at, outcome, before FROM heartbeats WHERE machine = ?", (machine_id(),))
    if row is None:
        return None
    return Heartbeat(unstamp(row["at"]), row["outcome"], None if row["before"] is None else unstamp(row["before"]))
