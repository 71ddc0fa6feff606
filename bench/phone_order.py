"""A phone order of five products for a known caller, from the Desk to the Desk: key strokes and bytes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from bench.group import example
from bench.rows import NotThereYet, Row, most
from bench.terminal import Terminal
from store import Store
from tui.demo.offer import PLACE
from tui.demo.telling import COORDINATOR

KEYS = ("n", "odet\r", "3 tom\r", "oe\r", "1,5 ni\r", "2 fa\r", "pou\r", "\rc")
"""Odette Maréchal, five products, Enter to read back, c to confirm."""


def rows(folder: Path) -> Iterator[Row]:
    """Typed key by key, as a person does; the order is then looked up in the file."""
    file = example(folder)
    command = [str(Path(sys.executable).with_name("cabas")), "--file", str(file), "--operator", COORDINATOR]
    keys = "".join(KEYS)
    with Terminal(command) as desk:
        desk.wait_for(PLACE[:16])
        desk.settle(1)
        sent = sum(desk.press(key, quiet=0.15).size for key in keys)
        shown = desk.text()
    store = Store(file, COORDINATOR)
    coming = store.distributions.next()
    orders = store.orders.of_member(store.members.resolve("Odette Maréchal"))
    store.close()
    order = next((order for order in orders if coming and order.distribution_id == coming.id), None)
    if order is None or order.lines != 5:
        raise NotThereYet(f"the order was not stored as it was typed:\n{shown}")
    yield most("a five-line phone order from the Desk, keys", len(keys), 40, f"{sent:,} bytes", "")
