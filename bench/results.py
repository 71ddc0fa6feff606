"""What a message to everybody brought, beside the listing of all members: in three weeks, and in all the years."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.rows import Row, most
from bench.segments import LISTING, generate
from store import Store

MEMBERS, ORDERS = 10_000, 60_000
MESSAGE = 1
WEEKS = timedelta(weeks=3)


def rows(folder: Path) -> Iterator[Row]:
    """All figures and curves of the message, which half of the members got."""
    store = generate(folder / "results.cabas", MEMBERS, ORDERS)
    try:
        with store.writing() as t:
            t.execute(
                "INSERT INTO recipients (message_id, member_id, reach) SELECT ?, id, 'email' FROM members", (MESSAGE,)
            )
            t.execute("UPDATE order_lines SET cost = price * 4 / 5 WHERE product_id % 10")
        listing = median(_timed(lambda: _list_all(store)) for _ in range(5))
        for what, since, bound in (
            ("what a message brought in three weeks", store.clock.today() - WEEKS, 10),
            (f"the same, of all {ORDERS} orders", date(2000, 1, 1), 60),
        ):
            with store.writing() as t:
                t.execute("UPDATE messages SET counts_from = ? WHERE id = ?", (since.isoformat(), MESSAGE))
            taken = median(_timed(lambda: store.results.of(MESSAGE)) for _ in range(5))
            orders = store.results.of(MESSAGE).everybody.orders
            details = f"{orders} orders, {taken * 1000:.0f} ms; {MEMBERS} members listed in {listing * 1000:.0f} ms"
            yield most(what, taken / listing, bound, details)
    finally:
        store.close()


def _list_all(store: Store) -> None:
    with store.reading() as t:
        t.all(LISTING)


def _timed(call: Callable[[], object]) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start
