"""The file is brought up to date while mails go out: what was sent is written down as sent, and nothing more goes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from mail import runner
from mail.outbox import run
from store.errors import FileNewer
from store.handle import Store
from tests.mail.outgoing import queue, set_mailbox
from tests.mail.recorder import Recorder
from tests.newer import bring_up_to_date


def test_a_mail_that_was_under_way_is_no_doubt_and_the_next_does_not_go(
    store: Store, recorder: Callable[..., Recorder], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = recorder()
    set_mailbox(store, server.port)
    queue(store, 4)
    taken: list[str] = []

    def update_after_the_second(moment: str) -> None:
        if moment == "after_250":
            taken.append(moment)
            if len(taken) == 2:
                bring_up_to_date(store.path)

    monkeypatch.setattr(runner, "reached", update_after_the_second)
    with pytest.raises(FileNewer):
        run(store, lambda: "")
    assert len(server.accepted()) == 2
    with closing(sqlite3.connect(store.path)) as conn:
        states = dict(conn.execute("SELECT state, count(*) FROM deliveries GROUP BY state"))
        ended = conn.execute("SELECT outcome, sent FROM runs").fetchall()
    assert states == {"sent": 2, "ready": 2}
    assert ended == [("stopped", 2)]
