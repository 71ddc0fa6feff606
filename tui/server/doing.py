"""Steps shown, or done one after the other up to the first that cannot be."""

from __future__ import annotations

from collections.abc import Sequence

from templates.words import _, ngettext
from tui.output import FAILED, Ended, say
from tui.server.steps import Step, StepFailed


def show(steps: Sequence[Step]) -> None:
    """Say every step: what it is, why, how it stands, and the command or the file word for word. Changes nothing."""
    open_ones = 0
    for number, step in enumerate(steps, 1):
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


def carry_out(steps: Sequence[Step]) -> int:
    """Do every step that is not done yet, and return how many that were. Raises `Ended` at the first that fails."""
    done = 0
    for number, step in enumerate(steps, 1):
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
    return done


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
