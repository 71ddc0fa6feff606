"""`cabas backup` and `cabas restore`: a copy made while others write, and a copy that is brought back."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from store import Store, file
from store.backup_files import folder_of
from store.people import Member, Person
from store.segments import EVERYONE
from tests.mail.outgoing import queue, set_mailbox
from tests.mail.recorder import Recorder

Cabas = Callable[..., str]
Start = Callable[..., Recorder]


def test_the_copy_holds_what_was_committed_and_has_the_files_mode(
    store: Store, cabas: Cabas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file, "BUSY_SECONDS", 0.1)
    store.path.chmod(0o660)
    store.settings.set("limit", 3)
    copy = tmp_path / "copy.cabas"
    with store.writing() as t:
        t.insert("settings", key="half", value="1")
        cabas("backup", copy)
    opened = Store(copy, store.actor)
    assert (opened.settings.get("limit"), opened.settings.get("half")) == (3, None)
    opened.close()
    assert copy.stat().st_mode & 0o777 == 0o660


def test_a_backup_lies_beside_the_file_or_goes_to_standard_output(store: Store, cabas: Cabas) -> None:
    assert "There is no backup yet" in cabas("backup", "--list")
    said = cabas("backup")
    (backup,) = folder_of(store.path).glob("*.backup")
    assert str(backup) in said
    assert "is there already" in cabas("backup", backup, code=1)
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
    store.operators.add("paul", "Paul", "phone_desk")
    cabas("--operator", "paul", "backup", store.path.with_name("away.cabas"), code=1)
    assert not store.path.with_name("away.cabas").exists()


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
    assert "2 are held" in cabas("--file", new, "outbox", "adopt", "--hold")
    assert "Nothing waits" in cabas("--file", new, "tick")
    assert len(server.accepted()) == 2
    assert "is there already" in cabas("restore", tmp_path / "copy", new, code=1)
    assert json.loads(cabas("restore", tmp_path / "copy", tmp_path / "two", "--json"))["changes_missing"] == 1
    (tmp_path / "list.csv").write_text("name\nOdette\n")
    assert "damaged, or not a file of cabas" in cabas("restore", tmp_path / "list.csv", tmp_path / "three", code=1)
    assert not (tmp_path / "three").exists()
