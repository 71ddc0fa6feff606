"""An older file is brought up to date whole or not at all, and what it was before lies beside it."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store import Store, migrate
from store.errors import DiskFull
from store.schema import LATEST
from tests.store.older import older_file

OLDER = LATEST - 1


@pytest.fixture
def older(store: Store, tmp_path: Path) -> Path:
    """A file of the version before, with one member."""
    path = older_file(tmp_path / "older.cabas", OLDER, store)
    with closing(sqlite3.connect(path)) as conn:
        conn.execute("PRAGMA journal_mode = WAL")
    return path


def look(path: Path) -> tuple[int, str, str]:
    """A file's version, whether it is whole, and who is in it."""
    with closing(sqlite3.connect(path)) as conn:
        version = conn.execute("PRAGMA user_version").fetchone()[0]
        whole = conn.execute("PRAGMA integrity_check").fetchone()[0]
        return version, whole, conn.execute("SELECT group_concat(last_name) FROM people").fetchone()[0]


def backups(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}.v{OLDER}-*.backup"))


def test_a_program_that_is_killed_in_the_middle_leaves_the_file_as_it_was(older: Path, store: Store) -> None:
    real = migrate.migrations
    child = os.fork()
    if child == 0:

        class Killed:
            """All is applied, nothing is committed."""

            def apply(self, db: object) -> None:
                real().apply(db)  # type: ignore[arg-type]
                os.kill(os.getpid(), signal.SIGKILL)

        migrate.migrations = Killed  # type: ignore[assignment]
        try:
            migrate.bring_up_to_date(older)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert look(older) == (OLDER, "ok", "Durand")
    again = Store(older, store.actor)
    assert again.members.get(1).name == "Durand"
    again.close()
    assert look(older)[:2] == (LATEST, "ok")
    assert [look(backup) for backup in backups(older)] == [(OLDER, "ok", "Durand")] * len(backups(older))
    assert backups(older)


def test_without_room_for_the_backup_nothing_is_changed(
    older: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, copy: Path) -> None:
        raise DiskFull(copy)

    monkeypatch.setattr(migrate, "back_up_to", full)
    with pytest.raises(DiskFull):
        Store(older, store.actor)
    assert look(older) == (OLDER, "ok", "Durand")
    assert backups(older) == []
