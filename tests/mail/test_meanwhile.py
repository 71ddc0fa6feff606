"""What somebody else changes between two mails of a run counts for the very next mail."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mail import runner
from mail.outbox import run
from mail.run_result import Outcome
from screens.outbox_words import result_words
from store.handle import Store
from tests.mail.outgoing import queue, set_mailbox
from tests.mail.recorder import Recorder

Start = Callable[..., Recorder]


@pytest.fixture
def server(store: Store, recorder: Start) -> Recorder:
    server = recorder()
    set_mailbox(store, server.port)
    queue(store, 4)
    return server


def after_the_first(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> None:
    """Make a change once, right after the first mail's outcome is committed."""
    changes = [change]

    def reached(point: str) -> None:
        if point == "after_commit" and changes:
            changes.pop()()

    monkeypatch.setattr(runner, "reached", reached)


def recipients(server: Recorder) -> list[str]:
    return [mail["to"].partition("@")[0] for mail in server.accepted()]


def test_a_pause_lets_no_other_mail_begin(store: Store, server: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    after_the_first(monkeypatch, store.mailbox.pause)
    result = run(store, lambda: "")
    assert (result.outcome, result.sent) == (Outcome.PAUSED, 1)
    assert recipients(server) == ["p0"]


def test_a_test_goes_before_the_message(store: Store, server: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    after_the_first(monkeypatch, lambda: queue(store, 1, first=9, kind="test"))
    assert run(store, lambda: "").sent == 5
    assert recipients(server) == ["p0", "p9", "p1", "p2", "p3"]


def test_who_is_held_is_not_even_named_to_the_server(
    store: Store, server: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    after_the_first(monkeypatch, lambda: store.deliveries.hold(2))
    assert run(store, lambda: "").sent == 3
    assert recipients(server) == ["p0", "p2", "p3"]
    assert len(server.events("connection")) == 1


def test_another_mailbox_gets_no_mail_and_no_password_of_a_run_that_was_begun_with_the_former(
    store: Store, server: Recorder, recorder: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = recorder()
    after_the_first(monkeypatch, lambda: set_mailbox(store, other.port, address="neu@exemple.fr"))
    result = run(store, lambda: "")
    assert (result.outcome, result.reason, result.sent) == (Outcome.STOPPED, "mailbox", 1)
    assert "The mailbox was changed" in result_words(result, store.mailbox.get(), store.clock)
    assert recipients(server) == ["p0"]
    assert run(store, lambda: "").sent == 3
    senders = [mail["from"] for mail in server.accepted()]
    assert senders == ["amap@exemple.fr", *["neu@exemple.fr"] * 3], "what comes back goes where it is read"
