"""`cabas schedule`: what calls `cabas tick` as one's own account, by systemd or by cron."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from store import Store
from tui.server import own_timer
from tui.server.own_timer import SERVICE, TIMER, Own, escaped, service, timer

Cabas = Callable[..., str]


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH: no test touches this machine's timers. Each command notes how it was called."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setattr("tui.server.units.FOLDER", tmp_path / "no-server")
    monkeypatch.setattr("tui.server.own_timer.LINGERING", tmp_path / "linger")
    return folder


def put(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f'#!/bin/sh\necho "{name} $*" >> "{folder}/calls"\n{script}\n')
    path.chmod(0o755)


def calls(folder: Path) -> list[str]:
    there = folder / "calls"
    return there.read_text().splitlines() if there.exists() else []


def with_systemd(folder: Path) -> None:
    """A stand-in for systemd: a real one cannot be had in a test, and would be the tester's own."""
    (folder.parent / "run" / "systemd").mkdir(parents=True)
    (folder.parent / "run" / "systemd" / "private").touch()
    on = folder.parent / "on"
    put(
        folder,
        "systemctl",
        f"""case "$2" in enable) : > {on};; disable) exec /bin/rm {on};;
        is-enabled|is-active) [ -e {on} ];; esac""",
    )
    (folder.parent / "linger").mkdir()
    put(folder, "loginctl", f': > "{folder.parent}/linger/$2"')


def test_units_are_as_systemd_reads_them(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not here")
    program = tmp_path / "a b 50%" / "cabas"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    own = Own(tmp_path / "group.cabas", program)
    for name, content in {SERVICE: service(own), TIMER: timer()}.items():
        (tmp_path / name).write_text(content)
    done = subprocess.run(
        [analyze, "verify", "--user", "--man=no", "--recursive-errors=no", tmp_path / SERVICE, tmp_path / TIMER],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.stdout + done.stderr == ""
    assert done.returncode == 0


@pytest.mark.parametrize("path", ["/srv/a b/.x/É-1.cabas", "/home/marie/amap.cabas", "/.hidden/x\\y@z"])
def test_a_file_is_named_as_systemd_names_it(path: str) -> None:
    command = shutil.which("systemd-escape")
    if command is None:
        pytest.skip("systemd-escape is not here")
    told = subprocess.run([command, "--path", path], capture_output=True, text=True, check=True)
    assert escaped(Path(path)) == told.stdout.strip()


def test_systemd_is_shown_first_then_told_once(store: Store, cabas: Cabas, commands: Path) -> None:
    with_systemd(commands)
    units = commands.parent / ".config" / "systemd" / "user"
    name = f"cabas-tick@{escaped(store.path)}.timer"
    shown = cabas("schedule", "install", "--dry-run")
    for words in ("OnCalendar=*:0/5", "lingering", f"enable --now '{name}'", "3 steps"):
        assert words in shown
    assert not units.exists()
    said = cabas("schedule", "install")
    assert "This machine sends by itself now." in said
    assert "tick --quiet" in (units / SERVICE).read_text()
    assert (units / TIMER).exists()
    assert f"systemctl --user enable --now {name}" in calls(commands)
    assert sum("enable-linger" in call for call in calls(commands)) == 1
    assert "Everything was there already" in cabas("schedule", "install")
    assert "Everything is there" in cabas("schedule", "install", "--dry-run")
    assert "Nothing of yours sends by itself any more." in cabas("schedule", "remove")
    assert f"systemctl --user disable --now {name}" in calls(commands)
    assert "Nothing of yours sent by itself." in cabas("schedule", "remove")


def test_who_may_not_linger_is_told_whom_to_ask_and_goes_on_from_there(
    store: Store, cabas: Cabas, commands: Path
) -> None:
    with_systemd(commands)
    put(commands, "loginctl", 'echo "Access denied" >&2; exit 1')
    said = cabas("schedule", "install", code=1)
    assert "Access denied" in said
    assert "sudo loginctl enable-linger" in said
    assert "2 steps were done" in said
    (own_timer.LINGERING / Own(store.path, Path("/c")).account).touch()
    assert "Everything was there already" in cabas("schedule", "install")


def test_without_systemd_cron_gets_a_line_beside_those_it_has(store: Store, cabas: Cabas, commands: Path) -> None:
    table = commands.parent / "table"
    table.write_text("0 3 * * * backup-my-photos\n# cabas is below\n")
    put(commands, "crontab", f'if [ "$1" = -l ]; then exec /bin/cat {table}; else exec /bin/cp "$1" {table}; fi')
    before = table.read_text()
    assert "1 step" in cabas("schedule", "install", "--dry-run")
    assert table.read_text() == before
    for _again in range(2):
        cabas("schedule", "install")
        added = table.read_text().removeprefix(before)
        assert added.startswith("*/5 * * * * ")
        assert added.endswith(f" --file {store.path} tick --quiet\n")
    cabas("schedule", "remove")
    assert table.read_text() == before


def test_where_there_is_neither_one_is_told_what_to_call(store: Store, cabas: Cabas, commands: Path) -> None:
    said = cabas("schedule", "install", code=1)
    assert "neither systemd" in said
    assert f"--file {store.path} tick --quiet" in said


def test_somebody_elses_file_and_a_servers_are_left_to_them(
    store: Store, cabas: Cabas, commands: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_systemd(commands)
    folder = commands.parent / "no-server"
    folder.mkdir()
    (folder / "cabas-tick.service").write_text(f"ExecStart=/opt/cabas --file {store.path} tick --quiet\n")
    assert "has its own timer already" in cabas("schedule", "install", code=1)
    (folder / "cabas-tick.service").unlink()
    owner = os.geteuid()
    assert store.path.stat().st_uid == owner
    assert stat.S_IMODE(store.path.stat().st_mode) & 0o077 == 0
    monkeypatch.setattr("tui.commands.schedule.geteuid", lambda: owner + 1)
    assert "Let that account do it: runuser -u " in cabas("schedule", "install", code=1)
    assert calls(commands) == []
