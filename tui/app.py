"""Starting and ending the app around the terminal: quickly, and without leaving anything behind."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from screens import updating
from templates.words import _
from tui.output import DONE, FAILED, Ended, say, warn

if TYPE_CHECKING:
    from screens.house import HouseApp
    from tui.context import Context


def run(context: Context, greeting: str = "", *, restarts: bool = True) -> int:
    """Open the desk on the group's file and return the exit code once it is left; `greeting` is said there first.

    A newer cabas that comes meanwhile takes this one's place with the same command line, unless it `restarts` nothing.
    Raises `Ended` where there is no terminal to draw on, and the store's errors where the file cannot be opened.
    """
    if os.environ.pop(updating.TRIES, ""):
        return starts()
    if context.inside:
        context.store()  # who was removed is told so, and not to use commands
    refuse_terminal()
    tune()
    program = updating.identity() if restarts else None
    resumes = os.environ.pop(updating.RESUMES, "")
    store = context.store()
    from screens.house import HouseApp

    app = HouseApp(store, greeting, program=program, resumes=resumes)
    app.inside = context.inside
    code = show(app, mouse=context.mouse)
    return make_room(app.resumes_as, store.actor) if app.resumes_as else code


def starts() -> int:
    """Tell a former program, which asks before it makes room, that this one starts and which files it can open."""
    import screens.desk
    import screens.resuming  # noqa: F401 - what is imported must be there, and fit together
    from store.schema import LATEST

    say(f"cabas {LATEST}")
    return DONE


def make_room(resumes_as: str, login: str) -> int:
    """Become the program that the present command line starts now; returns only where it cannot be started."""
    command = updating.command(login)
    os.environ[updating.RESUMES] = resumes_as
    try:
        os.execv(command[0], command)
    except OSError as error:
        why = error.strerror or str(error)
        warn(_("The new cabas does not start ({why}). What you typed is kept: start cabas again.").format(why=why))
    return FAILED


def refuse_terminal() -> None:
    """Raise `Ended` for what no screen can be drawn on."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Ended(_("The desk needs a terminal. In scripts, use the commands: cabas --help"))
    if os.environ.get("TERM", "dumb") in ("dumb", "unknown", ""):
        raise Ended(
            _(
                "This terminal (TERM={term}) cannot show the desk. Use another one, or the commands: cabas --help"
            ).format(term=os.environ.get("TERM", ""))
        )


def tune() -> None:
    """Set what Textual reads when it is imported."""
    # A list appears one tick after its letter: at 60 a second that is felt.
    os.environ.setdefault("TEXTUAL_FPS", "240")
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    os.environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")


def show(app: HouseApp, *, mouse: bool = True) -> int:
    """Run the app to its end; wait for what is still being written."""
    import asyncio

    from tui.typed_bytes import understand_all

    understand_all()

    async def until_left() -> None:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, hung_up)
        loop.add_signal_handler(signal.SIGTERM, app.terminate)
        await app.run_async(mouse=mouse)

    def hung_up() -> None:
        # The terminal is gone: whatever Textual would still draw or restore fails on it, or blocks.
        try:
            app.hang_up()
        finally:
            os._exit(FAILED)

    try:
        asyncio.run(until_left())
    finally:
        app.writer.close()
        app.store.close()
    if app.fault is not None and not app.resumes_as:
        from screens.faults import ended_by

        warn(ended_by(app.fault))
        return FAILED
    return DONE
