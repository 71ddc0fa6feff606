"""`cabas tick`: what it says, its JSON and its exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest

from mail import automatic
from mail.lock import OutboxLock
from store import Store
from store.backup_files import folder_of
from store.heartbeats import last_beat
from store.workflow_records import Trigger
from tests.mail.flows import Week, at_once
from tests.mail.outgoing import queue, set_mailbox
from tests.mail.recorder import Recorder

Cabas = Callable[..., str]
Start = Callable[..., Recorder]


def test_a_tick_says_what_it_did_and_quietly_only_what_is_to_be_put_right(
    store: Store, recorder: Start, cabas: Cabas
) -> None:
    said = cabas("tick")
    (backup,) = folder_of(store.path).glob("*.auto.backup")
    assert said == f"Nothing waits.\nBackup: {backup}\n"
    assert cabas("tick", "--quiet") == ""
    queue(store, 2)
    assert "no mailbox" in cabas("tick", "--quiet", code=1)
    server = recorder()
    set_mailbox(store, server.port)
    done = json.loads(cabas("tick", "--json"))
    assert (done["code"], done["outbox"]["sent"], done["inbox"], done["backup"], done["faults"]) == (
        0,
        2,
        None,
        None,
        {},
    )
    with store.reading() as t:
        assert t.value("SELECT operator_id FROM runs") is None, "the machine did it, whoever owns the file"
        assert t.value("SELECT operator_id FROM journal WHERE action = 'backup.made'") is None
    queue(store, 1, first=2)
    store.mailbox.pause()
    assert "paused" in cabas("tick", "--quiet", code=3)
    beat = last_beat(store)
    assert beat is not None
    assert beat.outcome == "paused"
    store.mailbox.resume()
    server.stop()
    assert "127.0.0.1" in cabas("tick", code=3)
    assert cabas("tick", "--quiet", code=3) == "", "a network comes back by itself"
    assert json.loads(cabas("tick", "--json", code=3))["outbox"]["outcome"] == "no_network"


def test_while_another_one_sends_it_leaves_that_to_them(store: Store, recorder: Start, cabas: Cabas) -> None:
    set_mailbox(store, recorder().port)
    queue(store, 1)
    store.operators.describe(store.actor, language="fr")
    with OutboxLock(store.path, "automatic", name="automatic"):
        said = cabas("tick", code=4)
        assert "automatique envoie" in said
        assert ".auto.backup" in said, "the rest is done"
        assert cabas("tick", "--quiet", code=4) == ""


def test_a_damaged_file_is_said_with_what_to_do(store: Store, cabas: Cabas, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.store.test_backups import damage

    cabas("backup")
    damage(store)
    assert "cabas restore" in cabas("tick", code=1)


def test_a_dry_run_says_what_would_go_and_to_how_many_and_changes_nothing(
    store: Store, recorder: Start, cabas: Cabas, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_mailbox(store, recorder().port)
    week = due_today(store)
    before = content(store)
    said = cabas("tick", "--dry-run")
    assert "“Ouverture: AMAP : opens" in said
    assert "3 mails would go." in said
    assert "cannot be sent: " in cabas("tick", "--dry-run")
    told = json.loads(cabas("tick", "--dry-run", "--json"))
    assert [(one["workflow"], one["mails"], one["state"], bool(one["error"])) for one in told["workflows"]] == [
        ("Cassé", 0, "planned", True),
        ("Ouverture", 3, "planned", False),
    ]
    assert told["next_tick"] == 0
    with monkeypatch.context() as full:
        full.setattr(automatic, "PER_TICK", 0)
        assert "1 of these waits for the next tick." in cabas("tick", "--dry-run")
    then = (store.clock.now() + timedelta(days=2)).isoformat(timespec="minutes")
    assert "missed" in cabas("tick", "--dry-run", "--now", then)
    early = (store.clock.wall() - timedelta(days=1)).isoformat(timespec="minutes")
    assert cabas("tick", "--dry-run", "--now", early) == "Nothing would go now.\n"
    assert "is no moment" in cabas("tick", "--dry-run", "--now", "soon", code=2)
    for far in ("0001-01-01T00:00", "9999-12-31T23:59"):
        assert "is too far off. Is the year mistyped?" in cabas("tick", "--dry-run", "--now", far, code=2)
    assert content(store) == before
    assert week.addresses == ["p0@exemple.fr", "p1@exemple.fr", "p2@exemple.fr"]


def test_a_tick_sends_what_is_due_and_says_each_time_what_cannot_be_made(
    store: Store, recorder: Start, cabas: Cabas
) -> None:
    server = recorder()
    set_mailbox(store, server.port)
    week = due_today(store)
    done = json.loads(cabas("tick", "--json"))
    assert [(one["workflow"], one["mails"], one["state"]) for one in done["workflows"]] == [
        ("Cassé", 0, "planned"),
        ("Ouverture", 3, "queued"),
    ]
    assert sorted(mail["to"] for mail in server.accepted()) == week.addresses
    assert "“Cassé: AMAP : opens" in cabas("tick", "--quiet")


def test_another_hour_is_an_admins_who_is_asked(
    store: Store, recorder: Start, cabas: Cabas, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_mailbox(store, recorder().port)
    due_today(store)
    late = (store.clock.now() + timedelta(days=2)).isoformat(timespec="minutes")
    monkeypatch.setattr("sys.stdin", StringIO())
    assert "--yes" in cabas("tick", "--now", late, code=1)
    store.operators.add("paul", "Paul", "writer")
    assert cabas("--operator", "paul", "tick", "--now", late, "--yes", code=1)
    assert set(store.occurrences.missed()) == {one for one in store.occurrences.missed() if one.id is None}
    assert "missed" in cabas("tick", "--now", late, "--yes")
    with store.reading() as t:
        assert t.value("SELECT count(*) FROM occurrences WHERE state = 'missed'") == 2


def due_today(store: Store) -> Week:
    """Ordering has opened just now, and two workflows have to say so: one whose words name a field that is none."""
    week = Week(store, 3)
    clock, found = store.clock, store.distributions.get(1)
    store.distributions.move(1, found.version, clock.today() + timedelta(days=10), "18:00", "19:30", "Treillières")
    week.attach(at_once(Trigger.OPENS, "Bonjour {{ nickname }}"), title="Cassé")
    week.attach(at_once(Trigger.OPENS), title="Ouverture")
    opens = clock.wall().replace(second=0, microsecond=0)
    with store.writing() as t:
        t.execute("UPDATE workflow_steps SET since = '2020-01-01T00:00:00.000000Z'")
        t.execute("UPDATE workflow_attachments SET at = '2020-01-01T00:00:00.000000Z'")
    store.distributions.set_hours(week.day, week.catalogue, opens, opens + timedelta(days=1))
    return week


def content(store: Store) -> list[str]:
    with store.reading() as t:
        tables = [row["name"] for row in t.all("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [f"{name} {tuple(row)}" for name in tables for row in t.all(f"SELECT * FROM {name}")]
