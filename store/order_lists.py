"""Lists and figures of orders, as far as an operator may see them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from store import member_search
from store.clock import Clock, unstamp
from store.confirming import Change, Header, confirm_changes
from store.distributions import get_distribution
from store.errors import Invalid, NotFound, StockShort
from store.order_lines import OWN, lines_of, own_catalogues, read_lines, read_order, sees
from store.order_records import CALLED_OFF, MERGED, REASONS, LateLine, Order, OrderLine, OrderRow, Summary, totals_of
from store.products import get_product, list_products
from store.rights import Right
from store.stock import standings, take
from store.untold import UNTOLD
from store.voucher_reckoning import give_back, take_again, taken_off_each

if TYPE_CHECKING:
    from store.transaction import Transaction

__all__ = [
    "call_off",
    "call_on",
    "cancel_order",
    "history",
    "last_order",
    "rows",
    "states",
    "summary",
    "totals_of",
    "untold",
]


def within(own: OWN, column: str) -> str:
    """The SQL condition that keeps to an operator's own catalogues."""
    return "1" if own is None else f"{column} IN ({', '.join(map(str, sorted(own)))})"


def rows(
    t: Transaction, own: OWN, where: str, parameters: Sequence[Any], *, cancelled: bool = False
) -> tuple[OrderRow, ...]:
    """Confirmed orders and baskets by member; those in which the operator may see nothing are left out.

    With the `cancelled` ones too, but for those that merging two members put together with another one.
    """
    if not cancelled:
        where = f"o.state <> 'cancelled' AND {where}"
    found = t.all(
        f"""SELECT o.*, p.name AS by_name, d.day, h.at AS changed_at, q.name AS changer FROM orders o
        LEFT JOIN operators p ON p.id = coalesce(o.confirmed_by, o.created_by)
        LEFT JOIN order_changes h ON h.id = (SELECT max(c.id) FROM order_changes c
            WHERE c.order_id = o.id AND {within(own, "c.catalogue_id")}
            AND (c.at > o.confirmed_at OR c.operator_id IS NOT o.confirmed_by))
        LEFT JOIN operators q ON q.id = h.operator_id
        JOIN members m ON m.id = o.member_id JOIN distributions d ON d.id = o.distribution_id
        WHERE o.cancelled_reason <> '{MERGED}' AND {where} ORDER BY m.sort_key, m.id, o.state DESC""",
        parameters,
    )
    ids = [row["id"] for row in found]
    of_order = lines_of(t, ids, own)
    listed = list({row["member_id"] for row in found})
    names = {one.id: one.name for one in member_search.rows(t, listed, names_only=own is not None)}
    off = taken_off_each(t, ids) if own is None else {}
    result = []
    for row in found:
        changed, lines = row["changes_order_id"], [line for line in of_order.get(row["id"], ()) if line.quantity]
        if own is not None and not lines:
            continue
        seen_change = changed if sees(t, own, changed) else None
        result.append(_row(row, names[row["member_id"]], lines, seen_change, off.get(row["id"], {})))
    return tuple(result)


def _row(
    row: sqlite3.Row, member: str, lines: Sequence[OrderLine], changed: int | None, vouchers: Mapping[str, int]
) -> OrderRow:
    return OrderRow(
        id=row["id"],
        member_id=row["member_id"],
        member=member,
        state=row["state"],
        channel=row["channel"],
        lines=len(lines),
        totals=totals_of(lines),
        estimated=any(line.estimated for line in lines),
        late_lines=sum(line.late for line in lines),
        at=unstamp(row["confirmed_at"] or row["created_at"]),
        by=row["by_name"],
        distribution_id=row["distribution_id"],
        changes_order_id=changed,
        day=date.fromisoformat(row["day"]),
        changed_at=unstamp(row["changed_at"]) if row["changed_at"] else None,
        changed_by=row["changer"],
        vouchers=vouchers,
    )


def holds(own: OWN, order: str = "o") -> str:
    """The SQL condition that an order holds something that the operator may see."""
    if own is None:
        return f"{order}.filled = 1"
    return f"""EXISTS (SELECT 1 FROM order_lines l
        WHERE l.order_id = {order}.id AND l.quantity > 0 AND {within(own, "l.catalogue_id")})"""


def seen_order(t: Transaction, order_id: int) -> Order:
    """A confirmed or cancelled order; raises `NotFound`, also where the actor may see nothing of it."""
    order = read_order(t, order_id)
    if not sees(t, own_catalogues(t), order_id):
        raise NotFound("order", str(order_id))
    return order


