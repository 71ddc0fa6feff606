"""One order as it was confirmed, to look at: its distribution is over."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from screens.base import HouseScreen
from screens.order_words import CHANNELS, total_text
from screens.text import fitted
from screens.widgets.plain import plain
from screens.widgets.still import Still
from store import Store
from store.distributions import Distribution
from store.order_records import CALLED_OFF, EMPTIED, MOVED
from store.orders import Order, OrderLine
from templates.words import N_, _, dates
from templates.words.money import money, quantity

AMOUNT_CELLS, PRODUCER_CELLS, UNIT_CELLS, QUANTITY_CELLS = 12, 20, 10, 7
TITLE_CELLS = 30
"""Cells of the message that a voucher came with."""


@dataclass(frozen=True)
class Shown:
    """What the screen shows."""

    order: Order
    distribution: Distribution
    name: str


def read_order(store: Store, order_id: int) -> Shown:
    """An order, its distribution and the member's name; raises `NotFound`."""
    order = store.orders.get(order_id)
    return Shown(order, store.distributions.get(order.distribution_id), store.members.get(order.member_id).name)


class OrderScreen(HouseScreen[int | None]):
    """The lines of an order with what they cost and weigh; F4 opens it as a change all the same."""

    NAME = "order"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "An order as it was confirmed. A line marked **!** came late, **~** stands before what is weighed at pick-up.\n"
        "\n"
        "**c** opens the order as a change, **k** takes the weights of its lines; both also when its distribution is "
        "over."
    )
    BINDINGS = [
        Binding("c", "change", N_("Change it"), tooltip=N_("Open the order as a change"), id="order.change"),
        Binding("f4", "change", N_("Change it"), tooltip=N_("Open the order as a change"), id="order.change.f4"),
        Binding("k", "settle", N_("Weigh"), tooltip=N_("Type what the scales say"), id="order.settle"),
        Binding("f7", "settle", N_("Weigh"), show=False, tooltip=N_("Type what the scales say"), id="order.settle.f7"),
        Binding("q", "leave", N_("Back"), tooltip=N_("Back to where one came from"), id="order.leave"),
    ]

    def __init__(self, order_id: int) -> None:
        super().__init__()
        self._order_id = order_id
        self._shown: Shown | None = None

    def heading(self) -> tuple[str, str]:
        if self._shown is None:
            return _("Order"), ""
        d = self._shown.distribution
        return _("Order of {name}").format(name=self._shown.name), f"{dates.day(d.day, year=True)} {d.place}"

    def content(self) -> ComposeResult:
        with VerticalScroll(id="order-lines"):
            yield Still(id="order-text")

    def on_mount(self) -> None:
        self.changed()

    def on_resize(self) -> None:
        """Lay the lines out anew."""
        self._show()

    def changed(self) -> None:
        self.read(lambda: read_order(self.store, self._order_id), self._take, group="order")

    def _take(self, shown: Shown) -> None:
        self._shown = shown
        self._show()
        self.show_heading()
        self.refresh_bindings()

    def _show(self) -> None:
        if self._shown is not None:
            cells = max(79, self.size.width - 1)
            self.query_one("#order-text", Static).update(Content("\n").join(self._lines(self._shown, cells)))

    def _lines(self, shown: Shown, cells: int) -> list[Content]:
        order = shown.order
        producers = {c.catalogue_id: c.producer_name for c in shown.distribution.catalogues}
        lines = [_line(line, producers.get(line.product.catalogue_id, ""), cells) for line in order.lines]
        total = total_text(order.totals, self.house.group.currency, estimated=order.estimated)
        lines.append(plain(fitted(f"{_('Total')}  {total}", cells - 2, right=True), "bold"))
        lines += self._paid(order, cells)
        lines.append(plain(""))
        channel = _(CHANNELS.get(order.channel, order.channel))
        if order.confirmed_at is not None:
            at = dates.moment(self.store.clock.to_wall(order.confirmed_at))
            by = order.confirmed_by or _("automatic")
            lines.append(plain(" " + _("Confirmed {at} {channel} ({by})").format(at=at, channel=channel, by=by)))
        if order.state == "cancelled":
            why = why_cancelled(order, shown.distribution)
            lines.append(plain(" " + _("Cancelled: {why}").format(why=why) if why else " " + _("Cancelled."), "bold"))
        if order.note:
            lines.append(plain(" " + _("Note: {note}").format(note=order.note)))
        return lines

    def _paid(self, order: Order, cells: int) -> list[Content]:
        """What vouchers took off, and what is left to pay; nothing where there is none."""
        if not order.vouchers:
            return []
        taken = [
            (_("Voucher {code}, “{title}”  −{amount}") if one.title else _("Voucher {code}  −{amount}")).format(
                code=one.code, title=fitted(one.title, TITLE_CELLS).rstrip(), amount=money(one.used, one.currency)
            )
            for one in order.vouchers
        ]
        left = total_text(order.to_pay, self.house.group.currency, estimated=order.estimated)
        said = [*taken, f"{_('To pay')}  {left}"]
        return [plain(fitted(text, cells - 2, right=True), "bold" if text == said[-1] else "") for text in said]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What was cancelled, order or distribution, takes no change."""
        if action == "change":
            shown = self._shown
            return shown is not None and shown.order.state == "confirmed" and not shown.distribution.cancelled
        if action == "settle":
            lines = (
                self._shown.order.lines if self._shown is not None and self._shown.order.state == "confirmed" else ()
            )
            return any(line.estimated or line.settled_weight is not None for line in lines)
        return True

    def action_change(self) -> None:
        """Open the order as a change."""
        if self._shown is not None:
            self.go("order_entry", order_id=self._order_id)

    def action_settle(self) -> None:
        """Type what the scales say, beginning with this order."""
        if self._shown is not None:
            self.go("settle", distribution_id=self._shown.distribution.id, order_id=self._order_id)


def why_cancelled(order: Order, distribution: Distribution) -> str:
    """Why an order was cancelled, as it was typed or in our words; empty where the operator may not know."""
    if order.cancelled_reason == CALLED_OFF:
        why = _("the distribution was cancelled")
        return f"{why} ({distribution.cancelled_reason})" if distribution.cancelled_reason else why
    ours = {EMPTIED: N_("everything was taken out"), MOVED: N_("it was moved to another distribution")}
    return _(ours[order.cancelled_reason]) if order.cancelled_reason in ours else order.cancelled_reason


def _line(line: OrderLine, producer: str, cells: int) -> Content:
    room = cells - 2 - AMOUNT_CELLS - PRODUCER_CELLS - UNIT_CELLS - QUANTITY_CELLS - 6
    amount = money(line.amount, line.product.currency)
    parts = (
        fitted(quantity(line.quantity), QUANTITY_CELLS, right=True),
        fitted(line.product.name, room),
        fitted(_unit(line), UNIT_CELLS),
        fitted(producer, PRODUCER_CELLS),
        fitted(f"~{amount}" if line.estimated else amount, AMOUNT_CELLS, right=True),
    )
    return plain(f"{' !' if line.late else '  '}{' '.join(parts)}")


def _unit(line: OrderLine) -> str:
    """What one of it is; of a line that was weighed, what it weighs."""
    if line.settled_weight is None:
        return line.product.unit_label
    return f"{quantity(line.settled_weight)} {line.product.unit}"
