"""What baskets, orders and their lines look like outside the store. Quantities are thousandths, amounts cents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from store.products import Product

if TYPE_CHECKING:
    from store.voucher_records import Voucher

EMPTIED, MERGED, MOVED, CALLED_OFF = "emptied", "merged", "moved", "called_off"
"""Why an order was cancelled where nobody said why: its last line was taken out; it went into another one of the
member; it went to another distribution; its distribution was cancelled (its lines stay, so that it can come back)."""
REASONS = (EMPTIED, MERGED, MOVED, CALLED_OFF)
CHANNELS = ("phone", "web", "pickup", "mail")
"""How an order can come to whoever types it."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One product in a basket or order.

    `price` was frozen when the line was entered. `before` is the quantity in the confirmed order that a basket
    changes; a line taken out of it stays in the basket with quantity 0. `left` is what remains of the product's stock
    after this line and all that others entered before it, below 0 what this line lacks; None when the stock is not
    kept, or not looked up. `settled_weight` is what the whole line weighed, in thousandths of the product's unit; None
    while it is not weighed. `promotion_id` is the promotion at whose price it was entered.
    """

    product: Product
    quantity: int
    price: int
    amount: int
    estimated: bool
    late: bool
    entered_by: str | None
    before: int = 0
    left: int | None = None
    settled_weight: int | None = None
    promotion_id: int | None = None

    @property
    def instead_of(self) -> int | None:
        """The product's own price in cents, where the line was entered at the lower one of a promotion."""
        usual = self.product.usual_price
        return usual if self.promotion_id is not None and self.price < usual else None


