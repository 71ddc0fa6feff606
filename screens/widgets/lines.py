"""Lines that change now and then: only the cells that are other ones are drawn again."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget

from screens.text import width
from screens.widgets.plain import plain


class Lines(Widget):
    """Shows each line as it is, cut at the edge: what must be read whole belongs into `Prose`."""

    DEFAULT_CSS = "Lines { height: auto; width: 100%; }"

    def __init__(self, **names: str) -> None:
        """`names` are `id` and `classes`, as for any widget."""
        super().__init__(**names)  # type: ignore[arg-type]
        self._shown: list[Content] = []

    def show(self, lines: Sequence[Content]) -> None:
        """Show these lines instead; nothing is drawn of what stays as it is."""
        before, self._shown = self._shown, list(lines)
        if len(before) != len(self._shown):
            self.display = bool(self._shown)
            self.refresh(layout=True)
            return
        changed = [
            region
            for y, (old, new) in enumerate(zip(before, self._shown, strict=True))
            if (region := changed_cells(old, new, y)) is not None
        ]
        if changed:
            self.refresh(*changed)

    def render(self) -> RenderResult:
        cells = self.size.width
        return Content("\n").join([line.truncate(cells, ellipsis=True) for line in self._shown] or [plain("")])


def changed_cells(old: Content, new: Content, y: int) -> Region | None:
    """The part of line `y` that is another one, from the first cell that differs to the last; None: it is the same.

    Styles count: Textual compares the words only.
    """
    if old.plain == new.plain:
        return None if old.spans == new.spans else Region(0, y, max(1, width(new.plain)), 1)
    start = next(
        (n for n, (a, b) in enumerate(zip(old.plain, new.plain, strict=False)) if a != b),
        min(len(old.plain), len(new.plain)),
    )
    first, last = width(new.plain[:start]), max(width(old.plain), width(new.plain))
    if width(old.plain) == width(new.plain) and old.spans == new.spans:
        same = next((n for n, (a, b) in enumerate(zip(old.plain[::-1], new.plain[::-1], strict=False)) if a != b), 0)
        last -= width(new.plain[len(new.plain) - same :])
    return Region(first, y, max(1, last - first), 1)
