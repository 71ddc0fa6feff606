"""All that a shared server needs on Debian, step by step: what it is, why, and whether it is there already."""

from __future__ import annotations

import os
import shlex
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

from mail.configuration import PASSWORD_COMMAND, key_of
from templates.words import _
from tui.server import door, units
from tui.server.steps import PATH, Step, StepFailed, command_step, holds, run, write
from tui.server.target import PASSWORD, SITE, Target, person_of, site

SHELL = "/bin/sh"
"""Not bash, which reads a file of the account's even where a command is forced."""
_SAYS_PASSWORD = f'cat "${{CREDENTIALS_DIRECTORY:-/nonexistent}}/password" 2>/dev/null || cat {PASSWORD}'
"""Under the timer systemd hands it over. The file is named in full, so that no message takes it along (never_sent)."""
LINK = Path("/usr/local/bin/cabas")
NO_SHELLS = ("nologin", "false", "sync")


def plan(target: Target) -> tuple[Step, ...]:
    """The steps in their order; each relies on those before it."""
    return (
        *_account(target),
        *_folders(target),
        _program(target),
        _command(target),
        _group_file(target),
        *_modes(target),
        _configuration(target),
        _password(target),
        *_timer(target),
        _door(target),
    )


def _account(target: Target) -> tuple[Step, ...]:
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
    change = ["usermod", "--shell", SHELL, "--home", str(target.home), "--password", "*", target.account]
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
    same = Path(person.pw_shell).name not in NO_SHELLS and Path(person.pw_dir) == target.home
    # "!" is a locked account, which sshd shuts out where it goes by no PAM.
    return same and password_field(target.account) in ("*", None)


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
    try:
        lines = Path("/etc/shadow").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    return next((line.split(":")[1] for line in lines if line.startswith(f"{account}:")), None)


def _folders(target: Target) -> tuple[Step, ...]:
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


def _is_folder(target: Target, path: Path, mode: int) -> Callable[[], bool]:
    """Whether the account's folder is there, with this mode; another one's is never taken over."""

    def done() -> bool:
        try:
            if path.is_relative_to(target.home):
                _refuse_link(path)
            about = path.stat()
        except FileNotFoundError:
            return False
        except PermissionError:
            return True  # only a dry run may not look; that the folder is closed is as it should be
        owner = person_of(about.st_uid)
        if target.person is not None and about.st_uid != target.person.pw_uid:
            who = owner.pw_name if owner is not None else str(about.st_uid)
            raise StepFailed(
                _("{path} belongs to {who}. If it is the group's: chown -R {account}: {path}").format(
                    path=path, who=who, account=target.account
                )
            )
        return stat.S_IMODE(about.st_mode) == mode

    return done


def _refuse_link(path: Path) -> None:
    """What the account could make lead anywhere is not followed by root. Raises `StepFailed`."""
    if path.is_symlink():
        raise StepFailed(_("{path} is a link, which leads elsewhere: take it away.").format(path=path))


def _program(target: Target) -> Step:
    command = ["runuser", "-u", target.account, "--", str(target.program), "--version"]

    def start() -> None:
        try:
            run([target.program, "--version"], target=target)
        except StepFailed as error:
            raise StepFailed(
                _(
                    "The account cannot start {program} ({reason}). Install cabas where all may read it: “cabas server "
                    "update” puts it into /opt/cabas."
                ).format(program=target.program, reason=str(error).splitlines()[-1])
            ) from None

    def starts() -> bool:
        if os.geteuid() != 0 or target.person is None:
            return False
        start()
        return True

    return Step(
        _("The account can start cabas"),
        _("A program in somebody's home is closed to others."),
        shlex.join(command),
        starts,
        start,
    )


def _command(target: Target) -> Step:
    """For whoever looks after the server: keys and timer name the program by its whole path."""
    return command_step(
        _("The command “cabas”"),
        _("So that you find it, too, without its whole path."),
        ["ln", "-s", target.program, LINK],
        lambda: shutil.which("cabas", path=PATH) is not None,
    )


def _group_file(target: Target) -> Step:
    command = [str(target.program), "init", str(target.file), *target.group]

    def make() -> None:
        if not target.group:
            raise StepFailed(_("There is no group's file yet. Say how the group is called: --group-name “AMAP du Gué”"))
        run(command, target=target)

    shown = command if target.group else [*command, "--name", "…"]
    return Step(
        _("The group's file"),
        _("All of the group is in this one file. One that is there stays as it is."),
        shlex.join(["runuser", "-u", target.account, "--", *shown]),
        lambda: _there(target.file),
        make,
    )


