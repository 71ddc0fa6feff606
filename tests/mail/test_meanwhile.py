"""What somebody else changes between two mails of a run counts for the very next mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mail import runner
from mail.configuration import PASSWORD_COMMAND, set_entry
from mail.outbox import run
from mail.password import TypedForAnother
from mail.run_result import Outcome
from screens.errors import words_for
from screens.outbox_words import state_words
from store.handle import Store
from tests.mail.outgoing import queue, set_mailbox
from tests.mail.recorder import Recorder, Script

Start = Callable[..., Recorder]


@pytest.fixture
def server(store: Store, recorder: Start) -> Recorder:
    server = recorder()
    set_mailbox(store, server.port)
    queue(store, 4)
    return server


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Recorder]:
    """Another provider's server."""
    folder = tmp_path / "other"
    folder.mkdir()
    with Recorder(folder) as started:
        yield started


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


def test_another_server_gets_the_rest_and_what_bears_a_former_address_is_held(
    store: Store, server: Recorder, other: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(store, 2, first=4, envelope_from="bio@exemple.fr")
    set_mailbox(store, server.port, identities=("bio@exemple.fr",))
    after_the_first(monkeypatch, lambda: set_mailbox(store, other.port))
    result = run(store, lambda: "")
    assert (result.outcome, result.sent) == (Outcome.DONE, 4)
    assert recipients(server) == ["p0"]
    assert recipients(other) == ["p1", "p2", "p3"]
    assert {row.reason for row in store.deliveries.of_message(1, "held")} == {"other_sender"}


@pytest.mark.parametrize("another", ["login", "server"])
def test_a_password_is_told_to_nobody_but_for_whom_it_was_typed(
    store: Store, recorder: Start, other: Recorder, monkeypatch: pytest.MonkeyPatch, another: str
) -> None:
    first = recorder(Script(user="amap", password="typed"))
    set_mailbox(store, first.port, username="amap")
    queue(store, 3)
    port, username = (first.port, "neu") if another == "login" else (other.port, "amap")
    after_the_first(monkeypatch, lambda: set_mailbox(store, port, username=username))
    asked = iter(["typed", "typed"])
    with pytest.raises(TypedForAnother) as stopped:
        run(store, lambda: next(asked))
    assert "typed for the former one" in words_for(stopped.value)
    settings, state = store.mailbox.get(), store.mailbox.state()
    assert (state.state, state.reason) == ("login_refused", "typed_for_another")
    assert settings is not None
    assert "Send again" in state_words(state, settings, store.clock)
    assert (len(first.events("login")), first.events("login refused"), other.events("connection")) == (1, [], [])
    assert store.deliveries.counts().ready == 2


def test_the_command_gives_the_password_of_another_mailbox(
    store: Store, recorder: Start, other: Recorder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = recorder(Script(user="amap", password="typed"))
    other.stop()
    other.start(Script(user="neu", password="other"))
    set_mailbox(store, first.port, username="amap")
    queue(store, 3)
    monkeypatch.setenv("CABAS_CONFIG", str(tmp_path / "cabas.toml"))

    def change() -> None:
        set_mailbox(store, other.port, username="neu")
        set_entry(PASSWORD_COMMAND, store.path, "echo other")

    after_the_first(monkeypatch, change)
    assert run(store, lambda: "typed").sent == 3
    assert (len(first.accepted()), len(other.accepted()), other.events("login refused")) == (1, 2, [])
