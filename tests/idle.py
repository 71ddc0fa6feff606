"""Waiting for the screens of a test: until nothing is left to do, rather than until the processor seems calm."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import pytest
from textual._compositor import Compositor
from textual.pilot import Pilot

from screens.house import HouseApp
from store.writer import Writer

SOON = 0.02
"""A timer that ends within so many seconds is waited for; Textual paints 60 times a second."""
HELD = 100
"""Looks in a row that see no thread at work, after which a read or write is taken for one that the test holds back."""
AT_WORK = 0.0005
"""Seconds that other threads computed between two looks, which tell one that works from one that waits."""


async def until_idle(min_sleep: float = 0.0, max_sleep: float = 30.0) -> None:
    """Return once no task can go on, no timer ends soon and no read or write is under way.

    It stands in for Textual's `wait_for_idle`, which sleeps 20 ms and again as long as the process is busy.
    """
    from textual._context import active_app

    loop: Any = asyncio.get_running_loop()
    under_way = threads_of(active_app.get(None))
    start = loop.time()
    looks, worked = 0, 0.0
    while (passed := loop.time() - start) < max_sleep:
        busy = looks < HELD and under_way()  # asked first: what a thread hands over is then among what is ready
        await asyncio.sleep(0)
        if loop._ready:
            continue
        due = min((handle.when() for handle in loop._scheduled if not handle.cancelled()), default=math.inf)
        if (wait := due - loop.time()) < SOON:
            await asyncio.sleep(max(0.0, wait))
        elif busy or passed < min_sleep:
            looks += 1
            await asyncio.sleep(0.001)
            worked, before = time.process_time() - time.thread_time(), worked
            if worked - before > AT_WORK:
                looks = 0
        else:
            return


def threads_of(app: object) -> Callable[[], bool]:
    """A question: whether a thread still works for the app, counting the writes handed in until now, or keys wait."""
    if not isinstance(app, HouseApp):
        return lambda: False
    if app.writer in used:
        used.discard(app.writer)
        behind[app.writer] = hand_in(app.writer, lambda: None)
    last, keys = behind.get(app.writer), app._keys

    def under_way() -> bool:
        if (last is not None and not last.done()) or keys._waiting or keys._followed is not None:
            return True
        return any(not worker.is_finished for worker in app.workers)

    return under_way


used: WeakSet[Writer] = WeakSet()
"""Writers to which something was handed in since anybody waited for them: the others need not be asked."""
behind: WeakKeyDictionary[Writer, Future[None]] = WeakKeyDictionary()
"""What was handed in last of all: once it is done, what came before it has had its effect."""
hand_in = Writer.submit


def note_use(patch: pytest.MonkeyPatch) -> None:
    """Know which writers have something to do."""

    def submit(self: Writer, work: Callable[[], Any]) -> Future[Any]:
        used.add(self)
        return hand_in(self, work)

    patch.setattr(Writer, "submit", submit)


def paint_when_looked_at(patch: pytest.MonkeyPatch) -> None:
    """Let nothing be painted between the keys of a `press`, only once they have had their effect.

    Without a terminal, what Textual paints is thrown away; a test that looks has the whole screen painted for it.
    """
    update = Compositor.render_update

    def only_whole(self: Compositor, full: bool = False, *more: Any, **named: Any) -> Any:
        return update(self, full, *more, **named) if full else None

    async def painted(pilot: Pilot[Any], timeout: float = 30.0) -> bool:
        await until_idle()
        app = pilot.app
        if app._exception is None and app.screen_stack and app.screen._compositor._dirty_regions:
            try:
                update(app.screen._compositor, screen_stack=app._background_screens)
            except Exception as error:
                app._handle_exception(error)
        return app._exception is None

    patch.setattr(Compositor, "render_update", only_whole)
    patch.setattr(Pilot, "_wait_for_screen", painted)
