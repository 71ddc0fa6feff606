"""The list of orders seen by member, by product and by producer: which rows there are and what they show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from rich.text import Text

from screens.order_words import CHANNELS, ORDER_STATES, total_text
from screens.widgets.table import cell, number
from store.folding import folded_words
from store.lists.day import by_producer, by_product
from store.lists.line_records import DayLine, ListGroup
from store.orders import OrderRow
from templates.words import N_, _, dates
from templates.words.money import money, quantity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from screens.orders_reading import Listed
    from store.clock import Clock
    from store.distributions import DistributionCatalogue

Item = OrderRow | ListGroup | DayLine
"""What a row stands for."""


class By(StrEnum):
    """How the orders are seen."""

    MEMBER = "member"
    PRODUCT = "product"
    PRODUCER = "producer"


VIEWS = {By.MEMBER: N_("by member"), By.PRODUCT: N_("by product"), By.PRODUCER: N_("by producer")}
VIEW_KEYS = {By.MEMBER: N_("By member"), By.PRODUCT: N_("By product"), By.PRODUCER: N_("By producer")}


class Kind(StrEnum):
    """What the rows are."""

    ORDERS = "orders"
    PRODUCTS = "products"
    PRODUCERS = "producers"
    LINES = "lines"


COLUMNS: dict[Kind, tuple[tuple[str, str, int, int], ...]] = {
    Kind.ORDERS: (
        ("member", N_("Member"), 22, 60),
        ("state", N_("State"), 10, 0),
        ("lines", N_("Lines"), 6, 0),
        ("total", N_("Total"), 13, 20),
        ("channel", N_("Channel"), 10, 10),
        ("late", N_("Late"), 6, 0),
    ),
    Kind.PRODUCTS: (
        ("product", N_("Product"), 23, 60),
        ("unit", N_("Unit"), 9, 10),
        ("quantity", N_("Quantity"), 8, 0),
        ("orders", N_("Orders"), 9, 0),
        ("total", N_("Total"), 12, 10),
        ("late", N_("Late"), 6, 0),
    ),
    Kind.PRODUCERS: (
        ("catalogue", N_("Catalogue"), 22, 60),
        ("closes", N_("Closes"), 19, 10),
        ("orders", N_("Orders"), 9, 0),
        ("total", N_("Total"), 13, 10),
        ("late", N_("Late"), 6, 0),
    ),
    Kind.LINES: (
        ("member", N_("Member"), 22, 60),
        ("quantity", N_("Quantity"), 8, 0),
        ("weight", N_("Weight"), 9, 0),
        ("amount", N_("Amount"), 13, 10),
        ("late", N_("Late"), 6, 0),
        ("by", N_("By"), 9, 20),
    ),
}
"""Key, title, cells on 80 columns, and percent of what a wider terminal has beyond them."""
RIGHT = {"lines", "total", "quantity", "orders", "weight", "amount"}


@dataclass(frozen=True)
class Where:
    """Which list is shown: a view, the catalogue and product that were opened in it, and whether only what is late."""

    by: By = By.MEMBER
    catalogue_id: int | None = None
    product_id: int | None = None
    late: bool = False

    @property
    def kind(self) -> Kind:
        """What its rows are."""
        if self.product_id is not None:
            return Kind.LINES
        if self.by is By.MEMBER:
            return Kind.ORDERS
        return Kind.PRODUCERS if self.by is By.PRODUCER and self.catalogue_id is None else Kind.PRODUCTS

    def turned(self, step: int) -> Where:
        """The next view, or the one before."""
        views = list(By)
        return Where(views[(views.index(self.by) + step) % len(views)], late=self.late)

    def inside(self, item: Item) -> Where:
        """What Enter opens on a product or catalogue."""
        if self.kind is Kind.PRODUCERS and isinstance(item, ListGroup):
            return replace(self, catalogue_id=item.id)
        return replace(self, product_id=item.id) if isinstance(item, ListGroup) else self

    def outside(self) -> Where | None:
        """The list that this one was opened from; None where there is none."""
        if self.product_id is not None:
            return replace(self, product_id=None)
        return replace(self, catalogue_id=None) if self.catalogue_id is not None else None


def items(listed: Listed, where: Where) -> dict[str, Item]:
    """The rows by key."""
    if where.kind is Kind.ORDERS:
        return {str(row.id): row for row in listed.rows if row.late_lines or not where.late}
    lines = [
        line
        for line in listed.day.lines
        if (line.late or not where.late)
        and where.catalogue_id in (None, line.product.catalogue_id)
        and where.product_id in (None, line.product.id)
    ]
    if where.kind is Kind.LINES:
        return {str(line.order_id): line for line in lines}
    day = replace(listed.day, lines=tuple(lines))
    groups = by_producer(day) if where.kind is Kind.PRODUCERS else by_product(day)
    return {str(group.id): group for group in groups}


def name_of(item: Item) -> str:
    """What a row is looked for by."""
    return f"{item.name} {item.aside}" if isinstance(item, ListGroup) else item.member


def found_row(names: Sequence[str], text: str, after: int) -> int | None:
    """The next row after a place, then from the top, in which words begin like those of the text."""
    wanted = folded_words(text)
    for row in [*range(after + 1, len(names)), *range(min(after + 1, len(names)))]:
        words = folded_words(names[row])
        if wanted and all(any(word.startswith(part) for word in words) for part in wanted):
            return row
    return None


def row_cells(item: Item, kind: Kind, listed: Listed, currency: str, clock: Clock) -> list[Text]:
    """What a row shows."""
    if isinstance(item, OrderRow):
        return _order(item, currency)
    if isinstance(item, DayLine):
        return _line(item)
    total = number(total_text(item.totals, currency, estimated=item.estimated))
    if kind is Kind.PRODUCERS:
        closes = _closing(listed.distribution.catalogue(item.id), clock)
        return [cell(item.name), cell(closes), number(item.orders), total, cell(_late(item.late))]
    return [
        cell(item.name),
        cell(item.aside),
        number(quantity(item.quantity or 0)),
        number(item.orders),
        total,
        cell(_late(item.late)),
    ]


def _order(row: OrderRow, currency: str) -> list[Text]:
    return [
        cell(row.member),
        cell(_("change") if row.changes_order_id is not None else _(ORDER_STATES[row.state])),
        number(row.lines),
        number(total_text(row.totals, currency, estimated=row.estimated)),
        cell(_(CHANNELS.get(row.channel, row.channel))),
        cell(_late(row.late_lines)),
    ]


def _line(line: DayLine) -> list[Text]:
    weight = "" if line.settled_weight is None else f"{quantity(line.settled_weight)} {line.product.unit}"
    amount = money(line.amount, line.product.currency)
    return [
        cell(line.member),
        number(quantity(line.quantity)),
        number(weight),
        number(f"~{amount}" if line.estimated else amount),
        cell("!" if line.late else ""),
        cell(line.by or _("automatic")),
    ]


def _late(lines: int) -> str:
    return f"! {lines}" if lines else ""


def _closing(catalogue: DistributionCatalogue | None, clock: Clock) -> str:
    if catalogue is None:
        return ""
    if catalogue.recap_sent_at is not None:
        return _("recap sent")
    if catalogue.closes is None:
        return _("open")
    closed = clock.to_utc(catalogue.closes) <= clock.now()
    return _("closed") if closed else dates.moment(catalogue.closes)
