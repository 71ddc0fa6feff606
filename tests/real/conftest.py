"""Real servers, and a group whose file and configuration the command line finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real import sshd as door
from tests.real.servers import Servers
from tests.real.shell import Shell


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with Servers() as started:
        yield started


@pytest.fixture(scope="module")
def sshd() -> Iterator[door.Sshd]:
    """A real sshd with a group's file in its account; skips where there can be none."""
    if why := door.missing():
        pytest.skip(why)
    with door.Sshd() as started:
        yield started


@pytest.fixture
def cabas(tmp_path: Path, servers: Servers) -> Shell:
    environment = {
        "CABAS_FILE": str(tmp_path / "amap.cabas"),
        "CABAS_CONFIG": str(tmp_path / "cabas.toml"),
        "SSL_CERT_FILE": str(servers.authority.certificate),
    }
    shell = Shell(tmp_path, environment)
    shell("init", environment["CABAS_FILE"], "--name", "AMAP des Oiseaux", "--language", "fr")
    return shell
