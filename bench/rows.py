"""What a benchmark says: one line with what was measured, beside what, and the budget where there is one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """`ratio` is ours over the yardstick's, or a bare figure; `budget` the bound, empty where nothing is promised."""

    what: str
    ratio: str
    budget: str
    details: str
    within: bool | None = None

    def line(self) -> str:
        """The row as text."""
        mark = {True: "ok", False: "OVER", None: "-"}[self.within]
        return f"{mark:4}  {self.what:44}  {self.ratio:>12}  {self.budget:>12}  {self.details}"


class NotThereYet(Exception):
    """What a benchmark measures, or measures against, is missing; the text says what."""


def most(what: str, ratio: float, bound: float, details: str, unit: str = " ×") -> Row:
    """A row whose figure must not be above `bound`."""
    return Row(what, f"{ratio:.2f}{unit}", f"≤ {bound:g}{unit}", details, ratio <= bound)


def least(what: str, ratio: float, bound: float, details: str) -> Row:
    """A row whose figure must not be below `bound`."""
    return Row(what, f"{ratio:.2f} ×", f"≥ {bound:g} ×", details, ratio >= bound)
