"""`cabas server update` and `versions`: versions side by side, and a path that leads to one of them."""

from __future__ import annotations

import fcntl
import json
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from store import Store
from store.schema import LATEST
from tests.tui.order_desk_file import until
from tui.server.versions import COMPLETE, prune, take, versions

Cabas = Callable[..., str]
CODE = """
import os, sys
def main():
    print({says!r} if os.environ.get("CABAS_TRIES") else "cabas {version}")
    sys.exit({code})
"""


def wheel(folder: Path, version: str, *, says: str = f"cabas {LATEST}", code: int = 0) -> Path:
    """A cabas that says no more than what an update asks of it."""
    path = folder / f"cabas-{version}-py3-none-any.whl"
    info = f"cabas-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as files:
        files.writestr("cabas_main.py", CODE.format(says=says, version=version, code=code))
        files.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: cabas\nVersion: {version}\n")
        files.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        files.writestr(f"{info}/entry_points.txt", "[console_scripts]\ncabas = cabas_main:main\n")
        files.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "opt"


def made(into: Path, name: str, script: str = f"echo cabas {LATEST}") -> None:
    """A version as an installation leaves it."""
    command = into / "versions" / name / "bin" / "cabas"
    command.parent.mkdir(parents=True)
    command.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    command.chmod(0o755)
    (command.parents[1] / COMPLETE).touch()


def names(cabas: Cabas, into: Path) -> dict[str, bool]:
    """Each version, and whether it is the one that is started."""
    return {one["name"]: one["current"] for one in json.loads(cabas("server", "versions", "--into", into, "--json"))}


def test_a_newer_version_is_installed_beside_the_present_one_and_started_from_then_on(
    cabas: Cabas, into: Path, tmp_path: Path, store: Store
) -> None:
    first = wheel(tmp_path, "1.0")
    shown = cabas("server", "update", first, "--into", into, "--dry-run")
    assert "1.0-1" in shown
    assert "Nothing was changed." in shown
    assert not into.exists()

    assert "1.0-1 is started from now on" in cabas("server", "update", first, "--into", into)
    command = into / "current" / "bin" / "cabas"
    assert subprocess.run([command], capture_output=True, text=True, check=True).stdout == "cabas 1.0\n"
    wheel(tmp_path, "1.10")
    wheel(tmp_path, "1.9")
    cabas("server", "update", tmp_path, "--into", into)  # a folder: the newest in it
    assert names(cabas, into) == {"1.0-1": False, "1.10-1": True}

    cabas("server", "versions", "--into", into, "--use", "1.0-1")
    assert subprocess.run([command], capture_output=True, text=True, check=True).stdout == "cabas 1.0\n"
    assert "* 1.0-1" in cabas("server", "versions", "--into", into)
    assert "is not installed" in cabas("server", "versions", "--into", into, "--use", "9", code=2)


def test_what_does_not_start_or_cannot_open_the_group_s_file_is_never_started(
    cabas: Cabas, into: Path, tmp_path: Path, store: Store
) -> None:
    made(into, "1.0-1")
    cabas("server", "versions", "--into", into, "--use", "1.0-1")
    said = cabas("server", "update", wheel(tmp_path, "2.0", code=1), "--into", into, code=1)
    assert "the present version stays" in said
    made(into, "0.9-1", f"echo cabas {LATEST - 1}")
    said = cabas("server", "versions", "--into", into, "--use", "0.9-1", code=1)
    assert "a newer cabas has brought up to date" in said
    nothing = tmp_path / "nothing-1.whl"
    nothing.touch()
    assert "neither a wheel" in cabas("server", "update", nothing, "--into", into, code=1)
    damaged = tmp_path / "cabas-3.0-py3-none-any.whl"
    damaged.write_bytes(b"no wheel")
    cabas("server", "update", damaged, "--into", into, code=1)
    assert names(cabas, into) == {"1.0-1": True, "0.9-1": False}


def test_two_updates_at_once_are_one(cabas: Cabas, into: Path, tmp_path: Path, store: Store) -> None:
    into.mkdir()
    with (into / ".lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        said = cabas("server", "update", wheel(tmp_path, "1.0"), "--into", into, code=4)
    assert "Another update is under way" in said
    assert names(cabas, into) == {}


def test_libraries_are_taken_with_the_hashes_that_are_locked(cabas: Cabas, into: Path, tmp_path: Path) -> None:
    other = tmp_path / "other-1.0-py3-none-any.whl"
    other.write_bytes(b"not what was locked")
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"other @ file://{other} --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    said = cabas("server", "update", wheel(tmp_path, "1.0"), "--into", into, code=1)
    assert "--require-hashes" in said
    assert names(cabas, into) == {}


def test_what_was_installed_with_extras_is_updated_with_them(
    cabas: Cabas, into: Path, tmp_path: Path, store: Store
) -> None:
    (tmp_path / "requirements-extras.lock").write_text("# no libraries at all\n", encoding="utf-8")
    assert "requirements-extras.lock" not in cabas(
        "server", "update", wheel(tmp_path, "1.0"), "--into", into, "--dry-run"
    )
    cabas("server", "update", wheel(tmp_path, "1.0"), "--into", into, "--extras")
    later = wheel(tmp_path, "1.1")
    assert "requirements-extras.lock" in cabas("server", "update", later, "--into", into, "--dry-run")
    without = cabas("server", "update", later, "--into", into, "--dry-run", "--no-extras")
    assert "requirements-extras.lock" not in without


def test_two_former_versions_stay_and_those_that_somebody_works_with(into: Path) -> None:
    for number in range(1, 6):
        made(into, f"1.0-{number}", "echo here; sleep 60")
    (into / "versions" / "1.1-1").mkdir()  # broken off
    first, last = versions(into)[0], versions(into)[4]
    take(into, last)
    with subprocess.Popen([first.command], stdout=subprocess.PIPE) as session:
        assert session.stdout
        assert session.stdout.readline()  # Popen returns before /proc knows the new program
        gone = [one.name for one in prune(into)]
        session.kill()
    assert gone == ["1.1-1", "1.0-2"]
    assert [one.name for one in versions(into)] == ["1.0-1", "1.0-3", "1.0-4", "1.0-5"]
    left: list[str] = []  # what the session had just begun to start may still have its name
    until(lambda: left.extend(one.name for one in prune(into)) or left == ["1.0-1"])
