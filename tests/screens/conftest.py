"""A group's file at a moment that does not pass, and the screens on it at 80×24."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store import Store
from store.home import present_home, set_home
from tests.screens.sample import HOSTILE, NOW, Sample, fill

SIZE = (80, 24)
BASELINE = (3, 11)


@pytest.fixture
def store(tmp_path: Path, new_file: Path) -> Iterator[Store]:
    """A new group's file with one coordinator, marie, on Saturday 21 November 2026 at 21:04."""
    opened = Store(shutil.copy(new_file, tmp_path / "group.cabas"), "marie", lambda: NOW)
    yield opened
    opened.close()


@pytest.fixture
def act_as(store: Store) -> Iterator[Callable[[str], Store]]:
    """Open the same file as another operator."""
    opened: list[Store] = []

    def open_as(login: str) -> Store:
        opened.append(Store(store.path, login, lambda: NOW))
        return opened[-1]

    yield open_as
    for other in opened:
        other.close()


Filled = tuple[Path, Sample]
"""A filled file, and what is in it; to be copied."""


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, new_file: Path) -> Filled:
    """The example of these tests."""
    return _filled(tmp_path_factory, new_file)


@pytest.fixture(scope="session")
def filled_with_hostile_names(tmp_path_factory: pytest.TempPathFactory, new_file: Path) -> Filled:
    """The example with people whose names are no names."""
    return _filled(tmp_path_factory, new_file, HOSTILE)


def _filled(folders: pytest.TempPathFactory, new_file: Path, names: tuple[str, ...] = ()) -> Filled:
    path = shutil.copy(new_file, folders.mktemp("filled") / "group.cabas")
    with closing(Store(path, "marie", lambda: NOW)) as store:
        return path, fill(store, names)


@pytest.fixture
def sample(store: Store, filled: Filled) -> Sample:
    """The same file, filled."""
    return _copied(store, filled)


@pytest.fixture
def hostile_sample(store: Store, filled_with_hostile_names: Filled) -> Sample:
    """The same file, filled, with people whose names are no names."""
    return _copied(store, filled_with_hostile_names)


def _copied(store: Store, filled: Filled) -> Sample:
    path, found = filled
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(store.path)) as target:
        source.backup(target)
    with store.writing() as t:
        set_home(t, present_home(store.path))  # mails are queued in it, and a copy sends none
    return found
