"""How far a long import is: a bar that moves only while something is done."""

from __future__ import annotations

from textual.app import RenderResult
from textual.timer import Timer
from textual.widget import Widget

from screens.import_job import Left
from screens.text import fitted
from screens.widgets.plain import plain
from templates.words import _
from templates.words.money import number

EVERY = 0.25
"""Seconds between two looks at how far it is; what is done sooner shows no bar."""
STAGE, COUNT = 12, 24


class Tally:
    """Where an import's thread says how far it is, and learns that nobody waits for it any more."""

    def __init__(self) -> None:
        self.done = self.total = 0
        self.left = False

    def __call__(self, done: int, total: int) -> None:
        """Note so many rows of so many; raises `Left` once the one who waited is gone."""
        if self.left:
            raise Left
        self.done, self.total = done, total


class ProgressLine(Widget):
    """One line with a bar, there only from `begin` to `end`; it reads a `Tally` that a thread writes."""

    DEFAULT_CSS = "ProgressLine { height: 1; width: 100%; display: none; }"

    def __init__(self, **names: str) -> None:
        """`names` are `id` and `classes`, as for any widget."""
        super().__init__(**names)  # type: ignore[arg-type]
        self._stage = ""
        self._tally = Tally()
        self._timer: Timer | None = None

    def begin(self, stage: str, tally: Tally) -> None:
        """Follow this tally; `stage` says what is done."""
        self.end()
        self._stage, self._tally = stage, tally
        self._timer = self.set_interval(EVERY, self._look)

    def end(self) -> None:
        """It is done."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.display = False

    def _look(self) -> None:
        self.display = True
        self.refresh()

    def render(self) -> RenderResult:
        done, total = self._tally.done, self._tally.total
        count = _("{done} of {total}").format(done=number(done), total=number(total)) if total else "…"
        if total and done >= total:
            count = _("nearly done")
        room = max(10, self.size.width - STAGE - COUNT - 5)
        full = room * min(done, total) // total if total else 0
        return plain(f" {fitted(self._stage, STAGE)} [{'#' * full}{'.' * (room - full)}] {count}")