@dataclass(frozen=True, slots=True)
class Basket:
    """An order that is not confirmed yet, or a change of one that is (`changes_order_id`).

    To whoever sees nothing of the confirmed order it is a new one: `changes_order_id` is None then, and only
    `changes_version` tells that there is an order. With `note_hidden` the note goes with others' lines, and can be
    neither read nor set. `id` is 0 while nothing of it is stored. `totals` are cents per currency, `entries` the number
    of entries that can be undone, `version` counts up with every write. `typed` are lines that were typed and not
    entered when the terminal was lost. `vouchers` are those that confirming it takes off, with what each takes now;
    `vouchers_changed`: the order that it changes has others. Who may not redeem any sees none.
    """

    id: int
    member_id: int
    distribution_id: int
    changes_order_id: int | None
    channel: str
    note: str
    lines: tuple[OrderLine, ...]
    totals: dict[str, int]
    version: int
    created_at: datetime | None
    created_by: str | None
    changes_version: int = 0
    entries: int = 0
    typed: tuple[str, ...] = ()
    note_hidden: bool = False
    vouchers: tuple[Voucher, ...] = ()
    vouchers_changed: bool = False

    def line(self, product_id: int) -> OrderLine | None:
        """The line of a product, or None."""
        return next((line for line in self.lines if line.product.id == product_id), None)

    @property
    def touched(self) -> bool:
        """Whether confirming it would change anything."""
        return self.vouchers_changed or any(line.quantity != line.before for line in self.lines)

    @property
    def to_pay(self) -> dict[str, int]:
        """Cents per currency, less the vouchers."""
        return to_pay(self.totals, taken_off(self.vouchers))

    @property
    def estimated(self) -> bool:
        """Whether the total holds an amount that is settled by weighing."""
        return any(line.estimated and line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry into a basket: `text` as typed, the quantity the operator saw (`before`) and wants (`after`)."""

    text: str
    product_id: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Order:
    """A confirmed (or cancelled) order; `totals` are cents per currency, moments aware UTC.

    `confirmed_by` is who confirmed it first, `changed_by` who last confirmed a change of it: a name, None for nobody.

    `cancelled_reason` is what was typed, or one of `EMPTIED`, `MOVED` and `CALLED_OFF`. `note` and reason are empty for
    whoever has the right on some catalogues only, where the order holds lines of others. `vouchers` were taken off it,
    each by its `used`; who may not redeem any sees none.
    """

    id: int
    member_id: int
    distribution_id: int
    day: date
    state: str
    channel: str
    note: str
    lines: tuple[OrderLine, ...]
    totals: dict[str, int]
    ordered_on: date | None
    confirmed_at: datetime | None
    confirmed_by: str | None
    changed_by: str | None
    cancelled_reason: str
    version: int
    vouchers: tuple[Voucher, ...] = ()

    @property
    def estimated(self) -> bool:
        """Whether the total holds an amount that is settled by weighing."""
        return any(line.estimated and line.quantity for line in self.lines)

    @property
    def to_pay(self) -> dict[str, int]:
        """Cents per currency, less the vouchers."""
        return to_pay(self.totals, taken_off(self.vouchers))


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order or open basket in a list; `lines` and `totals` count what the operator may see.

    `day` is that of the distribution, `at` the aware UTC moment at which it was confirmed or opened. `changed_at` and
    `changed_by` tell of the last change since; None where there is none that the operator may see. `vouchers` are the
    cents per currency that vouchers take off a confirmed order, or are to take off once a basket is confirmed.
    """

    id: int
    member_id: int
    member: str
    state: str
    channel: str
    lines: int
    totals: dict[str, int]
    estimated: bool
    late_lines: int
    at: datetime
    by: str | None
    distribution_id: int
    changes_order_id: int | None
    day: date
    changed_at: datetime | None = None
    changed_by: str | None = None
    vouchers: Mapping[str, int] = field(default_factory=dict)

    @property
    def to_pay(self) -> dict[str, int]:
        """Cents per currency, less the vouchers."""
        return to_pay(self.totals, self.vouchers)


@dataclass(frozen=True, slots=True)
class LateLine:
    """What was confirmed after a catalogue had closed, or (`after_recap`) after its producer had been told."""

    distribution_id: int
    order_id: int
    member_id: int
    catalogue_id: int
    catalogue_name: str
    producer_name: str
    product_id: int
    product_name: str
    before: int
    after: int
    after_recap: bool


@dataclass(frozen=True, slots=True)
class OrderWarning:
    """What to tell the caller, without keeping from confirming: `kind` is "short" (only `quantity` was there for the
    line) or "added" (there was an order already; the lines were added to it)."""

    kind: str
    product: Product | None = None
    quantity: int = 0


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What came of confirming: the order's totals in cents per currency, and what to say about it.

    `vouchers` are those that are taken off it now, each by its `used`; `estimated` as in `Order`.
    """

    order_id: int
    totals: dict[str, int]
    late_lines: tuple[LateLine, ...]
    warnings: tuple[OrderWarning, ...]
    vouchers: tuple[Voucher, ...] = ()
    estimated: bool = False

    @property
    def to_pay(self) -> dict[str, int]:
        """Cents per currency, less the vouchers."""
        return to_pay(self.totals, taken_off(self.vouchers))


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of moving an order: `order_id` is the one at the other distribution, None where nothing of it is
    offered there; `lines` went there, `stayed` could not. `confirmation` tells what is late on both sides."""

    order_id: int | None
    lines: int
    stayed: tuple[OrderLine, ...]
    confirmation: Confirmation


@dataclass(frozen=True, slots=True)
class Weighed:
    """A line that is settled by weighing at pick-up.

    `estimated_weight` and `settled_weight` are thousandths of the product's unit for the whole line, `settled_weight`
    None while it is not weighed. `amount` is that of the weight, or of the estimate. `version` is the order's, `to_pay`
    what is left of the whole order, in cents per currency, where it has vouchers: empty without, and for who sees none;
    `estimated` says then whether anything of the order still has to be weighed.
    """

    order_id: int
    member_id: int
    member: str
    product: Product
    quantity: int
    estimated_weight: int
    settled_weight: int | None
    amount: int
    price: int
    currency: str
    version: int
    to_pay: Mapping[str, int] = field(default_factory=dict)
    estimated: bool = False

    def doubtful(self, weight: int) -> bool:
        """Whether a weight is so far from the estimate that it was rather typed wrong."""
        return not self.estimated_weight <= weight * 3 <= self.estimated_weight * 9


@dataclass(frozen=True, slots=True)
class Summary:
    """A distribution in figures: orders with something in them, cents per currency, baskets left open, and how many
    members have not ordered."""

    orders: int
    totals: dict[str, int]
    baskets: int
    not_ordered: int
    estimated: bool = False


def totals_of(lines: Iterable[OrderLine]) -> dict[str, int]:
    """Cents per currency, in the order of the currencies' first lines."""
    totals: dict[str, int] = {}
    for line in lines:
        if line.quantity:
            totals[line.product.currency] = totals.get(line.product.currency, 0) + line.amount
    return totals


def taken_off(vouchers: Iterable[Voucher]) -> dict[str, int]:
    """What vouchers take off, in cents per currency; one that takes nothing is left out."""
    found: dict[str, int] = {}
    for voucher in vouchers:
        if voucher.used:
            found[voucher.currency] = found.get(voucher.currency, 0) + voucher.used
    return found


def to_pay(totals: Mapping[str, int], vouchers: Mapping[str, int]) -> dict[str, int]:
    """What is left to pay, in cents per currency: 0 where vouchers take all of it."""
    return {currency: cents - vouchers.get(currency, 0) for currency, cents in totals.items()}
