"""The timer that calls `cabas tick`: what systemd is told (systemd.service(5), systemd.timer(5), systemd.exec(5))."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tui.server.steps import StepFailed, run
from tui.server.target import PASSWORD, Target

FOLDER = Path("/etc/systemd/system")
SERVICE, TIMER = "cabas-tick.service", "cabas-tick.timer"
CRON = Path("/etc/cron.d/cabas")
_RUNNING = Path("/run/systemd/system")
"""There where systemd is the first process (sd_booted(3))."""
_HOMES = (Path("/home"), Path("/root"), Path("/run/user"))


def runs() -> bool:
    """Whether systemd runs this machine; a container often has none."""
    return _RUNNING.is_dir()


def service(target: Target) -> str:
    """The unit that sends what is due, once; the timer starts it."""
    return f"""\
# Written by "cabas server install", which writes it anew. Your own settings: systemctl edit {SERVICE}
[Unit]
Description=cabas: send what is due, read what came back, back up
Documentation=man:systemd.exec(5)
Wants=network-online.target
After=network-online.target time-sync.target

[Service]
Type=oneshot
User={target.account}
Group={target.account}
UMask=0007
Environment=LANG=C.UTF-8
# The mailbox's password. With "chmod 0600" only this unit gets it: volunteers' messages then leave with its next round.
LoadCredential=password:{PASSWORD}
ExecStart={target.program} --file {target.file} tick --quiet
# Not now, and another one is at it: the next round comes.
SuccessExitStatus=3 4
Nice=5

{confined(target)}# Not RestrictSUIDSGID: new folders have the group's bit (2770).
"""


def confined(target: Target, families: str = "AF_UNIX AF_INET AF_INET6 AF_NETLINK") -> str:
    """What a unit for this account cannot do: all but read the machine and write the group's folder."""
    return f"""\
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ReadWritePaths={_writable(target)}
ProtectHome={"read-only" if _in_homes(target) else "yes"}
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictAddressFamilies={families}
RestrictNamespaces=yes
RestrictRealtime=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
"""


def timer() -> str:
    """The unit that starts the other one, every five minutes."""
    return f"""\
# Written by "cabas server install", which writes it anew. Your own settings: systemctl edit {TIMER}
[Unit]
Description=cabas: every five minutes

[Timer]
OnCalendar=*:0/5
AccuracySec=10s

[Install]
WantedBy=timers.target
"""


def cron_line(target: Target) -> str:
    """The same for cron(8), where no systemd runs."""
    return cron_job(target.account, f"{target.program} --file {target.file} tick --quiet")


def cron_job(account: str, command: str) -> str:
    """The command that gives cron a line, which starts another one every five minutes."""
    return f"echo '*/5 * * * * {account} {command}' > {CRON}"


def verify(target: Target) -> None:
    """Let systemd read both before they are put in place. Raises `StepFailed`."""
    with tempfile.TemporaryDirectory(prefix="cabas-units-") as folder:
        paths = [Path(folder, SERVICE), Path(folder, TIMER)]
        for path, content in zip(paths, (service(target), timer()), strict=True):
            path.write_text(content, encoding="utf-8")
        run(["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *paths])


def enabled() -> bool:
    """Whether the timer starts with the machine, and, where systemd runs, has been started."""
    try:
        run(["systemctl", "is-enabled", "--quiet", TIMER])
        if runs():
            run(["systemctl", "is-active", "--quiet", TIMER])
    except StepFailed:
        return False
    return True


def _writable(target: Target) -> str:
    if target.folder.is_relative_to(target.home):
        return str(target.home)
    return f"{target.folder} {target.home}"


def _in_homes(target: Target) -> bool:
    """Whether the account needs to see anything of people's homes: then they are only closed to its writing."""
    # The interpreter's, too: a program that lies outside may be run by one that lies there.
    needed = (target.home, target.file, target.program, Path(os.path.realpath(sys.executable)), Path(sys.prefix))
    return any(path.is_relative_to(home) for path in needed for home in _HOMES)
