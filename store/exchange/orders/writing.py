"""Writing what an import of orders came to: new members and products, the changed orders, the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from store.clock import Clock
from store.confirming import Change, Header, write_changes
from store.distributions import Distribution
from store.exchange.orders.resolving import Resolver
from store.household import checked, group_country, insert_member
from store.people import Member
from store.products import Product, get_product, insert_product
from store.rights import Right
from store.transaction import Transaction


def carry_out(
    t: Transaction,
    clock: Clock,
    distribution: Distribution,
    resolver: Resolver,
    headers: Mapping[int, Header],
    changes: Mapping[int, Sequence[Change]],
    source: str,
) -> tuple[int, ...] | None:
    """Write changes and headers by member, an id below 0 for what is new; the members whose orders were written.

    None where nothing had to be written at all. Answers are kept under `source`, so that the same is not asked next
    week; what is answered to be new and has nothing ordered is not added.
    """
    country = group_country(t)
    members = {i: insert_member(t, checked(Member(people=resolver.new_people[i]), country)) for i in changes if i < 0}
    new = {c.product.id for of_member in changes.values() for c in of_member if c.product.id < 0}
    products = {i: _add(t, resolver.new_products[i]) for i in sorted(new, reverse=True)}
    for member_id, of_member in changes.items():
        header = replace(headers[member_id], member_id=members.get(member_id, member_id))
        ordered_on = header.ordered_on or min(distribution.day, clock.to_wall(t.now).date())
        real = [replace(c, product=products.get(c.product.id, c.product)) for c in of_member]
        write_changes(t, clock, distribution, replace(header, ordered_on=ordered_on), real)
    remembered = False
    for (kind, key), answer in resolver.given_answers().items():
        added = members.get(answer) if kind == "member" else _id(products.get(answer))
        target = answer if answer > 0 else added
        if target is not None:
            remembered |= _remember(t, source, kind, key, target)
    return tuple(members.get(i, i) for i in changes) if changes or remembered else None


def _add(t: Transaction, product: Product) -> Product:
    t.require(Right.ORDERS, product.catalogue_id)
    product_id = insert_product(
        t,
        product.catalogue_id,
        product.name,
        product.price,
        reference=product.reference,
        unit=product.unit,
        base_quantity=product.base_quantity,
        sold=product.sold,
    )
    return get_product(t, product_id)


def _id(product: Product | None) -> int | None:
    return None if product is None else product.id


def _remember(t: Transaction, source: str, kind: str, key: str, target_id: int) -> bool:
    """Keep what was answered, and say whether that is news."""
    where = (kind, source, key)
    known = t.value("SELECT target_id FROM import_answers WHERE kind = ? AND source = ? AND key = ?", where)
    if known == target_id:
        return False
    t.execute(
        """INSERT INTO import_answers (kind, source, key, target_id, at, operator_id) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (kind, source, key) DO UPDATE SET target_id = excluded.target_id, at = excluded.at,
            operator_id = excluded.operator_id""",
        (*where, target_id, t.stamp, t.actor.id),
    )
    return True
