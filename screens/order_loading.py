"""What order entry reads when an order is opened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from store import Store
from store.distributions import Distribution
from store.entry_line import Offer, Offered
from store.members import Member
from store.orders import Basket, Order
from store.voucher_records import Voucher


@dataclass(frozen=True)
class Loaded:
    """All that an order needs, read once when it is opened."""

    member: Member
    distribution: Distribution
    basket: Basket
    offer: Offer
    orders: int
    last_day: date | None
    last: Order | None
    changed: Order | None
    vouchers: tuple[Voucher, ...] = ()
    """What the member can use here, those on the basket included."""


def load(store: Store, member_id: int, distribution_id: int) -> Loaded:
    """Read a member's order for a distribution with all that is said about it."""
    basket = store.orders.look(member_id, distribution_id)
    orders, last_day = store.orders.history(member_id)
    return Loaded(
        member=store.members.get(member_id),
        distribution=store.distributions.get(distribution_id),
        basket=basket,
        offer=store.orders.offer(member_id, distribution_id),
        orders=orders,
        last_day=last_day,
        last=store.orders.last_of(member_id, other_than=distribution_id),
        changed=None if basket.changes_order_id is None else store.orders.get(basket.changes_order_id),
        vouchers=store.vouchers.usable(member_id, distribution_id),
    )


def in_the_same_order(loaded: Loaded, before: Offer) -> Loaded:
    """An order that is read again while it is open: its choices keep their order, whatever is ordered meanwhile."""

    def ranked(offered: Offered) -> Offered:
        known = before.get(offered.product.id)
        if known is None:
            return offered
        return replace(offered, member_usual=known.member_usual, group_usual=known.group_usual)

    return replace(loaded, offer=Offer(ranked(offered) for offered in loaded.offer.products))
