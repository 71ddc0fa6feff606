"""Changing something that the next keys depend on: they wait until it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from screens.base import HouseScreen

T = TypeVar("T")


def write_first(screen: HouseScreen[Any], work: Callable[[], T], done: Callable[[T], None]) -> None:
    """Carry out a change as `HouseScreen.write` does, and keep keys back until `done` or the error is shown."""

    def finished(result: T) -> None:
        # First: what `done` reads may hold keys back itself.
        screen.house.release_keys()
        done(result)

    def failed(error: BaseException) -> None:
        screen.house.release_keys()
        screen.show_error(error)

    screen.house.hold_keys()
    screen.write(work, finished, failed)
