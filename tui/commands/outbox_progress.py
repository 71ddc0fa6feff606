"""How far the sending is, on one line of a terminal while `outbox run` sends."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from screens.text import fitted, width

if TYPE_CHECKING:
    from store import Store

SECONDS = 1.0
"""Between two looks."""


@contextmanager
def shown_progress(store: Store, *, wanted: bool) -> Iterator[None]:
    """Say on stderr how far it is, where that is a terminal; the line is wiped at the end."""
    if not wanted or not sys.stderr.isatty():
        yield
        return
    over = threading.Event()
    teller = threading.Thread(target=_tell, args=(store, over), daemon=True)
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join()


def _tell(store: Store, over: threading.Event) -> None:
    from mail.lock import holder
    from screens.sending_now import sending_now
    from store.errors import StoreError
    from store.run_progress import run_progress

    shown = ""
    while not over.wait(SECONDS):
        with suppress(StoreError):  # the run itself says what is wrong with the file
            someone = holder(store.path)
            mine = someone is not None and someone.pid == os.getpid()
            # Before the first mail the password may be asked for on this line.
            text = sending_now(store) if mine and run_progress(store).done else ""
            if text != shown:
                _write(f"\r{fitted(text, max(width(text), width(shown)))}")
                shown = text
    if shown:
        _write(f"\r{' ' * width(shown)}\r")


def _write(text: str) -> None:
    with suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()
