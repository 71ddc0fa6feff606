"""`cabas doctor`: what is not right is said with what to do, and nothing is changed by looking."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store import Store
from store.backup_files import folder_of
from store.heartbeats import beat
from store.people import Member, Person
from store.schema import LATEST
from tests.mail.outgoing import queue, set_mailbox
from tests.store.posted import ODETTE, household, post
from tests.store.test_backups import damage
from tui.server import versions

Cabas = Callable[..., str]


def checks(cabas: Cabas, *more: object, code: int = 0) -> dict[str, str]:
    """What is not ok, by name."""
    found = json.loads(cabas("doctor", "--json", *more, code=code))
    assert found["bad"] == bool(code)
    return {
        one["name"]: f"{one['state']}: {one['said']} {one['do']}" for one in found["checks"] if one["state"] != "ok"
    }


@pytest.fixture
def fine(store: Store) -> Store:
    """A group of which everything is as it should be."""
    set_mailbox(store, 25)
    store.backups.make_if_due()
    for minutes in (10, 5):
        past = Store(store.path, "automatic", lambda ago=timedelta(minutes=minutes): datetime.now(UTC) - ago)
        beat(past, "done")
        past.close()
    return store


def test_of_a_group_in_order_nothing_is_to_be_done(fine: Store, cabas: Cabas) -> None:
    before = fine.change_number()
    said = cabas("doctor", "--integrity")
    assert "Everything is as it should be." in said
    assert "everything in it agrees" in said
    assert "→" not in said
    assert checks(cabas) == {}
    assert fine.change_number() == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files that belong to others")
def test_what_keeps_others_out_or_lets_strangers_in(
    fine: Store, cabas: Cabas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fine.path.chmod(0o664)
    lock = Path(f"{fine.path}.sending")
    lock.touch(0o600)
    os.chown(lock, 12345, -1)
    left = tmp_path / f".{fine.path.name}.abcd"
    left.mkdir()
    os.utime(left, (0, 0))
    password = tmp_path / "password"
    password.write_text("secret")
    password.chmod(0o644)
    cabas("mailbox", "set", "--host", "localhost", "--port", 25, "--tls", "none", "--user", "amap",
          "--from", "amap@exemple.fr", "--password-command", f"cat {password}")  # fmt: skip
    (tmp_path / "cabas.toml").chmod(0o644)
    version = tmp_path / "opt" / "versions" / "9.9.9-1"
    version.mkdir(parents=True)
    (tmp_path / "opt" / "current").symlink_to(version)
    monkeypatch.setattr(versions, "ROOT", tmp_path / "opt")
    found = checks(cabas, code=1)
    assert "9.9.9-1" in found.pop("program.version")
    assert f"rm -r {version}" in found.pop("program.left")
    assert set(found) == {"file.modes", "file.beside", "file.left", "configuration", "password.file"}
    assert f"rm -r {left}" in found["file.left"]
    assert f"chmod o= {fine.path}" in found["file.modes"]
    assert f"chown root:root {lock}" in found["file.beside"]
    assert f"chmod o= {password}" in found["password.file"]
    os.chown(fine.path, -1, 12345)
    assert "chmod 2770" in checks(cabas, code=1)["folder.modes"]
    (tmp_path / "cabas.toml").chmod(0o666)
    assert checks(cabas, code=1)["configuration"].startswith("bad")
    (tmp_path / "cabas.toml").chmod(0o600)
    (tmp_path / "cabas.toml").write_text("file = ")
    monkeypatch.delenv("CABAS_FILE")
    assert "cabas.toml cannot be read" in checks(cabas, code=1)["configuration"]


def test_what_keeps_mails_and_backups_from_being_made(fine: Store, cabas: Cabas, tmp_path: Path) -> None:
    post(fine, household(fine, ODETTE), state="unknown")
    backup = next(folder_of(fine.path).glob("*.backup"))
    found = checks(cabas, code=1)
    assert set(found) == {"outbox.copied", "outbox.doubts"}
    assert "cabas outbox adopt" in found["outbox.copied"]
    cabas("outbox", "adopt")
    fine.mailbox.pause()
    backup.write_bytes(backup.read_bytes()[:-4096])
    with fine.writing() as t:
        t.execute("UPDATE heartbeats SET outcome = 'error'")
    found = checks(cabas, code=1)
    assert {name: text.partition(":")[0] for name, text in found.items()} == {
        "mailbox": "warn", "outbox.doubts": "warn", "automatic": "bad", "backups": "bad",
    }  # fmt: skip
    with fine.writing() as t:
        t.execute("UPDATE heartbeats SET at = '2026-01-02T00:00:00.000000Z', before = '2026-01-01T23:55:00.000000Z'")
    assert "systemctl status cabas-tick.timer" in checks(cabas, code=1)["automatic"]
    cabas("mailbox", "set", "amap@exemple.fr", "--host", "localhost", "--port", 25, "--tls", "none", "--user", "amap")
    assert checks(cabas, code=1)["password"].startswith("warn: The password has to be typed")


def test_a_file_that_cannot_be_opened_is_one_of_the_things_that_are_not_right(
    fine: Store, cabas: Cabas, tmp_path: Path
) -> None:
    assert "nothing.cabas" in cabas("--file", tmp_path / "nothing.cabas", "doctor", code=1)
    text = tmp_path / "list.csv"
    text.write_text("name\n")
    text.chmod(0o600)
    assert "not a file of cabas" in cabas("--file", text, "doctor", code=1)
    assert "UnknownOperator" not in cabas("--operator", "nobody", "doctor", code=1)
    fine.close()
    older = Path(shutil.copy(fine.path, tmp_path / "older.cabas"))
    with closing(sqlite3.connect(older, isolation_level=None)) as conn:
        conn.execute(f"PRAGMA user_version = {LATEST - 1}")
    assert "1 version older" in cabas("--file", older, "doctor")
    with closing(sqlite3.connect(older)) as conn:
        assert conn.execute("PRAGMA user_version").fetchone() == (LATEST - 1,), "looking brings nothing up to date"


def test_what_does_not_agree_within_the_file(fine: Store, cabas: Cabas) -> None:
    odette = fine.members.add(Member((Person("Odette", "Maréchal"),)))
    fine.members.add(Member((Person("Jeanne", "Petit"),)))
    queue(fine, 1)
    assert checks(cabas, "--integrity") == {}
    with fine.writing() as t:
        t.execute("DELETE FROM member_search WHERE rowid = ?", (odette,))
        t.execute("UPDATE member_parts SET words = 'autre' WHERE rowid = ?", (odette + 1,))
        t.execute("UPDATE deliveries SET state = 'sent'")
        t.execute("INSERT INTO member_search (rowid, words, mail) VALUES (999, 'personne', '')")
    found = checks(cabas, "--integrity", code=1)
    assert set(found) == {"integrity.search", "integrity.sent"}
    assert "1, 2, 999" in found["integrity.search"]
    for number in (odette, odette + 1):
        cabas("members", "edit", number, "--notes", "vu")
    assert "999." in checks(cabas, "--integrity", code=1)["integrity.search"], "saving puts a member right"
    damage(fine)
    assert "cabas restore" in checks(cabas, "--integrity", code=1)["integrity.pages"]


def test_whoever_sees_no_messages_is_told_of_the_file_only(fine: Store, cabas: Cabas) -> None:
    fine.operators.add("paul", "Paul", "phone_desk")
    found = json.loads(cabas("--operator", "paul", "doctor", "--json"))
    names = {one["name"] for one in found["checks"]}
    assert "file" in names
    assert not names & {"mailbox", "automatic", "backups"}
    assert "change the group's settings" in cabas("--operator", "paul", "doctor", "--integrity", code=1)
