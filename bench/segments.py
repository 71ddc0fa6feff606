"""Counting and listing segments of a group 100 times a real one, beside the listing of all its members."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter

from bench.rows import Row, most
from store import Store
from store.clock import stamp
from store.rules import REGISTRY
from store.segments import Segment, compile_segment, parse
from store.settings import Group
from store.transaction import Transaction

MEMBERS, ORDERS, LINES_EACH = 100_000, 1_000_000, 5
CATALOGUES, PRODUCTS, DISTRIBUTIONS = 40, 800, 520
PRICE = 350
LISTING = """SELECT m.id, p.last_name, p.first_name, p.email FROM members m
    JOIN people p ON p.member_id = m.id AND p.position = 1 WHERE m.archived_at IS NULL ORDER BY m.sort_key, m.id"""

VALUES = {
    "catalogue": 1,
    "distribution": "next",
    "product": 3,
    "message": 1,
    "months": 3,
    "at_least": 20,
    "prefix": 44,
    "since": "2026-01-01",
}
NAMES = {"city": "Nantes", "tag": "tag3", "language": "it", "member": ", ".join(map(str, range(1, 50)))}
MIXED = (
    "vip + subscribers(1) & reactivation(3)",
    "everyone - ordered(next) - received(1) & has_mobile",
    "everyone - ordered(next) - written_to(2) + opened(1) - voucher_unused(1)",
    "everyone - never_ordered & subscribers(1) & reactivation(3) - not_ordered(last) + activation(12) - no_email",
)


def rows(folder: Path) -> Iterator[Row]:
    """The slowest rule and the slowest mixture, as a list of members and as all the picker's figures."""
    store = generate(folder / "segments.cabas")
    try:
        measured = [(words, *measure(store, words)) for words in (*each_rule(), *MIXED)]
        listing = median(_timed(lambda: _list_all(store)) for _ in range(5))
        overlap = median(_timed(lambda: store.segments.overlap(parse(MIXED[1]))) for _ in range(3))
    finally:
        store.close()
    for what, column in (("list of a segment", 1), ("all counts of a segment", 2)):
        worst = max(measured, key=lambda row: row[column])
        middle = median(row[column] for row in measured) / listing
        details = (
            f"{worst[0]}; half of {len(measured)} below {middle:.2f}; all members listed in {listing * 1000:.0f} ms"
        )
        yield most(f"{what}, the slowest", worst[column] / listing, 3, details)
    details = f"a message to half of the members, and one kept for an hour; {MIXED[1]}"
    yield most("other messages that a segment gets", overlap / listing, 3, details)


def each_rule() -> Iterator[str]:
    """Every rule of the registry with its needed parameters, in words."""
    for row in REGISTRY.values():
        given = [NAMES.get(row.name) or str(VALUES[p.name]) for p in row.parameters if not p.optional]
        if row.name == "joined":
            given = [str(VALUES["since"])]
        yield f"{row.name}({', '.join(given)})" if given else row.name


def measure(store: Store, words: str) -> tuple[float, float]:
    """Seconds to list the members of a segment with name and e-mail, and to count it."""
    segment = parse(words)
    return (
        median(_timed(lambda: _list(store, segment)) for _ in range(3)),
        median(_timed(lambda: store.segments.count(segment)) for _ in range(3)),
    )


def _list_all(store: Store) -> int:
    with store.reading() as t:
        return len(t.all(LISTING))


def _list(store: Store, segment: Segment) -> int:
    with store.reading() as t:
        sql, bound = compile_segment(t, segment)
        return len(t.all(LISTING.replace("WHERE", f"WHERE m.id IN ({sql}) AND"), bound))


def _timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def generate(path: Path, members: int = MEMBERS, orders: int = ORDERS) -> Store:
    """A group of so many members and orders, the same for the same numbers and day.

    A tenth has never ordered and three tenths have stopped; some catalogues and products are in nearly every order.
    """
    random = Random(1)
    store = Store.create(path, Group("Coopérative"), "marie")
    with store.writing() as t:
        _members(t, random, members, store.clock.today())
        _offer(t, store.clock.today())
    with store.writing() as t:
        _orders(t, random, members, orders)
        _mails(t, members)
    return store


