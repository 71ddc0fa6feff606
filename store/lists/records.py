"""What the lists of a distribution look like outside the store. Quantities are thousandths, amounts cents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from store.distributions import Distribution, DistributionCatalogue
from store.products import Product

RECAP, SUPPLEMENT = "recap", "supplement"
"""What a producer is told: all that is ordered, or what changed since they were told."""
MAIL, FILE, SAID = "mail", "file", "said"
"""How a producer was told: by our mail, by a printed or handed over file, in words (by phone, say)."""
LOST = frozenset(("failed", "held", "bounced"))
"""The states of a mail that nobody gets unless somebody does something."""
CALL_STATES = ("called", "not_reached", "nothing")
"""What came of calling a member back; "nothing": wants nothing this time."""


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
    """All lines of a distribution that the actor may see, by member and then in the order of entry."""

    distribution: Distribution
    lines: tuple[DayLine, ...]


@dataclass(frozen=True, slots=True)
class ListGroup:
    """The lines of one member, product or catalogue with their sums; `id` is that one's.

    `quantity` is of one product, else None. `totals` are cents per currency, `aside` says what the name does not: the
    unit of a product, the producer of a catalogue.
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
class TellingMail:
    """A mail that told a producer: where it went, its state in the outbox and why; `id` is the delivery's."""

    address: str
    state: str
    reason: str
    id: int = 0


@dataclass(frozen=True, slots=True)
class Telling:
    """That a producer was told: `kind` RECAP or SUPPLEMENT, `way` MAIL, FILE or SAID, at an aware UTC moment.

    `by` is None for what happened by itself. `changes` is how many changes of orders it told, of a recap those after
    the one before. `id` 0: an earlier cabas wrote down no more than that it was told.
    """

    id: int
    kind: str
    way: str
    at: datetime
    by: str | None
    mails: tuple[TellingMail, ...] = ()
    changes: int = 0

    @property
    def lost(self) -> bool:
        """Whether it was a mail, and nobody got it: all of them failed, came back or are held."""
        return bool(self.mails) and all(mail.state in LOST for mail in self.mails)


def last_telling(tellings: Iterable[Telling]) -> Telling | None:
    """Of tellings, the latest first, the one since which the producer's late lines are counted; None of none.

    A supplement that was lost told nothing; a recap counts even so, since what is late is what came after it.
    """
    return next((telling for telling in tellings if telling.kind == RECAP or not telling.lost), None)


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
class RecapState:
    """Where one catalogue of a distribution stands: what is ordered, and what the producer was told of it.

    `emails` are where a mail would go, `phone` is the producer's. `opens` and `closes` are naive local moments,
    `totals` cents per currency, `untold` how many lines the producer does not know yet. `tellings` are the latest
    first; `recap` is the last recap among them.
    """

    distribution_id: int
    day: date
    place: str
    cancelled: bool
    catalogue_id: int
    name: str
    producer_name: str
    phone: str
    emails: tuple[str, ...]
    opens: datetime | None
    closes: datetime | None
    closed: bool
    orders: int
    lines: int
    totals: dict[str, int]
    estimated: bool
    recap: Telling | None
    tellings: tuple[Telling, ...]
    untold: int

    @property
    def last(self) -> Telling | None:
        """The telling that `untold` is counted since (see `last_telling`)."""
        return last_telling(self.tellings)

    @property
    def lost(self) -> Telling | None:
        """What was sent by mail last and reached nobody; told anew since, or undone, it is settled."""
        for telling in self.tellings:
            if telling.lost and (telling.kind == RECAP or (telling.changes and self.untold)):
                return telling
            if telling.kind == RECAP:
                return None
        return None

    @property
    def due(self) -> bool:
        """Whether somebody should do something: closed and not told, lines not told, or a mail that reached nobody."""
        to_tell = self.recap is None and self.closed and self.lines > 0
        return to_tell or self.untold > 0 or self.lost is not None


@dataclass(frozen=True, slots=True)
class PickupMember:
    """One member on the pick-up sheet. `name` is of both people; `phones` are as people write them.

    `note` is empty where it may speak of catalogues that are not the actor's.
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


@dataclass(frozen=True, slots=True)
class CallBack:
    """A member who ordered by phone last time and has not yet this time.

    `last_day` is the day of that distribution, `last` what came then (product, quantity). `basket`: somebody is taking
    an order just now, or left it open. `state` is one of CALL_STATES, None while nobody called; `at` (aware UTC) and
    `by` are of that.
    """

    member_id: int
    member: str
    phone: str
    mobile: str
    last_day: date
    last: tuple[tuple[Product, int], ...]
    basket: bool
    state: str | None
    at: datetime | None
    by: str | None


@dataclass(frozen=True, slots=True)
class CallBacks:
    """The call-back list of a distribution."""

    distribution: Distribution
    members: tuple[CallBack, ...]
