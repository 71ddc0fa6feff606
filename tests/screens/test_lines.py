"""Lines of which only what changes is drawn again."""

from __future__ import annotations

import pytest
from textual.content import Content
from textual.geometry import Region

from screens.widgets.lines import changed_cells
from screens.widgets.plain import plain


@pytest.mark.parametrize(
    ("old", "new", "cells"),
    [
        ("12 sent", "12 sent", None),
        ("12 sent", "13 sent", (1, 1)),
        ("9 sent", "10 sent", (0, 7)),
        ("[###...] 3", "[####..] 4", (4, 6)),
        ("", "now", (0, 3)),
        ("gone now", "gone", (4, 4)),
        ("é日本 1", "é日本 2", (6, 1)),
    ],
)
def test_from_the_first_cell_that_differs_to_the_last(old: str, new: str, cells: tuple[int, int] | None) -> None:
    expected = None if cells is None else Region(cells[0], 4, cells[1], 1)
    assert changed_cells(Content(old), Content(new), 4) == expected


def test_another_style_is_another_line() -> None:
    assert changed_cells(plain("paused"), plain("paused", "bold"), 0) == Region(0, 0, 6, 1)
