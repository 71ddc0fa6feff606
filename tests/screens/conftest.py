"""A group's file at a moment that does not pass, and the screens on it at 80×24."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store import Store
from store.settings import Group
from tests.screens.sample import NOW, Sample, fill

SIZE = (80, 24)
BASELINE = (3, 11)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A new group's file with one coordinator, marie, on Saturday 21 November 2026 at 21:04."""
    group = Group("AMAP des Oiseaux", language="en", currency="EUR", timezone="Europe/Paris", country="FR")
    opened = Store.create(tmp_path / "group.cabas", group, "marie", "Marie", now=lambda: NOW)
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


@pytest.fixture
def sample(store: Store) -> Sample:
    """The same file, filled."""
    return fill(store)
