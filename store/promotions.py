"""Promotions: a lower price, or a percentage off, from one day to another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from store.catalogue_records import get_catalogue
from store.distribution_hours import check_day
from store.errors import ChangedElsewhere, Invalid
from store.products import get_product
from store.promotion_prices import COLUMNS, TABLES, get_promotion, promotion_of
from store.promotion_records import Promotion, PromotionState
from store.rights import Right
from store.withdrawing import stop_promotion, withdraw_promotion

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction

__all__ = ["LONGEST_NAME", "Promotion", "PromotionState", "Promotions"]

LONGEST_NAME = 60
_STILL = "m.cancelled_at IS NULL AND m.until >= :today"


class Promotions:
    """Everybody who works here may read them, a producer those of their own catalogues only.

    To change one needs the right `orders` on its catalogue.

    What is ordered while a promotion runs keeps its price afterwards. None is ever removed: what was ordered at it
    goes on saying so.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self, over: bool = False, catalogue_id: int | None = None) -> tuple[Promotion, ...]:
        """Those that run, then those to come, by day; with `over` also what has ended or was cancelled, newest first.

        Of one catalogue where it is named, with those of its products.
        """
        today = self._store.clock.today()
        with self._store.reading() as t:
            rows = t.all(
                f"""SELECT {COLUMNS} FROM {TABLES} WHERE (:over OR {_STILL}) AND coalesce(:catalogue, c.id) = c.id
                ORDER BY m.since, m.until, what COLLATE NOCASE, m.id""",
                {"over": int(over), "today": today.isoformat(), "catalogue": catalogue_id},
            )
            found = [one for one in map(promotion_of, rows) if _may_see(t, one)]
        still = [one for one in found if one.state(today) in (PromotionState.RUNNING, PromotionState.COMING)]
        ended = [one for one in found if one not in still]
        return (*still, *sorted(ended, key=lambda one: (one.until, one.id), reverse=True))

    def get(self, promotion_id: int) -> Promotion:
        """One promotion; raises `NotFound`, and `NotAllowed` for another producer's."""
        with self._store.reading() as t:
            found = get_promotion(t, promotion_id)
            if not _may_see(t, found):
                t.require(Right.ORDERS, found.offered_in)
        return found

    def add(self, promotion: Promotion) -> int:
        """Add one and return its id.

        Raises `NotFound`, and `Invalid`: both or neither of product and catalogue, or of percent and price; a price
        that is not lower than the product's own; days that are past or in the wrong order.
        """
        with self._store.writing() as t:
            _require(t, promotion)
            promotion = _checked(t, promotion, self._store.clock.today())
            promotion_id = t.insert(
                "promotions", **_values(promotion), created_at=t.stamp, created_by=t.actor.id, version=1
            )
            t.journal("promotion.added", promotion_id)
        return promotion_id

    def edit(self, promotion: Promotion) -> Promotion:
        """Write down what a promotion is now (its `version` as it was read); the promotion as it is then.

        Where it is the same as before nothing is written. Raises as `add`, `ChangedElsewhere`, and
        `Invalid("promotion", …)`: "over" or "cancelled", and "ordered" for another product, catalogue or first day
        once something was ordered at it.
        """
        today = self._store.clock.today()
        with self._store.writing() as t:
            was = _begin_change(t, promotion.id, promotion.version, today)
            _require(t, promotion)
            changed = _checked(t, promotion, today, was)
            values = _values(changed)
            if values == _values(was):
                return was
            moved = (was.product_id, was.catalogue_id, was.since) != (
                changed.product_id, changed.catalogue_id, changed.since,
            )  # fmt: skip
            if moved and _ordered(t, was.id):
                raise Invalid("promotion", was.what, "ordered")
            fields = ", ".join(f"{name} = :{name}" for name in values)
            withdraw_promotion(t, was.id)
            t.execute(f"UPDATE promotions SET {fields}, version = version + 1 WHERE id = :id", {**values, "id": was.id})
            t.journal("promotion.edited", was.id)
            return get_promotion(t, was.id)

    def cancel(self, promotion_id: int) -> Promotion:
        """Let a promotion hold no longer, from now on: what was ordered at it keeps its price.

        Raises `NotFound`, and `Invalid("promotion", …)`: "over" or "cancelled".
        """
        with self._store.writing() as t:
            _begin_change(t, promotion_id, None, self._store.clock.today())
            t.execute(
                "UPDATE promotions SET cancelled_at = ?, version = version + 1 WHERE id = ?", (t.stamp, promotion_id)
            )
            stop_promotion(t, promotion_id)
            t.journal("promotion.cancelled", promotion_id)
            return get_promotion(t, promotion_id)


