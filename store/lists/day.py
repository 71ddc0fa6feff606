"""Every line of a distribution, and the same lines by member, product and catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from store import member_search
from store.clock import Clock, unstamp
from store.distributions import get_distribution
from store.folding import folded
from store.lists.line_records import DayLine, DayList, ListGroup
from store.lists.untold import untold_changes
from store.order_lists import within
from store.products import COLUMNS, Product, product_of

if TYPE_CHECKING:
    from store.order_lines import OWN
    from store.transaction import Transaction


def day_list(t: Transaction, clock: Clock, own: OWN, distribution_id: int) -> DayList:
    """The confirmed lines of a distribution that belong to the operator's own catalogues; raises `NotFound`."""
    distribution = get_distribution(t, clock, distribution_id)
    return DayList(distribution, read_lines(t, own, distribution_id), vouchers_of_day(t, own, distribution_id))


def vouchers_of_day(t: Transaction, own: OWN, distribution_id: int) -> dict[int, dict[str, int]]:
    """What vouchers take off the orders of a distribution, by member; nothing for who may not redeem any."""
    if own is not None:
        return {}
    found: dict[int, dict[str, int]] = {}
    for row in t.all(
        """SELECT o.member_id, v.currency, sum(v.used) AS used FROM orders o JOIN vouchers v ON v.order_id = o.id
        WHERE o.distribution_id = ? AND o.state = 'confirmed' AND v.state = 'redeemed' AND v.used > 0
        GROUP BY o.member_id, v.currency""",
        (distribution_id,),
    ):
        found.setdefault(row["member_id"], {})[row["currency"]] = row["used"]
    return found


def read_lines(t: Transaction, own: OWN, distribution_id: int) -> tuple[DayLine, ...]:
    """The lines of `day_list`, by member."""
    rows = t.all(
        f"""SELECT o.id AS order_id, o.member_id, o.channel, l.quantity, l.price AS line_price, l.amount, l.estimated,
            l.settled_weight, l.late, l.entered_at, e.name AS by_name, {COLUMNS}
        FROM orders o JOIN order_lines l ON l.order_id = o.id AND l.quantity > 0
        JOIN products p ON p.id = l.product_id JOIN catalogues c ON c.id = p.catalogue_id
        JOIN producers pr ON pr.id = c.producer_id JOIN members m ON m.id = o.member_id
        LEFT JOIN operators e ON e.id = l.operator_id
        WHERE o.distribution_id = ? AND o.state = 'confirmed' AND {within(own, "l.catalogue_id")}
        ORDER BY m.sort_key, m.id, l.id""",
        (distribution_id,),
    )
    names = member_names(t, own, {row["member_id"] for row in rows})
    untold = untold_changes(t, own, distribution_id)
    return tuple(
        DayLine(
            order_id=row["order_id"],
            member_id=row["member_id"],
            member=names[row["member_id"]],
            product=product_of(row),
            quantity=row["quantity"],
            price=row["line_price"],
            amount=row["amount"],
            estimated=bool(row["estimated"]),
            settled_weight=row["settled_weight"],
            late=bool(row["late"]),
            untold=(row["catalogue_id"], row["member_id"], row["id"]) in untold,
            channel=row["channel"],
            by=row["by_name"],
            at=unstamp(row["entered_at"]),
        )
        for row in rows
    )


def member_names(t: Transaction, own: OWN, ids: Iterable[int]) -> dict[int, str]:
    """The names of members; for who has the right on some catalogues only, nobody is called by the e-mail."""
    found = member_search.rows(t, list(ids), names_only=own is not None)
    return {member.id: member.name for member in found}


def displayed(product: Product) -> tuple[str, int, int]:
    """What lists of products of several catalogues are ordered by."""
    return folded(product.catalogue_name), product.display_order, product.id


def by_member(day: DayList) -> tuple[ListGroup, ...]:
    """The lines by member, by name."""
    groups = _groups(day.lines, lambda line: (line.member_id, line.member, ""))
    return tuple(replace(group, vouchers=day.vouchers.get(group.id, {})) for group in groups)


def by_product(day: DayList) -> tuple[ListGroup, ...]:
    """The lines by product, in the order of display."""
    lines = sorted(day.lines, key=lambda line: displayed(line.product))
    return _groups(lines, lambda line: (line.product.id, line.product.name, line.product.unit_label), product=True)


def by_producer(day: DayList) -> tuple[ListGroup, ...]:
    """The lines by catalogue, by the producer's name; one producer may have several."""

    def key(line: DayLine) -> tuple[str, tuple[str, int, int]]:
        return folded(line.product.producer_name), displayed(line.product)

    def named(line: DayLine) -> tuple[int, str, str]:
        product = line.product
        aside = "" if product.producer_name == product.catalogue_name else product.producer_name
        return product.catalogue_id, product.catalogue_name, aside

    return _groups(sorted(day.lines, key=key), named)


def _groups(
    lines: Iterable[DayLine], named: Callable[[DayLine], tuple[int, str, str]], *, product: bool = False
) -> tuple[ListGroup, ...]:
    found: dict[int, list[DayLine]] = {}
    names: dict[int, tuple[str, str]] = {}
    for line in lines:
        id_, name, aside = named(line)
        found.setdefault(id_, []).append(line)
        names[id_] = (name, aside)
    return tuple(
        ListGroup(
            id=id_,
            name=names[id_][0],
            aside=names[id_][1],
            lines=tuple(mine),
            orders=len({line.order_id for line in mine}),
            quantity=sum(line.quantity for line in mine) if product else None,
            totals=totals(mine),
            estimated=any(line.estimated for line in mine),
            late=sum(line.late for line in mine),
            untold=sum(line.untold for line in mine),
        )
        for id_, mine in found.items()
    )


def totals(lines: Iterable[DayLine]) -> dict[str, int]:
    """Cents per currency, in the order of the currencies' first lines."""
    found: dict[str, int] = {}
    for line in lines:
        found[line.product.currency] = found.get(line.product.currency, 0) + line.amount
    return found
