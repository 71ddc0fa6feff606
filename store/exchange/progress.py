"""How far an import is, for whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TypeVar

Progress = Callable[[int, int], None]
"""Told how many rows of how many are done, a hundred times at most."""

_Row = TypeVar("_Row")
_STEPS = 45


class Tally:
    """Tells how far the work on `total` rows is, which is done in one part or two."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total = total
        self._progress = progress

    def count(self, rows: Iterable[_Row], number: int, begin: float = 0, end: float = 1) -> Iterator[_Row]:
        """The rows one by one, `number` of them; doing them is the work from `begin` to `end` of the whole."""
        step = number // _STEPS + 1
        for done, row in enumerate(rows):
            if self._progress is not None and done % step == 0:
                self._progress(int(self._total * (begin + (end - begin) * done / number)), self._total)
            yield row
        if self._progress is not None and end == 1:
            self._progress(self._total, self._total)


def counted(rows: Collection[_Row], progress: Progress | None) -> Iterator[_Row]:
    """The rows one by one; doing them is all there is to do."""
    return Tally(len(rows), progress).count(rows, len(rows))
