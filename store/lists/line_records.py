"""What the lists of a distribution look like outside the store. Quantities are thousandths, amounts cents.

The desk starts without them: see `store.lists.records`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from store.distributions import Distribution, DistributionCatalogue
from store.lists.records import CallBack, Telling
from store.order_records import to_pay
from store.products import Product


@dataclass(frozen=True, slots=True)
class DayLine:
    """A line of a confirmed order. `untold`: the producer was told before it changed, and not of the change.

    `settled_weight` is thousandths of the unit, None until it is weighed; `channel` is the order's; `by` entered the
    line last, at the aware UTC moment `at`.
    """

    order_id: int
    member_id: int
    member: str
    product: Product
    quantity: int
    price: int
    amount: int
    estimated: bool
    settled_weight: int | None
    late: bool
    untold: bool
    channel: str
    by: str | None
    at: datetime

    @property
    def to_weigh(self) -> bool:
        """Whether its amount is settled by weighing, and was not yet."""
        return self.estimated


@dataclass(frozen=True, slots=True)
class DayList:
    """All lines of a distribution that the actor may see, by member and then in the order of entry.

    `vouchers` are what these take off orders, by member: cents per currency; empty for who may not redeem any.
    """

    distribution: Distribution
    lines: tuple[DayLine, ...]
    vouchers: Mapping[int, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListGroup:
    """The lines of one member, product or catalogue with their sums; `id` is that one's.

    `quantity` is of one product, else None. `totals` are cents per currency, `aside` says what the name does not: the
    unit of a product, the producer of a catalogue. `vouchers` are cents per currency that these take off a member's.
    """

    id: int
    name: str
    aside: str
    lines: tuple[DayLine, ...]
    orders: int
    quantity: int | None
    totals: dict[str, int]
    estimated: bool
    late: int
    untold: int
    vouchers: Mapping[str, int] = field(default_factory=dict)

    @property
    def to_pay(self) -> dict[str, int]:
        """Cents per currency, less the vouchers."""
        return to_pay(self.totals, self.vouchers)


@dataclass(frozen=True, slots=True)
class Share:
    """What one member has of a product."""

    member_id: int
    member: str
    quantity: int


@dataclass(frozen=True, slots=True)
class RecapLine:
    """What is ordered of one product: by how many members, for how many cents, and how much by whom (by name)."""

    product: Product
    quantity: int
    orders: int
    amount: int
    estimated: bool
    members: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Recap:
    """What is ordered from one catalogue for a distribution, as it stands now.

    `as_told` is what the last recap said (`telling`), None when none was sent; amounts there are as they were estimated
    then. `replaces` is what reached the producer last, that recap or a supplement since.
    `orders` counts members, `amount` is cents of the catalogue's `currency`. `up_to` is the last change of orders that
    is in it: who tells the producer what they read says so, and what is ordered meanwhile stays untold. `moved`: day,
    hours or place were changed since it was told.
    """

    distribution: Distribution
    catalogue: DistributionCatalogue
    lines: tuple[RecapLine, ...]
    orders: int
    amount: int
    estimated: bool
    telling: Telling | None
    as_told: tuple[RecapLine, ...] | None
    up_to: int = 0
    moved: bool = False
    replaces: Telling | None = None

    @property
    def currency(self) -> str:
        """The currency of its amounts."""
        return self.catalogue.currency

    @property
    def told(self) -> Recap | None:
        """The recap as it was told last, None when none was."""
        if self.as_told is None:
            return None
        return replace(
            self,
            lines=self.as_told,
            orders=len({share.member_id for line in self.as_told for share in line.members}),
            amount=sum(line.amount for line in self.as_told),
            estimated=any(line.estimated for line in self.as_told),
        )

    @property
    def unchanged(self) -> bool:
        """Whether a recap was told, and the same is ordered now for the same day."""
        return self.as_told is not None and not self.moved and _ordered(self.as_told) == _ordered(self.lines)


def _ordered(lines: tuple[RecapLine, ...]) -> dict[tuple[int, int], int]:
    return {(line.product.id, share.member_id): share.quantity for line in lines for share in line.members}


@dataclass(frozen=True, slots=True)
class SupplementLine:
    """What changed for one member and product since the producer was told: `kind` "added", "changed" or "removed".

    `before` is what the producer knows, `after` what holds; `at` and `by` are of the last change.
    """

    kind: str
    member_id: int
    member: str
    product: Product
    before: int
    after: int
    at: datetime
    by: str | None


@dataclass(frozen=True, slots=True)
class Supplement:
    """Everything that one producer does not know yet, netted: what came back to what it was is not in it.

    `products` are the same changes by product: what the producer knows in all, and what holds. `since` is the
    `last_telling`, None when no recap was sent: then there is nothing to supplement. `up_to` as of a recap.
    """

    distribution: Distribution
    catalogue: DistributionCatalogue
    lines: tuple[SupplementLine, ...]
    products: tuple[tuple[Product, int, int], ...]
    since: Telling | None
    up_to: int = 0


@dataclass(frozen=True, slots=True)
class PickupMember:
    """One member on the pick-up sheet. `name` is of both people; `phones` are as people write them.

    `note` is empty where it may speak of catalogues that are not the actor's. `vouchers` are cents per currency that
    these take off, empty for who may not redeem any.
    """

    member_id: int
    order_id: int
    name: str
    phones: tuple[str, ...]
    note: str
    lines: tuple[DayLine, ...]
    totals: dict[str, int]
    estimated: bool
    to_weigh: int
    vouchers: Mapping[str, int] = field(default_factory=dict)

    @property
    def to_pay(self) -> dict[str, int]:
        """Cents per currency, less the vouchers."""
        return to_pay(self.totals, self.vouchers)


@dataclass(frozen=True, slots=True)
class PickupSheet:
    """Who comes to a distribution for what, by name; `totals` are cents per currency.

    `unconfirmed` are the names of those whose basket or change was left open: they may come for it all the same.
    """

    distribution: Distribution
    members: tuple[PickupMember, ...]
    totals: dict[str, int]
    estimated: bool
    unconfirmed: tuple[str, ...] = ()

    @property
    def vouchers(self) -> dict[str, int]:
        """What vouchers take off in all, in cents per currency."""
        found: dict[str, int] = {}
        for member in self.members:
            for currency, cents in member.vouchers.items():
                found[currency] = found.get(currency, 0) + cents
        return found

    @property
    def to_pay(self) -> dict[str, int]:
        """Cents per currency, less the vouchers."""
        return to_pay(self.totals, self.vouchers)


@dataclass(frozen=True, slots=True)
class CallBacks:
    """The call-back list of a distribution."""

    distribution: Distribution
    members: tuple[CallBack, ...]
