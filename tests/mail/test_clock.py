"""A clock that is put back: nothing is sent until somebody says which of the two is right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from mail import runner
from mail.outbox import adopt, run
from mail.run_result import Outcome
from store.clock import unstamp
from store.handle import Store
from tests.mail.outgoing import assert_nobody_twice_nobody_lost, queue, set_mailbox
from tests.mail.recorder import Recorder, Rule, Script
from tests.store.conftest import Hands

Start = Callable[..., Recorder]
WEEK = timedelta(days=7)


def test_nothing_is_sent_until_it_is_right_or_accepted(timed_store: Store, hands: Hands, recorder: Start) -> None:
    store, server = timed_store, recorder(Script([Rule("rcpt", "451 4.2.0 later", only="p9@exemple.fr", times=1)]))
    set_mailbox(store, server.port, per_hour=12, per_day=20)
    addresses = queue(store, 10)
    right = hands.at
    hands.at += WEEK  # as after a dead battery
    assert run(store, lambda: "").sent == 9
    hands.at = right
    for _again in range(2):
        result = run(store, lambda: "")
        assert (result.outcome, result.exit_code, result.sent) == (Outcome.CLOCK, 3, 0)
        assert unstamp(result.until or "") - WEEK == unstamp(store.deliveries.clock_behind() or "") - WEEK == right
    hands.at = right + WEEK - timedelta(minutes=3)
    assert store.deliveries.clock_behind() is None, "clocks are set by a little all the time"
    hands.at = right
    assert adopt(store) == 1
    assert store.deliveries.clock_behind() is None
    addresses += queue(store, 12, first=10)
    result = run(store, lambda: "")
    assert (result.outcome, result.sent) == (Outcome.QUOTA, 12), "what lies ahead is long past, and uses up nothing"
    assert_nobody_twice_nobody_lost(store, server, addresses)


def test_it_is_noticed_in_the_middle_of_a_run(
    timed_store: Store, hands: Hands, recorder: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, server = timed_store, recorder()
    set_mailbox(store, server.port)
    addresses = queue(store, 60)

    def put_back(point: str) -> None:
        if point == "after_commit" and len(server.accepted()) == 25:
            hands.at -= WEEK

    monkeypatch.setattr(runner, "reached", put_back)
    result = run(store, lambda: "")
    assert result.outcome is Outcome.CLOCK
    assert 25 <= result.sent < 60
    assert_nobody_twice_nobody_lost(store, server, addresses)


def test_without_mails_the_clock_is_nobodys_business(timed_store: Store, hands: Hands, recorder: Start) -> None:
    set_mailbox(timed_store, recorder().port)
    queue(timed_store, 1)
    assert run(timed_store, lambda: "").sent == 1
    hands.at -= WEEK
    assert run(timed_store, lambda: "").outcome is Outcome.DONE
