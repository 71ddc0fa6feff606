"""A file that was copied or brought back from a backup, and one whose disk is full: nothing goes out twice."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from mail.lock import at_home
from mail.outbox import adopt, run, settle
from mail.run_result import Outcome, RunResult
from store.handle import Store
from store.message_records import MessageState
from store.people import Member, Person
from store.segments import EVERYONE
from tests.mail.outgoing import assert_nobody_twice_nobody_lost, queue, set_mailbox
from tests.mail.recorder import Recorder

Start = Callable[..., Recorder]


def send(store: Store) -> RunResult:
    return run(store, lambda: "")


class TestCopies:
    def test_a_copied_file_sends_nothing_until_adopted(self, store: Store, recorder: Start, tmp_path: Path) -> None:
        server = recorder()
        set_mailbox(store, server.port)
        addresses = queue(store, 3)
        copied = Store(copy(store, tmp_path / "copy.cabas"), "marie")
        assert (send(copied).outcome, send(copied).exit_code) == (Outcome.COPIED, 3)
        assert send(store).sent == 3
        assert adopt(copied, hold=True) == 3
        assert send(copied).sent == 0
        assert_nobody_twice_nobody_lost(store, server, addresses)
        assert copied.deliveries.release("all") == 3
        assert send(copied).sent == 3, "a person decided so"
        copied.close()

    def test_a_file_brought_back_from_a_backup_sends_nothing_until_adopted(
        self, store: Store, recorder: Start, tmp_path: Path
    ) -> None:
        server = recorder()
        set_mailbox(store, server.port)
        addresses = queue(store, 3)
        backup = copy(store, tmp_path / "backup")
        assert send(store).sent == 3
        store.close()
        for suffix in ("-wal", "-shm"):
            Path(f"{store.path}{suffix}").unlink(missing_ok=True)
        store.path.write_bytes(backup.read_bytes())  # the same machine, the same inode
        restored = Store(store.path, "marie")
        assert send(restored).outcome is Outcome.COPIED
        assert adopt(restored) == 3
        assert len(server.accepted()) == len(addresses)
        restored.close()

    def test_one_brought_back_over_itself_without_its_lock_file_sends_nothing_either(
        self, store: Store, recorder: Start, tmp_path: Path
    ) -> None:
        server = recorder()
        set_mailbox(store, server.port)
        addresses = queue(store, 1)
        assert send(store).sent == 1
        addresses += queue(store, 3, first=1)
        backup = copy(store, tmp_path / "backup")
        assert send(store).sent == 3
        store.close()
        for suffix in ("-wal", "-shm", ".sending"):
            Path(f"{store.path}{suffix}").unlink(missing_ok=True)
        store.path.write_bytes(backup.read_bytes())
        restored = Store(store.path, "marie")
        assert [send(restored).outcome, send(restored).outcome] == [Outcome.COPIED] * 2
        settle(restored)
        assert not at_home(restored)
        assert adopt(restored, hold=True) == 3
        assert at_home(restored)
        assert send(restored).outcome is Outcome.DONE
        assert len(server.accepted()) == len(addresses)
        restored.close()

    def test_what_was_kept_for_an_hour_goes_out_once_too(self, store: Store, recorder: Start, tmp_path: Path) -> None:
        server = recorder()
        set_mailbox(store, server.port)
        store.members.add(Member((Person("Odette", "Maréchal", "odette@exemple.fr"),)))
        fine, wrong = (store.messages.new(EVERYONE, "Panier", text) for text in ("Bonjour", "{{ nobody }}"))
        for message_id in (fine, wrong):
            store.messages.schedule(message_id, store.clock.wall() + timedelta(minutes=5))
        hour = (store.clock.wall() - timedelta(minutes=5)).isoformat(timespec="minutes")
        with store.writing() as t:
            t.execute("UPDATE messages SET send_at = ?", (hour,))
        copied = Store(copy(store, tmp_path / "copy.cabas"), "marie")
        assert send(copied).outcome is Outcome.COPIED
        assert copied.messages.get(fine).state is MessageState.SCHEDULED, "nothing happens in it until somebody decides"
        assert send(store).sent == 1
        assert adopt(copied, hold=True) == 1
        assert send(copied).sent == 0
        assert [mail["to"] for mail in server.accepted()].count("odette@exemple.fr") == 1
        assert copied.messages.get(wrong).state is MessageState.DRAFT
        copied.close()


def copy(store: Store, to: Path) -> Path:
    with store.writing() as t:
        t.insert("journal", at=t.stamp, action="copied")
    for suffix in ("", "-wal"):
        source = Path(f"{store.path}{suffix}")
        if source.exists():
            shutil.copy(source, f"{to}{suffix}")
    fold = Store(to, "marie")
    with fold.writing() as t:
        t.insert("journal", at=t.stamp, action="opened")
    fold.close()
    return to


ON_A_FULL_DISK = """
import resource, sys
from pathlib import Path
from mail.outbox import run
from store.errors import StoreError
from store.handle import Store
from store.message_records import MessageState
from store.people import Member, Person
from store.segments import EVERYONE

store = Store(Path(sys.argv[1]), "marie")
full = Path(f"{store.path}-wal").stat().st_size + 60_000
resource.setrlimit(resource.RLIMIT_FSIZE, (full, full))
try:
    run(store, lambda: "")
except StoreError:
    sys.exit(7)
"""


def test_a_full_disk_stops_before_the_dot(store: Store, recorder: Start) -> None:
    server = recorder()
    set_mailbox(store, server.port)
    addresses = queue(store, 20)
    assert subprocess.run([sys.executable, "-c", ON_A_FULL_DISK, str(store.path)]).returncode == 7
    found = assert_nobody_twice_nobody_lost(store, server, addresses)
    assert 0 < len(server.accepted()) < 20
    assert "ready" in found.values()
    send(store)
    found = assert_nobody_twice_nobody_lost(store, server, addresses)
    assert set(found.values()) <= {"sent", "unknown"}


LOOKING_ON_A_FULL_DISK = """
import resource, sys
from pathlib import Path
from store.errors import DiskFull
from store.handle import Store

resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
store = Store(Path(sys.argv[1]), "marie")
print(store.deliveries.counts().ready, store.change_number() > 0)
try:
    store.mailbox.pause()
except DiskFull:
    print("full")
"""


def test_a_file_on_a_full_disk_can_be_looked_at(store: Store) -> None:
    queue(store, 3)
    store.close()
    looking = [sys.executable, "-c", LOOKING_ON_A_FULL_DISK, str(store.path)]
    assert subprocess.run(looking, capture_output=True, text=True).stdout.split() == ["3", "True", "full"]
