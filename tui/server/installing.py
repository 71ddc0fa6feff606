"""Setting a server up: the steps shown, or done one after the other up to the first that cannot be."""

from __future__ import annotations

import os

from templates.words import _, ngettext
from tui.keys.account import read_keys
from tui.output import FAILED, Ended, say, warn
from tui.server import units
from tui.server.access import typed
from tui.server.checks import server_checks
from tui.server.plan import plan
from tui.server.steps import Step, StepFailed
from tui.server.target import PASSWORD, Target


def show(target: Target) -> None:
    """Say every step: what it is, why, how it stands, and the command or the file word for word. Changes nothing."""
    open_ones = 0
    for number, step in enumerate(plan(target), 1):
        state, blocked = _state(step)
        open_ones += state != "done"
        say(_line(number, step, state))
        say(f"    {step.why}")
        if blocked:
            say(f"    {blocked}")
        say("\n".join(f"      {line}".rstrip() for line in step.shown.splitlines()))
        say()
    say(
        ngettext(
            "{n} step would be done. Nothing was changed.", "{n} steps would be done. Nothing was changed.", open_ones
        ).format(n=open_ones)
        if open_ones
        else _("Everything is there. Nothing was changed.")
    )


def install(target: Target) -> None:
    """Do every step that is not done yet, then look at the whole. Raises `Ended` at the first that fails."""
    if os.geteuid() != 0:
        raise Ended(_("Only root can set a server up. --dry-run shows what it would do."))
    done = 0
    for number, step in enumerate(plan(target), 1):
        state, said = _state(step)
        if state == "open":
            try:
                step.act()
                state, done = "now done", done + 1
            except StepFailed as failed:
                state, said = "failed", str(failed)
        say(_line(number, step, state))
        if state == "failed":
            raise Ended(f"{said}\n{_stopped(done)}", FAILED)
        if said:
            say(f"    {said}")
    say()
    say(_("The server is set up.") if done else _("Everything was there already; nothing was changed."))
    _say_what_is_left(target, fresh=done > 0)


def _stopped(done: int) -> str:
    return ngettext(
        "Stopped here; {n} step was done. Put it right and start once more: what is done stays.",
        "Stopped here; {n} steps were done. Put it right and start once more: what is done stays.",
        done,
    ).format(n=done)


def _state(step: Step) -> tuple[str, str]:
    """How a step stands, and what stands against it."""
    try:
        if left_out := step.left_out():
            return "left out", left_out
        return ("done" if step.done() else "open"), ""
    except StepFailed as failed:
        return "failed", str(failed)


def _line(number: int, step: Step, state: str) -> str:
    words = {
        "done": _("is there"),
        "open": _("to be done"),
        "now done": _("done"),
        "failed": _("does not work"),
        "left out": _("left out"),
    }
    return f"{number:2}. {step.what}: {words[state]}"


def _say_what_is_left(target: Target, *, fresh: bool) -> None:
    from tui.doctor.file_checks import file_checks

    if not units.runs():
        say(_("systemd does not run here (a container?): the timer starts nothing until it does. By cron instead:"))
        say(f"  {units.cron_line(target)}")
    person = target.person
    assert person is not None
    for check in (*file_checks(target.file, person), *server_checks(target.file)):
        if check.state == "bad":
            warn(f"! {check.said} {typed(check.do, person)}".rstrip())
    if not fresh or read_keys(target.ssh / "authorized_keys"):
        return
    say(_("Next, for each volunteer:"))
    say(f"  runuser -u {target.account} -- cabas operator add marie --name Marie --role coordinator")
    say(f"  runuser -u {target.account} -- cabas operator key marie - --install < marie.pub")
    say(_("and the mailbox, whose password goes into {path}:").format(path=PASSWORD))
    say(f"  runuser -u {target.account} -- cabas mailbox set amap@example.org --provider ovh")