def _there(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except PermissionError:
        return True
    return True


def _modes(target: Target) -> tuple[Step, ...]:
    file = target.file

    def done() -> bool:
        try:
            _refuse_link(file)
            about = file.lstat()
        except FileNotFoundError:
            return False
        except PermissionError:
            return True
        if target.person is not None and about.st_uid != target.person.pw_uid:
            owner = person_of(about.st_uid)
            raise StepFailed(
                _("{path} belongs to {who}. If it is the group's: chown {account}: {path}*").format(
                    path=file, who=owner.pw_name if owner else about.st_uid, account=target.account
                )
            )
        return stat.S_IMODE(about.st_mode) == 0o660

    return (
        command_step(
            _("The file is closed to all others"),
            _("Only the account and its Unix group read and write it."),
            ["chmod", "0660", file],
            done,
            target=target,
        ),
    )


def _password(target: Target) -> Step:
    def done() -> bool:
        try:
            about = PASSWORD.stat()
        except FileNotFoundError:
            return False
        return about.st_uid == 0 and not stat.S_IMODE(about.st_mode) & 0o027

    # What is written in it stays.
    make = f"umask 077; touch {PASSWORD}; chown root:{target.account} {PASSWORD}; chmod 0640 {PASSWORD}"
    return command_step(
        _("A file for the mailbox's password"),
        _("It is empty until you write the password into it; the account reads it, the machine's other users do not."),
        ["sh", "-c", make],
        done,
    )


def _configuration(target: Target) -> Step:
    content = _configured(target)

    def done() -> bool:
        try:
            return holds(SITE, content) and not stat.S_IMODE(SITE.stat().st_mode) & 0o007
        except OSError:
            return False

    def put_in_place() -> None:
        person = target.person
        write(SITE, content, group=None if person is None else person.pw_gid)

    return Step(
        _("The configuration, {path}").format(path=SITE),
        _("Which file is the group's, and what says the password. It is root's: nobody who comes by a key changes it."),
        content,
        done,
        put_in_place,
    )


def _configured(target: Target) -> str:
    """The site's configuration as it is, with the two lines that the server needs. Raises `ConfigurationBad`."""
    import tomlkit

    known = site()
    readable = os.access(SITE, os.R_OK)
    document = tomlkit.parse(SITE.read_text(encoding="utf-8")) if readable else tomlkit.document()
    if known.get("file") != str(target.file):
        document["file"] = str(target.file)
    commands = known.get(PASSWORD_COMMAND)
    if not (isinstance(commands, dict) and commands.get(key_of(target.file))):
        if not isinstance(document.get(PASSWORD_COMMAND), dict):
            document[PASSWORD_COMMAND] = tomlkit.table()
        table = document[PASSWORD_COMMAND]
        assert isinstance(table, dict)
        table[key_of(target.file)] = _SAYS_PASSWORD
    return tomlkit.dumps(document)


def _timer(target: Target) -> tuple[Step, ...]:
    written = {units.FOLDER / units.SERVICE: units.service(target), units.FOLDER / units.TIMER: units.timer()}

    def put_in_place() -> None:
        units.verify(target)
        for path, content in written.items():
            write(path, content)
        if units.runs():
            run(["systemctl", "daemon-reload"])

    why = _("Every five minutes: sends what is due, reads what came back, once a day makes a backup.")
    files = Step(
        _("The timer's files, in {folder}").format(folder=units.FOLDER),
        why,
        "\n".join(f"# {path}\n{content}" for path, content in written.items()),
        lambda: all(holds(path, content) for path, content in written.items()),
        put_in_place,
        lambda: _no_systemd(target),
    )
    enable = ["systemctl", "enable", *(["--now"] if units.runs() else []), units.TIMER]
    on = Step(
        _("The timer is switched on"),
        _("Also after the machine was started anew."),
        shlex.join(enable),
        units.enabled,
        lambda: run(enable),
        lambda: _no_systemd(target),
    )
    return files, on


def _no_systemd(target: Target) -> str:
    if shutil.which("systemctl", path=PATH) is not None:
        return ""
    return _("There is no systemd here. Let cron do it, with this line in /etc/cron.d/cabas: {line}").format(
        line=units.cron_line(target)
    )


def _door(target: Target) -> Step:
    def left_out() -> str:
        if door.sshd() is None:
            return _("sshd is not installed: apt-get install openssh-server, then this once more.")
        return ""

    return Step(
        _("The door: {path}").format(path=door.SNIPPET),
        _("For this account: keys only, no forwarding. Nothing changes for anybody else. sshd tries it out before."),
        door.snippet(target),
        lambda: door.in_place(target),
        lambda: door.put_in_place(target),
        left_out,
    )
