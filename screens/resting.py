"""What takes long to read is not read anew with every change that anybody makes."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from textual.timer import Timer

    from screens.base import HouseScreen

REST_SECONDS = 5.0
"""From one reading to the next."""


class Resting:
    """Reads at once, then not again before it has rested: what changes meanwhile is read once, at the end.

    Its only timer runs while something that changed is not read yet, so that nothing runs where nothing changes.
    """

    def __init__(self, screen: HouseScreen[Any], read: Callable[[], None]) -> None:
        self._screen = screen
        self._read = read
        self._rested_at = monotonic()
        self._timer: Timer | None = None

    def wanted(self) -> None:
        """Something changed: read it, now or as soon as it has rested."""
        left = self._rested_at - monotonic()
        if left <= 0:
            self._now()
        elif self._timer is None:
            self._timer = self._screen.set_timer(left, self._now)

    def _now(self) -> None:
        self._timer = None
        self._rested_at = monotonic() + REST_SECONDS
        self._read()
