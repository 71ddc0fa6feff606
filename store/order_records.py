"""What baskets, orders and their lines look like outside the store. Quantities are thousandths, amounts cents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from store.products import Product

EMPTIED, MERGED = "emptied", "merged"
"""Why an order was cancelled where nobody said why: its last line was taken out; it went into another one."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One product in a basket or order.

    `price` was frozen when the line was entered. `before` is the quantity in the confirmed order that a basket
    changes; a line taken out of it stays in the basket with quantity 0. `left` is what remains of the product's stock
    after this line, below 0 when there is not enough; None when the stock is not kept, or not looked up.
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


@dataclass(frozen=True, slots=True)
class Basket:
    """An order that is not confirmed yet, or a change of one that is (`changes_order_id`).

    `id` is 0 while nothing of it is stored. `totals` are cents per currency, `entries` the number of entries that
    can be undone, `version` counts up with every write. `typed` are lines that were typed and not entered when the
    terminal was lost.
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

    def line(self, product_id: int) -> OrderLine | None:
        """The line of a product, or None."""
        return next((line for line in self.lines if line.product.id == product_id), None)

    @property
    def touched(self) -> bool:
        """Whether confirming it would change anything."""
        return any(line.quantity != line.before for line in self.lines)

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

    `cancelled_reason` is what was typed, or `EMPTIED` when a change took the last line out.
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
    cancelled_reason: str
    version: int

    @property
    def estimated(self) -> bool:
        """Whether the total holds an amount that is settled by weighing."""
        return any(line.estimated and line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order or open basket in a list; `lines` and `totals` count what the operator may see.

    `day` is that of the distribution, `at` the aware UTC moment at which it was confirmed or opened.
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
    """What to tell the caller, without keeping from confirming: `kind` is "short" (only `quantity` is there) or
    "added" (there was an order already; the lines were added to it)."""

    kind: str
    product: Product | None = None
    quantity: int = 0


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What came of confirming: the order's totals in cents per currency, and what to say about it."""

    order_id: int
    totals: dict[str, int]
    late_lines: tuple[LateLine, ...]
    warnings: tuple[OrderWarning, ...]


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
