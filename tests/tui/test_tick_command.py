"""`cabas tick`, `cabas backup` and `cabas restore`: what they say, their JSON and their exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mail.lock import OutboxLock
from store import Store
from store.backup_files import folder_of
from store.heartbeats import last_beat
from store.people import Member, Person
from store.segments import EVERYONE
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


def test_a_backup_lies_beside_the_file_or_goes_to_standard_output(store: Store, cabas: Cabas) -> None:
    assert "There is no backup yet" in cabas("backup", "--list")
    said = cabas("backup")
    (backup,) = folder_of(store.path).glob("*.backup")
    assert str(backup) in said
    listed = cabas("backup", "--list")
    assert str(backup) in listed
    assert "by hand" in listed
    assert json.loads(cabas("backup", "--daily", 3, "--monthly", 0, "--json"))["keep"] == {
        "daily": 3, "weekly": 4, "monthly": 0,
    }  # fmt: skip
    assert "1 to 60" in cabas("backup", "--daily", 0, code=1)
    taken = subprocess.run(
        [sys.executable, "-m", "tui.cli", "--file", store.path, "backup", "-"], capture_output=True, check=True
    )
    assert taken.stderr == b""
    copy = store.path.with_name("taken.cabas")
    copy.write_bytes(taken.stdout)
    opened = Store(copy, store.actor)
    assert opened.settings.group() == store.settings.group()
    opened.close()
    assert not [path for path in store.path.parent.iterdir() if path.name.startswith(".backup")]


def test_what_is_restored_sends_nothing_until_it_is_adopted(
    store: Store, recorder: Start, cabas: Cabas, tmp_path: Path
) -> None:
    server = recorder()
    set_mailbox(store, server.port)
    store.members.add(Member((Person("Odette", "Maréchal", "odette@exemple.fr"),)))
    queue(store, 2)
    cabas("backup", tmp_path / "copy")
    store.members.add(Member((Person("Jeanne", "Petit"),)))
    cabas("tick")
    assert len(server.accepted()) == 2
    new = tmp_path / "shared" / "new.cabas"
    said = cabas("restore", tmp_path / "copy", new)
    assert f"{new} holds “AMAP des Oiseaux”: 1 member" in said
    assert f"It lacks 1 change that {store.path} has" in said
    assert "2 mails or messages wait in it" in said
    assert f"cabas --file {new} outbox adopt" in said
    assert (new.stat().st_mode & 0o777, new.parent.stat().st_mode & 0o7777) == (0o660, 0o2770)
    restored = Store(new, store.actor)
    message = restored.messages.new(EVERYONE, "Panier", "Bonjour")
    assert cabas("--file", new, "outbox", "run", code=3)
    assert "copied, renamed or brought back" in cabas("--file", new, "tick", code=3)
    restored.messages.delete(message)
    restored.close()
    assert len(server.accepted()) == 2
    assert "2 mails are held" in cabas("--file", new, "outbox", "adopt", "--hold")
    assert "Nothing waits" in cabas("--file", new, "tick")
    assert len(server.accepted()) == 2
    assert "is there already" in cabas("restore", tmp_path / "copy", new, code=1)
    assert json.loads(cabas("restore", tmp_path / "copy", tmp_path / "two", "--json"))["changes_missing"] == 1
    (tmp_path / "list.csv").write_text("name\nOdette\n")
    assert "damaged, or not a file of cabas" in cabas("restore", tmp_path / "list.csv", tmp_path / "three", code=1)
    assert not (tmp_path / "three").exists()


def test_a_damaged_file_is_said_with_what_to_do(store: Store, cabas: Cabas, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.store.test_backups import damage

    cabas("backup")
    damage(store)
    assert "cabas restore" in cabas("tick", code=1)
