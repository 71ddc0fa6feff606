"""A run that is told to end finishes the mail under way first: a mail cut off after its dot would be in doubt."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop:
    """Whether the run was told to end."""

    def __init__(self) -> None:
        self.asked = False

    def ask(self, *_: object) -> None:
        """Ask it to end after the mail under way."""
        self.asked = True


@contextmanager
def stopping() -> Iterator[Stop]:
    """Turn Ctrl+C, a polite kill and a lost terminal into `Stop`; signals that are ignored stay so.

    In another thread than the main one, where signals cannot be caught, nothing is changed.
    """
    stop = Stop()
    former: dict[signal.Signals, object] = {}

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.ask()

    if threading.current_thread() is threading.main_thread():
        for number in _SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                former[number] = signal.signal(number, on_signal)
    try:
        yield stop
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
