"""The account and its folders: who owns the group's file, and comes in by keys."""

from __future__ import annotations

import shlex
import stat
from collections.abc import Callable
from pathlib import Path

from templates.words import _
from tui.server.steps import Step, StepFailed, command_step, run
from tui.server.target import Target, person_of

SHELL = "/bin/sh"
"""Not bash, which reads a file of the account's even where a command is forced."""
NO_SHELLS = ("nologin", "false", "sync")


def account_steps(target: Target) -> tuple[Step, ...]:
    """The account: made, or put right; somebody's own is never taken."""
    if target.person is None:
        add = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", str(target.home)]
        return (
            command_step(
                _("The account {account}").format(account=target.account),
                _("It owns the group's file; volunteers come in through it, each with a key. It has no password."),
                [*add, "--shell", SHELL, "--password", "*", "--comment", "cabas", target.account],
                lambda: target.person is not None,
            ),
        )
    change = [
        "usermod",
        "--shell",
        SHELL,
        "--home",
        str(target.home),
        "--password",
        "*",
        "--expiredate",
        "",
        target.account,
    ]
    return (
        Step(
            _("The account {account}").format(account=target.account),
            _("It has no password, and a shell that starts what a key opens; nobody gets that shell itself."),
            shlex.join(change),
            lambda: _fit(target),
            lambda: _make_fit(target, change),
        ),
    )


def _fit(target: Target) -> bool:
    person = target.person
    if person is None:
        return False
    if target.account != "cabas" and "cabas" not in person.pw_gecos:
        raise StepFailed(
            _(
                "{account} was not made for cabas. Take another one (--account), or, if it is cabas's alone: "
                "usermod --comment cabas {account}"
            ).format(account=target.account)
        )
    same = Path(person.pw_shell).name not in NO_SHELLS and Path(person.pw_dir) == target.home
    # "!" is a locked account, which sshd shuts out where it goes by no PAM.
    return same and password_field(target.account) in ("*", None) and not expired(target.account)


def _make_fit(target: Target, command: list[str]) -> None:
    shadow = password_field(target.account)
    if shadow is not None and not shadow.startswith(("!", "*")):
        raise StepFailed(
            _(
                "{account} has a password, so it is somebody's own account. Take another one (--account), or, if it is "
                "cabas's alone: usermod --password '*' {account}"
            ).format(account=target.account)
        )
    run(command)


def password_field(account: str) -> str | None:
    """What stands in the place of the password; None where the present user may not look."""
    return _shadow(account, 1)


def expired(account: str) -> bool:
    """Whether a day is set from which on the account lets nobody in (shadow(5)), as far as one may look."""
    return bool(_shadow(account, 7))


def _shadow(account: str, field: int) -> str | None:
    try:
        lines = Path("/etc/shadow").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    found = next((line.split(":") for line in lines if line.startswith(f"{account}:")), [])
    return found[field] if field < len(found) else None


def folder_steps(target: Target) -> tuple[Step, ...]:
    """Its home, the folder of the keys, and that of the group's file."""
    own = ["install", "-d", "-o", target.account, "-g", target.account]
    steps = [
        command_step(
            _("The account's home"),
            _("Its keys are there, closed to all others."),
            [*own, "-m", "0750", target.home],
            _is_folder(target, target.home, 0o750),
        ),
        command_step(
            _("The folder of the keys"),
            _("sshd passes by keys that others could change."),
            ["install", "-d", "-m", "0700", target.ssh],
            _is_folder(target, target.ssh, 0o700),
            target=target,
        ),
    ]
    inside = target.folder.is_relative_to(target.home)
    if target.folder != target.home:
        make = ["install", "-d"] if inside else own
        steps.append(
            command_step(
                _("The folder of the group's file"),
                _("The file, its backups and exports; closed to all but the account and its group."),
                [*make, "-m", "2770", target.folder],
                _is_folder(target, target.folder, 0o2770),
                target=target if inside else None,
            )
        )
    return tuple(steps)


def is_the_accounts(target: Target, path: Path, mode: int, give: str) -> Callable[[], bool]:
    """Whether a folder or file of the account's is there, with this mode.

    Another one's is never taken over: it fails with `give`, the command that gives it to the account, if that can be
    meant.
    """

    def done() -> bool:
        try:
            if path == target.file or path.is_relative_to(target.home):
                refuse_link(path)
            about = path.stat()
        except FileNotFoundError:
            return False
        except PermissionError:
            return True  # only a dry run may not look; that the folder is closed is as it should be
        if target.person is None or about.st_uid != target.person.pw_uid:
            owner = person_of(about.st_uid)
            if owner is not None and path.is_dir() and not _alone(target, path):
                said = _("{said} is not the group's alone: take a folder of its own, such as /srv/amap.")
                raise StepFailed(said.format(said=path))
            raise StepFailed(
                _("{path} belongs to {who}. If it is the group's: {command}").format(
                    path=path, who=owner.pw_name if owner else about.st_uid, command=give
                )
            )
        return stat.S_IMODE(about.st_mode) == mode

    return done


def _alone(target: Target, folder: Path) -> bool:
    """Whether nothing is in a folder but the group's file and what belongs to it."""
    ours = ("backups", "exports", target.file.name)
    try:
        return all(one.name.startswith(ours) for one in folder.iterdir())
    except PermissionError:
        return True  # only a dry run may not look


def _is_folder(target: Target, path: Path, mode: int) -> Callable[[], bool]:
    return is_the_accounts(target, path, mode, f"chown -R {target.account}: {path}")


def refuse_link(path: Path) -> None:
    """What the account could make lead anywhere is not followed by root. Raises `StepFailed`."""
    if path.is_symlink():
        raise StepFailed(_("{path} is a link, which leads elsewhere: take it away.").format(path=path))
