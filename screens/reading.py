"""A read on its way through a thread, and back to the screen that shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from textual.worker import Worker, WorkerState

if TYPE_CHECKING:
    from screens.base import HouseScreen

T = TypeVar("T")


class Reads:
    """What one screen reads now, what is to be done with it, and the keys that wait for it."""

    def __init__(self, screen: HouseScreen[Any]) -> None:
        self._screen = screen
        self._ends: dict[Worker[Any], tuple[Callable[[Any], None], Callable[[BaseException], None]]] = {}
        self._held_for: set[Worker[Any]] = set()

    @property
    def goes_on(self) -> bool:
        """Whether something is being read that will be shown."""
        return any(not worker.is_cancelled for worker in self._ends)

    def begin(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[BaseException], None],
        *,
        group: str,
        holds: bool,
    ) -> None:
        """Read something; see `HouseScreen.read`."""
        worker = self._screen.run_worker(work, thread=True, exclusive=True, group=group, exit_on_error=False)
        self._ends[worker] = (done, failed)
        # One that is replaced before it began never says that it ended: keys that wait for it wait for this one.
        replaced = {held for held in self._held_for if held.is_cancelled}
        self._held_for -= replaced
        if holds or replaced:
            self._held_for.add(worker)
            self._screen.house.hold_keys()

    def take(self, event: Worker.StateChanged) -> None:
        """Show what was read, or why it could not be."""
        worker = event.worker
        if event.state not in (WorkerState.SUCCESS, WorkerState.ERROR, WorkerState.CANCELLED):
            return
        ends = self._ends.pop(worker, None)
        if worker in self._held_for:
            self._held_for.discard(worker)
            if not self._held_for:  # first: what `done` reads or changes may hold keys back itself
                self._screen.house.release_keys()
        if not self._screen.is_open:
            return
        done, failed = ends or (None, self._screen.show_error)
        if event.state is WorkerState.ERROR and worker.error is not None:
            failed(worker.error)
        elif event.state is WorkerState.SUCCESS and done is not None and not worker.is_cancelled:
            done(worker.result)
