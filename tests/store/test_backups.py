"""Backups: whole or not there, made by one at a time, and kept for days, weeks and months."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store import Store
from store.backup_files import folder_of, name_for, said_at
from store.backup_records import COMMAND, TICK, BackupDamaged, BackupNoRoom, Rotation
from store.errors import FileExists, Invalid, NotAllowed
from store.integrity import look_through
from store.people import Member, Person
from store.restoring import restore
from tests.store.conftest import Hands


@pytest.fixture
def hands() -> Hands:
    return Hands(datetime(2026, 4, 12, 2, 0, tzinfo=UTC))


@pytest.fixture
def store(tmp_path: Path, new_file: Path, hands: Hands) -> Iterator[Store]:
    opened = Store(Path(shutil.copy(new_file, tmp_path / "group.cabas")), "marie", hands)
    yield opened
    opened.close()


def names(store: Store) -> list[str]:
    return sorted(path.name for path in folder_of(store.path).glob("*.backup"))


def a_year(store: Store, hands: Hands, days: int = 200) -> None:
    """A backup a day, of next to nothing: only what the rotation looks at."""
    first = store.backups.make_if_due()
    assert first is not None
    content = first.path.read_bytes()
    for day in range(1, days):
        at = hands.at + timedelta(days=day)
        marked = content.replace(said_at(first.at).encode(), said_at(at).encode())  # as long as before
        first.path.with_name(name_for(store.path, at, TICK)).write_bytes(marked)
    hands.at += timedelta(days=days)


def damage(store: Store) -> None:
    """Spoil one page that is not read when the file is opened."""
    with store.reading() as t:
        page = t.value("SELECT rootpage FROM sqlite_schema WHERE name = 'people_email'")
    store.close()
    with store.path.open("r+b") as file:
        file.seek(4096 * (page - 1))
        file.write(b"\xff" * 4096)


def test_of_a_year_the_last_days_weeks_and_months_stay(store: Store, hands: Hands) -> None:
    a_year(store, hands)
    made = store.backups.make_if_due()
    assert made is not None
    kept = [f"{one.at:%m-%d}" for one in store.backups.all()]
    assert kept[:7] == ["10-29", "10-28", "10-27", "10-26", "10-25", "10-24", "10-23"]
    # Sundays are the last of their weeks, and each month has its last day.
    assert kept[7:] == ["10-18", "10-11", "09-30", "08-31", "07-31", "06-30", "05-31"]
    assert store.backups.make_if_due() is None, "the last one is not a day old"


def test_what_somebody_made_or_put_there_is_never_deleted(store: Store, hands: Hands) -> None:
    a_year(store, hands, 40)
    folder = folder_of(store.path)
    by_hand = store.backups.make()
    old = sorted(folder.glob("*.auto.backup"))[0]
    foreign = [
        shutil.copy(old, folder / name_for(store.path, datetime(2025, 3, 1, 2, tzinfo=UTC), TICK)),  # renamed
        shutil.copy(old, folder / f"{old.name}.txt"),
        shutil.copy(old, folder / name_for(store.path.with_name("other.cabas"), datetime(2025, 1, 1), TICK)),
        folder / name_for(store.path, datetime(2025, 2, 1, 2, tzinfo=UTC), TICK),
        folder / name_for(store.path, datetime(2025, 2, 2, 2, tzinfo=UTC), TICK),
        folder / name_for(store.path, datetime(2025, 2, 3, 2, tzinfo=UTC), TICK),
    ]
    Path(foreign[3]).write_text("a letter")
    Path(foreign[4]).symlink_to(store.path)
    Path(foreign[5]).mkdir()
    hands.at += timedelta(days=1)
    assert store.backups.make_if_due() is not None
    assert all(os.path.lexists(path) for path in (*foreign, by_hand.path))
    assert len(names(store)) < 30


def test_the_numbers_kept_are_the_groups_own(store: Store, hands: Hands) -> None:
    a_year(store, hands, 30)
    assert store.backups.set_keep(daily=2, weekly=0) == Rotation(2, 0, 6)
    store.backups.set_keep(monthly=0)
    store.backups.make_if_due()
    assert len(names(store)) == 2
    for wrong in ({"daily": 0}, {"monthly": 61}, {"yearly": 1}):
        with pytest.raises(Invalid):
            store.backups.set_keep(**wrong)


def test_a_number_that_nobody_could_have_set_deletes_nothing(store: Store, hands: Hands) -> None:
    a_year(store, hands, 3)
    for crafted in ({"daily": 0, "weekly": -1, "monthly": "x"}, [7], 7, None):
        store.settings.set("backups.keep", crafted)
        assert store.backups.keep() == Rotation()
    assert store.backups.make_if_due()
    assert len(names(store)) == 4


def test_one_that_is_cut_off_does_not_count(store: Store, hands: Hands) -> None:
    made = store.backups.make_if_due()
    assert made is not None
    assert made == store.backups.last()
    with made.path.open("r+b") as file:
        file.truncate(made.size - 4096)
    assert store.backups.last() is None
    assert [one.whole for one in store.backups.all()] == [False]
    hands.at += timedelta(minutes=5)
    again = store.backups.make_if_due()
    assert again is not None
    assert store.backups.last() == again


def test_a_clock_that_was_wrong_for_a_while_stops_nothing(store: Store, hands: Hands) -> None:
    hands.at += timedelta(days=4000)
    ahead = store.backups.make_if_due()
    hands.at -= timedelta(days=4000)
    assert store.backups.due()
    made = store.backups.make_if_due()
    assert made is not None
    assert store.backups.last() == made
    assert ahead is not None
    assert ahead.path.exists()


def test_of_a_damaged_file_no_backup_is_made_and_none_is_deleted(store: Store, hands: Hands) -> None:
    a_year(store, hands, 20)
    before = names(store)
    damage(store)
    damaged = Store(store.path, "marie", hands)
    with pytest.raises(BackupDamaged):
        damaged.backups.make_if_due()
    assert names(damaged) == before
    assert not [path for path in folder_of(store.path).iterdir() if path.name.endswith(".part")]
    damaged.close()


def test_a_disk_without_room_is_said_before_it_is_full(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10**9, 10**9, 5 * 10**5))
    with pytest.raises(BackupNoRoom):
        store.backups.make_if_due()
    assert names(store) == []


def test_a_backup_has_the_files_modes_and_only_admins_make_one(store: Store, hands: Hands) -> None:
    store.path.chmod(0o660)
    store.path.parent.chmod(0o2770)
    made = store.backups.make()
    assert made.path.stat().st_mode & 0o7777 == 0o660
    assert made.path.parent.stat().st_mode & 0o7777 == 0o2770
    store.operators.add("paul", "Paul", "phone_desk")
    paul = Store(store.path, "paul", hands)
    for act in (paul.backups.make, paul.backups.make_if_due, paul.backups.all, lambda: paul.backups.set_keep(daily=1)):
        with pytest.raises(NotAllowed):
            act()
    last = paul.backups.last()
    assert last is not None
    assert last.at == made.at
    paul.close()


def test_what_was_cut_off_is_put_away_but_not_what_somebody_makes_just_now(store: Store, hands: Hands) -> None:
    first = store.backups.make_if_due()
    assert first is not None
    left, under_way, automatic = (
        first.path.with_name(f".{name}.{number}.part")
        for name, number in (
            (name_for(store.path, hands.at, COMMAND), 1),
            (name_for(store.path, hands.at, COMMAND), 2),
            (name_for(store.path, hands.at, TICK), 3),
        )
    )
    for path in (left, under_way, automatic):
        path.touch()
    hands.at += timedelta(days=2)
    os.utime(left, (0, 0))
    os.utime(under_way, (hands.at.timestamp(), hands.at.timestamp()))
    assert store.backups.make_if_due()
    assert [path.exists() for path in (left, under_way, automatic)] == [False, True, False]


def test_a_stick_that_knows_no_links_and_no_modes_takes_a_backup_too(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_args: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    monkeypatch.setattr(Path, "chmod", refused)
    store.backups.copy_to(tmp_path / "stick.cabas")
    with pytest.raises(FileExists):
        store.backups.copy_to(tmp_path / "stick.cabas")
    assert restore(tmp_path / "stick.cabas", tmp_path / "new.cabas", 0o600, "marie").group == "AMAP des Oiseaux"


def test_what_is_copied_while_others_write_agrees_in_itself(store: Store, tmp_path: Path) -> None:
    over, written = threading.Event(), threading.Semaphore(0)

    def write() -> None:
        writer = Store(store.path, "marie")
        while not over.is_set():
            writer.members.add(Member((Person("Odette", "Maréchal", "odette@exemple.fr"),)))
            written.release()
        writer.close()

    writing = threading.Thread(target=write)
    writing.start()
    try:
        counts = []
        for number in range(2):
            while written.acquire(blocking=False):  # what was written since the copy before does not count
                pass
            assert written.acquire(timeout=60)
            store.backups.copy_to(tmp_path / f"copy{number}")
            counts.append(restore(tmp_path / f"copy{number}", tmp_path / f"new{number}", 0o600, "marie").members)
    finally:
        over.set()
        writing.join()
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
    last = Store(tmp_path / "new1", "marie")
    assert look_through(last) == ()
    last.close()
