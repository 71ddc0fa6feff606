"""The example group: the same people and orders for the same seed and date, and nobody real among them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from store import Store
from store.came_back_records import Kind
from store.message_records import MessageState
from store.people import EmailState
from store.segments import EVERYONE
from tui.demo.group import build
from tui.demo.history import distribution_days
from tui.demo.households import households

pytestmark = pytest.mark.xdist_group("example group")  # it takes seconds to make: one worker makes it for all
DAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example group of a Saturday in November."""
    path = tmp_path_factory.mktemp("demo") / "group.cabas"
    build(path, DAY, 20, "en")
    return path


@pytest.fixture
def group(file: Path) -> Iterator[Store]:
    """The same, opened by its coordinator at noon."""
    store = Store(file, "marie", now=lambda: NOON)
    yield store
    store.close()


def rows(file: Path, sql: str) -> list[tuple[object, ...]]:
    """What the file says, past the store: these tests are about every row of it."""
    connection = sqlite3.connect(file)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


EVERYTHING = {
    "members": "SELECT * FROM members ORDER BY id",
    "people": "SELECT * FROM people ORDER BY id",
    "products": "SELECT * FROM products ORDER BY id",
    "orders": "SELECT * FROM orders ORDER BY id",
    "lines": "SELECT * FROM order_lines ORDER BY id",
    "messages": "SELECT * FROM messages ORDER BY id",
    "deliveries": "SELECT address, state, state_at FROM deliveries ORDER BY id",
    "journal": "SELECT at, operator_id, action, subject_id FROM journal ORDER BY id",
}


def test_the_same_seed_and_date_give_the_same_group(file: Path, tmp_path: Path) -> None:
    """Two people who look at the same page of the guide see the same screen."""
    again = tmp_path / "again.cabas"
    build(again, DAY, 20, "en")
    for name, sql in EVERYTHING.items():
        assert rows(again, sql) == rows(file, sql), name


def test_another_seed_gives_other_people() -> None:
    """The seed is more than decoration."""
    assert households(Random(21), DAY) != households(Random(20), DAY)


