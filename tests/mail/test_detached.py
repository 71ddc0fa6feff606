"""A sending in a process of its own: it outlives whoever started it, and tells nobody the password."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mail import detached
from mail.lock import Busy, OutboxLock, holder, lock_path
from mail.outbox import run
from mail.run_result import Outcome
from store.errors import FileUnreadable
from store.handle import Store
from store.people import Member, Person
from store.segments import EVERYONE
from tests.mail.outgoing import assert_nobody_twice_nobody_lost, queue, set_mailbox
from tests.mail.recorder import Recorder, Rule, Script

Start = Callable[..., Recorder]
PASSWORD = "brouette-en-bois"


@pytest.fixture(autouse=True)
def no_process_stays(store: Store) -> Iterator[None]:
    yield
    if someone := holder(store.path):
        os.kill(someone.pid, signal.SIGKILL)


def until(true: Callable[[], object], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


def test_it_goes_on_when_the_terminal_and_the_app_are_gone(store: Store, recorder: Start, tmp_path: Path) -> None:
    server = recorder(Script(delay=0.05, user="amap", password=PASSWORD))
    set_mailbox(store, server.port, username="amap")
    addresses = queue(store, 20)
    app = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; from mail import detached;"
            "print(detached.start(Path(sys.argv[1]), 'marie', sys.argv[2]).pid, flush=True); time.sleep(60)",
            str(store.path),
            PASSWORD,
        ],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert app.stdout
    sender = int(app.stdout.readline())
    until(lambda: server.accepted())
    os.killpg(app.pid, signal.SIGHUP)
    os.killpg(app.pid, signal.SIGKILL)
    app.wait()
    app.stdout.close()
    os.kill(sender, signal.SIGHUP)
    until(lambda: store.deliveries.counts().sent == 20)
    assert set(assert_nobody_twice_nobody_lost(store, server, addresses).values()) == {"sent"}


def test_the_password_is_neither_in_its_arguments_nor_its_environment(store: Store, recorder: Start) -> None:
    server = recorder(Script(delay=0.2, user="amap", password=PASSWORD))
    set_mailbox(store, server.port, username="amap")
    queue(store, 5)
    sending = detached.start(store.path, "marie", PASSWORD)
    until(lambda: server.events("login"))
    known = Path(f"/proc/{sending.pid}")
    for place in ("cmdline", "environ"):
        if (known / place).exists():
            assert PASSWORD.encode() not in (known / place).read_bytes()
    assert PASSWORD.encode() not in lock_path(store.path).read_bytes()
    until(lambda: sending.exit_code == 0)
    assert PASSWORD.encode() not in store.path.read_bytes()


def test_it_waits_for_what_is_due_soon_and_takes_what_is_queued_meanwhile(store: Store, recorder: Start) -> None:
    server = recorder(Script([Rule("rcpt", "451 4.3.0 later", only="p0@exemple.fr")]))
    set_mailbox(store, server.port)
    queue(store, 1)
    sending = detached.start(store.path, "marie", "")
    until(lambda: (found := holder(store.path)) is not None and found.waits)
    queue(store, 1, first=1)
    until(lambda: store.deliveries.counts().sent == 1)
    os.kill(sending.pid, signal.SIGTERM)
    until(lambda: sending.exit_code is not None)
    assert holder(store.path) is None


def test_without_a_password_the_state_says_so(store: Store, recorder: Start) -> None:
    set_mailbox(store, recorder().port, username="amap")
    queue(store, 1)
    sending = detached.start(store.path, "marie", None)
    until(lambda: sending.exit_code is not None)
    assert (sending.exit_code, store.mailbox.state().reason) == (1, "password")


def test_a_typed_password_is_told_to_no_other_server(store: Store, recorder: Start, tmp_path: Path) -> None:
    first = recorder(Script(delay=0.1, user="amap", password=PASSWORD))
    set_mailbox(store, first.port, username="amap")
    queue(store, 9)
    (tmp_path / "other").mkdir()
    with Recorder(tmp_path / "other", Script(user="amap", password=PASSWORD)) as other:
        sending = detached.start(store.path, "marie", PASSWORD)
        until(lambda: first.accepted())
        set_mailbox(store, other.port, username="amap")
        until(lambda: sending.exit_code is not None)
        assert (sending.exit_code, store.mailbox.state().reason) == (1, "typed_for_another")
        assert other.events("connection") == []
    assert store.deliveries.counts().sent == len(first.accepted()) < 9


def test_whoever_comes_second_hears_who_was_first(store: Store) -> None:
    assert holder(store.path) is None
    with OutboxLock(store.path, "paul"):
        assert run(store, lambda: "").outcome is Outcome.BUSY
        found = holder(store.path)
        assert found is not None
        assert (found.operator, found.pid) == ("paul", os.getpid())
        with pytest.raises(Busy):
            OutboxLock(store.path.parent / "." / store.path.name, "marie")
    assert holder(store.path) is None
    assert lock_path(store.path).exists(), "deleting it would make room for a second lock"


def test_a_lock_that_may_not_be_opened_is_told_as_a_file_that_may_not(store: Store) -> None:
    lock_path(store.path).mkdir()
    with pytest.raises(FileUnreadable):
        run(store, lambda: "")


def test_what_was_kept_goes_with_the_apps_sending_too(store: Store, recorder: Start) -> None:
    server = recorder()
    set_mailbox(store, server.port)
    store.members.add(Member((Person("Odette", "Maréchal", "odette@exemple.fr"),)))
    kept = store.messages.new(EVERYONE, "Panier", "Bonjour {{ first_name }}")
    with store.writing() as t:
        hour = (store.clock.wall() - timedelta(minutes=5)).isoformat(timespec="minutes")
        t.execute("UPDATE messages SET state = 'scheduled', scheduled_by = 1, send_at = ? WHERE id = ?", (hour, kept))
    sending = detached.start(store.path, "marie", "")
    until(lambda: sending.exit_code == 0)
    assert [mail["to"] for mail in server.accepted()] == ["odette@exemple.fr"]
    assert store.deliveries.counts(kept).sent == 1


def test_a_link_to_the_file_leads_to_the_same_lock(store: Store, tmp_path: Path) -> None:
    link = tmp_path / "link.cabas"
    link.symlink_to(store.path)
    assert lock_path(link) == lock_path(store.path)
