"""A group with mails in its outbox, and a server that writes down what it accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store.handle import Store
from store.settings import Group
from tests.mail.recorder import Recorder, Script


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.create(tmp_path / "group.cabas", Group("AMAP des Oiseaux"), "marie", "Marie")
    yield opened
    opened.close()


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Callable[..., Recorder]]:
    """Starts a server with a script; it is stopped at the end."""
    started: list[Recorder] = []

    def start(script: Script | None = None) -> Recorder:
        server = Recorder(tmp_path, script)
        server.start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()
