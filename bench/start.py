"""Start to the first useful screen, and what an idle screen sends."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.group import example
from bench.rows import NotThereYet, Row, most
from bench.terminal import NotShown, Terminal
from tui.demo.offer import PLACE
from tui.demo.telling import COORDINATOR

ROUNDS = 12
IDLE_SECONDS = 3.0


def rows(folder: Path) -> Iterator[Row]:
    """In turn, so that a busy moment of the machine meets both."""
    command = [str(Path(sys.executable).with_name("cabas")), "--file", str(example(folder))]
    command += ["--operator", COORDINATOR]
    hello = [sys.executable, "-m", "bench.yardsticks", "hello"]
    ours, bare = [], []
    for _ in range(ROUNDS):
        with Terminal(hello) as terminal:
            bare.append(terminal.wait_for("READY"))
        try:
            with Terminal(command) as terminal:
                ours.append(terminal.wait_for(PLACE[:16]))
        except NotShown as error:
            raise NotThereYet(str(error)) from error
    ratio = median(mine / theirs for mine, theirs in zip(ours, bare, strict=True))
    yield most("start to the Desk / bare Textual", ratio, 1.5, f"{median(ours):.0f} ms / {median(bare):.0f} ms")
    with Terminal(command) as terminal:
        terminal.wait_for(PLACE[:16])
        terminal.settle(1)
        terminal.press("n", quiet=1)
        sent = terminal.idle(IDLE_SECONDS)
    yield most("idle with an input focused, bytes a second", sent / IDLE_SECONDS, 0, f"{sent} bytes in 3 s", " B/s")