def _members(t: Transaction, random: Random, members: int, today: date) -> None:
    numbers = range(1, members + 1)
    t.execute_many(
        """INSERT INTO members (id, sort_key, joined_on, vip, tags, city, postal_code, language)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            (
                number,
                f"{random.random()}",
                str(today - timedelta(random.randrange(3650))),
                int(random.random() < 0.02),
                f'["tag{random.randrange(20)}"]',
                random.choice(("Nantes", "Orvault", "Treillières")),
                f"{random.randrange(40, 90)}{random.randrange(1000):03}",
                random.choice(("", "fr", "it")),
            )
            for number in numbers
        ),
    )
    t.execute_many(
        """INSERT INTO people (member_id, position, first_name, last_name, email, email_key, email_state, mobile,
            has_mobile) VALUES (:id, 1, 'Odette', 'Maréchal', :mail, :mail, :state, '06 39 98 00 00', :mobile)""",
        (
            {"id": n, "mail": f"m{n}@exemple.fr", "state": "has" if n % 7 else "none", "mobile": int(n % 3 > 0)}
            for n in numbers
        ),
    )


def _offer(t: Transaction, today: date) -> None:
    t.insert("producers", name="Légumes du Gué", member_id=1)
    for number in range(1, CATALOGUES + 1):
        t.insert("catalogues", name=f"Catalogue {number}", producer_id=1, currency="EUR")
    for number in range(1, PRODUCTS + 1):
        catalogue = _catalogue_of(number)
        t.insert("products", catalogue_id=catalogue, name=f"{number}", folded=f"{number}", unit="kg", price=350)
    for number in range(1, DISTRIBUTIONS + 1):
        day = today - timedelta(7 * (DISTRIBUTIONS - number) - 3)
        t.insert("distributions", day=str(day), starts_at="18:00", ends_at="19:30", place="Nantes")


def _catalogue_of(product: int) -> int:
    return (product - 1) * CATALOGUES // PRODUCTS + 1


def _orders(t: Transaction, random: Random, members: int, orders: int) -> None:
    at = stamp(t.now)
    days = [row["day"] for row in t.all("SELECT day FROM distributions ORDER BY id")]
    each = orders // DISTRIBUTIONS

    def headers() -> Iterator[tuple[object, ...]]:
        for number, day in enumerate(days, 1):
            first = members * 3 * number // (10 * DISTRIBUTIONS)
            for member in sorted(random.sample(range(first + 1, first + members * 6 // 10), each)):
                yield member, number, day, "phone" if random.random() < 0.1 else "web", at

    def lines() -> Iterator[tuple[object, ...]]:
        for order in range(1, each * DISTRIBUTIONS + 1):
            for product in {int(PRODUCTS * random.random() ** 2) + 1 for _ in range(LINES_EACH)}:
                yield order, product, _catalogue_of(product), PRICE, PRICE, at

    t.execute_many(
        """INSERT INTO orders (member_id, distribution_id, ordered_on, channel, created_at, state, filled)
        VALUES (?, ?, ?, ?, ?, 'confirmed', 1)""",
        headers(),
    )
    # One sum for each order is quicker than five million runs of the triggers.
    triggers = t.all("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'order_lines'")
    for trigger in triggers:
        t.execute(f"DROP TRIGGER {trigger['name']}")
    t.execute_many(
        """INSERT INTO order_lines (order_id, product_id, catalogue_id, quantity, price, amount, entered_at)
        VALUES (?, ?, ?, 1000, ?, ?, ?)""",
        lines(),
    )
    t.execute(
        "UPDATE orders SET amount = (SELECT coalesce(sum(amount), 0) FROM order_lines WHERE order_id = orders.id)"
    )
    for trigger in triggers:
        t.execute(trigger["sql"])


def _mails(t: Transaction, members: int) -> None:
    """A message that half of the members got, with what became of it, and one that is kept for an hour."""
    for label, state, send_at, segment in (
        ("News", "queued", None, Segment()),
        ("Last call", "scheduled", (t.now + timedelta(days=1)).strftime("%Y-%m-%dT18:00"), parse(MIXED[0])),
    ):
        t.insert(
            "messages", label=label, state=state, send_at=send_at, segment=segment.to_json(), created_at=t.stamp,
            changed_at=t.stamp, queued_at=None if send_at else t.stamp,
        )  # fmt: skip
    t.execute_many(
        """INSERT INTO deliveries (kind, message_id, address, address_key, name, state, message_ref, token,
            envelope_from, mime, queued_at, state_at)
        VALUES ('message', 1, :mail, :mail, '', 'sent', :mail, :mail, 'amap@exemple.fr', x'', :at, :at)""",
        ({"mail": f"m{n}@exemple.fr", "at": t.stamp} for n in range(1, members // 2)),
    )
    t.execute("INSERT INTO delivery_people SELECT id, id, id FROM deliveries")
    t.execute("INSERT INTO measures SELECT id, id, id, 'opened', queued_at FROM deliveries WHERE id % 2")
    t.execute("INSERT INTO measures SELECT id, id, id, 'clicked', queued_at FROM deliveries WHERE id % 5 = 0")
    t.execute(
        """INSERT INTO vouchers (message_id, member_id, code, amount, currency, state, made_at, state_at)
        SELECT 1, id, 'V' || id, 500, 'EUR', iif(id % 3, 'open', 'redeemed'), queued_at, queued_at FROM deliveries"""
    )
