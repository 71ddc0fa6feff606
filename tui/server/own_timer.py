"""The timer of one's own account, where a group has no server: systemd's for users, or cron(8).

One unit for all groups of an account: what stands behind the @ in its name is the file (systemd.unit(5)).
"""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from templates.words import _
from tui.server.steps import PATH, Step, StepFailed, holds, run

SERVICE, TIMER = "cabas-tick@.service", "cabas-tick@.timer"
LINGERING = Path("/var/lib/systemd/linger")
"""A file for each account whose timers go on while nobody is logged in (loginctl(1))."""
_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_.")


@dataclass(frozen=True, slots=True)
class Own:
    """What is to be called by itself: the group's file, by the present account, with this program."""

    file: Path
    program: Path

    @property
    def account(self) -> str:
        """The present account's name."""
        return pwd.getpwuid(os.geteuid()).pw_name

    @property
    def folder(self) -> Path:
        """Where systemd looks for an account's own units."""
        configuration = os.environ.get("XDG_CONFIG_HOME", "")
        return (Path(configuration) if configuration.startswith("/") else Path.home() / ".config") / "systemd" / "user"

    @property
    def timer(self) -> str:
        """The timer's name for this file."""
        return TIMER.replace("@", f"@{escaped(self.file)}")

    @property
    def command(self) -> str:
        """What is to be called, as a shell takes it."""
        return shlex.join([str(self.program), "--file", str(self.file), "tick", "--quiet"])

    @property
    def cron_line(self) -> str:
        """The line for cron; % would end the command there."""
        return f"*/5 * * * * {self.command}".replace("%", r"\%")


def escaped(path: Path) -> str:
    """A path as it stands in a unit's name (systemd-escape(1), `--path`)."""

    def one(place: int, octet: int) -> str:
        if octet == ord("/"):
            return "-"
        return chr(octet) if octet in _PLAIN and (place or octet != ord(".")) else f"\\x{octet:02x}"

    return "".join(one(place, octet) for place, octet in enumerate(os.fsencode(path).strip(b"/")))


def service(own: Own) -> str:
    """The unit that does what is due, once; `%f` is the file."""
    program = str(own.program).replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f"""\
# Written by "cabas schedule install", which writes it anew.
[Unit]
Description=cabas: send what is due, read what came back, back up (%f)

[Service]
Type=oneshot
UMask=0007
Environment=LANG=C.UTF-8
ExecStart="{program}" --file %f tick --quiet
# Not now, and another one is at it: the next round comes.
SuccessExitStatus=3 4
Nice=5
NoNewPrivileges=yes
"""


def timer() -> str:
    """The unit that starts the other one, every five minutes."""
    return """\
# Written by "cabas schedule install", which writes it anew.
[Unit]
Description=cabas: every five minutes (%f)

[Timer]
OnCalendar=*:0/5
AccuracySec=10s

[Install]
WantedBy=timers.target
"""


def systemd() -> bool:
    """Whether systemd looks after this account (systemd(1): its socket is there)."""
    return bool(_runtime()) and Path(_runtime(), "systemd", "private").exists() and _there("systemctl")


def steps(own: Own, *, cron: bool = False) -> tuple[Step, ...]:
    """What is to be done, in this order; by cron where it is wanted, or systemd does not look after the account.

    Raises `StepFailed` where there is neither.
    """
    if systemd() and not cron:
        return _files(own), _on(own), _lingering(own)
    if _there("crontab"):
        return (_in_crontab(own),)
    said = _(
        "There is neither systemd for {account} nor cron here. Whatever calls this every five minutes will do: {line}"
    )
    raise StepFailed(said.format(account=own.account, line=own.cron_line.removeprefix("*/5 * * * * ")))


def _files(own: Own) -> Step:
    written = {own.folder / SERVICE: service(own), own.folder / TIMER: timer()}

    def put_in_place() -> None:
        verify(written)
        for path, content in written.items():
            _write(path, content)
        run(["systemctl", "--user", "daemon-reload"], environment=_environment())

    return Step(
        _("The timer's files, in {folder}").format(folder=own.folder),
        _("Every five minutes: sends what is due, reads what came back, once a day makes a backup."),
        "\n".join(f"# {path}\n{content}" for path, content in written.items()),
        lambda: all(holds(path, content) for path, content in written.items()),
        put_in_place,
    )