def last_order(t: Transaction, own: OWN, member_id: int, other_than: int = 0) -> int | None:
    """The member's latest confirmed order with something in it, at another distribution than the one named."""
    found: int | None = t.value(
        f"""SELECT o.id FROM orders o JOIN distributions d ON d.id = o.distribution_id
        WHERE o.member_id = ? AND o.state = 'confirmed' AND {holds(own)} AND o.distribution_id <> ?
        ORDER BY d.day DESC, d.starts_at DESC, o.id DESC LIMIT 1""",
        (member_id, other_than),
    )
    return found


def history(t: Transaction, own: OWN, member_id: int) -> tuple[int, date | None]:
    """The number of a member's orders and the day of the last distribution ordered for."""
    row = t.one(
        f"""SELECT count(*) AS orders, max(d.day) AS day FROM orders o JOIN distributions d ON d.id = o.distribution_id
        WHERE o.member_id = ? AND o.state = 'confirmed' AND {holds(own)}""",
        (member_id,),
    )
    if row is None or row["day"] is None:
        return 0, None
    return row["orders"], date.fromisoformat(row["day"])


def states(t: Transaction, own: OWN, distribution_id: int) -> dict[int, str]:
    """By member, "confirmed" for an order, "basket" for one that is only open."""
    rows = t.all(
        f"""SELECT member_id, max(state) AS state FROM orders o WHERE distribution_id = ? AND (
            (state = 'confirmed' AND {holds(own)}) OR (state = 'basket' AND {entered(own)})) GROUP BY member_id""",
        (distribution_id,),
    )
    return {row["member_id"]: row["state"] for row in rows}


def entered(own: OWN, basket: str = "o") -> str:
    """The SQL condition that something was entered into a basket that the operator may see."""
    return f"""EXISTS (SELECT 1 FROM basket_entries e JOIN products p ON p.id = e.product_id
        WHERE e.order_id = {basket}.id AND {within(own, "p.catalogue_id")})"""


def summary(t: Transaction, own: OWN, distribution_id: int) -> Summary:
    """A distribution in figures; with no catalogue of one's own, the number of orders and no money."""
    counted = own or None
    lines = t.all(
        f"""SELECT o.id, c.currency, sum(l.amount) AS cents, max(l.estimated) AS estimated
        FROM orders o JOIN order_lines l ON l.order_id = o.id AND l.quantity > 0 AND {within(counted, "l.catalogue_id")}
        JOIN catalogues c ON c.id = l.catalogue_id
        WHERE o.distribution_id = ? AND o.state = 'confirmed' GROUP BY o.id, c.currency ORDER BY c.currency""",
        (distribution_id,),
    )
    totals: dict[str, int] = {}
    for line in lines:
        totals[line["currency"]] = totals.get(line["currency"], 0) + line["cents"]
    return Summary(
        orders=len({line["id"] for line in lines}),
        totals={} if own is not None and not own else totals,
        baskets=t.value(
            f"SELECT count(*) FROM orders o WHERE distribution_id = ? AND state = 'basket' AND {entered(counted)}",
            (distribution_id,),
        ),
        not_ordered=t.value(
            f"""SELECT count(*) FROM members m WHERE archived_at IS NULL AND NOT EXISTS (
                SELECT 1 FROM orders o WHERE o.distribution_id = ? AND o.state = 'confirmed' AND {holds(counted)}
                    AND o.member_id = m.id)""",
            (distribution_id,),
        ),
        estimated=any(line["estimated"] for line in lines),
    )


def untold(t: Transaction, own: OWN, wall: datetime, distribution_id: int | None = None) -> tuple[LateLine, ...]:
    """Changes after a recap that the producer does not know, netted per member and product; nothing for what came back
    to what it was. Of the distributions that are not over, or of the one named."""
    which = "d.id = :distribution" if distribution_id is not None else "d.day || 'T' || d.ends_at > :wall"
    # Joined crosswise, or all that was ever changed is read for the few days to come.
    found = t.all(
        f"""SELECT h.distribution_id, h.order_id, h.member_id, h.catalogue_id, c.name AS catalogue_name,
            r.name AS producer_name, h.product_id, p.name AS product_name, max(h.id) AS last,
            sum(h.after - h.before) AS change, coalesce((SELECT l.quantity FROM orders o
                JOIN order_lines l ON l.order_id = o.id AND l.product_id = h.product_id
                WHERE o.distribution_id = h.distribution_id AND o.member_id = h.member_id
                    AND o.state = 'confirmed'), 0) AS after
        FROM distributions d CROSS JOIN distribution_catalogues k ON k.distribution_id = d.id
        CROSS JOIN order_changes h ON h.distribution_id = d.id AND h.catalogue_id = k.catalogue_id
        JOIN catalogues c ON c.id = h.catalogue_id JOIN producers r ON r.id = c.producer_id
        JOIN products p ON p.id = h.product_id
        WHERE {UNTOLD} AND {which} AND {within(own, "h.catalogue_id")}
        GROUP BY h.distribution_id, h.member_id, h.product_id HAVING change <> 0
        ORDER BY d.day, c.name, last""",
        {"distribution": distribution_id, "wall": wall.isoformat(timespec="minutes")},
    )
    lines = [dict(row) | {"before": row["after"] - row["change"], "after_recap": True} for row in found]
    return tuple(LateLine(**{name: line[name] for name in LateLine.__dataclass_fields__}) for line in lines)


