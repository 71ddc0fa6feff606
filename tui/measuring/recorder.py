"""Writing down what the endpoint saw, beside it: who clicks never waits for the group's file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from store.errors import StoreError

if TYPE_CHECKING:
    from store.measuring import What

    Seen = tuple[str, What]

AGAIN = 5.0
"""Seconds until what could not be written is tried again: somebody imports, or restores a backup."""

MOST_WAITING = 10_000
"""So many wait at most; what is seen beyond that is not counted."""


class Recorder:
    """Hands what was seen to `record`, together and in a thread of its own.

    What the file does not take at the moment waits in memory, each only once. `fault` is told what nobody has thought
    of; what it concerned is not counted.
    """

    def __init__(self, record: Callable[[Collection[Seen]], object], fault: Callable[[Exception], None]) -> None:
        self._record = record
        self._fault = fault
        self._waiting: dict[Seen, None] = {}
        self._lock = threading.Lock()
        self._news, self._ends = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder")

    def start(self) -> None:
        """Begin to write down."""
        self._thread.start()

    def note(self, token: str, what: What) -> None:
        """Write down soon that a mail was opened, or a link in it clicked."""
        with self._lock:
            if len(self._waiting) < MOST_WAITING:
                self._waiting[token, what] = None
        self._news.set()

    def end(self) -> None:
        """Write down what still waits, once, and end."""
        self._ends.set()
        self._news.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ends.is_set():
            self._news.wait()
            self._news.clear()
            if not self._write():
                self._ends.wait(AGAIN)
                self._news.set()
        self._write()

    def _write(self) -> bool:
        """Whether nothing has to wait any longer."""
        with self._lock:
            seen, self._waiting = self._waiting, {}
        if not seen:
            return True
        try:
            self._record(tuple(seen))
        except StoreError:
            with self._lock:
                self._waiting = {**seen, **self._waiting}
            return False
        except Exception as fault:
            self._fault(fault)
        return True
