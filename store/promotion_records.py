"""Promotions as everyone above the store sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Promotion:
    """A lower price for a product, or a percentage off it or off a whole catalogue.

    `since` and `until` are local dates, both included. `percent` is what is taken off; `price` is in cents and means
    what the product's own price means. `what` is the name of the product or catalogue, `currency` its own.
    """

    since: date
    until: date
    product_id: int | None = None
    catalogue_id: int | None = None
    percent: int | None = None
    price: int | None = None
    name: str = ""
    what: str = ""
    currency: str = ""
    cancelled: bool = False
    version: int = 1
    id: int = 0