def _may_see(t: Transaction, promotion: Promotion) -> bool:
    """Whether it concerns the actor: who takes orders for some catalogues only has those of these."""
    own = t.actor.catalogues(Right.ORDERS)
    return not own or promotion.offered_in in own


def _begin_change(t: Transaction, promotion_id: int, version: int | None, today: date) -> Promotion:
    """The promotion, of the `version` that was read where one is named, if it still holds or will."""
    was = get_promotion(t, promotion_id)
    _require(t, was)
    if version not in (None, was.version):
        raise ChangedElsewhere("promotion", promotion_id)
    state = was.state(today)
    if state in (PromotionState.OVER, PromotionState.CANCELLED):
        raise Invalid("promotion", was.what, state.value)
    return was


def _require(t: Transaction, promotion: Promotion) -> None:
    """Raise `NotAllowed` for whoever does not take orders for the catalogue that the promotion is of.

    Raises `Invalid` where it is not of one product or one catalogue.
    """
    if (promotion.product_id is None) == (promotion.catalogue_id is None):
        raise Invalid("promotion", "", "product_or_catalogue")
    if promotion.product_id is not None:
        t.require(Right.ORDERS, get_product(t, promotion.product_id).catalogue_id)
    else:
        assert promotion.catalogue_id is not None  # one of the two is given
        t.require(Right.ORDERS, get_catalogue(t, promotion.catalogue_id).id)


def _checked(t: Transaction, promotion: Promotion, today: date, was: Promotion | None = None) -> Promotion:
    """The promotion as it is kept; raises `Invalid` for nonsense. What it was before may stay as it is."""
    name = " ".join(promotion.name.split())
    if len(name) > LONGEST_NAME:
        raise Invalid("name", str(len(name)), "too_long")
    if (promotion.percent is None) == (promotion.price is None):
        raise Invalid("price", "", "percent_or_price")
    if promotion.percent is not None and not 1 <= promotion.percent <= 100:
        raise Invalid("percent", str(promotion.percent), "percent")
    if promotion.price is not None:
        _check_price(t, promotion, was)
    check_day(promotion.since, "since")
    check_day(promotion.until, "until")
    if promotion.since < today and (was is None or was.since != promotion.since):
        raise Invalid("since", promotion.since.isoformat(), "past")
    if promotion.until < promotion.since:
        raise Invalid("until", promotion.until.isoformat(), "before_since")
    if promotion.until < today:
        raise Invalid("until", promotion.until.isoformat(), "past")
    return replace(promotion, name=name)


def _check_price(t: Transaction, promotion: Promotion, was: Promotion | None) -> None:
    price = promotion.price
    assert price is not None  # the caller has looked
    if promotion.product_id is None:
        raise Invalid("price", str(price), "of_catalogue")
    if price < 0:
        raise Invalid("price", str(price), "negative")
    same = was is not None and (was.product_id, was.price) == (promotion.product_id, price)
    if not same and price >= get_product(t, promotion.product_id).price:
        raise Invalid("price", str(price), "not_lower")


def _ordered(t: Transaction, promotion_id: int) -> bool:
    return bool(t.value("SELECT EXISTS (SELECT 1 FROM order_lines WHERE promotion_id = ?)", (promotion_id,)))


def _values(promotion: Promotion) -> dict[str, object]:
    return {
        "name": promotion.name,
        "product_id": promotion.product_id,
        "catalogue_id": promotion.catalogue_id,
        "percent": promotion.percent,
        "price": promotion.price,
        "since": promotion.since.isoformat(),
        "until": promotion.until.isoformat(),
    }
