"""Distributions: pick-up days with the catalogues they serve, each with its own opening and closing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from store.distribution_records import (
    Distribution,
    DistributionCatalogue,
    get_distribution,
    last_distribution,
    next_distribution,
    resolve_distribution,
)
from store.errors import ChangedElsewhere, Invalid
from store.rights import Right

if TYPE_CHECKING:
    from store.distribution_rows import Concerned as Concerned
    from store.distribution_rows import DayStock as DayStock
    from store.distribution_rows import DistributionRow as DistributionRow
    from store.handle import Store
    from store.transaction import Transaction

__all__ = [
    "Distribution",
    "DistributionCatalogue",
    "Distributions",
    "get_distribution",
    "last_distribution",
    "next_distribution",
    "resolve_distribution",
]


class Distributions:
    """Everybody who works here may read them. Planning needs the right `orders` on all catalogues; a catalogue's hours
    and its products' stock need it on that catalogue.

    Whoever changes one gives the `version` that was seen; `ChangedElsewhere` is raised when it is another one by now.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @staticmethod
    def days(first: date, every: int, count: int) -> tuple[date, ...]:
        """A series of `count` days, the first one included, `every` so many weeks; raises `Invalid`."""
        from store.distribution_planning import days

        return days(first, every, count)

    def get(self, distribution_id: int) -> Distribution:
        """One distribution; raises `NotFound`."""
        with self._store.reading() as t:
            return get_distribution(t, self._store.clock, distribution_id)

    def next(self) -> Distribution | None:
        """The first one that is neither over nor cancelled, or None."""
        with self._store.reading() as t:
            found = next_distribution(t, self._store.clock.to_wall(t.now))
            return None if found is None else get_distribution(t, self._store.clock, found)

    def last(self) -> Distribution | None:
        """The latest one that is over and was not cancelled, or None."""
        with self._store.reading() as t:
            found = last_distribution(t, self._store.clock.to_wall(t.now))
            return None if found is None else get_distribution(t, self._store.clock, found)

    def all(self, limit: int = 100) -> tuple[Distribution, ...]:
        """The latest distributions, the last day first."""
        with self._store.reading() as t:
            ids = t.all("SELECT id FROM distributions ORDER BY day DESC, starts_at DESC, id DESC LIMIT ?", (limit,))
            return tuple(get_distribution(t, self._store.clock, row["id"]) for row in ids)

    def rows(self, limit: int = 100, *, from_day: date | None = None) -> tuple[DistributionRow, ...]:
        """The latest distributions in figures, the last day first; from a day on where one is named."""
        from store import distribution_lists

        with self._store.reading() as t:
            return tuple(distribution_lists.rows(t, self._store.clock.to_wall(t.now), limit, from_day))

    def neighbours(self, distribution_id: int) -> tuple[int | None, int | None]:
        """The ids of the distributions before and after one, in time; raises `NotFound`."""
        from store import distribution_lists

        with self._store.reading() as t:
            return distribution_lists.neighbours(t, distribution_id)

    def resolve(self, text: str) -> int:
        """The id of the distribution meant by "next", "last", an ISO day or an id; raises `NotFound` or `Ambiguous`."""
        with self._store.reading() as t:
            return resolve_distribution(t, self._store.clock.to_wall(t.now), text)

    def add(
        self, day: date, starts_at: str, ends_at: str, place: str, catalogue_ids: Iterable[int], *, note: str = ""
    ) -> int:
        """Add a distribution and return the id; each catalogue opens and closes by its own rule. Raises `Invalid`."""
        from store.distribution_planning import insert_distribution

        with self._store.writing() as t:
            t.require(Right.ORDERS)
            distribution_id = insert_distribution(t, day, starts_at, ends_at, place, catalogue_ids, note=note)
            t.journal("distribution.added", distribution_id)
        return distribution_id

    def edit(
        self, distribution_id: int, version: int, *, starts_at: str, ends_at: str, place: str, note: str
    ) -> Distribution:
        """Change hours, place and note of a distribution, which is returned; raises `Invalid`, `ChangedElsewhere`."""
        from store import distribution_planning
        from store.withdrawing import withdraw

        with self._store.writing() as t:
            before = self._seen(t, distribution_id, version)
            distribution_planning.check_hours(starts_at, ends_at)
            t.execute(
                """UPDATE distributions SET starts_at = ?, ends_at = ?, place = ?, note = ?, version = version + 1
                WHERE id = ?""",
                (starts_at, ends_at, distribution_planning.named_place(place), note.strip(), distribution_id),
            )
            after = self._get(t, distribution_id)
            names = ("starts_at", "ends_at", "place", "note")
            fields = [name for name in names if getattr(before, name) != getattr(after, name)]
            if set(fields) - {"note"}:  # which no message speaks of
                withdraw(t, distribution_id, "edited")
            t.journal("distribution.edited", distribution_id, fields=fields)
            return after

    def duplicate(self, distribution_id: int, days: Iterable[date], *, beside: bool = False) -> tuple[int, ...]:
        """Plan the same hours, place, note and catalogues on other days and return the ids; all of them or none.

        Catalogues open and close by their rule; where they had hours of their own, as many days before at the same
        hour. Catalogues that are offered no longer are left out. Raises `Invalid`: "past" for a day that has passed,
        "taken" where it has one at the same place already, unless the new one may stand `beside` it.
        """
        from store import distribution_planning

        with self._store.writing() as t:
            t.require(Right.ORDERS)
            source = self._get(t, distribution_id)
            made = distribution_planning.duplicate(t, self._today(t), source, days, beside=beside)
            t.journal("distribution.duplicated", distribution_id, made=list(made))
        return made

    def move_preview(self, distribution_id: int, day: date | None = None) -> Concerned:
        """Who a move would concern; with the new day, the closings it would change, too. Raises `Invalid`."""
        from store import distribution_lists, distribution_planning

        if day is not None:
            distribution_planning.check_day(day)
        with self._store.reading() as t:
            t.require(Right.ORDERS)
            return distribution_lists.concerned(t, self._get(t, distribution_id), day)

    def move(
        self, distribution_id: int, version: int, day: date, starts_at: str, ends_at: str, place: str
    ) -> Concerned:
        """Move a distribution to another day, hours or place, with its orders, and say who is concerned.

        Catalogues whose recap has not gone out open and close as many days later or earlier. Raises `Invalid`:
        "past" for a day that has passed, "is_cancelled", and for hours.
        """
        from store import distribution_lists, distribution_planning

        distribution_planning.check_day(day)
        with self._store.writing() as t:
            distribution = self._seen(t, distribution_id, version)
            if distribution.cancelled:
                raise Invalid("distribution", str(distribution_id), "is_cancelled")
            concerned = distribution_lists.concerned(t, distribution, day)
            distribution_planning.move(t, self._today(t), distribution, day, starts_at, ends_at, place)
            t.journal("distribution.moved", distribution_id, before=distribution.day.isoformat(), after=day.isoformat())
        return concerned

    def cancel_preview(self, distribution_id: int) -> Concerned:
        """Who a cancelling would concern."""
        return self.move_preview(distribution_id)

    def cancel(self, distribution_id: int, version: int, reason: str) -> Concerned:
        """Cancel a distribution and its orders, and say who is concerned; `restore` brings both back.

        Producers who were told have to hear of it: their lines stand in the supplement. Raises `Invalid` for one that
        is cancelled already.
        """
        from store import distribution_lists, distribution_planning, order_lists
        from store.voucher_losses import on_orders
        from store.withdrawing import withdraw

        with self._store.writing() as t:
            distribution = self._seen(t, distribution_id, version)
            if distribution.cancelled:
                raise Invalid("distribution", str(distribution_id), "is_cancelled")
            concerned = distribution_lists.concerned(t, distribution)
            vouchers = on_orders(t, distribution_id)
            orders = order_lists.call_off(t, self._store.clock, distribution_id)
            t.execute(
                """UPDATE distributions SET cancelled_at = ?, cancelled_by = ?, cancelled_reason = ?,
                version = version + 1 WHERE id = ?""",
                (t.stamp, t.actor.id, distribution_planning.one_line(reason), distribution_id),
            )
            withdraw(t, distribution_id, "cancelled")
            had = {"vouchers": vouchers} if vouchers else {}
            t.journal("distribution.cancelled", distribution_id, orders=orders, **had)
        return concerned

    def restore(self, distribution_id: int, *, short: bool = False) -> int:
        """Bring a cancelled distribution back with its orders, and say how many.

        Raises `Invalid`, and `StockShort` where others have what was ordered, unless `short` says that it is meant.
        """
        from store import order_lists

        with self._store.writing() as t:
            t.require(Right.ORDERS)
            if not self._get(t, distribution_id).cancelled:
                raise Invalid("distribution", str(distribution_id), "not_cancelled")
            t.execute(
                """UPDATE distributions SET cancelled_at = NULL, cancelled_by = NULL, cancelled_reason = '',
                version = version + 1 WHERE id = ?""",
                (distribution_id,),
            )
            orders = order_lists.call_on(t, self._store.clock, distribution_id, short=short)
            t.journal("distribution.restored", distribution_id, orders=orders)
        return orders

    def offer(self, distribution_id: int, catalogue_id: int) -> None:
        """Offer a catalogue at a distribution, too; it opens and closes by its own rule.

        Raises `NotFound`, or `Invalid` for a catalogue that is offered no longer.
        """
        from store import distribution_hours

        with self._store.writing() as t:
            t.require(Right.ORDERS)
            distribution = self._get(t, distribution_id)
            if distribution.catalogue(catalogue_id) is None:
                distribution_hours.offer(t, distribution_id, distribution.day, catalogue_id)
                t.journal("distribution.offered", distribution_id, catalogue=catalogue_id)

    def withdraw(self, distribution_id: int, catalogue_id: int) -> None:
        """Offer a catalogue at a distribution no longer.

        Raises `NotFound`, or `Invalid`: "ordered" where something of it is, "told" after its recap.
        """
        from store import distribution_hours

        with self._store.writing() as t:
            t.require(Right.ORDERS)
            distribution_hours.withdraw(t, self._get(t, distribution_id), catalogue_id)
            t.journal("distribution.withdrawn", distribution_id, catalogue=catalogue_id)

    def set_hours(
        self, distribution_id: int, catalogue_id: int, opens: datetime | None, closes: datetime | None
    ) -> None:
        """Let a catalogue open and close at this distribution at hours of its own, naive local moments.

        None: open from the start, or until the distribution. What was confirmed already is not made late, nor in time.
        Raises `NotFound`, or `Invalid` for hours in the wrong order.
        """
        from store import distribution_hours

        with self._store.writing() as t:
            t.require(Right.ORDERS, catalogue_id)
            distribution_hours.set_hours(t, self._get(t, distribution_id), catalogue_id, opens, closes)
            t.journal("distribution.hours", distribution_id, catalogue=catalogue_id)

    def follow_rule(self, distribution_id: int, catalogue_id: int) -> None:
        """Let a catalogue open and close at this distribution by its rule again; raises `NotFound`."""
        from store import distribution_hours

        with self._store.writing() as t:
            t.require(Right.ORDERS, catalogue_id)
            distribution_hours.follow_rule(t, self._get(t, distribution_id), catalogue_id)
            t.journal("distribution.hours", distribution_id, catalogue=catalogue_id)

    def stock(self, distribution_id: int) -> tuple[DayStock, ...]:
        """The products whose stock is kept, with what is ordered and left; of one's own catalogues only."""
        from store import distribution_stock
        from store.order_lines import own_catalogues

        with self._store.reading() as t:
            own = own_catalogues(t)
            return tuple(distribution_stock.day_stock(t, self._get(t, distribution_id), own))

    def set_stock(self, distribution_id: int, product_id: int, stock: int | None) -> None:
        """Set how much of a product there is at one distribution (thousandths); None: the usual number again.

        Raises `NotFound`, or `Invalid` for a product that has no stock per distribution or is not offered there.
        """
        from store import distribution_stock

        with self._store.writing() as t:
            distribution_stock.set_stock(t, self._get(t, distribution_id), product_id, stock)
            t.journal("distribution.stock", distribution_id, product=product_id)

    def mark_recap_sent(self, distribution_id: int, catalogue_id: int) -> None:
        """Say that the producer has now been told what was ordered; what is confirmed later is late.

        Needs the right `orders` on the catalogue; raises `NotFound` for one that is not offered there.
        """
        self._store.lists.tell(distribution_id, catalogue_id, "recap", "said")

    def _today(self, t: Transaction) -> date:
        return self._store.clock.to_wall(t.now).date()

    def _get(self, t: Transaction, distribution_id: int) -> Distribution:
        return get_distribution(t, self._store.clock, distribution_id)

    def _seen(self, t: Transaction, distribution_id: int, version: int) -> Distribution:
        """The distribution that somebody who may plan looks at; raises `ChangedElsewhere`."""
        t.require(Right.ORDERS)
        distribution = self._get(t, distribution_id)
        if distribution.version != version:
            raise ChangedElsewhere("distribution", distribution_id)
        return distribution
