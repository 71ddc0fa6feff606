"""How far the sending is that goes on, for every screen to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.deliveries import GOING, MAIL
from store.sms_gateway import REQUEST, TOOK_NOTHING, sms_settings

if TYPE_CHECKING:
    from store.handle import Store


@dataclass(frozen=True, slots=True)
class RunProgress:
    """How many mails and SMS the last run has handed over, and how many wait that can go, paused messages apart."""

    done: int
    waiting: int


def run_progress(store: Store) -> RunProgress:
    """Count them; open to all, as all counts are."""
    with store.reading() as t:
        done = t.value(
            f"SELECT count(*) FROM attempts a WHERE counted = 1 AND NOT (phase = '{REQUEST}' AND {TOOK_NOTHING})"
            " AND at >= (SELECT started_at FROM runs ORDER BY id DESC)"
        )
        texts = "1" if sms_settings(t).state == "ok" else MAIL
        waiting = t.value(f"SELECT count(*) FROM deliveries WHERE {GOING} AND {texts}")
        return RunProgress(done, waiting)


def last_step(store: Store) -> int:
    """The number of the last attempt: what a sending does is not in the journal, so `change_number` does not tell."""
    with store.reading() as t:
        return int(t.value("SELECT coalesce(max(id), 0) FROM attempts"))
