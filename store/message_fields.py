"""What the fields of a message say about the group, its next distribution and its members' orders.

Each kind of fact is read for all recipients in one statement; `mail.fields` puts it into words.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from store.catalogue_records import get_catalogue
from store.distributions import Distribution, get_distribution, next_distribution
from store.products import Product, get_product, list_products
from store.promotion_prices import get_promotion, only_promotion
from store.promotion_records import Promotion
from store.settings import Group, load_group
from store.voucher_records import Planned

if TYPE_CHECKING:
    import sqlite3

    from store.clock import Clock
    from store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """A line of an order: `quantity` in thousandths, `amount` in cents of the product's currency."""

    product: Product
    quantity: int
    amount: int
    estimated: bool


@dataclass(frozen=True, slots=True)
class LastOrder:
    """What a member ordered last from a catalogue, and on which local date."""

    day: date
    lines: tuple[OrderedLine, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What the fields of one message can say; by member id where it differs from one to the other.

    `change_number` is that of the file when they were read. `catalogue` is the name of the one that the message speaks
    of, "" for none; `promoted` is the product of a `promotion` that is not of a whole catalogue. `vouchers` are those
    that come with it, which are for who reads the message to say.
    """

    group: Group
    change_number: int
    distribution: Distribution | None = None
    catalogues: tuple[str, ...] = ()
    households: Mapping[int, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    orders: Mapping[int, tuple[OrderedLine, ...]] = field(default_factory=dict)
    last_orders: Mapping[int, Mapping[str, LastOrder]] = field(default_factory=dict)
    baskets: Mapping[int, tuple[OrderedLine, ...]] = field(default_factory=dict)
    catalogue: str = ""
    promotion: Promotion | None = None
    promoted: Product | None = None
    vouchers: Mapping[int, tuple[Planned, ...]] = field(default_factory=dict)


def gather(
    t: Transaction,
    clock: Clock,
    distribution_id: int | None,
    members: Iterable[int],
    fields: frozenset[str],
    *,
    catalogue_id: int | None = None,
    promotion_id: int | None = None,
) -> Facts:
    """The facts that `fields` (of `templates.render.fields`) ask for.

    No distribution means the next one, no promotion the only one that runs, or else the only one to come.
    """
    heads = {name.partition(".")[0] for name in fields}
    ids = json.dumps(sorted(set(members)))
    if distribution_id is None:
        distribution_id = next_distribution(t, clock.to_wall(t.now))
    found = get_distribution(t, clock, distribution_id) if distribution_id is not None else None
    promotion = _promotion(t, clock, promotion_id) if heads & {"promotion", "catalogue"} else None
    if catalogue_id is None and promotion is not None and promotion_id is not None:
        catalogue_id = promotion.offered_in
    promoted = promotion.product_id if promotion is not None else None
    products: dict[int, Product] = {}
    if heads & {"order", "last_order", "basket"}:
        products = {product.id: product for product in list_products(t, active=False)}
    return Facts(
        group=load_group(t),
        change_number=change_number(t),
        distribution=found,
        catalogues=tuple(row["name"] for row in t.all("SELECT name FROM catalogues ORDER BY active DESC, name")),
        households=_households(t, ids) if "people" in heads else {},
        orders=_orders(t, ids, found.id, products) if "order" in heads and found else {},
        last_orders=_last_orders(t, ids, products) if "last_order" in heads else {},
        baskets=_orders(t, ids, found.id, products, "basket") if "basket" in heads and found else {},
        catalogue=get_catalogue(t, catalogue_id).name if catalogue_id is not None else "",
        promotion=promotion,
        promoted=get_product(t, promoted) if promoted is not None else None,
    )


def _promotion(t: Transaction, clock: Clock, promotion_id: int | None) -> Promotion | None:
    if promotion_id is not None:
        return get_promotion(t, promotion_id)
    return only_promotion(t, clock.to_wall(t.now).date())


def change_number(t: Transaction) -> int:
    """The number of the last change, as `Store.change_number`, inside a transaction."""
    return int(t.value("SELECT coalesce(max(id), 0) FROM journal"))


def _households(t: Transaction, ids: str) -> dict[int, tuple[tuple[str, str], ...]]:
    found: dict[int, list[tuple[str, str]]] = {}
    for row in t.all(
        """SELECT member_id, first_name, last_name FROM people
        WHERE member_id IN (SELECT value FROM json_each(?)) ORDER BY member_id, position""",
        (ids,),
    ):
        found.setdefault(row["member_id"], []).append((row["first_name"], row["last_name"]))
    return {member_id: tuple(people) for member_id, people in found.items()}


def _orders(
    t: Transaction, ids: str, distribution_id: int, products: Mapping[int, Product], state: str = "confirmed"
) -> dict[int, tuple[OrderedLine, ...]]:
    """The lines of the confirmed orders by member, or of the open baskets."""
    found: dict[int, list[OrderedLine]] = {}
    for row in t.all(
        """SELECT o.member_id, l.product_id, l.quantity, l.amount, l.estimated
        FROM orders o JOIN order_lines l ON l.order_id = o.id
        WHERE o.distribution_id = ? AND o.state = ? AND o.filled = 1 AND l.quantity > 0
            AND o.member_id IN (SELECT value FROM json_each(?))
        ORDER BY o.member_id, l.id""",
        (distribution_id, state, ids),
    ):
        found.setdefault(row["member_id"], []).append(_line(row, products))
    return {member_id: tuple(lines) for member_id, lines in found.items()}


def _last_orders(t: Transaction, ids: str, products: Mapping[int, Product]) -> dict[int, dict[str, LastOrder]]:
    found: dict[int, dict[str, tuple[str, list[OrderedLine]]]] = {}
    for row in t.all(
        """SELECT * FROM (
            SELECT o.member_id, o.ordered_on, l.id, l.product_id, l.quantity, l.amount, l.estimated,
                rank() OVER (PARTITION BY o.member_id, l.catalogue_id ORDER BY o.ordered_on DESC, o.id DESC) AS place
            FROM orders o JOIN order_lines l ON l.order_id = o.id
            WHERE o.state = 'confirmed' AND o.filled = 1 AND l.quantity > 0
                AND o.member_id IN (SELECT value FROM json_each(?))
        ) WHERE place = 1 ORDER BY member_id, id""",
        (ids,),
    ):
        line = _line(row, products)
        of_member = found.setdefault(row["member_id"], {})
        of_member.setdefault(line.product.catalogue_name, (row["ordered_on"], []))[1].append(line)
    return {
        member_id: {name: LastOrder(date.fromisoformat(day), tuple(lines)) for name, (day, lines) in of_member.items()}
        for member_id, of_member in found.items()
    }


def _line(row: sqlite3.Row, products: Mapping[int, Product]) -> OrderedLine:
    return OrderedLine(products[row["product_id"]], row["quantity"], row["amount"], bool(row["estimated"]))
