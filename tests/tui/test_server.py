"""`cabas server install` where nothing may be set up, and what doctor says of keys and timers, without a server."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable
from pathlib import Path

import pytest

from store import Store
from tui.doctor.check import Check
from tui.server import units
from tui.server.access import typed
from tui.server.checks import server_checks
from tui.server.key_checks import key_checks
from tui.server.target import Target, TargetRefused
from tui.server.timer_checks import timer_checks

Cabas = Callable[..., str]
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFJ0b3n2b8nEdJ0TAnWQ0hCAVBvcJVbJY8XnWcPLZLdN"


def target(home: str = "/var/lib/cabas", file: str = "/var/lib/cabas/group/group.cabas") -> Target:
    return Target("cabas", Path(home), Path(file), Path("/opt/cabas/current/bin/cabas"))


def test_only_root_sets_up_and_only_what_can_stand_in_the_files_of_others(
    cabas: Cabas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "Only root can set a server up" in cabas("server", "install", "--group-name", "AMAP", code=1)
    for account in ("root", "", "-x", "Cabas", "a b", "cabas\nPermitRootLogin yes", "c" * 33):
        with pytest.raises(TargetRefused):
            Target(account, Path("/h"), Path("/f/f"), Path("/p"))
    for path in ("/a b", "/a%h", "/a\nb", '/a"b', "/a$b", "/a;b", "/x/../etc/shadow", "relative", "/"):
        with pytest.raises(TargetRefused):
            target(file=path)


def test_the_timer_sees_only_what_it_needs_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/opt/cabas/current/bin/python")
    monkeypatch.setattr("sys.prefix", "/opt/cabas/current")
    inside = units.service(target()).splitlines()
    assert {"ProtectSystem=strict", "ReadWritePaths=/var/lib/cabas", "ProtectHome=yes", "User=cabas"} <= set(inside)
    elsewhere = units.service(target(file="/srv/amap/amap.cabas")).splitlines()
    assert "ReadWritePaths=/srv/amap /var/lib/cabas" in elsewhere
    assert "ProtectHome=read-only" in units.service(target(home="/home/cabas")).splitlines()
    assert units.cron_line(target()).startswith("echo '*/5 * * * * cabas /opt/cabas/current/bin/cabas --file ")


def test_a_machine_that_is_no_server_is_asked_nothing_about_one(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = store.path.parent / "etc"
    monkeypatch.setattr("tui.server.door.SNIPPET", nowhere / "cabas.conf")
    monkeypatch.setattr("tui.server.units.FOLDER", nowhere)
    assert server_checks(store.path) == ()
    assert server_checks(nowhere / "none.cabas") == ()


def test_keys_and_timers_are_compared_with_the_file_and_its_operators(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = pwd.getpwuid(os.geteuid())
    person = pwd.struct_passwd((*me[:5], str(tmp_path), *me[6:]))
    keys = tmp_path / ".ssh" / "authorized_keys"
    keys.parent.mkdir(mode=0o700)

    def found(line: str, logins: dict[str, bool] | None) -> list[Check]:
        keys.write_text(line)
        keys.chmod(0o600)
        return list(key_checks(person, store.path, logins))

    def said(line: str, logins: dict[str, bool] | None) -> list[tuple[str, str]]:
        return [(one.name, one.state) for one in found(line, logins)]

    luc = {"luc": True}

    good = f'restrict,pty,command="/opt/cabas/current/bin/cabas --file {store.path} --operator luc" {KEY}\n'
    assert said(good, luc) == [("ssh.keys", "ok")]
    assert said(good, {"marie": True}) == [("ssh.keys", "warn")]
    do = found(good, {"luc": False})[0].do
    assert do.startswith("cabas operator key luc --remove SHA256:")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    other = pwd.struct_passwd((*me[:2], 12345, *me[3:]))
    assert typed(do, other) == f"runuser -u {me.pw_name} -- {do}"
    assert typed("As root: cabas server install", other) == "As root: cabas server install"
    monkeypatch.undo()
    assert said(good, None) == [("ssh.keys", "ok")]
    assert said(f"{good}{KEY}\n", luc) == [("ssh.keys", "bad")]
    assert said("", luc) == [("ssh.keys", "warn")]
    keys.parent.chmod(0o777)
    assert ("ssh.folder", "bad") in said(good, luc)

    monkeypatch.setattr("tui.server.units.FOLDER", tmp_path)
    monkeypatch.setattr("tui.server.units.CRON", tmp_path / "cron")
    assert [one.state for one in timer_checks(person, store.path)] == ["bad"]
    (tmp_path / units.TIMER).write_text(units.timer())
    (tmp_path / units.SERVICE).write_text(units.service(target(file="/srv/amap/another.cabas")))
    about = {one.name: one for one in timer_checks(person, store.path)}
    assert about["timer.files"].state == "warn"
    assert "/srv/amap/another.cabas" in about["timer.files"].said
    assert about["timer.program"].state == "bad"
