"""A group with mails in its outbox, and a server that writes down what it accepted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.handle import Store
from store.settings import Group
from tests.mail.imap_server import ImapServer
from tests.mail.sender import Forks
from tests.store.conftest import Hands


@pytest.fixture
def store(tmp_path: Path, new_file: Path) -> Iterator[Store]:
    """A new group's file, at the real hour."""
    opened = Store(Path(shutil.copy(new_file, tmp_path / "group.cabas")), "marie")
    yield opened
    opened.close()


@pytest.fixture
def french_store(tmp_path: Path) -> Iterator[Store]:
    """A new group's file in French, on Saturday 21 November 2026, 21:04."""
    opened = Store.create(
        tmp_path / "group.cabas", Group("AMAP des Oiseaux", language="fr"), "marie", "Marie",
        now=lambda: datetime(2026, 11, 21, 20, 4, tzinfo=UTC),
    )  # fmt: skip
    yield opened
    opened.close()


@pytest.fixture
def hands() -> Hands:
    """Saturday 21 November 2026, 21:04 in Paris."""
    return Hands(datetime(2026, 11, 21, 20, 4, tzinfo=UTC))


@pytest.fixture
def timed_store(tmp_path: Path, new_file: Path, hands: Hands) -> Iterator[Store]:
    """A new group's file whose clock shows what `hands` are set to."""
    opened = Store(Path(shutil.copy(new_file, tmp_path / "timed.cabas")), "marie", hands)
    yield opened
    opened.close()


@pytest.fixture
def box(tmp_path: Path) -> Iterator[ImapServer]:
    """A mailbox that can be read."""
    with ImapServer(tmp_path) as server:
        yield server


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """The process that forks runs of the outbox."""
    started = Forks()
    yield started
    started.close()
