"""Phone orders from the Desk to the Desk: a known caller, a new one, a change; key strokes and bytes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.group import example
from bench.rows import NotThereYet, Row, most
from bench.terminal import Terminal
from store import Store
from tui.demo.offer import PLACE
from tui.demo.telling import COORDINATOR


@dataclass(frozen=True)
class PhoneOrder:
    """What is typed for one caller, within so many key strokes, and how many lines the order then has."""

    what: str
    member: str
    keys: tuple[str, ...]
    bar: int
    lines: int


ORDERS = (
    PhoneOrder(
        "five products for a known caller, keys",
        "Odette Maréchal",
        ("n", "odet\r", "3 tom\r", "oe\r", "1,5 ni\r", "2 fa\r", "pou\r", "\rc"),
        40,
        5,
    ),
    PhoneOrder(
        "a new caller, two products, one late, keys",
        "Anna Zink",
        ("n", "zink\r", "\r", "Anna\r", "0639981234\r", "0\r", "2 far\r", "pou\r", "\rc"),
        42,
        2,
    ),
    PhoneOrder(
        "a change of three lines, keys",
        "Odette Maréchal",
        ("n", "odet\r", "=2 tom\r", "0 oe\r", "can\r", "\rc"),
        24,
        5,
    ),
)
"""Enter takes what is typed; Enter on the empty line reads back, c confirms. The poultry is always closed."""


def rows(folder: Path) -> Iterator[Row]:
    """Each typed key by key, as a person does; the order is then looked up in the file."""
    file = example(folder)
    command = [str(Path(sys.executable).with_name("cabas")), "--file", str(file), "--operator", COORDINATOR]
    for order in ORDERS:
        with Terminal(command) as desk:
            desk.wait_for(PLACE[:16])
            desk.settle(1)
            sent = sum(desk.press(key, quiet=0.15).size for key in "".join(order.keys))
            shown = desk.text()
        if _lines(file, order.member) != order.lines:
            raise NotThereYet(f"{order.what}: it was not stored as it was typed:\n{shown}")
        yield most(order.what, len("".join(order.keys)), order.bar, f"{sent:,} bytes", "")


def _lines(file: Path, member: str) -> int:
    """The lines of the member's order for the next distribution; 0 where there is none."""
    store = Store(file, COORDINATOR)
    coming = store.distributions.next()
    orders = store.orders.of_member(store.members.resolve(member))
    store.close()
    return next((order.lines for order in orders if coming and order.distribution_id == coming.id), 0)
