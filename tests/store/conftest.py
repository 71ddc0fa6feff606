"""A group's file of its own for every test of the store, at a moment that the test chooses."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store import Store
from tests.offering import Offering, fill


class Hands:
    """A clock whose hands a test can move: `hands.at = datetime(..., tzinfo=UTC)`."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def hands() -> Hands:
    """Saturday 21 November 2026, 21:04 in Paris."""
    return Hands(datetime(2026, 11, 21, 20, 4, tzinfo=UTC))


@pytest.fixture(scope="session")
def offering_file(tmp_path_factory: pytest.TempPathFactory, new_file: Path) -> tuple[Path, Offering]:
    """A group's file with members, catalogues and two distributions, to be copied: filling one takes 60 ms."""
    path = shutil.copy(new_file, tmp_path_factory.mktemp("offering") / "group.cabas")
    opened = Store(path, "marie", lambda: datetime(2026, 11, 21, 20, 4, tzinfo=UTC))
    found = fill(opened)
    opened.close()
    return path, found


@pytest.fixture
def offering(offering_file: tuple[Path, Offering]) -> Offering:
    """What the file of `store` has for who asks for this: members, catalogues and two distributions."""
    return deepcopy(offering_file[1])


@pytest.fixture
def group(offering: Offering) -> Offering:
    """The same; some tests put more into it."""
    return offering


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path, new_file: Path, hands: Hands) -> Iterator[Store]:
    """A group's file with one coordinator, marie: a new one, or a filled one where a test asks for `offering`."""
    filled = "offering" in request.fixturenames
    source = request.getfixturevalue("offering_file")[0] if filled else new_file
    opened = Store(shutil.copy(source, tmp_path / "group.cabas"), "marie", hands)
    yield opened
    opened.close()


@pytest.fixture
def act_as(store: Store, hands: Hands) -> Iterator[Callable[[str], Store]]:
    """Open the same file as another operator."""
    opened: list[Store] = []

    def open_as(login: str) -> Store:
        opened.append(Store(store.path, login, hands))
        return opened[-1]

    yield open_as
    for other in opened:
        other.close()
