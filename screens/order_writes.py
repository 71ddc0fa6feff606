"""One order's writes, carried out in the app's writer one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from store import Store
from store.errors import ChangedElsewhere, StoreError
from store.orders import Basket, Confirmation, Entry


@dataclass
class EarlierFailed(StoreError):
    """Not carried out, because a write before it failed: what is on the screen is not what is stored."""


class OrderWrites:
    """Writes to one basket. Every method runs in the writer's thread, and each needs the ones before it to be stored.

    Nothing is stored before the first entry: looking at an order leaves no trace.
    """

    def __init__(self, store: Store, basket: Basket) -> None:
        self._orders = store.orders
        self._basket = basket
        self._failed = False

    def enter(self, entry: Entry) -> Basket:
        """Take an entry into the basket."""
        return self._kept(lambda b: self._orders.enter(b.id, entry, version=b.version))

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

    def confirm(self) -> Confirmation:
        """Confirm the basket, or carry the change out."""
        found: list[Confirmation] = []

        def work(basket: Basket) -> Basket:
            found.append(self._orders.confirm(basket.id, version=basket.version))
            return basket

        self._kept(work)
        return found[0]

    def keep_typed(self, lines: list[str]) -> None:
        """Keep what is typed and not entered: the terminal is gone."""
        self._orders.keep_typed(self._stored().id, lines)

    def drop(self) -> None:
        """Forget what was entered."""
        if self._basket.id:
            self._orders.drop(self._basket.id)

    def _kept(self, work: Callable[[Basket], Basket]) -> Basket:
        if self._failed:
            raise EarlierFailed
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
