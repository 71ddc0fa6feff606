"""kill -9 at every named moment and at random ones: nobody gets two, nobody is forgotten, doubts are listed."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mail.crash_points import POINTS
from mail.outbox import adopt, run
from store.enclosures import whole_mime
from store.handle import Store
from tests.mail.outgoing import assert_nobody_twice_nobody_lost, queue, set_mailbox
from tests.mail.recorder import Recorder, Script
from tests.mail.sender import Forks, Sender

Start = Callable[..., Recorder]

KILLS = int(os.environ.get("CABAS_TEST_KILLS", "100"))


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("time_", [1, 3])
def test_a_run_killed_at_a_named_moment_is_finished_by_the_next(
    store: Store, recorder: Start, forks: Forks, point: str, time_: int
) -> None:
    server = recorder()
    set_mailbox(store, server.port)
    addresses = queue(store, 5)
    with Sender(store.path, forks=forks) as sender:
        killed = sender.run(f"{point}:{time_}")
        happens_once_a_run = point in ("started", "after_login")
        assert killed == (0 if happens_once_a_run and time_ > 1 else 137)
        assert_nobody_twice_nobody_lost(store, server, addresses)
        assert sender.run() == 0
    states = assert_nobody_twice_nobody_lost(store, server, addresses)
    in_doubt = [address for address, state in states.items() if state == "unknown"]
    after_the_claim = point in ("before_dot", "after_dot", "after_250", "before_commit") and killed == 137
    assert in_doubt == ([f"p{time_ - 1}@exemple.fr"] if after_the_claim else [])
    assert [row.address for row in store.deliveries.unknown()] == in_doubt
    assert list(states.values()).count("sent") == 5 - len(in_doubt)


TAIL = b"--b\r\n" + b"QUJD" * 19 + b"\r\n--b--\r\n"


@pytest.mark.parametrize("tail", [b"", TAIL], ids=["no file", "a file"])
def test_every_attempt_after_a_doubt_sends_the_same_bytes(
    store: Store, recorder: Start, forks: Forks, tail: bytes
) -> None:
    server = recorder()
    set_mailbox(store, server.port)
    queue(store, 1, tail=tail)
    with Sender(store.path, forks=forks) as sender:
        sender.run("after_250")
        sender.run(ahead=2)  # the Date header counts seconds: a second stamp would differ
        assert store.deliveries.resolve("all", "again") == 1
        assert sender.run(ahead=2) == 0
    first, second = server.accepted()
    assert first == second


@pytest.mark.parametrize("point", ["after_text", "before_dot", "after_dot", "after_250"])
def test_a_mail_with_a_large_file_is_sent_whole_and_once(
    store: Store, recorder: Start, forks: Forks, point: str
) -> None:
    server = recorder()
    set_mailbox(store, server.port)
    addresses = queue(store, 3, tail=b"--b\r\n" + (b"QUJD" * 19 + b"\r\n") * 10_000 + b"--b--\r\n")
    with Sender(store.path, forks=forks) as sender:
        assert sender.run(f"{point}:2") == 137
        assert_nobody_twice_nobody_lost(store, server, addresses)
        assert sender.run() == 0
        store.deliveries.resolve("all", "again")
        accepted = len(server.accepted())
        assert sender.run() == 0
    with store.reading() as t:
        rows = t.all("SELECT id, address, state, date_header FROM deliveries")
        mails = {
            row["address"]: f"Date: {row['date_header']}\r\n".encode() + (whole_mime(t, row["id"]) or b"")
            for row in rows
        }
    assert {row["state"] for row in rows} == {"sent"}
    assert accepted >= 2
    for mail in server.accepted():
        assert mail["hash"] == hashlib.sha256(mails[mail["to"]]).hexdigest()


def test_kill_9_at_random_moments(store: Store, recorder: Start, forks: Forks) -> None:
    server = recorder(Script(delay=0.01))  # so slow that a life of up to 50 ms sends one or two
    set_mailbox(store, server.port)
    addresses = queue(store, 300)
    chance = random.Random(20261121)
    kills = 0
    with Sender(store.path, forks=forks) as sender:
        while kills < KILLS and store.deliveries.counts().ready:
            pid = sender.start()
            time.sleep(chance.uniform(0, 0.05))
            kills += sender.kill(pid)
            assert_nobody_twice_nobody_lost(store, server, addresses)
        assert kills == KILLS, "the mails ran out before the kills"
        assert sender.run() == 0
    states = assert_nobody_twice_nobody_lost(store, server, addresses)
    assert set(states.values()) <= {"sent", "unknown"}
    unknown = [address for address, state in states.items() if state == "unknown"]
    assert sorted(row.address for row in store.deliveries.unknown()) == sorted(unknown)
    assert len(unknown) <= kills, "more than one doubt for a crash"


def test_kills_and_a_server_with_faults(store: Store, recorder: Start, forks: Forks) -> None:
    server = recorder(Script(delay=0.002, chaos=0.1))
    set_mailbox(store, server.port)
    addresses = queue(store, 100)
    chance = random.Random(7)
    with Sender(store.path, forks=forks) as sender:
        for _ in range(15):
            pid = sender.start()
            time.sleep(chance.uniform(0, 0.1))
            sender.kill(pid)
    while store.deliveries.due().now:
        run(store, lambda: "")
    states = assert_nobody_twice_nobody_lost(store, server, addresses)
    assert set(states.values()) <= {"sent", "unknown", "ready"}, "a fault of the moment wrote somebody off"


def test_what_a_power_cut_would_leave_forgets_nobody(
    store: Store, recorder: Start, forks: Forks, tmp_path: Path
) -> None:
    server = recorder(Script(delay=0.01))
    set_mailbox(store, server.port)
    addresses = queue(store, 100)
    chance = random.Random(3)
    left: dict[Path, set[str]] = {}
    with Sender(store.path, forks=forks) as sender:
        pid = sender.start()
        for number in range(10):
            time.sleep(chance.uniform(0.01, 0.05))
            os.kill(pid, signal.SIGSTOP)
            time.sleep(0.03)  # the server takes what was under way
            left[tmp_path / f"left-{number}"] = {mail["to"] for mail in server.accepted()}
            for suffix in ("", "-wal"):
                shutil.copy(f"{store.path}{suffix}", tmp_path / f"left-{number}{suffix}")
            os.kill(pid, signal.SIGCONT)
        assert sender.ended() == 0
    assert len({len(accepted) for accepted in left.values()}) > 3, "the moments were all the same"
    for path, accepted in left.items():
        found = Store(path, "marie")
        adopt(found)
        with found.reading() as t:
            states = {row["address"]: row["state"] for row in t.all("SELECT address, state FROM deliveries")}
        found.close()
        assert sorted(states) == sorted(addresses)
        assert {address for address in addresses if states[address] == "sent"} <= accepted
        assert not accepted & {address for address in addresses if states[address] == "ready"}
        assert list(states.values()).count("unknown") <= 1
