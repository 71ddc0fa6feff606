"""What a user gets from a group's file that is missing, damaged, newer, older, locked or shared."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from store import Store, file
from store.errors import (
    FileExists,
    FileLocked,
    FileMissing,
    FileNewer,
    FileUnreadable,
    NotAGroupFile,
    NotAllowed,
    NotFound,
    UnknownOperator,
)
from store.migrate import back_up_to
from store.rights import Right
from store.schema import LATEST
from store.settings import Group
from tests.store.older import SCHEMAS, older_file

TABLES = {
    "came_back", "inbox_bookmarks", "inbox_reads",
    "attempts", "basket_entries", "call_backs", "catalogue_contacts", "catalogues", "deliveries",
    "delivery_people", "distribution_catalogues", "distribution_stock", "distributions", "enclosures",
    "external_ids", "heartbeats", "import_answers", "import_mappings", "journal", "mailbox", "measures", "members",
    "merges", "message_files", "messages", "operators", "order_changes", "order_lines", "orders", "people",
    "preferences", "producers", "products", "recap_deliveries", "recaps", "recipients", "rights", "roles", "runs",
    "segments", "settings", "starters", "suppressions", "unfinished", "vouchers", "occurrences", "promotions",
    "message_figures", "message_links", "sms_gateway", "voucher_offers",
    "workflow_attachments", "workflow_exemptions", "workflow_steps", "workflows",
}  # fmt: skip


def test_a_new_file_has_the_tables_of_the_design_and_no_other(store: Store) -> None:
    with store.reading() as t:
        names = {row[0] for row in t.all("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        strict = {row["name"] for row in t.all("SELECT name FROM pragma_table_list WHERE strict = 1")}
    ours = {n for n in names if not n.startswith(("sqlite_", "_sqlite_", "member_search", "member_parts"))}
    assert ours == TABLES
    assert strict >= TABLES


def test_a_new_file_is_the_owners_alone(store: Store) -> None:
    assert store.path.stat().st_mode & 0o777 == 0o600


def test_nothing_is_created_over_a_file_that_is_there(tmp_path: Path) -> None:
    there = tmp_path / "list.cabas"
    there.write_text("my members")
    with pytest.raises(FileExists):
        Store.create(there, Group("AMAP"), "marie")
    assert there.read_text() == "my members"
    assert [p.name for p in tmp_path.iterdir()] == ["list.cabas"]


def test_a_creation_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    def fails() -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        Store.create(tmp_path / "group.cabas", Group("AMAP"), "marie", now=fails)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_backup_that_fails_leaves_nothing_that_looks_like_one(store: Store, tmp_path: Path) -> None:
    copying = """if True:
        import resource, signal, sys
        from pathlib import Path
        from store.errors import DiskFull, FileUnreadable
        from store.migrate import back_up_to
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        try:
            back_up_to(Path(sys.argv[1]), Path(sys.argv[2]))
        except (DiskFull, FileUnreadable):
            sys.exit(3)
    """
    ended = subprocess.run([sys.executable, "-c", copying, store.path, tmp_path / "copy"], check=False)
    assert ended.returncode == 3
    assert not list(tmp_path.glob("copy*"))


def test_a_missing_file_is_said_and_not_created(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        Store(tmp_path / "group.cabas", "marie")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"first_name;last_name\nOdette;Mar", b"", b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_file_that_is_not_a_groups_is_said_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "group.cabas"
    path.write_bytes(content)
    with pytest.raises(NotAGroupFile):
        Store(path, "marie")
    assert path.read_bytes() == content


def test_a_directory_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        Store(tmp_path, "marie")


def test_an_unknown_operator_is_refused(store: Store) -> None:
    with pytest.raises(UnknownOperator):
        Store(store.path, "mallory")


def test_a_newer_file_is_refused_also_when_it_became_newer_while_open(store: Store) -> None:
    with sqlite3.connect(store.path) as conn:
        conn.execute(f"PRAGMA user_version = {LATEST + 1}")
    conn.close()
    with pytest.raises(FileNewer):
        Store(store.path, "marie")
    with pytest.raises(FileNewer):
        store.operators.all()


def make_older(path: Path) -> None:
    """Leave the file as if a future migration had not been applied: all tables gone but sqlite-utils' own record."""
    path.touch()
    conn = sqlite3.connect(path)
    conn.execute("CREATE TABLE _sqlite_migrations (migration_set TEXT, name TEXT, applied_at TEXT)")
    conn.commit()
    conn.close()


OPEN = """
import sys; from pathlib import Path; from store.migrate import bring_up_to_date
print(bring_up_to_date(Path(sys.argv[1])))
"""


