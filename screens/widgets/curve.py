"""Curves over days, drawn with characters that every terminal has; what they mean stands in a legend beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from textual.app import RenderResult
from textual_plotext import PlotextPlot

from screens.text import width
from templates.words import dates

MARKS = ("●", "○", "+", "×")
"""What the lines are drawn with, the first line first: they differ without colours, and each is a single cell.

The Linux console shows the first two as "*" and "o" (`screens.widgets.console`).
"""

THEME: Final = "textual-clear"
"""No colours but the terminal's own: those of the library could not be read on every background."""

LEAST_DAYS = 2
ROWS_PER_TICK = 4
LEAST_ROWS, LEAST_CELLS = 4, 24
"""The plotting library cannot draw in less."""


@dataclass(frozen=True)
class CurveLine:
    """One line: a value for each day, and how its scale writes a value; one of another unit has its scale `right`."""

    values: tuple[int, ...]
    words: Callable[[int], str]
    right: bool = False


class Curve(PlotextPlot):
    """Lines over the same days, later ones beneath; the scales begin at 0, or below where a value does."""

    def __init__(self, **names: str) -> None:
        """`names` are `id` and `classes`, as for any widget."""
        super().__init__(**names)  # type: ignore[arg-type]
        self.theme = THEME
        self._days: tuple[date, ...] = ()
        self._lines: tuple[CurveLine, ...] = ()
        self._laid: object = None

    def show(self, days: Sequence[date], lines: Sequence[CurveLine]) -> None:
        """Draw these lines instead; nothing is drawn while they stay the same."""
        if (tuple(days), tuple(lines)) != (self._days, self._lines):
            self._days, self._lines = tuple(days), tuple(lines)
            self._laid = None
            self.refresh()

    def render(self) -> RenderResult:
        """The lines for the room there is; nothing in too little of it, or for a single day."""
        if len(self._days) < LEAST_DAYS or self.size.height < LEAST_ROWS or self.size.width < LEAST_CELLS:
            return ""
        if self._laid != self.size:
            self._laid = self.size
            self._lay_out()
        return super().render()

    def _lay_out(self) -> None:
        plot: Any = self.plt  # what it says of its own types is not so
        plot.clear_figure()
        plot.theme(THEME)  # before the lines: each takes its colour when it is handed in
        left = [line for line in self._lines if not line.right]
        right = [line for line in self._lines if line.right]
        plot.frame(False)
        plot.xaxes(True, False)
        plot.yaxes(True, bool(right))
        for side, lines in (("left", left), ("right", right)):
            if lines:
                values = [value for line in lines for value in line.values]
                low, high, ticks = scale(values, max(2, self.size.height // ROWS_PER_TICK))
                # Curves of one group look alike: at the same height the second would be hidden by the first.
                plot.ylim(low, high + high // 3 if side == "right" else high, yside=side)
                plot.yticks(ticks, [lines[0].words(tick) for tick in ticks], yside=side)
        places = list(range(len(self._days)))
        for line, mark in reversed(list(zip(self._lines, MARKS, strict=False))):
            plot.plot(places, list(line.values), marker=mark, yside="right" if line.right else "left")
        shown = list(day_ticks(len(places), self.size.width))
        plot.xlim(0, places[-1])
        plot.xticks(shown, [dates.day_number(self._days[place]) for place in shown])


def scale(values: Sequence[int], steps: int) -> tuple[int, int, list[int]]:
    """The least and the largest value of a scale that these values just fit into, and the round values marked on it."""
    low, high = min(0, *values), max(0, *values)
    wanted = max(1, -(-(high - low) // steps))
    size = 10 ** (len(str(wanted)) - 1)
    sizes = (1, 2, 5, 10)
    step = next(size * times for times in sizes if size * times >= wanted)
    if high > low and step > max(-low, high):  # no value would be marked but 0
        step = max(size * times for times in sizes if size * times < step)
    marked = range(-(-low // step) * step, high + 1, step)
    return low, max(high, low + 1), list(marked)


def day_ticks(days: int, cells: int) -> Iterator[int]:
    """The places of the days that are written under the lines: the first, the last, and some between."""
    wide = 2 + max(width(dates.day_number(date(2026, month, 28))) for month in range(1, 13))
    parts = max(1, min(days - 1, cells // (2 * wide)))
    yield from sorted({round(part * (days - 1) / parts) for part in range(parts + 1)})
