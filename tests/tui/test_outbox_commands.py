"""`cabas mailbox` and `cabas outbox`: their JSON, their exit codes, and what they say is wrong."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mail.lock import OutboxLock
from store import Store
from store.clock import stamp
from store.heartbeats import last_beat
from store.people import Member, Person
from store.segments import EVERYONE
from tests.mail.outgoing import queue
from tests.mail.recorder import Recorder, Rule, Script
from tui.commands import outbox, outbox_progress

Start = Callable[..., Recorder]
COUNTS = {"ready": 0, "sending": 0, "sent": 0, "failed": 0, "unknown": 0, "held": 0, "bounced": 0}


def reached(port: int, *more: object, tls: str = "none", user: str = "") -> list[object]:
    return ["mailbox", "set", "--host", "localhost", "--port", port, "--tls", tls, "--user", user,
            "--from", "amap@exemple.fr", *more]  # fmt: skip


def as_json(text: str) -> Any:
    return json.loads(text)


def test_a_run_and_its_status(store: Store, recorder: Start, cabas: Callable[..., str]) -> None:
    server = recorder(Script([Rule("rcpt", "550 5.1.1 unknown", only="p1@exemple.fr")]))
    cabas(*reached(server.port))
    queue(store, 3)
    status = as_json(cabas("outbox", "status", "--json"))
    assert status.pop("next_at") <= store.stamp()
    mailbox = {"state": "ok", "until": None, "reason": None}
    nothing = {"sender": None, "copied": False, "clock": None, "paused": [], "other_senders": {}}
    nothing["sms"] = {"due": 0, "state": "ok", "reason": None, "until": None}
    assert status == {**COUNTS, "ready": 3, "due": 3, "mailbox": mailbox, **nothing}
    assert cabas("outbox", "run") == "2 mails sent. 1 was refused.\nNothing waits.\n"
    status = as_json(cabas("outbox", "status", "--json"))
    assert (status["sent"], status["failed"], status["due"], status["next_at"]) == (2, 1, 0, None)
    assert "in doubt" in cabas("outbox", "status")


def test_mails_with_the_sender_of_a_former_mailbox_are_told_of_until_it_is_added(
    store: Store, recorder: Start, cabas: Callable[..., str]
) -> None:
    server = recorder()
    cabas(*reached(server.port))
    queue(store, 2)
    told = "2 mails are written from amap@exemple.fr, which is none of the mailbox's addresses"
    both = ("--identity", "amap@exemple.fr", "--identity", "bio@exemple.fr")
    assert told not in cabas("mailbox", "set", "neu@exemple.fr", "--user", "", *both)
    assert told not in cabas("outbox", "status")
    assert told in cabas("mailbox", "identities", "remove", "amap@exemple.fr")
    assert told in cabas("outbox", "status")
    assert told in cabas("outbox", "run")
    assert as_json(cabas("outbox", "status", "--json"))["other_senders"] == {"amap@exemple.fr": 2}
    said = cabas("outbox", "release", "--all")
    assert "0 wait again.\n2 stay held: written from another address (2)." in said
    assert told in said
    assert "is written from amap@exemple.fr" in cabas("outbox", "release", 1, code=1)
    assert told in cabas("mailbox", "set", "--per-hour", 90)
    cabas("mailbox", "identities", "add", "amap@exemple.fr")
    assert "2 wait again." in cabas("outbox", "release", "--all")
    assert cabas("outbox", "run") == "2 mails sent.\nNothing waits.\n"


def test_when_the_next_is_due_is_said(store: Store, recorder: Start, cabas: Callable[..., str]) -> None:
    server = recorder(Script([Rule("rcpt", "451 4.3.0 later")]))
    cabas(*reached(server.port))
    queue(store, 1)
    assert "The next is due" in cabas("outbox", "run")
    status = as_json(cabas("outbox", "status", "--json"))
    assert status["due"] == 0
    assert status["next_at"] > store.stamp()


def test_a_run_without_a_person_leaves_its_sign_and_one_at_a_terminal_none(
    store: Store, recorder: Start, cabas: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = recorder()
    cabas(*reached(server.port))
    monkeypatch.setattr(outbox, "_at_a_terminal", lambda: True)
    cabas("outbox", "run")
    assert last_beat(store) is None
    cabas("outbox", "run", "--as-tick")
    assert getattr(last_beat(store), "outcome", "") == "done"
    monkeypatch.setattr(outbox, "_at_a_terminal", lambda: False)
    cabas("outbox", "pause")
    queue(store, 1)
    cabas("outbox", "run", code=3)
    assert getattr(last_beat(store), "outcome", "") == "paused"
    cabas("outbox", "resume")
    cabas(*reached(server.port, user="amap"))
    cabas("outbox", "run", code=1)
    assert getattr(last_beat(store), "outcome", "") == "password"


def test_what_a_run_finds_at_the_hour_of_a_kept_message_is_said(
    store: Store, recorder: Start, cabas: Callable[..., str]
) -> None:
    server = recorder()
    cabas(*reached(server.port))
    for number in range(6):
        store.members.add(Member((Person(f"P{number}", "N", f"p{number}@exemple.fr"),)))
    wall = store.clock.wall().replace(second=0, microsecond=0)
    kept, late, _wrong = (store.messages.new(EVERYONE, subject, "T") for subject in ("Kept", "Late", "Wrong {{ x }}"))
    with store.writing() as t:
        t.execute(
            """UPDATE messages SET state = 'scheduled', scheduled_by = 1, expected_mails = 0, send_at = ?,
            send_before = iif(id = ?, ?, NULL)""",
            ((wall - timedelta(hours=1)).isoformat(timespec="minutes"), late, wall.isoformat(timespec="minutes")),
        )
    said = cabas("outbox", "run")
    assert "“Kept”: Mails: 6. It was 0 when" in said
    assert "“Late”, kept for" in said
    assert "It is cancelled" in said
    assert "“Wrong {{ x }}”, kept for" in said
    assert "There is no field “x”" in said
    assert store.deliveries.counts().sent == store.deliveries.counts(kept).sent == 6
    said = cabas("outbox", "run")
    assert "Late" not in said
    assert "Wrong" in said


def test_what_is_in_doubt(store: Store, recorder: Start, cabas: Callable[..., str]) -> None:
    server = recorder(Script([Rule("taken", "drop", times=2)]))
    cabas(*reached(server.port))
    queue(store, 2)
    cabas("outbox", "run")
    listed = as_json(cabas("outbox", "unknown", "--json"))
    assert [(one["message"], one["address"]) for one in listed] == [(1, "p0@exemple.fr"), (1, "p1@exemple.fr")]
    assert all(one["since"] <= store.stamp() for one in listed)
    assert "p0@exemple.fr" in cabas("outbox", "unknown")
    cabas("outbox", "resolve", "sent", code=2)
    cabas("outbox", "resolve", "--all", "perhaps", code=2)
    cabas("outbox", "resolve", listed[0]["delivery"], "sent")
    cabas("outbox", "resolve", "--all", "again")
    assert as_json(cabas("outbox", "unknown", "--json")) == []
    cabas("outbox", "run")
    assert [mail["to"] for mail in server.accepted()] == ["p0@exemple.fr", "p1@exemple.fr", "p1@exemple.fr"]


def test_a_mail_that_a_killed_run_left_is_listed_before_the_next_run(store: Store, cabas: Callable[..., str]) -> None:
    queue(store, 1)
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'sending'")
    assert len(as_json(cabas("outbox", "unknown", "--json"))) == 1


def test_not_now(store: Store, recorder: Start, cabas: Callable[..., str]) -> None:
    server = recorder()
    cabas(*reached(server.port))
    queue(store, 1)
    cabas("outbox", "pause")
    assert "paused" in cabas("outbox", "run", code=3)
    assert as_json(cabas("outbox", "status", "--json"))["mailbox"]["state"] == "paused"
    cabas("outbox", "resume")
    server.stop()
    assert "not on port" in cabas("outbox", "run", code=3)
    assert as_json(cabas("outbox", "status", "--json"))["ready"] == 1
    assert "not on port" in cabas("outbox", "status"), "and why the last run ended"
    with store.writing() as t:
        t.execute("UPDATE runs SET outcome = 'stopped', answer = 'disk_full'")
    assert "so the sending stopped: make room on it, then send again" in cabas("outbox", "status")


def test_another_one_is_sending(store: Store, cabas: Callable[..., str]) -> None:
    queue(store, 1)
    with OutboxLock(store.path, "paul") as lock:
        assert "paul is sending, since" in cabas("outbox", "run", code=4)
        assert "paul is sending, since" in cabas("outbox", "adopt", code=4)
        lock.waits("2026-11-21T21:30:00.000000Z")
        said = cabas("outbox", "run", code=4)
        assert "paul's sending waits" in said
        assert "It goes on by itself at Sat 21 Nov 22:30." in said


def test_hold_release_and_retry(store: Store, recorder: Start, cabas: Callable[..., str]) -> None:
    server = recorder(Script([Rule("rcpt", "550 5.1.1 unknown", times=1)]))
    cabas(*reached(server.port))
    queue(store, 2)
    assert "1 is held." in cabas("outbox", "hold", 2)
    cabas("outbox", "run")
    assert "1 waits again." in cabas("outbox", "release", "--message", 1)
    assert "1 is tried again." in cabas("outbox", "retry", "--all")
    cabas("outbox", "run")
    assert store.deliveries.counts().sent == 2
    assert "no delivery" in cabas("outbox", "hold", 77, code=1)


def test_what_is_decided_can_be_read_by_programs(store: Store, cabas: Callable[..., str]) -> None:
    queue(store, 3)
    acts = {
        ("hold", "--all"): {"changed": 3},
        ("release", "1", "2"): {"changed": 2},
        ("retry", "--all"): {"changed": 0},
        ("resolve", "--all", "sent"): {"changed": 0},
        ("pause", "--message", "1"): {"paused": True, "message": 1},
        ("resume",): {"paused": False, "message": None},
        ("adopt",): {"waiting": 2},
        ("adopt", "--hold"): {"held": 2},
    }
    for words, said in acts.items():
        assert as_json(cabas("outbox", *words, "--json")) == said


def test_what_another_file_may_have_sent_is_let_go_after_a_question(
    store: Store, cabas: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(store, 2)
    cabas("outbox", "adopt", "--hold")
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert "2 were held when the file was taken over" in cabas("outbox", "release", "--all", code=1)
    assert store.deliveries.counts().held == 2
    cabas("outbox", "release", "--all", "--yes")
    assert store.deliveries.counts().ready == 2


def test_a_paused_message_is_named(store: Store, cabas: Callable[..., str]) -> None:
    assert cabas("outbox", "run") == "Nothing waits.\n", "nor does it need a mailbox"
    queue(store, 2)
    cabas("outbox", "pause", "--message", 1)
    assert "is paused, 2 wait: cabas outbox resume --message 1" in cabas("outbox", "status")
    assert as_json(cabas("outbox", "status", "--json"))["paused"] == [1]
    store.operators.add("paul", "Paul", "phone_desk")
    assert "is paused" not in cabas("--operator", "paul", "outbox", "status")


def test_how_far_it_is_stands_on_the_terminal(
    store: Store, recorder: Start, cabas: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_progress, "SECONDS", 0.02)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    server = recorder(Script(delay=0.1))
    cabas(*reached(server.port))
    queue(store, 5)
    said = cabas("outbox", "run")
    assert "\rsending 1 of 5" in said
    assert "5 mails sent." in said


def test_a_clock_that_was_put_back(store: Store, recorder: Start, cabas: Callable[..., str]) -> None:
    server = recorder()
    cabas(*reached(server.port))
    cabas("outbox", "run")
    with store.writing() as t:
        t.insert("attempts", at=stamp(store.clock.now() + timedelta(days=2)), phase="dot", counted=1)
    cabas("outbox", "run")
    queue(store, 2)
    assert "clock was put back" in cabas("outbox", "run", code=3)
    assert "clock was put back" in cabas("outbox", "status")
    cabas("outbox", "adopt")
    assert "2 mails sent" in cabas("outbox", "run")


def test_a_copied_file(store: Store, recorder: Start, cabas: Callable[..., str], tmp_path: Path) -> None:
    server = recorder()
    cabas(*reached(server.port))
    queue(store, 2)
    store.close()
    copied = tmp_path / "copy.cabas"
    copied.write_bytes(store.path.read_bytes())
    assert "copied, renamed or brought back" in cabas("--file", copied, "outbox", "run", code=3)
    assert "2 are held." in cabas("--file", copied, "outbox", "adopt", "--hold")
    cabas("--file", copied, "outbox", "run")
    assert server.accepted() == []
