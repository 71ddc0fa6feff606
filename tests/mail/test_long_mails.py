"""Mails can be long, and an outbox full of them: what only counts or lists them does not read their texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from store import Store
from store.delivery_lists import going_now, listed_mails, mails_in, next_to_go, texts_waiting
from store.frozen_mails import frozen_mails
from store.measuring import measured
from store.results_people import count_mails
from store.senders import foreign_mails
from tests.mail.outgoing import queue

MAILS, LONG = 30, 100_000
IO = Path("/proc/self/io")


def _in_file(store: Store, read: Callable[..., object]) -> object:
    with store.reading() as t:
        return read(t, t.value("SELECT max(id) FROM messages"))


ASKED: dict[str, Callable[[Store], object]] = {
    "what is due": lambda store: store.deliveries.due(),
    "the last answers": lambda store: store.deliveries.last_answers(),
    "what goes on": going_now,
    "what goes next": next_to_go,
    "SMS": texts_waiting,
    "all mails": listed_mails,
    "those that wait": lambda store: mails_in(store, "ready"),
    "other senders": foreign_mails,
    "those to look at": lambda store: frozen_mails(store, 1),
    "results": lambda store: _in_file(store, count_mails),
    "opens": lambda store: _in_file(store, measured),
}


@pytest.mark.skipif(not IO.exists(), reason="nothing says here how much is read")
def test_counts_and_lists_do_not_read_the_texts_of_mails(store: Store) -> None:
    queue(store, MAILS, mime=b"x" * LONG)
    path, now = store.path, store.clock.now
    store.close()
    for name, ask in ASKED.items():
        looking = Store(path, "marie", now)
        before = _read()
        ask(looking)
        assert _read() - before < MAILS * LONG / 4, name
        looking.close()


def _read() -> int:
    """Bytes that this process has read so far."""
    return int(IO.read_text().split()[1])
