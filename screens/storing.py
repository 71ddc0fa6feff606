"""A change on its way through the app's one writer, and back to the screen that made it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from screens.base import HouseScreen
from screens.widgets.bars import NoticeLine
from templates.words import _

if TYPE_CHECKING:
    from screens.house import HouseApp

T = TypeVar("T")
WAIT_SECONDS = 1.0


def submit(
    house: HouseApp,
    screen: HouseScreen[Any],
    work: Callable[[], T],
    done: Callable[[T], None] | None,
    failed: Callable[[BaseException], None],
    *,
    holds: bool,
) -> None:
    """Queue a change for the writer; see `HouseScreen.write`."""

    def carry_out() -> tuple[T, int, int]:
        before = house.store.change_number()
        result = work()
        return result, before, house.store.change_number()

    def arrive(future: Future[tuple[T, int, int]]) -> None:
        waits.stop()
        _say_waiting(house, False)
        if holds:  # first: what `done` reads may hold keys back itself
            house.release_keys()
        error = future.exception()
        if error is not None:
            (failed if screen.is_open else house.show_error)(error)
            return
        result, before, after = future.result()
        house.change_number = max(house.change_number, after)
        screen.note_own_change(before, after)
        if done is not None and screen.is_open:
            done(result)
        if not screen.is_active and isinstance(house.screen, HouseScreen):
            house.screen.look()  # the poll will find nothing new

    if holds:
        house.hold_keys()
    waits = house.set_timer(WAIT_SECONDS, lambda: _say_waiting(house, True))
    # By way of the app: a screen that closes meanwhile would drop it.
    house.writer.submit(carry_out).add_done_callback(lambda future: house.call_later(arrive, future))


def _say_waiting(house: HouseApp, waits: bool) -> None:
    """Say that a change is being stored, where nothing else is said; it is, when another program has the file."""
    for notice in house.screen.query(NoticeLine):
        said = _("Being stored …")
        if notice.text == ("" if waits else said):
            notice.show(said if waits else "")
