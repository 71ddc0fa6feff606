"""What a server says to one recipient after the other is not about them: the rest of a list is not written off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from mail.answers import Answer, judge
from mail.outbox import run
from mail.run_result import Outcome
from mail.streaks import LIMIT, Streak
from store.handle import Store
from store.ledger import BACKOFF
from tests.mail.outgoing import assert_nobody_twice_nobody_lost, queue, set_mailbox
from tests.mail.recorder import Recorder, Rule, Script
from tests.store.conftest import Hands

Start = Callable[..., Recorder]


def states(store: Store) -> Counter[str]:
    return Counter(row.state for row in store.deliveries.of_message(1))


def noted(streak: Streak, answers: list[tuple[str, str]], code: int = 550) -> list[bool]:
    found = [(address, Answer("rcpt", code, text)) for address, text in answers]
    return [streak.goes_on(address, answer, judge(answer)) for address, answer in found]


def test_numbers_and_addresses_make_no_difference_and_words_do() -> None:
    same = [(f"p{n}", f"5.7.1 <p{n}@exemple.fr> policy ABC{n}-x (id {n}f7)") for n in range(LIMIT)]
    assert noted(Streak(), same) == [False] * (LIMIT - 1) + [True]
    assert not any(noted(Streak(), [*same[:-1], ("p9", "5.1.1 <p9@exemple.fr> unknown")]))
    assert not any(noted(Streak(), [("p1", text) for _address, text in same])), "one recipient, tried again"
    greylisted = [(address, "4.7.1 come back later") for address, _text in same]
    assert not any(noted(Streak(), greylisted, 451)), "said to everybody as a matter of course"
    streak = Streak()
    assert not any(noted(streak, same[:-1]))
    streak.ends()
    assert not any(noted(streak, same[-1:]))


@pytest.mark.parametrize("at", ["rcpt", "dot"])
def test_a_server_that_refuses_everybody_stops_the_mailbox(store: Store, recorder: Start, at: str) -> None:
    server = recorder(Script([Rule(at, "554 5.7.1 not from here", after=2)]))
    set_mailbox(store, server.port)
    addresses = queue(store, 30)
    result = run(store, lambda: "")
    assert (result.outcome, result.reason, result.exit_code) == (Outcome.PAUSED, "refusals", 3)
    assert (result.sent, result.failed, result.due, result.answer) == (2, LIMIT, 30 - 2 - LIMIT, "5.7.1 not from here")
    assert states(store) == {"sent": 2, "failed": LIMIT, "ready": 30 - 2 - LIMIT}
    assert store.mailbox.state().reason == "refusals"
    assert run(store, lambda: "", how="tick").failed == 0, "only a person can have put it right"
    assert run(store, lambda: "").failed == 1, "who starts it by hand has perhaps put it right: one mail tells"
    server.follow(Script())
    assert store.deliveries.retry("all", message_id=1) == LIMIT + 1
    assert run(store, lambda: "").sent == 28
    assert store.mailbox.state().state == "ok"
    assert set(assert_nobody_twice_nobody_lost(store, server, addresses).values()) == {"sent"}


def test_a_server_that_puts_everybody_off_is_given_a_while(timed_store: Store, hands: Hands, recorder: Start) -> None:
    store, server = timed_store, recorder(Script([Rule("dot", "451 4.3.0 not now")]))
    set_mailbox(store, server.port, per_day=40)
    addresses = queue(store, 30)
    result = run(store, lambda: "")
    assert (result.outcome, result.reason, result.failed) == (Outcome.PAUSED, "busy", 0)
    assert states(store) == {"ready": 30}
    assert store.mailbox.budget().day == 40 - LIMIT, "each that came to its dot counts"
    assert run(store, lambda: "").outcome is Outcome.PAUSED
    server.follow(Script())
    hands.at += timedelta(minutes=6)
    assert run(store, lambda: "").sent == 30
    assert_nobody_twice_nobody_lost(store, server, addresses)


def test_dead_addresses_between_others_stop_nobody(store: Store, recorder: Start) -> None:
    dead = [Rule("rcpt", "550 5.1.1 unknown", only=f"p{n}@exemple.fr") for n in range(0, 30, 2)]
    server = recorder(Script(dead))
    set_mailbox(store, server.port)
    queue(store, 30)
    result = run(store, lambda: "")
    assert (result.outcome, result.sent, result.failed) == (Outcome.DONE, 15, 15)


def test_three_days_without_a_try_are_no_three_days_of_trying(
    timed_store: Store, hands: Hands, recorder: Start
) -> None:
    store, server = timed_store, recorder(Script([Rule("rcpt", "451 4.2.0 not now")]))
    set_mailbox(store, server.port)
    queue(store, 1)
    for _try in range(len(BACKOFF)):
        run(store, lambda: "")
        assert states(store) == {"ready": 1}
        hands.at += timedelta(days=4)
    run(store, lambda: "")
    assert states(store) == {"failed": 1}
