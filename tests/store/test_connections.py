"""A store keeps its connections open, and nobody notices but by the time it saves."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from store import Store
from store.errors import FileMissing


def test_a_file_put_in_the_place_of_another_is_the_one_that_is_used(store: Store, tmp_path: Path) -> None:
    copy = Path(shutil.copy(store.path, tmp_path / "copy.cabas"))
    with closing(Store(copy, "marie")) as other:
        other.settings.set("limit", 7)
    store.settings.set("limit", 3)
    copy.replace(store.path)
    for suffix in ("-wal", "-shm"):
        store.path.with_name(store.path.name + suffix).unlink(missing_ok=True)
    assert store.settings.get("limit") == 7
    store.settings.set("limit", 8)
    with closing(Store(store.path, "marie")) as again:
        assert again.settings.get("limit") == 8


def test_a_file_that_is_gone_is_missed_at_once(store: Store) -> None:
    store.settings.set("limit", 3)
    store.path.unlink()
    with pytest.raises(FileMissing):
        store.settings.get("limit")


def test_what_somebody_else_changed_is_seen_by_the_next_question(store: Store) -> None:
    with closing(Store(store.path, "marie")) as other:
        for limit in range(3):
            other.settings.set("limit", limit)
            assert store.settings.get("limit") == limit


def test_work_that_fails_leaves_nothing_behind_for_the_next(store: Store) -> None:
    def broken_off() -> None:
        with store.writing() as t:
            t.execute("UPDATE settings SET value = '4' WHERE key = 'limit'")
            raise KeyboardInterrupt

    store.settings.set("limit", 3)
    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert store.settings.get("limit") == 3
    store.settings.set("limit", 5)


def test_many_threads_ask_and_write_at_the_same_time(store: Store) -> None:
    failed = []

    def work(number: int) -> None:
        try:
            for turn in range(10):
                store.settings.set(f"limit {number}", turn)
                assert store.settings.get(f"limit {number}") == turn
        except BaseException as error:
            failed.append(error)

    threads = [Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
