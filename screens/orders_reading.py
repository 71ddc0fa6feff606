"""What the list of orders reads: a distribution, its orders and open baskets, and every line of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store import Store
    from store.distributions import Distribution
    from store.lists.line_records import DayLine, DayList
    from store.orders import LateLine, OrderRow


@dataclass(frozen=True)
class Listed:
    """The orders of one distribution, and the distributions before and after it."""

    distribution: Distribution
    rows: tuple[OrderRow, ...]
    late: tuple[LateLine, ...]
    day: DayList
    before: int | None
    after: int | None

    def lines_of(self, order_id: int) -> tuple[DayLine, ...]:
        """The lines of a confirmed order."""
        return tuple(line for line in self.day.lines if line.order_id == order_id)


def read_orders(store: Store, distribution_id: int | None) -> Listed | None:
    """The orders of a distribution, of the next one where none is named; None when there is no distribution."""
    near = store.distributions.next() or store.distributions.last() if distribution_id is None else None
    wanted = near.id if near is not None else distribution_id
    if wanted is None:
        return None
    before, after = store.distributions.neighbours(wanted)
    return Listed(
        distribution=store.distributions.get(wanted),
        rows=store.orders.of_distribution(wanted),
        late=store.orders.late_lines(wanted),
        day=store.lists.day(wanted),
        before=before,
        after=after,
    )
