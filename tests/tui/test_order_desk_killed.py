"""At any moment of an order the program may be killed or the line drop: at most the unfinished line is missing."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest

from store import Store
from tests.offering import Offering
from tests.terminal import Terminal
from tests.tui.order_desk_file import new_group, terminal

LINES = ("3 tom", "1 oe", "1,5 pdt", "2 fsa", "1 can")
REFERENCES = ("TOMCB", "6OE", "PDTN", "FSA", "CAN")


def type_keys(t: Terminal, keys: int) -> tuple[int, str]:
    """So many keys of the lines, as a person types who looks at each line; what is entered, and what is begun."""
    entered, begun = 0, ""
    for line in LINES:
        for key in f"{line}\r":
            if keys == 0:
                return entered, begun
            t.write(key)
            keys -= 1
            begun += key
        entered, begun = entered + 1, ""
        if keys:
            t.wait(f"{entered} line{'s' if entered > 1 else ' '}")
    return entered, begun


def rows_shown_as_stored(screen: str) -> int:
    """The rows over the entry line that have no "…" before them."""
    above = screen.split("\n > ")[0].splitlines()[3:]
    return sum(line.startswith("   ") and line[3:4].isdigit() for line in above)


def kill_at(
    file: Path, store: Store, group: Offering, number: signal.Signals, keys: int, wait: float
) -> tuple[int, str, int, tuple[str, ...]]:
    """Kill the desk so many keys into an order; what was typed (lines entered, text begun), what the file holds."""
    with terminal(file) as t:
        t.wait("New order")
        t.write("nod\r")
        t.wait("Order for")
        entered, begun = type_keys(t, keys)
        t.read(wait)
        shown = rows_shown_as_stored(t.text)
        if number is signal.SIGHUP:
            t.hang_up()
        else:
            t.signal(number)
        t.end()
    basket = store.orders.look(group.members["odette"], group.next)
    found = tuple(line.product.reference for line in basket.lines)
    assert found == REFERENCES[: len(found)]
    assert len(found) >= shown
    return entered, begun, len(found), basket.typed


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP])
def test_at_most_the_unfinished_line_is_missing(tmp_path: Path, number: signal.Signals) -> None:
    store, group = new_group(tmp_path / "group.cabas")
    dice = random.Random(time.time_ns())
    keys, wait = dice.randrange(1, sum(len(line) + 1 for line in LINES) + 1), dice.random() / 30
    entered, begun, stored, typed = kill_at(store.path, store, group, number, keys, wait)
    said = f"{number.name} after {keys} keys and {wait:.4f} s: {entered} lines and {begun!r}, stored {stored} {typed}"
    assert entered - 1 <= stored <= entered, said
    # What the terminal had not handed over is not typed yet.
    assert all(begun.startswith(text) or LINES[entered - 1].startswith(text) for text in typed), said
