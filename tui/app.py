"""Starting and ending the app around the terminal: quickly, and without leaving anything behind."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from templates.words import _
from tui.output import DONE, FAILED, Ended, warn

if TYPE_CHECKING:
    from screens.house import HouseApp
    from tui.context import Context


def run(context: Context, greeting: str = "") -> int:
    """Open the desk on the group's file and return the exit code once it is left; `greeting` is said there first.

    Raises `Ended` where there is no terminal to draw on, and the store's errors where the file cannot be opened.
    """
    refuse_terminal()
    tune()
    store = context.store()
    from screens.house import HouseApp

    app = HouseApp(store, greeting)
    app.inside = context.inside
    return show(app, mouse=context.mouse)


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
    if app.fault is not None:
        from screens.faults import ended_by

        warn(ended_by(app.fault))
        return FAILED
    return DONE
