"""What lists and previews say of distributions; the desk starts without it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from store.distribution_records import Planned
from store.products import Product


@dataclass(frozen=True, slots=True)
class DistributionRow(Planned):
    """A distribution in the list of them, in figures as far as the operator may see orders.

    `orders` are confirmed, `baskets` hold something that is not; `recaps_sent` counts catalogues, `untold` late lines
    that their producers do not know of.
    """

    over: bool
    orders: int
    baskets: int
    catalogues: tuple[str, ...]
    recaps_sent: int
    untold: int


@dataclass(frozen=True, slots=True)
class Concerned:
    """Who and what a move or a cancelling touches.

    `members` have ordered (also where the day is cancelled by now) or have a basket with something in it, by name;
    `closings` are (catalogue, before, after) in local time where they change, `told` the catalogues whose recap went
    out: their producers have to hear of it. Of the mails that workflows send about it `waiting` are in the outbox
    still, and are taken back; `gone` are out, with the day as it was.
    """

    members: tuple[int, ...]
    orders: int
    baskets: int
    closings: tuple[tuple[str, datetime | None, datetime | None], ...]
    told: tuple[str, ...]
    waiting: int = 0
    gone: int = 0


@dataclass(frozen=True, slots=True)
class DayStock:
    """The stock of one product at a distribution, in thousandths.

    `stock` was set for that day (None: it is the usual one, or one for all distributions), `usual` is the product's
    own; `left` is what orders and baskets leave of it, below 0 when it is short, None where no number is kept.
    """

    product: Product
    stock: int | None
    usual: int | None
    ordered: int
    left: int | None
