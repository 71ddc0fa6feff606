"""What a run of the outbox does with each kind of trouble: what is kept, what is told, what is tried again."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from mail.outbox import adopt, run
from mail.password import NoPassword
from mail.run_result import Outcome, RunResult
from mail.schedule import queue_due
from screens.outbox_words import result_words
from store.clock import stamp, utc_now
from store.errors import Invalid, NotAllowed, NotFound
from store.handle import Store
from tests.mail.outgoing import assert_nobody_twice_nobody_lost, queue, set_mailbox
from tests.mail.recorder import Recorder, Rule, Script

Start = Callable[..., Recorder]
PHASES = ["greeting", "ehlo", "mail", "rcpt", "data", "dot", "taken"]


def send(store: Store, password: str = "") -> RunResult:
    return run(store, lambda: password)


def states(store: Store) -> dict[str, str]:
    with store.reading() as t:
        return {row["address"].partition("@")[0]: row["state"] for row in t.all("SELECT * FROM deliveries")}


def later(store: Store, monkeypatch: pytest.MonkeyPatch, ahead: timedelta) -> None:
    """Move the group's clock forward."""
    moment: datetime = store.clock.now() + ahead
    monkeypatch.setattr(store.clock, "_now", lambda: moment)


def test_a_run_sends_everything_over_one_connection_with_one_login(store: Store, recorder: Start) -> None:
    server = recorder(Script(user="amap", password="secret"))
    set_mailbox(store, server.port, username="amap")
    addresses = queue(store, 30)
    result = send(store, "secret")
    assert (result.outcome, result.exit_code, result.sent, result.next_at) == (Outcome.DONE, 0, 30, None)
    assert set(assert_nobody_twice_nobody_lost(store, server, addresses).values()) == {"sent"}
    assert len(server.events("login")) == len(server.events("connection")) == 1


def test_a_text_with_lines_of_dots_arrives_whole(store: Store, recorder: Start) -> None:
    server = recorder()
    set_mailbox(store, server.port)
    mime = b"Message-ID: <x>\r\nSubject: S\r\n\r\n.\r\n..\r\n.a\r\nb\r\n"
    queue(store, 2, mime=mime.replace(b"a\r\n", b"a\n"))  # a bare line end becomes a whole one
    assert send(store).sent == 2
    with store.reading() as t:
        dates = [row["date_header"] for row in t.all("SELECT date_header FROM deliveries")]
    whole = [hashlib.sha256(f"Date: {date}\r\n".encode() + mime).hexdigest() for date in dates]
    assert sorted(mail["hash"] for mail in server.accepted()) == sorted(whole)


def test_nothing_due_needs_no_mailbox_and_no_network(store: Store) -> None:
    assert send(store) == RunResult(Outcome.DONE)


def test_mails_without_a_mailbox_wait(store: Store) -> None:
    queue(store, 1)
    assert send(store).exit_code == 1
    assert states(store) == {"p0": "ready"}


def test_without_network_all_stays_ready(store: Store, recorder: Start) -> None:
    server = recorder()
    server.stop()
    set_mailbox(store, server.port)
    queue(store, 3)
    result = send(store)
    assert (result.exit_code, result.outcome, result.reason, result.due) == (3, Outcome.NO_NETWORK, "refused", 3)
    assert set(states(store).values()) == {"ready"}
    assert store.mailbox.state().state == "ok"


def test_one_bad_address_does_not_stop_the_others(store: Store, recorder: Start) -> None:
    server = recorder(Script([Rule("rcpt", "550 5.1.1 User unknown", only="p1@exemple.fr")]))
    set_mailbox(store, server.port)
    queue(store, 3)
    result = send(store)
    assert (result.sent, result.failed, result.exit_code) == (2, 1, 0)
    assert states(store) == {"p0": "sent", "p1": "failed", "p2": "sent"}
    (failed,) = store.deliveries.of_message(1, "failed")
    assert (failed.reason, failed.answer) == ("refused", "5.1.1 User unknown")
    assert len(server.events("connection")) == 1


