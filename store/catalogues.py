"""Producers and the catalogues they offer to the group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from store import catalogue_editing, product_editing
from store.catalogue_editing import ProducerForm
from store.catalogue_records import (
    HOUR,
    Catalogue,
    Producer,
    get_catalogue,
    get_producer,
    list_catalogues,
    list_producers,
    resolve_catalogue,
)
from store.catalogue_rows import CatalogueRow, catalogue_rows
from store.folding import folded
from store.product_editing import Usage
from store.products import Product, get_product, insert_product, list_products, resolve_product
from store.rights import Operator, Right

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction

__all__ = [
    "HOUR",
    "Catalogue",
    "CatalogueRow",
    "Catalogues",
    "Producer",
    "ProducerForm",
    "Usage",
    "get_catalogue",
    "list_catalogues",
    "resolve_catalogue",
]


class Catalogues:
    """Everybody who works here may read them; changes need the right `orders`, for products on their catalogue."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self, *, inactive: bool = False) -> tuple[Catalogue, ...]:
        """The catalogues by name."""
        with self._store.reading() as t:
            return tuple(list_catalogues(t, inactive=inactive))

    def get(self, catalogue_id: int) -> Catalogue:
        """One catalogue; raises `NotFound`."""
        with self._store.reading() as t:
            return get_catalogue(t, catalogue_id)

    def resolve(self, text: str) -> int:
        """The id of the catalogue meant by an id, its name, its producer's, or a unique beginning of one."""
        with self._store.reading() as t:
            return resolve_catalogue(t, text)

    def rows(self, *, inactive: bool = True) -> tuple[CatalogueRow, ...]:
        """The catalogues with their figures, those in use first, by name; a producer's own only."""
        with self._store.reading() as t:
            return tuple(catalogue_rows(t, inactive=inactive))

    def producers(self) -> tuple[Producer, ...]:
        """The producers by name."""
        with self._store.reading() as t:
            return tuple(list_producers(t))

    def producer(self, producer_id: int) -> Producer:
        """One producer; raises `NotFound`."""
        with self._store.reading() as t:
            return get_producer(t, producer_id)

    def contacts(self, catalogue_id: int) -> tuple[int, ...]:
        """The members who speak for a catalogue."""
        with self._store.reading() as t:
            return tuple(catalogue_editing.read_contacts(t, catalogue_id))

    def products(self, catalogue_ids: Iterable[int] | None = None, *, inactive: bool = False) -> tuple[Product, ...]:
        """Products by catalogue and order of display, at the prices of today; of the named catalogues where given.

        With those that can no longer be ordered where `inactive` says so: they, or their catalogue, are not in use.
        """
        wanted = None if catalogue_ids is None else frozenset(catalogue_ids)
        with self._store.reading() as t:
            return self._today(t, list_products(t, wanted, active=not inactive))

    def product(self, product_id: int) -> Product:
        """One product at the price of today; raises `NotFound`."""
        with self._store.reading() as t:
            (product,) = self._today(t, [get_product(t, product_id)])
        return product

    def _today(self, t: Transaction, products: Iterable[Product]) -> tuple[Product, ...]:
        from store.promotion_prices import at_price_of

        found = at_price_of(t, self._store.clock.to_wall(t.now).date(), products)
        return tuple(_as_seen(product, t.actor) for product in found)

    def resolve_product(self, text: str, catalogue_id: int | None = None) -> int:
        """The id of the product meant by a reference, an id, a name or a unique beginning of one.

        Of one catalogue where it is named. Raises `NotFound` or `Ambiguous`.
        """
        with self._store.reading() as t:
            return resolve_product(t, text, catalogue_id)

    def usage(self, product_id: int) -> Usage:
        """Where a product is ordered, in figures; needs the right `orders` on its catalogue. Raises `NotFound`."""
        with self._store.reading() as t:
            t.require(Right.ORDERS, get_product(t, product_id).catalogue_id)
            return product_editing.usage(t, self._wall(t), product_id)

    def producer_called(self, name: str, *, email: str = "", phone: str = "") -> int:
        """The id of the producer of this name, in whatever case; where there is none it is added. Raises `Invalid`."""
        known = next((one.id for one in self.producers() if folded(one.name) == folded(name)), None)
        return self.add_producer(name, email=email, phone=phone) if known is None else known

    def add_producer(self, name: str, *, member_id: int | None = None, email: str = "", phone: str = "") -> int:
        """Add a producer and return the id; raises `Invalid` for a name that is empty or taken, or no e-mail."""
        with self._store.writing() as t:
            t.require(Right.ORDERS)
            values = {"name": name, "member_id": member_id, "email": email, "phone": phone}
            producer_id = catalogue_editing.insert_producer(t, values)
            t.journal("producer.added", producer_id)
        return producer_id

    def edit_producer(self, producer_id: int, version: int, **values: Any) -> Producer:
        """Change what is given of `name`, `email`, `phone` and `member_id`; the producer as it is then.

        Raises `Invalid`, `NotFound`, or `ChangedElsewhere` where `version` is not the present one.
        """
        with self._store.writing() as t:
            t.require(Right.ORDERS)
            changed = catalogue_editing.change_producer(t, producer_id, version, values)
            t.journal("producer.edited", producer_id, fields=sorted(values))
        return changed

    def add_catalogue(
        self,
        name: str,
        producer_id: int,
        currency: str,
        closes_days_before: int | None = None,
        closes_at: str | None = None,
        *,
        opens_days_before: int | None = None,
        opens_at: str | None = None,
        contacts: Iterable[int] = (),
    ) -> int:
        """Add a catalogue and return the id; `contacts` are members who speak for it.

        Raises `Invalid`, and `NotFound` for an unknown producer or member.
        """
        values = {"name": name, "producer_id": producer_id, "currency": currency}
        rule = {"opens_days_before": opens_days_before, "opens_at": opens_at}
        rule |= {"closes_days_before": closes_days_before, "closes_at": closes_at}
        with self._store.writing() as t:
            t.require(Right.ORDERS)
            catalogue_id = catalogue_editing.insert_catalogue(t, values | rule)
            catalogue_editing.write_contacts(t, catalogue_id, contacts)
            t.journal("catalogue.added", catalogue_id)
        return catalogue_id

    def edit_catalogue(self, catalogue_id: int, version: int, **values: Any) -> Catalogue:
        """Change what is given of `name`, `producer_id`, `currency`, `opens_days_before`, `opens_at`,
        `closes_days_before`, `closes_at` and `active`; the catalogue as it is then.

        A new rule holds for coming distributions too where they go by it and their closing is still ahead (see
        `following`). Raises `Invalid` (for the currency "ordered", once something was), `NotFound`, or
        `ChangedElsewhere` where `version` is not the present one.
        """
        from store import distribution_hours

        with self._store.writing() as t:
            t.require(Right.ORDERS)
            changed = catalogue_editing.change_catalogue(t, catalogue_id, version, values)
            if not set(values).isdisjoint(catalogue_editing.RULE):
                distribution_hours.follow_new_rule(t, self._wall(t), changed)
            t.journal("catalogue.edited", catalogue_id, fields=sorted(values))
        return changed

    def save_catalogue(
        self,
        catalogue_id: int | None,
        version: int,
        producer: ProducerForm,
        values: Mapping[str, Any],
        contacts: Iterable[int] | None = None,
    ) -> int:
        """Write down what a form says of a catalogue, its producer and its contacts, all of it or nothing.

        Adds what has no id, and returns the catalogue's; `contacts` of None stay. Raises as `edit_catalogue` and
        `edit_producer`, with their rules.
        """
        from store import distribution_hours

        with self._store.writing() as t:
            t.require(Right.ORDERS)
            saved = catalogue_editing.save_form(t, catalogue_id, version, producer, values)
            if contacts is not None:
                catalogue_editing.write_contacts(t, saved.id, contacts)
            if catalogue_id is not None and not values.keys().isdisjoint(catalogue_editing.RULE):
                distribution_hours.follow_new_rule(t, self._wall(t), saved)
            action = "catalogue.added" if catalogue_id is None else "catalogue.edited"
            t.journal(action, saved.id, fields=sorted(values))
        return saved.id

    def following(self, catalogue_id: int) -> int:
        """At how many coming distributions a change of the catalogue's rule would change its opening and closing."""
        from store import distribution_hours

        with self._store.reading() as t:
            return len(distribution_hours.following(t, self._wall(t), catalogue_id))

    def add_product(self, catalogue_id: int, name: str, price: int, **values: Any) -> int:
        """Add a product and return the id; `values` as `insert_product` takes them. Raises `Invalid`."""
        with self._store.writing() as t:
            t.require(Right.ORDERS, catalogue_id)
            get_catalogue(t, catalogue_id)
            product_id = insert_product(t, catalogue_id, name, price, **values)
            t.journal("product.added", product_id)
        return product_id

    def edit_product(self, product_id: int, version: int, *, stock_was: int | None = None, **values: Any) -> Product:
        """Change what is given of `reference`, `name`, `unit`, `base_quantity`, `price`, `cost`, `sold`,
        `estimated_weight`, `stock_kind`, `stock`, `display_order` and `active`; the product as it is then.

        What is ordered already keeps its price and cost. Needs the right `orders` on the catalogue. Give only what
        was changed, and `stock_was` with a new `stock`: orders lower a stock for all without a new version. Raises
        `Invalid` ("ordered" for another unit or base quantity, or for starting or ceasing to weigh it, while it is
        ordered at a distribution that is not over), `NotFound`, or `ChangedElsewhere`.
        """
        with self._store.writing() as t:
            changed = product_editing.change_product(t, self._wall(t), product_id, version, stock_was, values)
            t.journal("product.edited", product_id, fields=sorted(values))
        return changed

    def set_active(self, product_ids: Iterable[int], on: bool) -> int:
        """Offer products, or no longer, and say how many were changed; what is ordered of them stays ordered."""
        with self._store.writing() as t:
            wanted = list(product_ids)
            changed = product_editing.set_active(t, wanted, on)
            if changed:
                t.journal("product.offered" if on else "product.withdrawn", None, products=wanted)
        return changed

    def move_product(self, product_id: int, step: int) -> bool:
        """Move a product up (-1) or down (1) in its catalogue's order of display; False where it is the last."""
        with self._store.writing() as t:
            moved = product_editing.move_product(t, product_id, step)
            if moved:
                t.journal("product.moved", product_id)
        return moved

    def _wall(self, t: Transaction) -> str:
        return self._store.clock.to_wall(t.now).isoformat(timespec="minutes")


def _as_seen(product: Product, actor: Operator) -> Product:
    """The product without its cost, for those who neither take orders for it nor see the group's money."""
    if actor.may(Right.ORDERS, product.catalogue_id) or actor.may(Right.RESULTS_MONEY):
        return product
    return replace(product, cost=None)
