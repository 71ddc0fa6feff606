"""The connections to a group's file that a store keeps between its units of work."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store import file

MOST_KEPT = 4
"""As many as threads that read at the same time; one more is closed when its work is done."""


class Connections:
    """Opens connections to a file and keeps them: to read a file's schema takes longer than most questions to it.

    A connection does one unit of work at a time, in any thread. It is closed where the work failed, and where another
    file has taken the place of the one that it was opened for.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: list[tuple[tuple[int, int], sqlite3.Connection]] = []

    @contextmanager
    def one(self) -> Iterator[sqlite3.Connection]:
        """A connection for one unit of work, which leaves no transaction open; raises what `file.connect` does."""
        there = self._identity()
        conn = self._take(there) or file.connect(self._path, shared=True)
        try:
            yield conn
        except BaseException:
            conn.close()
            raise
        if there is None or len(self._kept) >= MOST_KEPT or isinstance(conn, file.OnlyToLook):
            conn.close()
        else:
            self._kept.append((there, conn))

    def _take(self, there: tuple[int, int] | None) -> sqlite3.Connection | None:
        while True:
            try:
                opened_for, conn = self._kept.pop()
            except IndexError:  # none, or another thread was quicker
                return None
            if opened_for == there:
                return conn
            conn.close()

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._path)  # noqa: PTH116 - a third of what Path.stat takes
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def close(self) -> None:
        """Close those that are kept."""
        while self._kept:
            self._kept.pop()[1].close()
