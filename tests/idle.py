"""Waiting for the screens of a test: until nothing is left to do, rather than until the processor seems calm."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Any

from screens.house import HouseApp

SOON = 0.02
"""A timer that ends within so many seconds is waited for; Textual paints 60 times a second."""
HELD = 100
"""Looks after which a read or write that does not end is taken for one that the test holds back."""


async def until_idle(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Return once no task can go on, no timer ends soon and no read or write is under way.

    It stands in for Textual's `wait_for_idle`, which sleeps 20 ms and again as long as the process is busy.
    """
    from textual._context import active_app

    loop: Any = asyncio.get_running_loop()
    under_way = threads_of(active_app.get(None))
    start = loop.time()
    looks = 0
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
        else:
            return


def threads_of(app: object) -> Callable[[], bool]:
    """A question: whether a thread still works for the app, counting the writes handed in until now."""
    if not isinstance(app, HouseApp):
        return lambda: False
    writes = app.writer.submit(lambda: None)
    return lambda: not writes.done() or any(not worker.is_finished for worker in app.workers)
