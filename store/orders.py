"""Orders by phone: baskets that are kept as they are typed, and the orders that come of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from store import baskets, order_lists
from store.confirming import Header
from store.entry_line import Offer
from store.errors import ChangedElsewhere, Invalid
from store.member_resolving import kept
from store.offer import load_offer
from store.order_journal import codes_on, journal
from store.order_lines import (
    basket_row,
    confirmed_order,
    note_hidden,
    own_catalogues,
    read_basket,
    read_order,
    sees,
)
from store.order_records import (
    CALLED_OFF,
    CHANNELS,
    Basket,
    Confirmation,
    Entry,
    LateLine,
    Moved,
    Order,
    OrderLine,
    OrderRow,
    OrderWarning,
    Summary,
    Weighed,
)
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction

__all__ = [
    "Basket",
    "Confirmation",
    "Entry",
    "LateLine",
    "Moved",
    "Offer",
    "Order",
    "OrderLine",
    "OrderRow",
    "OrderWarning",
    "Orders",
    "Summary",
    "Weighed",
]

Version = int | None
"""The version of the basket that the operator saw; None does not ask."""


class Orders:
    """Needs the right `orders`, which may be on some catalogues only: then other catalogues' lines are not seen,
    not changed and not confirmed.

    Writes on a basket take the `version` that was seen and raise `ChangedElsewhere` when it is another one by now.
    What is ordered for a member that was merged into another one meanwhile is that other's.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._clock = store.clock

    def look(self, member_id: int, distribution_id: int, channel: str = "phone") -> Basket:
        """The member's open basket, or what `open_basket` would make, with id 0 and nothing stored."""
        with self._store.reading() as t:
            own = own_catalogues(t)
            member_id = kept(t, member_id)
            found = baskets.find_basket(t, member_id, distribution_id)
            if found is not None and baskets.is_current(t, found):
                return read_basket(t, found)
            order = None if found else confirmed_order(t, member_id, distribution_id)
            lines: tuple[OrderLine, ...] = ()
            if order is not None:
                confirmed = read_order(t, order["id"])
                lines = tuple(replace(line, before=line.quantity) for line in confirmed.lines)
            basket = Basket(
                id=0,
                member_id=member_id,
                distribution_id=distribution_id,
                changes_order_id=None if order is None or not sees(t, own, order["id"]) else order["id"],
                channel=channel,
                note="" if order is None else confirmed.note,
                lines=lines,
                totals=order_lists.totals_of(lines),
                version=0,
                created_at=None,
                created_by=None,
                changes_version=0 if order is None else order["version"],
                note_hidden=order is not None and note_hidden(t, own, order["id"]),
                vouchers=() if order is None else confirmed.vouchers,
            )
        return basket if found is None else self.open_basket(member_id, distribution_id, channel)

    def open_basket(self, member_id: int, distribution_id: int, channel: str = "phone") -> Basket:
        """The member's open basket for a distribution; a change when a confirmed order exists.

        Raises `NotFound`, or `Invalid` for a cancelled distribution.
        """
        with self._store.writing() as t:
            basket_id, made = baskets.open_basket(t, self._clock, kept(t, member_id), distribution_id, channel)
            if made:
                journal(t, "basket.opened", basket_id)
            return read_basket(t, basket_id)

    def basket(self, basket_id: int) -> Basket:
        """An open basket; raises `NotFound` for one that was confirmed or dropped."""
        with self._store.reading() as t:
            return read_basket(t, basket_id)

    def offer(self, member_id: int, distribution_id: int) -> Offer:
        """What can be ordered at a distribution, ranked for this member; loaded once for each order."""
        with self._store.reading() as t:
            return load_offer(t, self._clock, member_id, distribution_id, own_catalogues(t))

    def enter(self, basket_id: int, entry: Entry, *, version: Version = None) -> Basket:
        """Take one entry into the basket (see `baskets.enter`)."""
        clock = self._clock
        return self._change(basket_id, "basket.entered", lambda t: baskets.enter(t, clock, basket_id, entry), version)

    def undo(self, basket_id: int, *, version: Version = None) -> Basket:
        """Take the last entry back; raises `Invalid` when nothing was entered."""
        return self._change(basket_id, "basket.undone", lambda t: baskets.undo(t, self._clock, basket_id), version)

    def take_back(self, basket_id: int, *, version: Version = None) -> tuple[Basket, str]:
        """Take the last entry back for correction: the basket without it, and its text."""
        texts: list[str] = []

        def take(t: Transaction) -> None:
            texts.append(baskets.undo(t, self._clock, basket_id, one=True))

        return self._change(basket_id, "basket.undone", take, version), texts[0]

    def note(self, basket_id: int, text: str, *, version: Version = None) -> Basket:
        """Set the note that goes with the order.

        Raises `Invalid` for whoever has the right on some catalogues only, where the order holds lines of others.
        """

        def write(t: Transaction) -> None:
            basket_row(t, basket_id)
            if note_hidden(t, own_catalogues(t), basket_id):
                raise Invalid("note", "", "other_catalogues")
            note = " ".join(text.split())
            t.execute("UPDATE orders SET note = ?, version = version + 1 WHERE id = ?", (note, basket_id))

        return self._change(basket_id, "basket.noted", write, version)

    def channel(self, basket_id: int, channel: str, *, version: Version = None) -> Basket:
        """Say how the order comes: "phone", "web", "pickup" or "mail"; raises `Invalid` for another word."""
        if channel not in CHANNELS:
            raise Invalid("channel", channel, "unknown")

        def write(t: Transaction) -> None:
            basket_row(t, basket_id)
            t.execute("UPDATE orders SET channel = ?, version = version + 1 WHERE id = ?", (channel, basket_id))

        return self._change(basket_id, "basket.channel", write, version)

    def keep_typed(self, basket_id: int, lines: Sequence[str]) -> None:
        """Keep lines that were typed and not entered, until the next entry: the terminal is gone.

        They may speak of any catalogue: who has the right on some only sees them where it is their own typing. What a
        colleague has left there stays before them, and theirs to see.
        """
        with self._store.writing() as t:
            own = own_catalogues(t)
            row = basket_row(t, basket_id)
            colleague = row["typed_by"] if row["typed"] and row["typed_by"] != t.actor.id else None
            typed = [*(row["typed"].splitlines() if colleague is not None else ()), *lines]
            author = t.actor.id if colleague is None or own is None else colleague
            t.execute("UPDATE orders SET typed = ?, typed_by = ? WHERE id = ?", ("\n".join(typed), author, basket_id))
            journal(t, "basket.typed", basket_id)

    def repeat_last(self, basket_id: int, *, version: Version = None) -> Basket:
        """Add what the member ordered last, as far as it is offered; raises `Invalid` when there is nothing of it."""

        def write(t: Transaction) -> None:
            row = basket_row(t, basket_id)
            last = order_lists.last_order(t, own_catalogues(t), row["member_id"], row["distribution_id"])
            lines = [] if last is None else [(line.product.id, line.quantity) for line in read_order(t, last).lines]
            if not baskets.repeat(t, self._clock, basket_id, lines):
                raise Invalid("basket", "", "nothing_to_repeat")

        return self._change(basket_id, "basket.repeated", write, version)

    def drop(self, basket_id: int, *, version: Version = None) -> None:
        """Forget a basket, or a change; a confirmed order stays as it was."""
        with self._store.writing() as t:
            _check_version(t, basket_id, version)
            journal(t, "basket.dropped", basket_id)
            baskets.drop(t, self._clock, basket_id)

    def confirm(
        self, basket_id: int, *, version: Version = None, short: bool = False, vouchers_off: bool = False
    ) -> Confirmation:
        """Make the basket the member's order, or carry its changes into it (see `baskets.confirm`).

        Raises `StockShort` where there is not enough, unless `short` says that it is meant, and `VouchersOff` where a
        voucher does not hold any more, unless `vouchers_off` says that it is to stay off.
        """
        with self._store.writing() as t:
            _check_version(t, basket_id, version)
            had = codes_on(t, basket_id)
            confirmation = baskets.confirm(t, self._clock, basket_id, short=short, vouchers_off=vouchers_off)
            journal(t, "order.confirmed", confirmation.order_id, had, late=len(confirmation.late_lines))
        return confirmation

    def record(
        self,
        member_id: int,
        distribution_id: int,
        lines: Sequence[tuple[int, int]],
        channel: str = "phone",
        *,
        short: bool = False,
        vouchers: Sequence[str] = (),
        vouchers_off: bool = False,
    ) -> Confirmation:
        """Confirm an order of product ids and quantities in one transaction (see `recording.record`)."""
        from store.recording import record

        with self._store.writing() as t:
            header = Header(kept(t, member_id), distribution_id, channel)
            there = confirmed_order(t, header.member_id, distribution_id)
            had = codes_on(t, None if there is None else there["id"])
            confirmation = record(t, self._clock, header, lines, short=short, beside=(vouchers, (), vouchers_off))
            journal(t, "order.recorded", confirmation.order_id, had, late=len(confirmation.late_lines))
        return confirmation

    def change(
        self,
        order_id: int,
        wanted: Mapping[int, int],
        *,
        version: Version = None,
        short: bool = False,
        vouchers: Sequence[str] = (),
        without: Sequence[str] = (),
        vouchers_off: bool = False,
    ) -> Confirmation:
        """Set the quantities of products in a confirmed order, by product id (see `recording.change`).

        `version` is the order's that was seen; raises `NotFound` and `ChangedElsewhere` too.
        """
        from store.recording import change

        with self._store.writing() as t:
            order, had = _seen(t, order_id, version), codes_on(t, order_id)
            confirmation = change(t, self._clock, order, wanted, short=short, beside=(vouchers, without, vouchers_off))
            journal(t, "order.changed", order_id, had, late=len(confirmation.late_lines))
        return confirmation

    def move(
        self,
        order_id: int,
        distribution_id: int,
        *,
        version: Version = None,
        short: bool = False,
        vouchers_off: bool = False,
    ) -> Moved:
        """Take an order over to another distribution, as far as it is offered there (see `moving_orders.move`)."""
        from store.moving_orders import move

        with self._store.writing() as t:
            _seen(t, order_id, version)
            moved = move(t, self._clock, order_id, distribution_id, short=short, vouchers_off=vouchers_off)
            if moved.order_id is not None:
                journal(t, "order.moved", order_id, to=distribution_id)
        return moved

    def to_settle(self, distribution_id: int) -> tuple[Weighed, ...]:
        """The lines of a distribution that are settled by weighing, those that are settled too, by member."""
        from store.settling import to_settle

        with self._store.reading() as t:
            return to_settle(t, own_catalogues(t), distribution_id)

    def settle(
        self, order_id: int, weights: Mapping[int, int | None], *, seen: Mapping[int, int | None] | None = None
    ) -> Order:
        """Say what lines of an order weigh, before or after its distribution is over (see `settling.settle`)."""
        from store.settling import settle

        with self._store.writing() as t:
            order_lists.seen_order(t, order_id)
            settle(t, order_id, weights, seen)
            journal(t, "order.settled", order_id, lines=len(weights))
            return read_order(t, order_id)

    def get(self, order_id: int) -> Order:
        """A confirmed or cancelled order; raises `NotFound`, also where the operator may see nothing of it."""
        with self._store.reading() as t:
            return order_lists.seen_order(t, order_id)

    def cancel(self, order_id: int, reason: str, *, version: Version = None) -> Order:
        """Cancel an order: its lines go, each as a change that the recap or supplement tells. Keeps the reason."""
        with self._store.writing() as t:
            _seen(t, order_id, version)
            had = codes_on(t, order_id)
            order = order_lists.cancel_order(t, self._clock, order_id, " ".join(reason.split()))
            journal(t, "order.cancelled", order_id, had)
        return order

    def of_distribution(self, distribution_id: int) -> tuple[OrderRow, ...]:
        """Confirmed orders and open baskets of a distribution by member.

        Of a distribution that was cancelled, the orders that were cancelled with it: their members are to be told.
        """
        here = f"o.distribution_id = ? AND (o.state <> 'cancelled' OR o.cancelled_reason = '{CALLED_OFF}')"
        with self._store.reading() as t:
            return order_lists.rows(t, own_catalogues(t), here, (distribution_id,), cancelled=True)

    def of_member(self, member_id: int, *, cancelled: bool = False) -> tuple[OrderRow, ...]:
        """A member's confirmed orders and open baskets, the latest first; the `cancelled` ones where one asks for them.

        A cancelled order has no lines, and a producer sees nothing of it, unless its distribution was cancelled.
        """
        with self._store.reading() as t:
            found = order_lists.rows(t, own_catalogues(t), "o.member_id = ?", (member_id,), cancelled=cancelled)
            return tuple(sorted(found, key=lambda row: row.at, reverse=True))

    def last_of(self, member_id: int, *, other_than: int = 0) -> Order | None:
        """The member's latest confirmed order with something in it, by the day of its distribution.

        `other_than` leaves a distribution out.
        """
        with self._store.reading() as t:
            found = order_lists.last_order(t, own_catalogues(t), member_id, other_than)
            return None if found is None else read_order(t, found)

    def history(self, member_id: int) -> tuple[int, date | None]:
        """How many orders the member has made, and the day of the last distribution ordered for."""
        with self._store.reading() as t:
            return order_lists.history(t, own_catalogues(t), member_id)

    def states(self, distribution_id: int) -> dict[int, str]:
        """The members who have ordered for a distribution ("confirmed") or have an open basket ("basket")."""
        with self._store.reading() as t:
            return order_lists.states(t, own_catalogues(t), distribution_id)

    def open_baskets(self) -> tuple[OrderRow, ...]:
        """Baskets in which something was entered and not confirmed, the oldest first."""
        with self._store.reading() as t:
            entered = "o.state = 'basket' AND EXISTS (SELECT 1 FROM basket_entries e WHERE e.order_id = o.id)"
            found = order_lists.rows(t, own_catalogues(t), entered, ())
            return tuple(sorted(found, key=lambda row: row.at))

    def late_lines(self, distribution_id: int | None = None) -> tuple[LateLine, ...]:
        """What was confirmed after a recap and the producer has not been told, at distributions that are not over."""
        with self._store.reading() as t:
            return order_lists.untold(t, own_catalogues(t), self._clock.to_wall(t.now), distribution_id)

    def summary(self, distribution_id: int) -> Summary:
        """A distribution in figures. Whoever lacks the right `orders` sees how many orders, and no money."""
        with self._store.reading() as t:
            return order_lists.summary(t, t.actor.catalogues(Right.ORDERS), distribution_id)

    def _change(self, basket_id: int, action: str, write: Callable[[Transaction], object], version: Version) -> Basket:
        with self._store.writing() as t:
            _check_version(t, basket_id, version)
            write(t)
            journal(t, action, basket_id)
            return read_basket(t, basket_id)


def _seen(t: Transaction, order_id: int, version: Version) -> Order:
    """The order, when it is still the `version` that was seen; None does not ask."""
    order = order_lists.seen_order(t, order_id)
    if version not in (None, order.version):
        raise ChangedElsewhere("order", order_id)
    return order


def _check_version(t: Transaction, basket_id: int, version: Version) -> None:
    own_catalogues(t)
    if version is not None and basket_row(t, basket_id)["version"] != version:
        raise ChangedElsewhere("basket", basket_id)
