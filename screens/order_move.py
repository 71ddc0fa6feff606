"""Moving an order to another distribution: where it can go, and what would come of it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from screens.order_words import is_late, saved
from templates.words import _, dates, ngettext

if TYPE_CHECKING:
    from store import Store
    from store.distributions import Distribution
    from store.orders import Moved, Order

NAMED = 2
"""How many products a line names."""


@dataclass(frozen=True)
class Target:
    """A distribution that an order can go to; `moves` counts its lines that are offered there.

    `version` is the order's, as it was seen.
    """

    order_id: int
    version: int
    member: str
    distribution: Distribution
    name: str
    purpose: str
    moves: int


def targets(store: Store, order_id: int) -> tuple[Target, ...]:
    """The distributions to come, the next first, but for the order's own; raises `NotFound`."""
    order = store.orders.get(order_id)
    member = store.members.get(order.member_id).name
    rows = [
        row
        for row in store.distributions.rows(from_day=store.clock.wall().date())
        if row.id != order.distribution_id and not row.cancelled and not row.over
    ]
    rows.sort(key=lambda row: (row.day, row.starts_at))
    return tuple(_target(store, order, member, store.distributions.get(row.id)) for row in rows)


def _target(store: Store, order: Order, member: str, distribution: Distribution) -> Target:
    lines = [line for line in order.lines if line.quantity]
    offered = [line for line in lines if distribution.catalogue(line.product.catalogue_id) is not None]
    stays = [line.product.name for line in lines if line not in offered]
    late = sum(is_late(distribution.catalogue(line.product.catalogue_id), store.clock) for line in offered)
    parts = []
    if not offered:
        parts.append(_("nothing of it is offered there"))
    elif stays:
        parts.append(
            _("{n} of {total} lines; not offered there: {names}").format(
                n=len(offered), total=len(lines), names=", ".join(stays[:NAMED]) + (" …" if len(stays) > NAMED else "")
            )
        )
    else:
        parts.append(ngettext("its {n} line", "all {n} lines", len(lines)).format(n=len(lines)))
    if store.orders.states(distribution.id).get(order.member_id) == "confirmed":
        parts.append(_("goes into the order there"))
    if late:
        parts.append(ngettext("{n} late", "{n} late", late).format(n=late))
    elsewhere = distribution.place if distribution.place != store.distributions.get(order.distribution_id).place else ""
    name = f"{dates.day(distribution.day)} {distribution.starts_at} {elsewhere}".strip()
    return Target(order.id, order.version, member, distribution, name, "; ".join(parts), len(offered))


def moved_words(target: Target, moved: Moved) -> str:
    """What was done: how much went there, what stayed and why, what is late."""
    day = dates.day(target.distribution.day)
    said = ngettext("{n} line of {name} is moved to {day}.", "{n} lines of {name} are moved to {day}.", moved.lines)
    sentences = [said.format(n=moved.lines, name=target.member, day=day)]
    if moved.stayed:
        names = ", ".join(line.product.name for line in moved.stayed)
        sentences.append(_("Not offered there, so it stays: {names}.").format(names=names))
    late = saved(moved.confirmation).removeprefix(_("Saved.")).strip()
    return " ".join([*sentences, late]).strip()
