"""A key of the caller search: bytes and time until the list is complete, beside stock widgets showing ten rows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.group import example
from bench.rows import Row, most
from bench.terminal import Cost, Terminal
from tui.demo.offer import PLACE
from tui.demo.telling import COORDINATOR

TYPED = ("dup", "mar", "lec", "bel", "ga")
ROUNDS = 3


def rows(folder: Path) -> Iterator[Row]:
    """The same letters in both, each with its ten rows."""
    command = [str(Path(sys.executable).with_name("cabas")), "--file", str(example(folder))]
    ours: list[Cost] = []
    stock: list[Cost] = []
    with (
        Terminal([*command, "--operator", COORDINATOR]) as desk,
        Terminal([sys.executable, "-m", "bench.yardsticks", "search"]) as plain,
    ):
        desk.wait_for(PLACE[:16])
        desk.settle(1)
        desk.press("n", quiet=1)
        plain.wait_for("READY")
        plain.settle(1)
        for typed in TYPED * ROUNDS:
            for letter in typed:
                ours.append(desk.press(letter))
                stock.append(plain.press(letter))
            for _ in typed:
                desk.press("\x7f")
                plain.press("\x7f")
    sizes = median(cost.size for cost in ours), median(cost.size for cost in stock)
    times = median(cost.milliseconds for cost in ours), median(cost.milliseconds for cost in stock)
    yield most(
        "a search key, bytes / Input + DataTable", sizes[0] / sizes[1], 1, f"{sizes[0]:.0f} / {sizes[1]:.0f} bytes"
    )
    yield most("a search key, time / Input + DataTable", times[0] / times[1], 1, f"{times[0]:.1f} / {times[1]:.1f} ms")