def test_several_programs_that_start_together_migrate_once_and_keep_one_backup(tmp_path: Path) -> None:
    path = tmp_path / "group.cabas"
    make_older(path)
    starts = [
        subprocess.Popen([sys.executable, "-c", OPEN, str(path)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd())
        for _ in range(4)
    ]
    answers = [start.communicate()[0].strip() for start in starts]
    assert [start.returncode for start in starts] == [0, 0, 0, 0]
    assert sorted(answer == "None" for answer in answers) == [False, True, True, True]
    backups = list(tmp_path.glob("group.cabas.v0-*.backup"))
    assert len(backups) == 1
    with sqlite3.connect(backups[0]) as conn:
        assert conn.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'members'").fetchone() == (0,)
    conn.close()


def test_a_locked_file_is_said_after_a_while_and_the_change_is_undone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file, "BUSY_SECONDS", 0.1)
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(FileLocked):
        store.settings.set("limit", 3)
    other.execute("ROLLBACK")
    other.close()
    assert store.settings.get("limit") is None


def test_a_file_that_may_not_be_written_is_said(store: Store) -> None:
    """In a child process, because the one that runs the tests may be root, who may write to anything."""
    folder = Path(tempfile.mkdtemp(prefix="cabas-read-only-"))
    copy = folder / "group.cabas"
    back_up_to(store.path, copy)
    copy.chmod(0o444)
    folder.chmod(0o555)
    child = os.fork()
    if child == 0:
        if os.geteuid() == 0:
            os.setuid(65534)
        try:
            Store(copy, "marie").settings.set("limit", 3)
        except FileUnreadable:
            os._exit(7)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    folder.chmod(0o755)
    shutil.rmtree(folder)
    assert os.waitstatus_to_exitcode(status) == 7


def test_writers_that_read_first_wait_for_each_other_and_lose_nothing(store: Store) -> None:
    store.settings.set("count", 0)

    def add_fifty() -> None:
        for _ in range(50):
            with store.writing() as t:
                value = int(t.value("SELECT value FROM settings WHERE key = 'count'"))
                t.execute("UPDATE settings SET value = ? WHERE key = 'count'", (str(value + 1),))

    threads = [threading.Thread(target=add_fifty) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.settings.get("count") == 200


def test_a_change_is_stored_whole_or_not_at_all(store: Store) -> None:
    def half_a_change() -> None:
        with store.writing() as t:
            t.insert("settings", key="half", value="1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_a_change()
    assert store.settings.get("half") is None


def test_every_change_leaves_one_row_in_the_journal_and_moves_the_change_number(store: Store) -> None:
    before = store.change_number()
    store.settings.set("limit", 3)
    assert store.change_number() == before + 1
    with store.reading() as t:
        row = t.one("SELECT * FROM journal ORDER BY id DESC LIMIT 1")
    assert row is not None
    assert (row["action"], row["operator_id"], row["at"]) == ("setting.changed", 1, "2026-11-21T20:04:00.000000Z")


def test_a_right_that_was_taken_away_is_gone_at_once(store: Store) -> None:
    store.operators.add("paul", "Paul", "coordinator")
    paul = Store(store.path, "paul")
    paul.settings.set("limit", 3)
    with store.writing() as t:
        t.execute("DELETE FROM rights WHERE operator_id = 2")
    with pytest.raises(NotAllowed):
        paul.settings.set("limit", 4)
    paul.close()
    assert store.settings.get("limit") == 3


def test_a_producers_right_is_on_the_named_catalogue_only(store: Store) -> None:
    producer_id = store.catalogues.add_producer("Rigaud")
    one = store.catalogues.add_catalogue("Volailles", producer_id, "EUR")
    two = store.catalogues.add_catalogue("Fromages", producer_id, "EUR")
    store.operators.add("rigaud", "Rigaud", "producer", catalogues=[one])
    rigaud = Store(store.path, "rigaud")
    me = rigaud.operators.me()
    rigaud.close()
    assert me.may(Right.ORDERS, one)
    assert not me.may(Right.ORDERS, two)
    assert not me.may(Right.ORDERS)
    assert not me.may_somewhere(Right.MEMBERS)


def test_a_number_beyond_all_ids_is_nobodys(store: Store) -> None:
    for ask in (
        store.members.get,
        store.messages.get,
        store.messages.delete,
        store.orders.get,
        store.distributions.get,
    ):
        with pytest.raises(NotFound):
            ask(10**20)


@pytest.mark.parametrize("version", sorted(int(schema.stem) for schema in SCHEMAS.glob("*.sql")))
def test_a_file_of_each_released_version_is_brought_up_to_date_with_its_members(
    version: int, store: Store, tmp_path: Path
) -> None:
    path = older_file(tmp_path / "older.cabas", version, store)
    older = Store(path, store.actor)
    assert older.members.get(1).name == "Durand"
    with older.reading() as now, store.reading() as new:
        asked = "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE '%sqlite_%' ORDER BY type, name"
        assert [tuple(row) for row in now.all(asked)] == [tuple(row) for row in new.all(asked)]
    older.close()
