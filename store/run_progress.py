"""How far the sending is that goes on, for every screen to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.deliveries import GOING

if TYPE_CHECKING:
    from store.handle import Store


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How many mails the last run has handed over to the server, and how many wait, paused messages apart."""

    done: int
    waiting: int


def run_progress(store: Store) -> RunProgress:
    """Count them; open to all, as all counts are."""
    with store.reading() as t:
        done = t.value(
            "SELECT count(*) FROM attempts WHERE counted = 1 AND at >= (SELECT started_at FROM runs ORDER BY id DESC)"
        )
        return RunProgress(done, t.value(f"SELECT count(*) FROM deliveries WHERE {GOING}"))


def last_step(store: Store) -> int:
    """The number of the last attempt: what a sending does is not in the journal, so `change_number` does not tell."""
    with store.reading() as t:
        return int(t.value("SELECT coalesce(max(id), 0) FROM attempts"))
