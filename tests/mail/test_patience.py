"""What a run waits for, and how long: a minute's limit, the next hour, the network, a doubt that can be looked up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from mail import pace, patience
from mail.detached import PATIENCE
from mail.outbox import run
from mail.run_result import Outcome
from store.clock import unstamp
from store.handle import Store
from store.people import Member, Person
from store.segments import EVERYONE
from tests.mail.imap_server import PASSWORD, USER, ImapServer
from tests.mail.outgoing import assert_nobody_twice_nobody_lost, queue, set_mailbox
from tests.mail.recorder import Recorder, Rule, Script
from tests.store.conftest import Hands

Start = Callable[..., Recorder]


class Hours:
    """Time that passes only while a run waits; what is in `then` happens at its moment, seconds from the start."""

    def __init__(self, hands: Hands) -> None:
        self.hands, self.passed = hands, 0.0
        self.then: list[tuple[float, Callable[[], object]]] = []

    def monotonic(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0.01, "a busy loop"
        self.passed += seconds
        self.hands.at += timedelta(seconds=seconds)
        while self.then and self.then[0][0] <= self.passed:
            self.then.pop(0)[1]()


@pytest.fixture
def store(timed_store: Store) -> Store:
    return timed_store


@pytest.fixture
def hours(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> Hours:
    made = Hours(hands)
    for module in (pace, patience):
        monkeypatch.setattr(module, "time", made)
    return made


def moments(store: Store) -> list[float]:
    """The seconds between each mail and the first one."""
    with store.reading() as t:
        at = [unstamp(row["at"]) for row in t.all("SELECT at FROM attempts WHERE counted = 1 ORDER BY id")]
    return [(moment - at[0]).total_seconds() for moment in at]


class TestAMinutesLimit:
    def test_mails_go_evenly_and_never_more_than_it_in_any_minute(
        self, store: Store, hours: Hours, recorder: Start
    ) -> None:
        server = recorder()
        set_mailbox(store, server.port, per_minute=30)
        queue(store, 65)
        result = run(store, lambda: "")
        assert (result.outcome, result.sent) == (Outcome.DONE, 65)
        assert moments(store) == pytest.approx([2.0 * n for n in range(65)], abs=0.01)
        assert len(server.events("connection")) == 1

    def test_what_another_run_has_just_sent_counts(
        self, store: Store, hours: Hours, hands: Hands, recorder: Start
    ) -> None:
        set_mailbox(store, recorder().port)
        queue(store, 30)
        run(store, lambda: "")
        set_mailbox(store, recorder().port, per_minute=30)
        hands.at += timedelta(seconds=10)
        queue(store, 1, first=30)
        assert run(store, lambda: "").sent == 1
        assert moments(store)[-1] >= 60

    def test_a_pause_does_not_wait_for_the_next_mail(self, store: Store, hours: Hours, recorder: Start) -> None:
        set_mailbox(store, recorder().port, per_minute=1)
        queue(store, 3)
        hours.then = [(10, store.mailbox.pause)]
        result = run(store, lambda: "")
        assert (result.outcome, result.reason, result.sent) == (Outcome.PAUSED, "operator", 1)
        assert hours.passed < 12


def test_a_patient_run_goes_on_with_the_next_hour(store: Store, hours: Hours, recorder: Start) -> None:
    server = recorder()
    set_mailbox(store, server.port, per_hour=3)
    addresses = queue(store, 8)
    assert run(store, lambda: "", patience=timedelta(minutes=30)).outcome is Outcome.QUOTA
    result = run(store, lambda: "", patience=PATIENCE)
    assert (result.outcome, result.sent) == (Outcome.DONE, 5)
    assert [moment // 3600 for moment in moments(store)] == [0, 0, 0, 1, 1, 1, 2, 2]
    assert_nobody_twice_nobody_lost(store, server, addresses)


def test_whoever_ends_what_it_waits_for_need_not_wait(store: Store, hours: Hours, recorder: Start) -> None:
    server = recorder(Script([Rule("mail", "550 5.4.5 limit exceeded", times=1)]))
    set_mailbox(store, server.port, per_hour=3)
    queue(store, 8)
    hours.then = [(100, store.mailbox.resume), (300, lambda: set_mailbox(store, server.port))]
    result = run(store, lambda: "", patience=PATIENCE)
    assert (result.outcome, result.sent) == (Outcome.DONE, 8)
    assert hours.passed == pytest.approx(300, abs=3)


def test_without_network_it_looks_ten_times(store: Store, hours: Hours, recorder: Start) -> None:
    server = recorder()
    server.stop()
    set_mailbox(store, server.port)
    queue(store, 2)
    result = run(store, lambda: "", patience=PATIENCE)
    assert (result.outcome, result.due) == (Outcome.NO_NETWORK, 2)
    assert hours.passed == pytest.approx(600)
    hours.then = [(hours.passed + 150, server.start)]
    assert run(store, lambda: "", patience=PATIENCE).sent == 2, "the line came back"


def test_a_provider_that_never_ends_its_quota_is_not_asked_for_ever(
    store: Store, hours: Hours, recorder: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "_LOOK", 60.0)
    server = recorder(Script([Rule("mail", "550 5.4.5 daily limit exceeded")]))
    set_mailbox(store, server.port)
    queue(store, 2)
    assert run(store, lambda: "", patience=PATIENCE).outcome is Outcome.QUOTA
    assert len(server.events("connection")) == 31


def test_a_clock_that_is_put_back_while_it_waits_does_not_keep_it_waiting(
    store: Store, hands: Hands, hours: Hours, recorder: Start
) -> None:
    set_mailbox(store, recorder().port, per_hour=1)
    queue(store, 3)

    def put_back() -> None:
        hands.at -= timedelta(days=30)

    hours.then = [(60, put_back)]
    assert run(store, lambda: "", patience=PATIENCE).outcome is Outcome.CLOCK
    assert hours.passed < 3700


def test_messages_kept_for_an_hour_are_queued_by_every_run_and_while_it_waits(
    store: Store, hours: Hours, recorder: Start
) -> None:
    set_mailbox(store, recorder().port)
    store.members.add(Member((Person("Odette", "Maréchal", "odette@exemple.fr"),)))
    wall = store.clock.wall().replace(second=0, microsecond=0)
    fine, soon, wrong = (
        store.messages.new(EVERYONE, "Panier", text) for text in ("Bonjour", "Bonsoir", "Bonjour {{ nobody }}")
    )
    for message_id, minutes in ((fine, 5), (soon, 30), (wrong, 30)):
        store.messages.schedule(message_id, wall + timedelta(minutes=minutes))
    hours.sleep(600)
    queue(store, 1, first=5)
    with store.writing() as t:  # something to wait for, until long after that hour
        t.execute("UPDATE deliveries SET next_at = ?", ((store.clock.now() + timedelta(hours=1)).isoformat(),))
    told = []
    result = run(store, lambda: "", patience=PATIENCE, told=told.append)
    assert result.sent == 3
    assert [(done.message.id, done.error is None) for done in told] == [(fine, True), (soon, True), (wrong, False)]
    sent_at = [row.state_at for row in store.deliveries.of_message(soon)]
    assert unstamp(sent_at[0]) < store.clock.to_utc(wall + timedelta(minutes=32))


class TestInDoubt:
    @pytest.fixture
    def box(self, tmp_path: Path) -> Start:
        with ImapServer(tmp_path) as server:
            server.folder("Sent", "\\Sent")
            yield server

    def mailbox(self, store: Store, server: Recorder, box: ImapServer) -> None:
        reading = {"imap_host": "127.0.0.1", "imap_port": box.port, "imap_tls": "none"}
        set_mailbox(store, server.port, username=USER, **reading)

    def test_a_patient_run_looks_into_sent_as_soon_as_it_can_be_there(
        self, store: Store, hours: Hours, recorder: Start, box: ImapServer
    ) -> None:
        server = recorder(Script([Rule("taken", "drop", only="p1@exemple.fr")], user=USER, password=PASSWORD))
        self.mailbox(store, server, box)
        addresses = queue(store, 3)
        box.put("Sent", b"Message-ID: <p1@exemple.fr>\r\nSubject: Panier\r\n\r\nBonjour\r\n")
        result = run(store, lambda: PASSWORD, patience=PATIENCE)
        assert (result.outcome, result.sent, result.in_doubt, result.found) == (Outcome.DONE, 2, 0, 1)
        assert hours.passed == pytest.approx(120, abs=2)
        assert set(assert_nobody_twice_nobody_lost(store, server, addresses).values()) == {"sent"}

    def test_what_is_missing_stays_in_doubt_and_holds_nobody_up(
        self, store: Store, hands: Hands, hours: Hours, recorder: Start, box: ImapServer
    ) -> None:
        server = recorder(Script([Rule("dot", "drop", only="p1@exemple.fr")], user=USER, password=PASSWORD))
        self.mailbox(store, server, box)
        queue(store, 3)
        result = run(store, lambda: PASSWORD)
        assert (result.sent, result.in_doubt, result.found, result.missing) == (2, 1, 0, 0)
        assert box.commands() == [], "too fresh"
        result = run(store, lambda: PASSWORD, patience=PATIENCE)
        assert (result.found, hours.passed) == (0, pytest.approx(0, abs=1)), "nobody gave the password for that"
        hands.at += timedelta(minutes=3)
        queue(store, 1, first=3)
        result = run(store, lambda: PASSWORD)
        assert (result.sent, result.found, result.missing) == (1, 0, 1)
        box.stop()
        queue(store, 1, first=4)
        assert run(store, lambda: PASSWORD).sent == 1
        assert store.deliveries.counts().unknown == 1
