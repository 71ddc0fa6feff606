"""One thread that carries out an app's writes, first in, first out."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import Context, copy_context
from typing import Any, TypeVar

T = TypeVar("T")


class Writer:
    """Carries out writes in the order they were handed in, so that a quick typist's lines never overtake each other."""

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any], Context] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Queue `work`; the future holds what it returns or raises. `work` sees the context variables of now."""
        future: Future[T] = Future()
        self._work.put((future, work, copy_context()))
        return future

    def close(self) -> None:
        """Carry out what is queued, then end the thread."""
        self._work.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (item := self._work.get()) is not None:
            future, work, context = item
            try:
                result = context.run(work)
            except BaseException as error:  # the one who waits on the future gets it
                future.set_exception(error)
            else:
                future.set_result(result)
