"""Vouchers as everyone above the store sees them. Amounts are cents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class VoucherState(StrEnum):
    """What can be done with a voucher: an open one can be used, an expired one was never used."""

    OPEN = "open"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


UNUSED = (VoucherState.OPEN, VoucherState.EXPIRED)
"""What can be cancelled still."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What everybody gets who hears of a message: the same `amount`, or `percent` of what they bought.

    `since` and `until` are local dates, both included, of the purchases that count: confirmed orders by the day on
    which they were ordered, over all catalogues. `currency` is that of `amount` and `minimum`; of a percentage each
    voucher is in the currency that was paid, and `minimum` holds for those in this one. `minimum` is what an order has
    to come to in the voucher's currency, `valid_until` the last local day on which the voucher can be used.
    """

    currency: str
    amount: int | None = None
    percent: int | None = None
    since: date | None = None
    until: date | None = None
    minimum: int = 0
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Voucher:
    """A voucher of a member, for one order.

    `code` is shown as it is ("K7PA-3MXD"), `title` the label or subject of the message that it came with,
    empty for who may not see messages. `order_id` is
    the basket it has been put on (`in_basket`: it is open until that is confirmed), or the order it was taken off;
    `order_day` that of its distribution. `used` is what it takes off there: less than `amount` where the order comes to
    less. `state_at` is the aware UTC moment at which it became what it is, `state_by` who made it so: None by itself.
    """

    id: int
    code: str
    message_id: int | None
    title: str
    member_id: int
    member: str
    amount: int
    currency: str
    minimum: int
    valid_until: date | None
    state: VoucherState
    order_id: int | None
    in_basket: bool
    order_day: date | None
    used: int
    made_at: datetime
    state_at: datetime
    state_by: str | None


@dataclass(frozen=True, slots=True)
class StillTold:
    """Who hears of a message's unused codes still: in `mails` (and SMS) that wait, `members` by letter, row or call."""

    mails: int
    members: int


@dataclass(frozen=True, slots=True)
class VoucherTotal:
    """How many vouchers are in a state, in one currency: what they are worth, and what was taken off orders."""

    state: VoucherState
    currency: str
    count: int
    amount: int
    used: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What an offer would come to now: `members` hear of the message, `without` of them would get nothing.

    `sums`, `least` and `most` are cents by currency: of all vouchers, of the smallest and of the largest.
    """

    members: int
    vouchers: int
    without: int
    sums: Mapping[str, int] = field(default_factory=dict)
    least: Mapping[str, int] = field(default_factory=dict)
    most: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Planned:
    """A voucher that is to be made, with the code that the text says."""

    code: str
    amount: int
    currency: str
    minimum: int
    valid_until: date | None
