"""The front door. `cabas` alone opens the app; everything else is in `tui.command_line`.

The desk has to be there at once, so that nothing is imported here that it can do without, Click among them.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

from screens import errors
from templates import words
from templates.words import _
from tui.context import Context
from tui.output import BUSY, FAILED, NOT_NOW, Ended, warn

COMMANDS = {
    "backup": "tui.commands.backup:backup",
    "catalogue": "tui.commands.catalogue:catalogue",
    "demo": "tui.commands.demo:demo",
    "distribution": "tui.commands.distribution:distribution",
    "doctor": "tui.commands.doctor:doctor",
    "export": "tui.commands.export:export",
    "import": "tui.commands.imports:imports",
    "inbox": "tui.commands.inbox:inbox",
    "init": "tui.commands.init:init",
    "journal": "tui.commands.journal:journal",
    "mailbox": "tui.commands.mailbox:mailbox",
    "measure": "tui.commands.measure:measure",
    "members": "tui.commands.members:members",
    "message": "tui.commands.message:message",
    "operator": "tui.commands.operator:operator",
    "order": "tui.commands.order:order",
    "outbox": "tui.commands.outbox:outbox",
    "product": "tui.commands.product:product",
    "promotion": "tui.commands.promotion:promotion",
    "voucher": "tui.commands.voucher:voucher",
    "recap": "tui.commands.recap:recap",
    "restore": "tui.commands.restore:restore",
    "schedule": "tui.commands.schedule:schedule",
    "sms": "tui.commands.sms:sms",
    "segment": "tui.commands.segment:segment",
    "server": "tui.commands.server:server",
    "settings": "tui.commands.settings:settings",
    "tick": "tui.commands.tick:tick",
    "workflow": "tui.commands.workflow:workflow",
}
"""Where each subcommand is: imported when it is asked for, so that the app starts without them."""

BY_SSH = ("SSH_CONNECTION", "SSH_ORIGINAL_COMMAND")
"""What sshd puts into the environment: with `--operator` and nothing else to do, one stands behind `tui.door`."""

CODES = {"FileLocked": NOT_NOW, "Busy": BUSY}
"""Exit codes, by the class's name, of the errors that are neither 1 nor 2."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 failed, 2 wrong use, 3 not now, 4 another one is at it."""
    # What is imported stays: collecting meanwhile costs a tenth of the start.
    gc.set_threshold(100_000, 50, 100)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show ★ shows ?, which is better than an end in the middle of a list.
        getattr(stream, "reconfigure", lambda **_options: None)(errors="replace")
    code = run(sys.argv[1:] if arguments is None else arguments)
    try:
        sys.stdout.flush()
    except OSError:
        # Whoever read our output has left; Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """The exit code of one command line; every error ends here, in words on stderr."""
    try:
        context = only_start(arguments)
        if context is not None and context.inside:
            from tui.door import enter

            speak(context)
            arguments = enter(context)
        if context is None or (context.inside and arguments):
            from tui.command_line import run_command

            return run_command(arguments, context)
        from tui.app import run as run_app

        try:
            return run_app(context)
        finally:
            context.close()
    except Ended as ended:
        if ended.words:
            warn(ended.words)
        return ended.code
    except KeyboardInterrupt:
        warn(_("Stopped."))
        return FAILED
    except BrokenPipeError:
        return FAILED
    except Exception as error:
        return failed(error)


def only_start(arguments: list[str]) -> Context | None:
    """What to start the app from, where nothing but that is asked; None leaves the reading to Click."""
    context = Context()
    rest = iter(arguments)
    for word in rest:
        name, equals, value = word.partition("=")
        if word == "--no-mouse":
            context.mouse = False
        elif name in ("--file", "--operator"):
            value = value if equals else next(rest, "")
            if not value or value.startswith("-"):
                return None
            if name == "--file":
                context.named_file = Path(value)
            else:
                context.asked = value
        else:
            return None
    context.inside = context.asked is not None and any(name in os.environ for name in BY_SSH)
    return context


def speak(context: Context) -> None:
    """Speak the operator's language; whatever is wrong with the file is told when it is opened."""
    try:
        context.speak()
    except Exception:
        words.use(words.of_environment(os.environ))


def failed(error: Exception) -> int:
    """Say what went wrong and return the exit code; a fault of the program is written down."""
    if errors.known(error):
        warn(errors.words_for(error))
        return CODES.get(type(error).__name__, FAILED)
    from screens.faults import ended_by

    warn(ended_by(error))
    return FAILED


if __name__ == "__main__":
    main()
