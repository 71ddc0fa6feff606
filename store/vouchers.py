"""Vouchers: what a message offers, the codes that come of it, and what is taken off orders for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import voucher_offers, voucher_rows, voucher_use
from store.errors import Invalid, NotAllowed
from store.member_resolving import kept
from store.message_records import MessageState
from store.message_rows import load_message, refuse_step, require_state, touch
from store.order_records import Basket
from store.rights import Right
from store.voucher_records import UNUSED, Forecast, Offer, Planned, StillTold, Voucher, VoucherState, VoucherTotal

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction

__all__ = ["Forecast", "Offer", "Planned", "StillTold", "Voucher", "VoucherState", "VoucherTotal", "Vouchers"]

SEES = (Right.ORDERS, Right.MESSAGES_SEE)
"""One of these, on all catalogues, shows vouchers: who takes orders redeems them, who sees messages sees what came."""


class Vouchers:
    """To see them one needs `orders` on all catalogues or `messages.see`, to redeem them `orders` on all catalogues.

    Who takes orders for some catalogues only neither sees nor redeems any: a voucher is taken off the whole order.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._clock = store.clock

    def offer(self, message_id: int) -> Offer | None:
        """What a message offers, or None; raises `NotFound`."""
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            load_message(t, message_id)
            return voucher_offers.offer_of(t, message_id)

    def set_offer(self, message_id: int, offer: Offer | None) -> None:
        """Say what everybody gets with a draft, or with None that nobody gets anything.

        Raises `NotFound`, `Invalid("message_state", …)` when it is no draft or a workflow's step, and `Invalid` for
        nonsense: ("offer", "", "amount_or_percent") with both or neither, ("amount" | "percent" | "minimum", …,
        "too_small" | "too_large"), ("since", "", "empty"), ("until", …, "before_since"), ("valid_until", …, "past"),
        ("currency", …, "not_paid").
        """
        with self._store.writing() as t:
            t.require(Right.MESSAGES_WRITE)
            refuse_step(require_state(t, message_id, MessageState.DRAFT))
            if voucher_offers.offer_of(t, message_id) == offer:
                return
            voucher_offers.write_offer(t, self._clock, message_id, offer)
            touch(t, message_id)
            t.journal("message.offered" if offer is not None else "message.not_offered", message_id)

    def forecast(self, message_id: int, offer: Offer | None = None) -> Forecast | None:
        """What a draft's offer, or the one given, comes to now; None where there is none. Right `messages.write`.

        Raises `NotFound`, and `Invalid` as `set_offer`. It counts the message's recipients: for a worker.
        """
        with self._store.reading() as t:
            t.require(Right.MESSAGES_WRITE)
            message = load_message(t, message_id)
            found = offer if offer is not None else voucher_offers.offer_of(t, message_id)
            if found is None:
                return None
            return voucher_offers.forecast(t, self._clock, message, found)

    def all(
        self, message_id: int | None = None, member_id: int | None = None, state: VoucherState | None = None
    ) -> tuple[Voucher, ...]:
        """The vouchers, those of the latest message first, by member; of a message, a member or in a state only."""
        with self._store.reading() as t:
            _require_sight(t)
            if member_id is not None:
                member_id = kept(t, member_id)
            return voucher_rows.listed(t, self._clock.today(), message_id, member_id, state)

    def totals(self, message_id: int | None = None) -> tuple[VoucherTotal, ...]:
        """How many there are and what they come to, by state and currency; of all, or of a message."""
        with self._store.reading() as t:
            _require_sight(t)
            return voucher_rows.totals(t, self._clock.today(), message_id)

    def get(self, voucher_id: int) -> Voucher:
        """One voucher; raises `NotFound`."""
        with self._store.reading() as t:
            _require_sight(t)
            return voucher_rows.get(t, self._clock.today(), voucher_id)

    def find(self, code: str) -> Voucher:
        """The voucher with a code as somebody types it, with or without the dash; raises `NotFound`."""
        with self._store.reading() as t:
            _require_sight(t)
            return voucher_rows.find(t, self._clock.today(), code)

    def cancel(self, voucher_id: int) -> Voucher:
        """Let a voucher that was not used be good for nothing; one on an open basket comes off it.

        Needs `orders` on all catalogues or `messages.send`. Raises `NotFound`, and `Invalid("voucher", code, …)`:
        "redeemed" (cancel the order, or take it off there) or "cancelled".
        """
        with self._store.writing() as t:
            _require_cancelling(t)
            voucher = voucher_rows.get(t, self._clock.today(), voucher_id)
            if voucher.state not in UNUSED:
                raise Invalid("voucher", voucher.code, voucher.state.value)
            voucher_use.cancel(t, (voucher_id,))
            t.journal("member.voucher_cancelled", voucher.member_id, voucher=voucher_id, code=voucher.code)
            return voucher_rows.get(t, self._clock.today(), voucher_id)

    def cancel_open(self, message_id: int) -> int:
        """Cancel all vouchers of a message that were not used, and return how many; needs what `cancel` needs."""
        with self._store.writing() as t:
            _require_cancelling(t)
            open_ones = voucher_rows.open_of(t, message_id)
            if open_ones:
                voucher_use.cancel(t, open_ones)
                t.journal("message.vouchers_cancelled", message_id, vouchers=len(open_ones))
        return len(open_ones)

    def still_told(self, message_id: int) -> StillTold:
        """Who hears of a message's unused codes still, cancelled or not; nobody once the message is cancelled.

        Needs what `cancel` needs; raises `NotFound`.
        """
        from store.deliveries import delivery_counts
        from store.handing import not_handed
        from store.message_calls import call_list

        with self._store.reading() as t:
            _require_cancelling(t)
            if load_message(t, message_id).state is MessageState.CANCELLED:
                return StillTold(0, 0)
            calls = call_list(t, self._clock, message_id).calls
            told = not_handed(t, message_id).union(call.member_id for call in calls if call.left)
            holders = voucher_rows.holders(t, message_id)
            return StillTold(delivery_counts(t, message_id).ready, len(told & holders))

    def usable(self, member_id: int, distribution_id: int | None = None) -> tuple[Voucher, ...]:
        """What a member can use today, those that expire first before the others; empty for who may not redeem.

        With a distribution: in a currency that is taken there, those on the basket for it included; what is on another
        basket is left out.
        """
        with self._store.reading() as t:
            if not t.actor.may(Right.ORDERS):
                return ()
            return voucher_rows.usable(t, self._clock.today(), kept(t, member_id), distribution_id)

    def lost(self, distribution_id: int) -> tuple[Voucher, ...]:
        """What orders of a distribution that was brought back had and have not any more: they cost more than was said.

        Needs `orders` on all catalogues.
        """
        from store.voucher_losses import lost

        with self._store.reading() as t:
            t.require(Right.ORDERS)
            return lost(t, self._clock.today(), distribution_id)

    def put_on(self, order_id: int, code: str, *, version: int | None = None) -> Basket:
        """Put a voucher on an open basket, to be redeemed when that is confirmed; returns the basket.

        One that a change was to take off its order comes on again. Raises `VoucherRefused`, `NotFound` for the basket,
        and `ChangedElsewhere` where it is not the `version` that was seen.
        """
        with self._store.writing() as t:
            t.require(Right.ORDERS)
            return voucher_use.put_on(t, self._clock, order_id, code, version)

    def take_off(self, order_id: int, voucher_id: int, *, version: int | None = None) -> Basket:
        """Take a voucher off a basket again; off the order that it changes, once it is confirmed.

        Raises `NotFound` where it is not on it, else as `put_on`.
        """
        with self._store.writing() as t:
            t.require(Right.ORDERS)
            return voucher_use.take_off(t, order_id, voucher_id, version)


def _require_sight(t: Transaction) -> None:
    if not any(t.actor.may(right) for right in SEES):
        raise NotAllowed(SEES[0].value)


def _require_cancelling(t: Transaction) -> None:
    if not t.actor.may(Right.ORDERS):
        t.require(Right.MESSAGES_SEND)
