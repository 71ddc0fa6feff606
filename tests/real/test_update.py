"""Volunteers at work over a real sshd while the server is updated: one line, one program after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real.sshd import Sshd, missing
from tests.tui.programs import Programs
from tests.tui.test_update import draft_half_typed, restart

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.fixture
def sshd() -> Iterator[Sshd]:
    with Sshd() as server:
        for name in ("marie", "paul"):
            server.cabas("operator", "add", name, "--name", name.title(), "--role", "coordinator")
        yield server


def key(sshd: Sshd, operator: str, program: Path) -> Path:
    """A key whose line names the path that leads to one version or another."""
    made = sshd.new_key(operator)
    sshd.authorize(made, f'restrict,pty,command="{program} --file {sshd.file} --operator {operator}"')
    return made


def test_two_volunteers_go_on_over_the_same_lines_behind_the_same_door(sshd: Sshd) -> None:
    folder = sshd.folder / "programs"
    folder.mkdir(mode=0o755)
    programs = Programs(folder)
    newer = programs.newer()
    marie, paul = (key(sshd, name, programs.path) for name in ("marie", "paul"))
    with sshd.pty(marie) as one, sshd.pty(paul) as other:
        draft_half_typed(one)
        other.wait("New order")
        other.write("mGui\r")
        other.wait("New member")
        other.write("\t06 39 98")
        other.wait("06 39 98")
        programs.use(newer)
        assert sshd.local([str(newer), "--file", str(sshd.file), "members", "list"]).code == 0
        restart(one, "Chers tous")
        restart(other, "New member", "06 39 98")
        other.write(" 00 07\x1b[19~")
        other.wait("Saved.")
        other.write("\x11")
        assert other.end() == 0
    assert "06 39 98 00 07" in sshd.local([str(newer), "--file", str(sshd.file), "members", "list"]).out