def cancel_order(t: Transaction, clock: Clock, order_id: int, reason: str) -> Order:
    """Take every line out of an order; raises `Invalid` when some belong to catalogues that are not the actor's."""
    order = seen_order(t, order_id)
    if order.state != "confirmed":
        raise Invalid("order", str(order_id), "not_confirmed")
    if len(order.lines) < len(read_lines(t, order_id)):
        raise Invalid("order", str(order_id), "other_catalogues")
    changes = [Change(line.product, line.quantity, 0, line.price, None) for line in order.lines]
    confirm_changes(t, clock, Header(order.member_id, order.distribution_id, order.channel), changes)
    # A reason that somebody typed is never one that the program gives meaning to.
    said = f"“{reason}”" if reason in REASONS else reason
    t.execute("UPDATE orders SET cancelled_reason = ? WHERE id = ?", (said, order_id))
    return read_order(t, order_id)


def call_off(t: Transaction, clock: Clock, distribution_id: int) -> int:
    """Cancel every order of a distribution that does not take place, and return how many.

    They keep their lines, so that `call_on` brings back what was ordered; what was taken from stock is given back, and
    producers who were told hear of it as of any other change. Baskets stay, and cannot be confirmed meanwhile.
    Needs the right on all catalogues; writes no journal row.
    """
    return _call(t, clock, distribution_id, on=False)


def call_on(t: Transaction, clock: Clock, distribution_id: int, *, short: bool = False) -> int:
    """Bring back the orders that `call_off` cancelled, as they were, and return how many.

    Raises `StockShort` where somebody else has what they took meanwhile, unless `short` says that it is meant.
    """
    if not short:
        _refuse_short(t, distribution_id)
    return _call(t, clock, distribution_id, on=True)


_CALLED_OFF = f"state = 'cancelled' AND cancelled_reason = '{CALLED_OFF}'"


def _refuse_short(t: Transaction, distribution_id: int) -> None:
    rows = t.all(
        f"""SELECT l.product_id, sum(l.quantity) AS quantity FROM orders o JOIN order_lines l ON l.order_id = o.id
        WHERE o.distribution_id = ? AND {_CALLED_OFF} GROUP BY l.product_id ORDER BY l.product_id""",
        (distribution_id,),
    )
    wanted = {row["product_id"]: row["quantity"] for row in rows}
    products = [get_product(t, product_id) for product_id in wanted]
    # What baskets reserve came after these orders.
    there = {product_id: found.there for product_id, found in standings(t, distribution_id, products).items()}
    lacking = [p for p in products if there.get(p.id, wanted[p.id]) < wanted[p.id]]
    if lacking:
        raise StockShort(tuple((p.id, p.name, max(0, there[p.id])) for p in lacking))


def _call(t: Transaction, clock: Clock, distribution_id: int, *, on: bool) -> int:
    from store import moving_orders

    t.require(Right.ORDERS)
    distribution = get_distribution(t, clock, distribution_id)
    if not on:
        give_back(t, distribution_id)
    told = {c.catalogue_id for c in distribution.catalogues if c.recap_sent_at is not None}
    products = {product.id: product for product in list_products(t, active=False)}
    concerned = _CALLED_OFF if on else "state = 'confirmed'"
    orders = t.all(f"SELECT * FROM orders WHERE distribution_id = ? AND {concerned} ORDER BY id", (distribution_id,))
    for order in orders:
        if on and moving_orders.come_back(t, clock, order, distribution):
            continue
        for line in t.all("SELECT * FROM order_lines WHERE order_id = ? AND quantity > 0 ORDER BY id", (order["id"],)):
            product, quantity = products[line["product_id"]], line["quantity"]
            take(t, product, quantity if on else -quantity)
            t.insert(
                "order_changes",
                order_id=order["id"],
                distribution_id=distribution_id,
                catalogue_id=product.catalogue_id,
                product_id=product.id,
                member_id=order["member_id"],
                before=0 if on else quantity,
                after=quantity if on else 0,
                price=line["price"],
                late=0,
                after_recap=int(product.catalogue_id in told),
                channel=order["channel"],
                at=t.stamp,
                operator_id=t.actor.id,
            )
        t.execute(
            "UPDATE orders SET state = ?, cancelled_reason = ?, filled = ?, version = version + 1 WHERE id = ?",
            ("confirmed" if on else "cancelled", "" if on else CALLED_OFF, int(on), order["id"]),
        )
        if on:
            take_again(t, order["id"])
    return len(orders)
