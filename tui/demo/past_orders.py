"""Writing the example's orders into its file, each at the moment it happened and by whoever entered it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import groupby
from random import Random

from store import Store
from store.confirming import Header, additions, open_distribution, write_changes
from store.order_records import Entry
from store.rights import AUTOMATIC, Operator
from store.settling import settle, to_settle
from tui.demo import offer
from tui.demo.history import RECAP_AFTER, PlannedOrder, closing
from tui.demo.telling import GROUP, Hands, Ids, utc

PICK_UP = time(18, 30)
SCALES = 7
"""What the scales say is drawn apart, so that it changes nothing of the orders."""


def record_orders(
    store: Store, hands: Hands, ids: Ids, catalogues: dict[str, int], orders: list[PlannedOrder], now: datetime
) -> None:
    """Write every order down, and tell the producers after each closing what was ordered, until `now`.

    What lies between two recaps is one transaction: a commit for each of 1,500 orders would take a second.
    """
    paul = next(operator for operator in store.operators.all() if operator.login == "paul")
    recaps = sorted(_recaps(list(ids.distributions), now))
    told = 0
    for so_far, some in groupby(orders, key=lambda order: sum(at <= order.at for at, *_ in recaps)):
        told = _tell_producers(store, hands, ids, catalogues, recaps[told:so_far]) + told
        _record(store, ids, list(some), paul)
    _tell_producers(store, hands, ids, catalogues, recaps[told:])


def _recaps(days: list[date], now: datetime) -> Iterator[tuple[datetime, date, str]]:
    """When which catalogue's recap of which distribution went out."""
    for day in days:
        for number, catalogue in enumerate(offer.CATALOGUES):
            at = closing(day, number) + RECAP_AFTER
            if at < now:
                yield at, day, catalogue.name


def _tell_producers(
    store: Store, hands: Hands, ids: Ids, catalogues: dict[str, int], recaps: list[tuple[datetime, date, str]]
) -> int:
    for at, day, name in recaps:
        hands.move_to(at)
        store.distributions.mark_recap_sent(ids.distributions[day], catalogues[name])
    return len(recaps)


def _record(store: Store, ids: Ids, orders: list[PlannedOrder], paul: Operator) -> None:
    with store.writing() as now:
        for order in orders:
            t = now.told_by(paul if order.channel == "phone" else AUTOMATIC, utc(order.at))
            header = Header(ids.members[order.member], ids.distributions[order.day], order.channel)
            lines = {ids.products[reference]: quantity for reference, quantity in order.lines}
            distribution = open_distribution(t, store.clock, header.distribution_id)
            changes = additions(t, store.clock, None, lines)
            order_id, _late = write_changes(t, store.clock, distribution, header, changes)
            t.journal("order.confirmed", order_id)


def weigh(store: Store, ids: Ids, days: list[date]) -> None:
    """What was sold by weight at these pick-ups, as Marie's scales said: a tenth more or less than the estimate."""
    random = Random(SCALES)
    with store.writing() as now:
        for day in days:
            t = now.told_by(now.actor, utc(datetime.combine(day, PICK_UP)))
            weights: dict[int, dict[int, int]] = {}
            for line in to_settle(t, None, ids.distributions[day]):
                told = line.estimated_weight * random.randint(90, 110) // 100
                weights.setdefault(line.order_id, {})[line.product.id] = told // 5 * 5
            for order_id, weighed in weights.items():
                settle(t, order_id, weighed)
                t.journal("order.settled", order_id, lines=len(weighed))


def leave_baskets(store: Store, hands: Hands, ids: Ids, day: date, members: list[int], now: datetime) -> None:
    """Baskets that Paul opened yesterday evening and nobody confirmed, one for each of these households."""
    entries = ("2 far", "FT80", 2000), ("3 car", "CAR", 3000), ("oeuf", "OEUF6", 1000)
    paul = Store(store.path, "paul", hands)
    try:
        for number, member in enumerate(members):
            hands.move_to(now - timedelta(hours=5, minutes=48 - 20 * number))
            basket = paul.orders.open_basket(ids.members[member], ids.distributions[day])
            for text, reference, quantity in entries[number:]:
                basket = paul.orders.enter(basket.id, Entry(text, ids.products[reference], 0, quantity))
    finally:
        paul.close()


def redeem_vouchers(store: Store, hands: Hands, distribution_id: int, now: datetime) -> None:
    """Three members said their code on the phone yesterday evening, to have it taken off what they had ordered."""
    hands.move_to(now - timedelta(hours=4))
    paul = Store(store.path, "paul", hands)
    try:
        orders = [order for order in paul.orders.of_distribution(distribution_id) if order.state == "confirmed"]
        ordered = {order.member_id: order.totals.get(GROUP.currency, 0) for order in orders}
        held = [voucher for voucher in paul.vouchers.all() if ordered.get(voucher.member_id, 0) >= voucher.minimum]
        for voucher in held[:3]:
            change = paul.orders.open_basket(voucher.member_id, distribution_id)
            paul.vouchers.put_on(change.id, voucher.code)
            paul.orders.confirm(change.id)
    finally:
        paul.close()
