"""All that a shared server needs on Debian, step by step: what it is, why, and whether it is there already."""

from __future__ import annotations

import shlex
import shutil

from templates.words import _
from tui.server import door, units
from tui.server.account_steps import account_steps, folder_steps
from tui.server.file_steps import (
    configuration_step,
    group_file_step,
    link_step,
    mode_step,
    password_step,
    program_step,
)
from tui.server.operator_step import operator_step
from tui.server.steps import PATH, Step, holds, run, write
from tui.server.target import Target


def plan(target: Target) -> tuple[Step, ...]:
    """The steps in their order; each relies on those before it. Raises `ConfigurationBad`."""
    return (
        *account_steps(target),
        *folder_steps(target),
        program_step(target),
        link_step(target),
        group_file_step(target),
        mode_step(target),
        operator_step(target),
        configuration_step(target),
        password_step(target),
        *_timer(target),
        _door(target),
    )


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
    return _("There is no systemd here. Let cron do it: {command}").format(command=units.cron_line(target))


def _door(target: Target) -> Step:
    def left_out() -> str:
        if door.sshd() is None:
            return _("sshd is not installed: apt-get install openssh-server, then this once more.")
        return ""

    return Step(
        _("The door: {path}").format(path=door.SNIPPET),
        _("For this account: keys only, no forwarding. Nothing changes for anybody else. sshd tries it out before."),
        door.snippet(target.account),
        lambda: door.in_place(target),
        lambda: door.put_in_place(target),
        left_out,
    )
