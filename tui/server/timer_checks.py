"""What doctor asks of the timer: whether it is there, switched on, and how it ended last."""

from __future__ import annotations

import os
import pwd
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path

from templates.words import _
from tui.doctor.check import Check
from tui.server import units
from tui.server.steps import StepFailed, run

GOOD_ENDS = ("success", "")


def timer_checks(person: pwd.struct_passwd, file: Path) -> Iterator[Check]:
    """The timer's files, what they start, and what systemd says of them."""
    again = _("As root: cabas server install")
    service = units.FOLDER / units.SERVICE
    command = _command(service)
    if command is None and _cron_does():
        yield Check("timer.files", "ok", _("cron calls cabas tick ({path}).").format(path=units.CRON))
        return
    if command is None or not (units.FOLDER / units.TIMER).exists():
        said = _("The timer is not there: nothing is sent by itself, and no backup is made.")
        yield Check("timer.files", "bad", said, again)
        return
    if str(file.absolute()) not in command and str(file.resolve()) not in command:
        said = _("The timer works on another file: {command}").format(command=shlex.join(command))
        yield Check("timer.files", "warn", said, again)
    yield from _program(person, Path(command[0]))
    if units.runs() and not units.enabled():
        said = _("The timer is not switched on.")
        yield Check("timer.on", "bad", said, f"systemctl enable --now {units.TIMER}")
    if not units.runs() and not _cron_does():
        said = _("systemd does not run here: something else has to call “cabas tick”.")
        yield Check("timer.runs", "unknown", said, units.cron_job(person.pw_name, shlex.join(command)))
    elif units.runs():
        yield from _last_run()


def _cron_does() -> bool:
    try:
        lines = units.CRON.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    return any(" tick" in line and not line.lstrip().startswith("#") for line in lines)


def _command(service: Path) -> list[str] | None:
    """What the timer starts, None where it is not there."""
    try:
        lines = service.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    return next((line.removeprefix("ExecStart=").split() for line in lines if line.startswith("ExecStart=")), None)


def _program(person: pwd.struct_passwd, program: Path) -> Iterator[Check]:
    try:
        about = program.stat()
    except OSError:
        said = _("The timer starts {program}, which is not there.").format(program=program)
        yield Check("timer.program", "bad", said, _("As root: cabas server install"))
        return
    changeable = about.st_uid == person.pw_uid or stat.S_IMODE(about.st_mode) & 0o022
    if changeable and person.pw_uid:
        said = _("{program} can be changed by {account}, so by whoever finds a way out of cabas.")
        yield Check(
            "timer.program",
            "warn",
            said.format(program=program, account=person.pw_name),
            _("Install cabas as root: cabas server update"),
        )
    else:
        yield Check("timer.program", "ok", _("The program is {program}.").format(program=os.path.realpath(program)))


def _last_run() -> Iterator[Check]:
    try:
        lines = run(["systemctl", "show", units.SERVICE, "--property=Result,ExecMainStatus"]).splitlines()
    except StepFailed as failed:
        yield Check("timer.runs", "unknown", str(failed))
        return
    about = dict(line.partition("=")[::2] for line in lines)
    if about.get("Result", "") in GOOD_ENDS:
        yield Check("timer.runs", "ok", _("The timer is switched on; it ended well last time."))
    else:
        said = _("The timer's last run ended badly: {result} ({status}).")
        yield Check(
            "timer.runs",
            "bad",
            said.format(result=about["Result"], status=about.get("ExecMainStatus", "?")),
            f"journalctl --unit {units.SERVICE} --lines 20",
        )
