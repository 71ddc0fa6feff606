"""One order's writes, carried out in the app's writer one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from store import Store
from store.errors import ChangedElsewhere, NotFound, StockShort, StoreError, VouchersOff
from store.orders import Basket, Confirmation, Entry, Moved, Order


@dataclass
class EarlierFailed(StoreError):
    """Not carried out, because a write before it failed: what is on the screen is not what is stored."""


class OrderWrites:
    """Writes to one basket. Every method runs in the writer's thread, and each needs the ones before it to be stored.

    Nothing is stored before the first entry: looking at an order leaves no trace.
    """

    def __init__(self, store: Store, basket: Basket) -> None:
        self._store = store
        self._orders = store.orders
        self._basket = basket
        self._failed = False

    def enter(self, entry: Entry, waiting: Sequence[str] = ()) -> Basket:
        """Take an entry into the basket, and keep the lines that wait to be entered after it."""
        basket = self._kept(lambda b: self._orders.enter(b.id, entry, version=b.version))
        if waiting:
            # The entry is stored whatever becomes of them, and they are still on the screen.
            with suppress(StoreError):
                self._orders.keep_typed(basket.id, waiting)
        return basket

    def undo(self) -> Basket:
        """Undo the last entry."""
        return self._kept(lambda b: self._orders.undo(b.id, version=b.version))

    def take_back(self) -> tuple[Basket, str]:
        """Take the last entry back for correction."""
        texts: list[str] = []

        def work(basket: Basket) -> Basket:
            changed, text = self._orders.take_back(basket.id, version=basket.version)
            texts.append(text)
            return changed

        return self._kept(work), texts[0]

    def repeat_last(self) -> Basket:
        """Add what was ordered last time."""
        return self._kept(lambda b: self._orders.repeat_last(b.id, version=b.version))

    def note(self, text: str) -> Basket:
        """Set the note."""
        return self._kept(lambda b: self._orders.note(b.id, text, version=b.version))

    def channel(self, channel: str) -> Basket:
        """Say how the order came; of a basket that is not stored yet that is remembered."""
        if not self._basket.id and not self._failed:
            self._basket = replace(self._basket, channel=channel)
            return self._basket
        return self._kept(lambda b: self._orders.channel(b.id, channel, version=b.version))

    def put_on(self, code: str) -> Basket:
        """Put a voucher on the order, by its code as it is typed."""
        return self._kept(lambda b: self._store.vouchers.put_on(b.id, code, version=b.version))

    def take_off(self, voucher_id: int) -> Basket:
        """Take a voucher off the order again."""
        return self._kept(lambda b: self._store.vouchers.take_off(b.id, voucher_id, version=b.version))

    def confirm(self, *, short: bool = False, vouchers_off: bool = False) -> Confirmation:
        """Confirm the basket, or carry the change out.

        `StockShort` and `VouchersOff` leave everything as it was, to be asked again.
        """
        self._go_on()
        try:
            basket = self._stored()
            return self._orders.confirm(basket.id, version=basket.version, short=short, vouchers_off=vouchers_off)
        except (StockShort, VouchersOff):
            self._basket = basket
            raise
        except BaseException:
            self._failed = True
            raise

    def cancel(self, reason: str) -> Order:
        """Cancel the order that is being changed, with the change; as it was seen, or `ChangedElsewhere`."""
        order_id = self._seen_order()
        return self._orders.cancel(order_id, reason, version=self._basket.changes_version)

    def move(self, distribution_id: int, *, short: bool = False, vouchers_off: bool = False) -> Moved:
        """Move the order to another distribution; nothing of a change may be open. See `Orders.move`."""
        order_id = self._seen_order()
        version = self._basket.changes_version
        return self._orders.move(order_id, distribution_id, version=version, short=short, vouchers_off=vouchers_off)

    def _seen_order(self) -> int:
        """The order that a change was made from, with nothing of the change left."""
        self._go_on()
        seen = self._basket
        if seen.changes_order_id is None:
            raise NotFound("order", "")
        if self._orders.get(seen.changes_order_id).version != seen.changes_version:
            raise ChangedElsewhere("order", seen.changes_order_id)
        self.drop()
        self._basket = replace(seen, id=0)
        return seen.changes_order_id

    def keep_typed(self, lines: Sequence[str]) -> None:
        """Keep what is typed and not entered, or nothing of it any more."""
        if self._basket.id or lines:
            self._basket = self._stored()
            self._orders.keep_typed(self._basket.id, lines)

    def drop(self) -> None:
        """Forget what was entered; raises `ChangedElsewhere` where a colleague has entered something since."""
        if self._basket.id:
            self._orders.drop(self._basket.id, version=self._basket.version)

    def leave_nothing(self) -> None:
        """Drop a basket in which nothing was entered, unless a colleague has by now."""
        with suppress(ChangedElsewhere, NotFound):
            self.drop()

    def _go_on(self) -> None:
        """Raise `EarlierFailed` where what is on the screen is not what is stored."""
        if self._failed:
            raise EarlierFailed

    def _kept(self, work: Callable[[Basket], Basket]) -> Basket:
        self._go_on()
        try:
            self._basket = work(self._stored())
        except BaseException:
            self._failed = True
            raise
        return self._basket

    def _stored(self) -> Basket:
        seen = self._basket
        if seen.id:
            return seen
        basket = self._orders.open_basket(seen.member_id, seen.distribution_id, seen.channel)
        if (basket.changes_order_id, basket.changes_version) != (seen.changes_order_id, seen.changes_version):
            raise ChangedElsewhere("order", seen.changes_order_id or basket.id)
        if basket.entries:
            raise ChangedElsewhere("basket", basket.id)
        return basket
