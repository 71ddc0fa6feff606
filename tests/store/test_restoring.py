"""Restoring: a new file that is checked, up to date and sends nothing, or none at all."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from mail.lock import at_home
from store import Store
from store.errors import FileExists, FileMissing, FileNewer, FileUnreadable, NotAGroupFile
from store.integrity import look_through
from store.people import Member, Person
from store.restoring import changes_since, restore
from store.schema import LATEST
from store.segments import EVERYONE
from tests.store.older import older_file
from tests.store.test_backups import damage


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_what_was_backed_up_comes_back_and_what_came_since_is_counted(store: Store, tmp_path: Path) -> None:
    store.members.add(Member((Person("Odette", "Maréchal", "odette@exemple.fr"),)))
    backup = store.backups.make()
    for name in ("Rigaud", "Petit"):
        store.members.add(Member((Person("Jeanne", name),)))
    store.backups.make_if_due()
    new = tmp_path / "new.cabas"
    contents = restore(backup.path, new, 0o660, "marie")
    assert (contents.group, contents.members, contents.version) == ("AMAP des Oiseaux", 1, LATEST)
    assert changes_since(store.path, contents) == 2
    assert new.stat().st_mode & 0o777 == 0o660
    opened = Store(new, "marie")
    assert opened.members.search("mar").total == 1
    with opened.reading() as t:
        assert t.value("PRAGMA journal_mode") == "wal", "several can work in it"
        row = t.one("SELECT action, operator_id FROM journal ORDER BY id DESC")
    assert row is not None
    assert tuple(row) == ("backup.restored", 1)
    assert look_through(opened) == ()
    assert opened.settings.get("backup") is None, "it is no backup any more"
    opened.close()
    assert left_in(tmp_path) >= {"group.cabas", "new.cabas", "backups"}
    assert not [name for name in left_in(tmp_path) if name.startswith(".")]


def test_one_of_another_group_is_not_compared(store: Store, tmp_path: Path, new_file: Path) -> None:
    other = Store(Path(shutil.copy(new_file, tmp_path / "other.cabas")), "marie")
    other.members.add(Member((Person("Odette", "Maréchal"),)))
    backup = other.backups.make()
    other.close()
    assert changes_since(store.path, restore(backup.path, tmp_path / "new.cabas", 0o600, "marie")) is None


def test_it_lives_nowhere_also_under_the_name_and_number_of_the_file_that_is_gone(store: Store, tmp_path: Path) -> None:
    """Before anything was sent no number of attempts tells a restored file from the one that went on."""
    message = store.messages.new(EVERYONE, "Panier", "Bonjour")
    store.messages.schedule(message, store.clock.wall() + timedelta(minutes=5))
    backup = store.backups.make()
    store.close()
    for suffix in ("", "-wal", "-shm", ".sending"):
        Path(f"{store.path}{suffix}").unlink(missing_ok=True)
    contents = restore(backup.path, store.path, 0o600, "nobody")
    assert contents.kept == 1
    restored = Store(store.path, "marie")
    assert not at_home(restored)
    restored.close()
    store.path.unlink()
    shutil.copy(backup.path, store.path)
    by_hand = Store(store.path, "marie")
    assert not at_home(by_hand), "a backup that was only copied neither"
    by_hand.close()


def test_what_is_not_whole_is_refused_and_nothing_is_left(store: Store, tmp_path: Path) -> None:
    backup = store.backups.make().path
    folder = tmp_path / "restored"
    folder.mkdir()
    new = folder / "new.cabas"
    broken = {
        "empty": b"",
        "text": b"first_name;last_name\n" * 99,
        "cut": backup.read_bytes()[: 4096 * 50],
        "zeroes": backup.read_bytes()[: 4096 * 20] + bytes(4096 * 200),
    }
    for name, content in broken.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(NotAGroupFile) as refused:
            restore(tmp_path / name, new, 0o600, "marie")
        assert refused.value.path == tmp_path / name
    with closing(sqlite3.connect(shutil.copy(backup, tmp_path / "references"), isolation_level=None)) as conn:
        conn.execute("INSERT INTO rights VALUES (77, 'admin', NULL)")
    with pytest.raises(NotAGroupFile):
        restore(tmp_path / "references", new, 0o600, "marie")
    with closing(sqlite3.connect(shutil.copy(backup, tmp_path / "newer"))) as conn:
        conn.execute(f"PRAGMA user_version = {LATEST + 1}")
    with pytest.raises(FileNewer):
        restore(tmp_path / "newer", new, 0o600, "marie")
    damage(store)
    with pytest.raises(NotAGroupFile):
        restore(store.path, new, 0o600, "marie")
    with pytest.raises(FileMissing):
        restore(tmp_path / "nothing", new, 0o600, "marie")
    with pytest.raises(FileUnreadable):
        restore(backup, tmp_path / "no folder" / "new.cabas", 0o600, "marie")
    assert left_in(folder) == set()


@pytest.mark.parametrize("there", ["", "-wal", "-shm", "-journal"])
def test_nothing_is_written_over_a_file_or_beside_what_one_has_left(store: Store, tmp_path: Path, there: str) -> None:
    backup = store.backups.make().path
    left = tmp_path / f"new.cabas{there}"
    left.write_text("mine")
    with pytest.raises(FileExists):
        restore(backup, tmp_path / "new.cabas", 0o600, "marie")
    assert left.read_text() == "mine"


def test_a_file_that_is_worked_in_and_one_that_was_copied_with_its_log_come_back_too(
    store: Store, tmp_path: Path
) -> None:
    store.members.add(Member((Person("Odette", "Maréchal"),)))
    assert Path(f"{store.path}-wal").stat().st_size
    assert restore(store.path, tmp_path / "one.cabas", 0o600, "marie").members == 1
    for suffix in ("", "-wal"):
        shutil.copy(f"{store.path}{suffix}", tmp_path / f"copied{suffix}")
    before = {name: (tmp_path / name).stat().st_mtime_ns for name in ("copied", "copied-wal")}
    assert restore(tmp_path / "copied", tmp_path / "two.cabas", 0o600, "marie").members == 1
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in before} == before


def test_an_older_one_is_brought_up_to_date(store: Store, tmp_path: Path) -> None:
    older = older_file(tmp_path / "older", 2, store)
    contents = restore(older, tmp_path / "new.cabas", 0o600, "marie")
    assert (contents.version, contents.last_change) == (2, None)
    opened = Store(tmp_path / "new.cabas", "marie")
    assert opened.backup is None, "there is nothing left to be brought up to date"
    opened.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files for others")
def test_what_root_makes_belongs_to_whose_folder_it_is(store: Store, tmp_path: Path) -> None:
    for path in (tmp_path, store.path):
        os.chown(path, 12345, 12346)
    backup = store.backups.make().path
    restore(backup, tmp_path / "new.cabas", 0o660, "marie")
    for path in (backup.parent, backup, tmp_path / "new.cabas"):
        found = path.stat()
        assert (found.st_uid, found.st_gid) == (12345, 12346)
