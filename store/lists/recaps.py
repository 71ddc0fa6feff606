"""What one producer is told: the recap of all that is ordered, and the supplement of what changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from store.clock import Clock, stamp, unstamp
from store.distributions import Distribution, DistributionCatalogue, get_distribution
from store.errors import NotFound
from store.folding import folded
from store.lists.day import member_names, read_lines
from store.lists.line_records import DayLine, Recap, RecapLine, Share, Supplement, SupplementLine
from store.lists.records import RECAP, Telling, last_telling
from store.lists.tellings import last_change, tellings
from store.lists.untold import net_changes, untold_changes
from store.products import COLUMNS, TABLES, Product, product_of
from store.rights import Right

if TYPE_CHECKING:
    from store.transaction import Transaction

Sold = dict[tuple[int, int], int]
"""The quantity by product and member."""


def recap(t: Transaction, clock: Clock, distribution_id: int, catalogue_id: int) -> Recap:
    """The recap of a catalogue as it stands; needs the right `orders` on it.

    Raises `NotFound` for a catalogue that is not offered there.
    """
    distribution, catalogue = offered(t, clock, distribution_id, catalogue_id)
    own = frozenset((catalogue_id,))
    lines = read_lines(t, own, distribution_id)
    told = tellings(t, own, (distribution_id,)).get((distribution_id, catalogue_id), ())
    last = next((telling for telling in told if telling.kind == RECAP), None)
    return Recap(
        distribution=distribution,
        catalogue=catalogue,
        lines=_recap_lines(t, catalogue_id, lines),
        orders=len({line.member_id for line in lines}),
        amount=sum(line.amount for line in lines),
        estimated=any(line.estimated for line in lines),
        telling=last,
        as_told=None if last is None else _as_told(t, distribution_id, catalogue_id, lines, last),
        up_to=last_change(t, distribution_id, catalogue_id),
        moved=last is not None and _moved_since(t, distribution_id, last),
        replaces=last_telling(telling for telling in told if not telling.lost),
    )


def _moved_since(t: Transaction, distribution_id: int, last: Telling) -> bool:
    moved = """SELECT 1 FROM journal WHERE action IN ('distribution.moved', 'distribution.edited') AND subject_id = ?
        AND at > ?"""
    return t.one(moved, (distribution_id, stamp(last.at))) is not None


def offered(
    t: Transaction, clock: Clock, distribution_id: int, catalogue_id: int
) -> tuple[Distribution, DistributionCatalogue]:
    """A distribution and one of its catalogues that the actor has the right `orders` on."""
    t.require(Right.ORDERS, catalogue_id)
    distribution = get_distribution(t, clock, distribution_id)
    catalogue = distribution.catalogue(catalogue_id)
    if catalogue is None:
        raise NotFound("catalogue", str(catalogue_id))
    return distribution, catalogue


def _recap_lines(t: Transaction, catalogue_id: int, lines: Iterable[DayLine]) -> tuple[RecapLine, ...]:
    found: dict[int, list[DayLine]] = {}
    for line in lines:
        found.setdefault(line.product.id, []).append(line)
    return tuple(
        RecapLine(
            product=mine[0].product,
            quantity=sum(line.quantity for line in mine),
            orders=len(mine),
            amount=sum(line.amount for line in mine),
            estimated=any(line.estimated for line in mine),
            members=tuple(Share(line.member_id, line.member, line.quantity) for line in mine),
        )
        for mine in (found[product_id] for product_id in _products(t, catalogue_id) if product_id in found)
    )


def _products(t: Transaction, catalogue_id: int) -> dict[int, Product]:
    """The products of a catalogue in the order of display, the inactive ones too."""
    rows = t.all(
        f"SELECT {COLUMNS} FROM {TABLES} WHERE p.catalogue_id = ? ORDER BY p.display_order, p.folded, p.id",
        (catalogue_id,),
    )
    return {row["id"]: product_of(row) for row in rows}


def _as_told(
    t: Transaction, distribution_id: int, catalogue_id: int, lines: Iterable[DayLine], last: Telling
) -> tuple[RecapLine, ...]:
    """What the last recap said: what there is now, less what came since.

    So a line that has no change behind it counts too. Prices are those of the last change before the recap, or the
    line's own.
    """
    lines = list(lines)
    sold: Sold = {(line.product.id, line.member_id): line.quantity for line in lines}
    # An earlier cabas kept no more than that changes came after the recap.
    since = "h.after_recap = 1" if last.id == 0 else f"h.id > (SELECT up_to FROM recaps WHERE id = {last.id})"
    for (_catalogue, member_id, product_id), (change, _row) in net_changes(
        t, frozenset((catalogue_id,)), distribution_id, since
    ).items():
        key = (product_id, member_id)
        sold[key] = sold.get(key, 0) - change
    prices = {(line.product.id, line.member_id): line.price for line in lines}
    prices |= {
        (row["product_id"], row["member_id"]): row["price"]
        for row in t.all(
            f"""SELECT h.product_id, h.member_id, h.price FROM order_changes h
            WHERE h.distribution_id = ? AND h.catalogue_id = ? AND NOT ({since}) ORDER BY h.id""",
            (distribution_id, catalogue_id),
        )
    }
    return _told_lines(t, catalogue_id, sold, prices)


def _told_lines(
    t: Transaction, catalogue_id: int, sold: Sold, prices: Mapping[tuple[int, int], int]
) -> tuple[RecapLine, ...]:
    by_product: dict[int, dict[int, int]] = {}
    for (product_id, member_id), quantity in sold.items():
        if quantity > 0:
            by_product.setdefault(product_id, {})[member_id] = quantity
    own = frozenset((catalogue_id,))  # nobody is called by the e-mail
    names = member_names(t, own, {member for mine in by_product.values() for member in mine})
    found = []
    for product_id, product in _products(t, catalogue_id).items():
        mine = by_product.get(product_id, {})
        if not mine:
            continue
        amounts = [product.amount(n, prices.get((product_id, member), product.price)) for member, n in mine.items()]
        members = sorted(
            (Share(member, names[member], n) for member, n in mine.items()), key=lambda share: folded(share.member)
        )
        estimated = product.estimated
        found.append(RecapLine(product, sum(mine.values()), len(mine), sum(amounts), estimated, tuple(members)))
    return tuple(found)


def supplement(t: Transaction, clock: Clock, distribution_id: int, catalogue_id: int) -> Supplement:
    """What the producer of a catalogue does not know yet; needs the right `orders` on it. Raises `NotFound`."""
    distribution, catalogue = offered(t, clock, distribution_id, catalogue_id)
    own = frozenset((catalogue_id,))
    changes = untold_changes(t, own, distribution_id)
    now: Sold = {(line.product.id, line.member_id): line.quantity for line in read_lines(t, own, distribution_id)}
    names = member_names(t, own, {member for _catalogue, member, _product in changes})
    products = _products(t, catalogue_id)
    lines = []
    for (_catalogue, member_id, product_id), (change, row) in changes.items():
        after = now.get((product_id, member_id), 0)
        lines.append(
            SupplementLine(
                kind="added" if after == change else "removed" if after == 0 else "changed",
                member_id=member_id,
                member=names[member_id],
                product=products[product_id],
                before=after - change,
                after=after,
                at=unstamp(row["at"]),
                by=row["by_name"],
            )
        )
    place = {product_id: number for number, product_id in enumerate(products)}
    lines.sort(key=lambda line: (place[line.product.id], folded(line.member)))
    told = tellings(t, own, (distribution_id,)).get((distribution_id, catalogue_id), ())
    return Supplement(
        distribution=distribution,
        catalogue=catalogue,
        lines=tuple(lines),
        products=_sums(products, lines, now),
        since=last_telling(told),
        up_to=last_change(t, distribution_id, catalogue_id),
    )


def _sums(
    products: Mapping[int, Product], lines: Iterable[SupplementLine], now: Sold
) -> tuple[tuple[Product, int, int], ...]:
    """Each changed product with what the producer knows of it in all, and what holds."""
    changes: dict[int, int] = {}
    for line in lines:
        changes[line.product.id] = changes.get(line.product.id, 0) + line.after - line.before
    totals = {
        product_id: sum(quantity for (product, _member), quantity in now.items() if product == product_id)
        for product_id in changes
    }
    return tuple((products[id_], totals[id_] - change, totals[id_]) for id_, change in changes.items())