def _on(own: Own) -> Step:
    enable = ["systemctl", "--user", "enable", "--now", own.timer]
    return Step(
        _("The timer is switched on"),
        _("Also after the machine was started anew."),
        shlex.join(enable),
        lambda: _is_on(own),
        lambda: run(enable, environment=_environment()),
    )


def _lingering(own: Own) -> Step:
    command = ["loginctl", "enable-linger", own.account]

    def act() -> None:
        try:
            run(command, environment=_environment())
        except StepFailed as failed:
            said = _("An administrator has to allow it, with: {command}")
            raise StepFailed(f"{failed}\n{said.format(command=shlex.join(['sudo', *command]))}") from failed

    return Step(
        _("The timer goes on when you are not logged in"),
        _("Else it stops when you leave, and nothing goes out until you come back. It is called lingering."),
        shlex.join(command),
        lambda: (LINGERING / own.account).exists(),
        act,
    )


def verify(written: Mapping[Path, str]) -> None:
    """Let systemd read the units before they are put in place. Raises `StepFailed`."""
    if not _there("systemd-analyze"):
        return
    with tempfile.TemporaryDirectory(prefix="cabas-units-") as folder:
        paths = [Path(folder, path.name) for path in written]
        for path, content in zip(paths, written.values(), strict=True):
            path.write_text(content, encoding="utf-8")
        command = ["systemd-analyze", "verify", "--user", "--man=no", "--recursive-errors=no", *map(str, paths)]
        run(command, environment=_environment())


def _in_crontab(own: Own) -> Step:
    return Step(
        _("A line in the crontab of {account}").format(account=own.account),
        _("Every five minutes: sends what is due, reads what came back, once a day makes a backup."),
        own.cron_line,
        lambda: own.cron_line in _crontab(),
        lambda: _write_crontab([*_others(own), own.cron_line]),
    )


def remove(own: Own) -> bool:
    """Let nothing of this account call `cabas tick` for the file any more; False: nothing did. Raises `StepFailed`.

    The units stay for the account's other groups; so does lingering, which others may want.
    """
    found = False
    if systemd() and _is_on(own):
        run(["systemctl", "--user", "disable", "--now", own.timer], environment=_environment())
        found = True
    if _there("crontab") and (others := _others(own)) != _crontab():
        _write_crontab(others)
        found = True
    return found


def _is_on(own: Own) -> bool:
    try:
        for question in ("is-enabled", "is-active"):
            run(["systemctl", "--user", question, "--quiet", own.timer], environment=_environment())
    except StepFailed:
        return False
    return True


def _crontab() -> list[str]:
    """The lines of the account's crontab; none where it has none."""
    try:
        return run(["crontab", "-l"], environment=_environment()).splitlines()
    except StepFailed:
        return []


def _others(own: Own) -> list[str]:
    """The crontab without what calls `cabas tick` for this file."""
    said = f"--file {shlex.quote(str(own.file))} tick".replace("%", r"\%")
    return [line for line in _crontab() if said not in line or line.lstrip().startswith("#")]


def _write_crontab(lines: list[str]) -> None:
    with tempfile.NamedTemporaryFile("w", prefix="cabas-crontab-", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()
        run(["crontab", file.name], environment=_environment())


def _write(path: Path, content: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise StepFailed(_("{path} cannot be written: {reason}").format(path=path, reason=reason)) from error


def _runtime() -> str:
    return os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.geteuid()}"


def _environment() -> dict[str, str]:
    """What systemd's commands need to find the account's own systemd, and cron its spool."""
    kept = {name: os.environ[name] for name in ("HOME", "USER", "LOGNAME", "XDG_CONFIG_HOME") if name in os.environ}
    path = os.environ.get("PATH", PATH)
    return kept | {"PATH": path, "LANG": os.environ.get("LANG", "C.UTF-8"), "XDG_RUNTIME_DIR": _runtime()}


def _there(command: str) -> bool:
    return shutil.which(command) is not None
