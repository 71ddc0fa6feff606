"""A group whose file and configuration the command line finds, a server to send to, and the command line itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store import Store
from store.handle import unix_login
from store.settings import Group
from tests.mail.recorder import Recorder
from tui import cli

Start = Callable[..., Recorder]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    path = tmp_path / "group.cabas"
    monkeypatch.setenv("CABAS_FILE", str(path))
    monkeypatch.setenv("CABAS_CONFIG", str(tmp_path / "cabas.toml"))
    opened = Store.create(path, Group("AMAP des Oiseaux"), unix_login())
    yield opened
    opened.close()


@pytest.fixture
def cabas(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Carry out one command; its exit code must be `code`, and what it said comes back."""

    def run(*arguments: object, code: int = 0) -> str:
        capsys.readouterr()
        ended = cli.run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        assert ended == code, said
        assert "Traceback" not in said.err
        return said.out + said.err

    return run
