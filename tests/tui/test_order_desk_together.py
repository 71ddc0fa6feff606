"""Two operators in the same order at the same moment: both are told, and nobody's typing is lost."""

from __future__ import annotations

import time
from pathlib import Path

from tests.terminal import Terminal
from tests.tui.order_desk_file import new_group, terminal, until


def typed(t: Terminal) -> str:
    """What stands in the entry line."""
    line = next((line for line in t.text.splitlines() if line.startswith(" > ")), "")
    return line[3:40].strip()


def enter_again(t: Terminal) -> None:
    """Enter what stands in the line again, once: a second Enter would read the order back."""
    if typed(t):
        t.write("\r")
        end = time.monotonic() + 5
        while typed(t) and time.monotonic() < end:
            t.read(0.05)


def test_two_in_the_same_order_lose_nothing_and_are_both_told(tmp_path: Path) -> None:
    store, group = new_group(tmp_path / "group.cabas")
    store.operators.add("paul", "Paul", "phone_desk")
    odette = group.members["odette"]
    with terminal(store.path) as marie, terminal(store.path, "--operator", "paul") as paul:
        for t in (marie, paul):
            t.wait("New order")
            t.write("nod\r")
            t.wait("Order for")
        marie.write("3 tom\r1 oe\r2 fsa\r")
        paul.write("1 can\r1,5 pdt\r5cer\r")

        def both() -> str:
            return f"{marie.text}\n{paul.text}"

        # What could not be stored is in the line again; the sentence gives way to keys that come after it.
        until(lambda: "just changed this order" in both() or any(typed(t) for t in (marie, paul)), both)

        def all_entered() -> bool:
            for t in (marie, paul):
                enter_again(t)
                t.read(0.1)
            return len(store.orders.look(odette, group.next).lines) == 6

        until(all_entered, both)
        for t in (marie, paul):
            t.wait("6 lines")
        marie.write("2 blé")
        marie.wait("⏎ 2")
        paul.write("\rc")
        paul.wait("Saved.")
        marie.write("\r")
        marie.wait("Paul has just confirmed this order")
        assert typed(marie) == "2 blé"
        marie.write("\r")
        marie.wait("7 lines")
        marie.write("\r")
        marie.wait("Read back to")
        marie.write("c")
        marie.wait("Saved.")
    (row,) = store.orders.of_distribution(group.next)
    assert row.lines == 7