def test_an_unfinished_group_is_never_taken_for_a_whole_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl+C while the group is filled leaves nothing that a later start would open."""

    def interrupted(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tui.demo.group.record_orders", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build(tmp_path / "group.cabas", DAY, 20, "en")
    assert not (tmp_path / "group.cabas").exists()
    # What is left of the first is what counts here: without the orders the second takes a fraction of the time.
    monkeypatch.setattr("tui.demo.group.record_orders", lambda *_arguments: None)
    build(tmp_path / "group.cabas", DAY, 20, "en")
    assert {entry.name for entry in tmp_path.iterdir()} == {"group.cabas", "group.cabas.sending"}


def test_the_group_has_the_size_that_the_guide_tells(group: Store, file: Path) -> None:
    """240 households, one in eight without e-mail, 6 catalogues, 60 products of every kind."""
    people = rows(file, "SELECT member_id, email_state FROM people")
    reached = {member for member, state in people if state == EmailState.HAS}
    assert group.segments.count(EVERYONE).members == 240
    assert 24 <= 240 - len(reached) <= 36
    assert {state for _, state in people} >= {"has", "none", "unknown", "placeholder"}
    assert len(group.catalogues.all()) == len({c.producer_id for c in group.catalogues.all()}) == 6
    products = group.catalogues.products()
    assert len(products) == 60
    assert {str(product.sold) for product in products} == {"whole", "decimal", "weighed"}
    assert {"TOMCB", "CAR"} <= {product.reference for product in products}
    assert any(product.stock_kind != "none" for product in products)


def test_households_are_as_various_as_in_life(file: Path) -> None:
    """Couples with one name and with two, one address for two households, VIPs, tags, refusals."""
    couples = rows(
        file,
        """SELECT a.last_name = b.last_name, count(*) FROM people a JOIN people b
        ON a.member_id = b.member_id AND a.position = 1 AND b.position = 2 GROUP BY 1 ORDER BY 1""",
    )
    assert [same for same, count in couples if isinstance(count, int) and count >= 10] == [0, 1]
    shared = "SELECT count(DISTINCT member_id) AS n FROM people WHERE email_key <> '' GROUP BY email_key HAVING n > 1"
    assert rows(file, shared) == [(2,)]
    assert rows(file, "SELECT count(*) > 3 FROM members WHERE vip") == [(1,)]
    assert rows(file, "SELECT count(*) > 50 FROM members WHERE tags <> '[]'") == [(1,)]
    assert rows(file, "SELECT count(DISTINCT p.member_id) FROM preferences f JOIN people p ON p.id = f.person_id") == [
        (9,)
    ]


def test_nobody_of_the_group_can_be_called_or_written_to(file: Path) -> None:
    """Phones are from the ranges kept for fiction, addresses at domains that only examples use."""
    numbers = rows(file, "SELECT phone FROM people UNION SELECT mobile FROM people UNION SELECT phone FROM producers")
    for (number,) in numbers:
        assert re.fullmatch(r"(06 39 98|02 61 91) \d\d \d\d|", str(number)), number
    addresses = rows(
        file, "SELECT email FROM people UNION SELECT email FROM producers UNION SELECT email FROM operators"
    )
    for (address,) in addresses:
        assert re.fullmatch(r"[a-z.\-]+@(exemple\.fr|esempio\.it|example\.org)|", str(address)), address


def test_the_coming_distribution_has_something_to_do(group: Store) -> None:
    """One catalogue is closed with late lines its producer does not know of; baskets wait; half have yet to order."""
    coming = group.distributions.next()
    assert coming is not None
    assert coming.day == distribution_days(DAY)[-1]
    assert [c.name for c in coming.catalogues if c.closed] == ["Volailles Rigaud"]
    assert [c.name for c in coming.catalogues if c.recap_sent_at] == ["Volailles Rigaud"]
    assert {line.catalogue_name for line in group.orders.late_lines()} == {"Volailles Rigaud"}
    summary = group.orders.summary(coming.id)
    assert summary.baskets == 2
    assert summary.orders >= 0.4 * 240
    assert summary.not_ordered >= 0.4 * 240


def test_the_past_is_twelve_distributions_by_web_and_phone(group: Store, file: Path) -> None:
    """Two weeks apart, on Thursdays, with orders in each."""
    past = [d for d in group.distributions.all() if d.day < DAY]
    assert len(past) == 12
    assert {d.day.weekday() for d in group.distributions.all()} == {3}
    assert all(group.orders.summary(d.id).orders > 80 for d in past)
    by_channel = dict(rows(file, "SELECT channel, count(*) FROM orders WHERE state = 'confirmed' GROUP BY channel"))
    assert by_channel["web"] > by_channel["phone"] > 100


@pytest.mark.parametrize("later", range(7))
def test_on_every_day_of_the_week_one_catalogue_is_closed_and_the_others_open(later: int) -> None:
    """Whoever starts the demo finds the same work to do, whatever the day is."""
    today = DAY + timedelta(days=later)
    coming = distribution_days(today)[-1]
    assert 3 <= (coming - today).days <= 9


def test_there_is_a_draft_and_messages_that_were_sent(group: Store) -> None:
    """So the list of messages, "received", the results and the call list have something to show."""
    drafts, sent = group.messages.all(MessageState.DRAFT), [row for row in group.messages.all() if row.queued_at]
    assert len(drafts) == 1
    assert len(sent) == 2
    counts = group.deliveries.counts(sent[-1].id)
    assert counts.sent > 150
    assert counts.ready == counts.sending == counts.unknown == 0


def test_vouchers_of_a_message_are_used_and_still_to_be_used(group: Store) -> None:
    states = [voucher.state.value for voucher in group.vouchers.all()]
    assert states.count("redeemed") == 3
    assert states.count("open") > 5


def test_of_the_message_that_was_sent_a_mail_and_an_answer_came_back(group: Store) -> None:
    kinds = {came.kind: came.state for came in group.came_back.list()}
    assert kinds == {Kind.SOFT: "done", Kind.STOP_WORD: "open"}


WROTE = """SELECT DISTINCT dp.member_id FROM deliveries d JOIN delivery_people dp ON dp.delivery_id = d.id
    WHERE d.kind = 'message' AND d.message_id = {message} AND d.state = 'sent'"""
LINES = """FROM orders o JOIN order_lines l ON l.order_id = o.id JOIN products p ON p.id = l.product_id
    WHERE o.state = 'confirmed' AND l.quantity > 0 AND o.ordered_on BETWEEN '{since}' AND '{until}'"""
WEIGHT = """CASE WHEN l.settled_weight IS NOT NULL THEN l.settled_weight / 1000.0
    WHEN l.estimated = 1 THEN l.quantity / 1000.0 * p.estimated_weight / 1000.0 ELSE l.quantity / 1000.0 END"""


def test_what_a_message_brought_is_what_the_orders_say(group: Store, file: Path) -> None:
    """The figures of the results, by SQL that knows nothing of how the program counts."""
    row = group.results.all(automatic=False)[-1]
    found = group.results.of(row.id)
    meant = f"SELECT member_id FROM recipients WHERE message_id = {row.id}"
    wrote = WROTE.format(message=row.id)
    days = {"since": row.day, "until": DAY}
    before = {"since": row.day - (DAY - row.day) - timedelta(days=1), "until": row.day - timedelta(days=1)}
    assert (found.span.since, found.span.until) == (row.day, DAY)
    assert [(found.written.members,)] == rows(file, f"SELECT count(*) FROM ({wrote})")
    for part, where, span in (
        (found.written, f"o.member_id IN ({wrote})", days),
        (found.before, f"o.member_id IN ({wrote})", before),
        (found.others, f"o.member_id NOT IN ({wrote}) AND o.member_id IN ({meant})", days),
        (found.everybody, "1", days),
    ):
        sums = "SELECT count(DISTINCT o.member_id), count(DISTINCT o.id), sum(l.amount)"
        counted = rows(file, f"{sums} {LINES.format(**span)} AND {where}")
        assert [(part.came_back, part.orders, sum((part.turnover or {}).values()))] == counted
        assert part.came_back > 5
    margin = f"""SELECT sum(l.amount) - sum(CAST({WEIGHT} * l.cost + 0.5 AS INTEGER)) {LINES.format(**days)}
        AND l.cost IS NOT NULL"""
    (money,) = found.money or ()
    assert [(money.margin,)] == rows(file, f"{margin} AND o.member_id IN ({wrote})")
    assert [(money.group_margin,)] == rows(file, margin)
    (curve,) = found.curves.money or ()
    first = f"{margin} AND o.ordered_on = '{row.day}'"
    assert [(curve.group_margin[0],)] == rows(file, first)
    assert (curve.margin[-1], curve.turnover[-1], found.curves.orders[-1]) == (
        money.margin, money.turnover, found.written.orders,
    )  # fmt: skip
    pieces = f"""SELECT sum(l.quantity * p.base_quantity) / 1000 {LINES.format(**days)} AND p.unit = 'piece'
        AND o.member_id IN ({wrote})"""
    assert rows(file, pieces) == [(next(one.quantity for one in found.quantities if one.unit == "piece"),)]
