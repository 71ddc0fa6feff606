"""`cabas tick`: what it says, its JSON and its exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from mail.lock import OutboxLock
from store import Store
from store.backup_files import folder_of
from store.heartbeats import last_beat
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