def test_only_the_failed_are_tried_again(store: Store, recorder: Start) -> None:
    server = recorder(Script([Rule("dot", "554 5.7.1 no", only="p1@exemple.fr", times=1)]))
    set_mailbox(store, server.port)
    addresses = queue(store, 3)
    send(store)
    assert store.deliveries.retry("all", message_id=1) == 1
    assert send(store).sent == 1
    assert set(assert_nobody_twice_nobody_lost(store, server, addresses).values()) == {"sent"}


@pytest.mark.parametrize("at", ["rcpt", "dot"])
def test_a_refusal_for_the_moment_is_tried_again_later_and_later(
    store: Store, recorder: Start, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    server = recorder(Script([Rule(at, "451 4.3.0 not now")]))
    set_mailbox(store, server.port)
    queue(store, 1)
    waits = []
    for _ in range(6):
        result = send(store)
        assert result.exit_code == 0
        assert result.next_at
        now = store.clock.now()
        waits.append(round((datetime.fromisoformat(result.next_at) - now).total_seconds() / 60))
        assert send(store).sent == 0, "not before its time"
        later(store, monkeypatch, timedelta(minutes=waits[-1], seconds=30))
    assert waits == [1, 5, 15, 60, 240, 240]
    later(store, monkeypatch, timedelta(days=3))
    send(store)
    (row,) = store.deliveries.of_message(1)
    assert (row.state, row.reason) == ("failed", "gave_up")


def test_greylisting_is_given_five_minutes(store: Store, recorder: Start) -> None:
    server = recorder(Script([Rule("rcpt", "451 4.7.1 Greylisted, come back", times=1)]))
    set_mailbox(store, server.port)
    queue(store, 1)
    result = send(store)
    assert result.next_at
    assert result.next_at > stamp(utc_now() + timedelta(minutes=4, seconds=50))


@pytest.mark.parametrize("at", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize("reply", ["550 5.4.5 Daily user sending limit exceeded", "452 4.5.3 Too many recipients"])
def test_a_used_up_quota_stops_the_mailbox_and_touches_no_mail(
    store: Store, recorder: Start, at: str, reply: str
) -> None:
    server = recorder(Script([Rule(at, reply, after=2)]))
    set_mailbox(store, server.port)
    addresses = queue(store, 5)
    result = send(store)
    assert (result.outcome, result.exit_code, result.sent, result.due) == (Outcome.QUOTA, 3, 2, 3)
    assert result.until
    assert sorted(states(store).values()) == ["ready"] * 3 + ["sent"] * 2
    assert store.mailbox.state().state == "quota"
    assert send(store).exit_code == 3, "the server is not asked again before its time"
    assert len(server.events("connection")) == 1
    server.stop()
    server.start(Script())
    store.mailbox.resume()
    assert send(store).sent == 3
    assert_nobody_twice_nobody_lost(store, server, addresses)


def test_a_refused_login_concerns_no_recipient(store: Store, recorder: Start) -> None:
    server = recorder(Script(user="amap", password="secret"))
    set_mailbox(store, server.port, username="amap")
    queue(store, 3)
    result = send(store, "wrong")
    assert (result.outcome, result.exit_code, result.due) == (Outcome.LOGIN_REFUSED, 3, 3)
    assert store.mailbox.state().state == "login_refused"
    refused = run(store, lambda: "wrong", how="tick")
    assert refused.exit_code == 3
    assert "“cabas mailbox check”" in result_words(refused, store.mailbox.get(), store.clock)
    assert len(server.events("login refused")) < 6, "a tick does not try what only a person can put right"
    assert send(store, "secret").sent == 3
    assert store.mailbox.state().state == "ok"


def test_ticks_go_on_by_themselves_once_the_password_is_known_again(store: Store, recorder: Start) -> None:
    server = recorder(Script(user="amap", password="secret"))
    set_mailbox(store, server.port, username="amap")
    queue(store, 3)

    def locked() -> str:
        raise NoPassword

    for _tick in range(2):
        with pytest.raises(NoPassword):
            run(store, locked, how="tick")
    assert (store.mailbox.state().state, store.mailbox.state().reason) == ("login_refused", "password")
    with store.reading() as t:
        assert t.value("SELECT count(*) FROM attempts WHERE phase = 'password'") == 1, "said once"
    assert run(store, lambda: "secret", how="tick").sent == 3
    assert store.mailbox.state().state == "ok"
    assert not server.events("login refused")


def test_a_busy_server_is_given_five_minutes(store: Store, recorder: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    server = recorder(Script([Rule("greeting", "421 4.7.0 too busy", times=1)]))
    set_mailbox(store, server.port)
    queue(store, 2)
    result = send(store)
    assert (result.outcome, result.exit_code) == (Outcome.PAUSED, 3)
    assert send(store).sent == 0
    later(store, monkeypatch, timedelta(minutes=6))
    assert send(store).sent == 2


@pytest.mark.parametrize("at", PHASES)
def test_a_line_that_breaks_once_is_made_again(store: Store, recorder: Start, at: str) -> None:
    server = recorder(Script([Rule(at, "drop", times=1)]))
    set_mailbox(store, server.port)
    addresses = queue(store, 4)
    result = send(store)
    assert result.exit_code == 0
    found = assert_nobody_twice_nobody_lost(store, server, addresses)
    doubts = 1 if at in ("dot", "taken") else 0
    assert sorted(found.values()) == ["sent"] * (4 - doubts) + ["unknown"] * doubts
    assert result.in_doubt == doubts


@pytest.mark.parametrize("at", PHASES)
def test_a_line_that_always_breaks_ends_the_run(store: Store, recorder: Start, at: str) -> None:
    server = recorder(Script([Rule(at, "drop")]))
    set_mailbox(store, server.port)
    addresses = queue(store, 30)
    result = send(store)
    if at in ("dot", "taken"):  # each makes a doubt: a person has to look before there are more
        assert (result.outcome, result.reason, result.in_doubt) == (Outcome.PAUSED, "doubts", 3)
        assert run(store, lambda: "", how="tick").in_doubt == 0
        assert send(store).in_doubt == 1, "one mail tells whether somebody has put it right"
    else:
        assert (result.outcome, result.exit_code, result.in_doubt) == (Outcome.NO_NETWORK, 3, 0)
    assert_nobody_twice_nobody_lost(store, server, addresses)
    assert store.deliveries.counts().unknown == (result.in_doubt and 4)


def test_doubts_are_settled_by_a_person(store: Store, recorder: Start) -> None:
    server = recorder(Script([Rule("taken", "drop", times=2)]))
    set_mailbox(store, server.port)
    queue(store, 2)
    send(store)
    first, second = store.deliveries.unknown()
    with pytest.raises(Invalid):
        store.deliveries.resolve("all", "perhaps")
    assert store.deliveries.resolve(first.id, "sent") == 1
    assert store.deliveries.resolve(second.id, "again") == 1
    with pytest.raises(NotFound):
        store.deliveries.resolve(first.id, "again")
    send(store)
    assert [mail["to"] for mail in server.accepted()] == ["p0@exemple.fr", "p1@exemple.fr", "p1@exemple.fr"]
    again = [mail["hash"] for mail in server.accepted() if mail["to"] == "p1@exemple.fr"]
    assert again[0] == again[1]
    phases = [attempt.phase for attempt in store.deliveries.story(second.id).attempts]
    assert phases == ["dot", "answer", "again", "dot", "answer"]


def test_a_paused_message_waits_and_its_tests_do_not(store: Store, recorder: Start) -> None:
    server = recorder()
    set_mailbox(store, server.port)
    queue(store, 2)
    queue(store, 1, first=9, kind="test")
    store.deliveries.pause(1)
    assert store.deliveries.due().now == 1
    assert send(store).sent == 1
    assert states(store) == {"p0": "ready", "p1": "ready", "p9": "sent"}
    store.deliveries.resume(1)
    assert send(store).sent == 2


def test_a_paused_mailbox_sends_nothing(store: Store, recorder: Start) -> None:
    server = recorder()
    set_mailbox(store, server.port)
    queue(store, 1)
    store.mailbox.pause()
    result = send(store)
    assert (result.exit_code, result.outcome, result.reason, result.until) == (3, Outcome.PAUSED, "operator", None)
    store.mailbox.resume()
    assert send(store).sent == 1


def test_the_groups_own_limits_survive_a_restart(
    store: Store, recorder: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = recorder(Script([Rule("taken", "drop", times=1)]))
    set_mailbox(store, server.port, per_hour=3, per_day=5)
    queue(store, 8)
    result = send(store)
    assert (result.outcome, result.exit_code, result.sent, result.in_doubt) == (Outcome.QUOTA, 3, 2, 1)
    assert result.until
    assert store.mailbox.state().state == "quota"
    assert send(store).sent == 0
    later(store, monkeypatch, timedelta(minutes=61))
    assert send(store).sent == 2, "a doubt counts as sent"
    later(store, monkeypatch, timedelta(minutes=61))
    assert send(store).sent == 0
    later(store, monkeypatch, timedelta(hours=23))
    assert send(store).sent == 3


def test_two_senders_at_once(store: Store, recorder: Start) -> None:
    server = recorder(Script(delay=0.05))
    set_mailbox(store, server.port)
    addresses = queue(store, 30)
    code = "import sys; from pathlib import Path; from store.handle import Store; from mail.outbox import run;"
    code += "r = run(Store(Path(sys.argv[1]), 'marie'), lambda: ''); print(r.exit_code, r.holder)"
    both = [
        subprocess.Popen([sys.executable, "-c", code, str(store.path)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = sorted(process.communicate()[0] for process in both)
    assert said[0].startswith("0")
    assert said[1].startswith("4 Holder(operator='marie'")
    assert set(assert_nobody_twice_nobody_lost(store, server, addresses).values()) == {"sent"}


def test_a_polite_kill_finishes_the_mail_under_way(store: Store, recorder: Start) -> None:
    server = recorder(Script(delay=0.1))
    set_mailbox(store, server.port)
    addresses = queue(store, 20)
    code = "import sys; from pathlib import Path; from store.handle import Store; from mail.outbox import run;"
    code += "sys.exit(run(Store(Path(sys.argv[1]), 'marie'), lambda: '').exit_code)"
    process = subprocess.Popen([sys.executable, "-c", code, str(store.path)])
    while len(server.accepted()) < 2:
        pass
    process.send_signal(signal.SIGTERM)
    assert process.wait() == 3
    found = assert_nobody_twice_nobody_lost(store, server, addresses)
    assert set(found.values()) == {"sent", "ready"}


def test_who_may_queue_mails_of_any_kind_sends_what_waits_and_nobody_else_does(store: Store, recorder: Start) -> None:
    set_mailbox(store, recorder().port)
    store.operators.add("lucie", "Lucie", "treasurer")
    store.operators.add("paul", "Paul", "phone_desk")
    store.operators.add("wr", "Wr", "treasurer")
    with store.writing() as t:
        t.execute(
            "INSERT INTO rights (operator_id, name) SELECT id, 'messages.write' FROM operators WHERE login = 'wr'"
        )
    for n, (login, may) in enumerate({"paul": True, "wr": True, "lucie": False}.items()):
        queue(store, 1, first=n)
        with closing(Store(store.path, login)) as other:
            for act in (lambda: other.deliveries.hold("all"), other.mailbox.pause, lambda: adopt(other)):
                with pytest.raises(NotAllowed):
                    act()
            if may:
                assert queue_due(other) == ()
                send(other)
            else:
                with pytest.raises(NotAllowed):
                    send(other)
        assert states(store)[f"p{n}"] == ("sent" if may else "ready")


def test_an_address_cannot_break_out_of_its_line(store: Store) -> None:
    with pytest.raises(Invalid):
        queue(store, 1, address="a@exemple.fr>\r\nRCPT TO:<b@exemple.fr")
    assert states(store) == {}


def test_the_mailbox_takes_no_open_line_but_on_this_machine(store: Store) -> None:
    for host in ("smtp.example.org", "192.168.1.5"):
        with pytest.raises(Invalid):
            set_mailbox(store, 25, host=host)
    for host in ("localhost", "127.0.0.1", "::1"):
        set_mailbox(store, 25, host=host)
