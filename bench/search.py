"""Finding a member among 50,000, letter by letter, beside a plain indexed SELECT."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter

from bench.group import large
from bench.rows import Row, most
from store.folding import fold

MEMBERS = 50_000
TYPED = 400


def rows(folder: Path) -> Iterator[Row]:
    """Every beginning of names, of two words and of phone numbers that somebody would type."""
    store = large(folder, MEMBERS)
    random = Random(1)
    ours, plain = [], []
    for typed in _typed(store, random):
        start = perf_counter()
        store.members.search(typed)
        ours.append((perf_counter() - start) * 1000)
        start = perf_counter()
        with store.reading() as t:
            t.all(
                """SELECT m.id, m.postal_code, m.vip, p.first_name, p.last_name, p.email, p.phone_shown
                FROM members m JOIN people p ON p.member_id = m.id AND p.position = 1
                WHERE m.archived_at IS NULL AND m.sort_key >= ? AND m.sort_key < ?
                ORDER BY m.sort_key, m.id LIMIT 10""",
                (fold(typed), fold(typed) + "\U0010ffff"),
            )
        plain.append((perf_counter() - start) * 1000)
    store.close()
    worst, theirs = quantiles(ours, n=100)[98], quantiles(plain, n=100)[98]
    details = f"{len(ours)} keys; a plain indexed SELECT {median(plain):.2f} ms median, {theirs:.2f} ms p99"
    yield most("a search key among 50,000 members, median", median(ours), 5, details, " ms")
    yield most("a search key among 50,000 members, p99", worst, 15, details, " ms")


def _typed(store, random: Random) -> Iterator[str]:
    with store.reading() as t:
        people = t.all("SELECT first_name, last_name, mobile FROM people ORDER BY id")
    for row in random.sample(people, TYPED // 8):
        last, both = row["last_name"], f"{row['last_name']} {row['first_name']}"
        yield from (last[:1], last[:2], last[:3], last[:5], both, row["first_name"][:3], row["mobile"][:8])
        yield "zzzz" + last[:2]
