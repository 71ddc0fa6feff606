"""Promotions as everyone above the store sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PromotionState(StrEnum):
    """Whether a promotion holds."""

    COMING = "coming"
    RUNNING = "running"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Promotion:
    """A lower price for a product, or a percentage off it or off a whole catalogue.

    `since` and `until` are local dates, both included. `percent` is what is taken off; `price` is in cents and means
    what the product's own price means. `what` is the name of the product or catalogue, `currency` its own.

    `usual` is a product's own price in cents, None of a catalogue's promotion. `offered_in` and `catalogue_name` are
    the catalogue itself, or the one that the product is of.
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
    usual: int | None = None
    catalogue_name: str = ""
    offered_in: int = 0

    def state(self, today: date) -> PromotionState:
        """How it stands on a local day."""
        if self.cancelled:
            return PromotionState.CANCELLED
        if today < self.since:
            return PromotionState.COMING
        return PromotionState.RUNNING if today <= self.until else PromotionState.OVER
