"""The orders of a distribution: who ordered what, what is late, which baskets are still open."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable, Static

from screens.base import HouseScreen
from screens.order_words import CHANNELS, ORDER_STATES, total_text
from screens.widgets.ask import Ask
from screens.widgets.plain import plain
from screens.widgets.table import HouseTable, cell, number
from store import Store
from store.distributions import Distribution
from store.orders import LateLine, OrderLine, OrderRow
from templates.words import N_, _, dates, ngettext
from templates.words.money import quantity


@dataclass(frozen=True)
class Listed:
    """The orders of one distribution, and the distributions before and after it."""

    distribution: Distribution
    rows: tuple[OrderRow, ...]
    late: tuple[LateLine, ...]
    before: int | None
    after: int | None


def read_orders(store: Store, distribution_id: int | None) -> Listed | None:
    """The orders of a distribution, of the next one where none is named; None when there is no distribution."""
    near = store.distributions.next() or store.distributions.last() if distribution_id is None else None
    wanted = near.id if near is not None else distribution_id
    if wanted is None:
        return None
    days = [d.id for d in reversed(store.distributions.all())]
    place = days.index(wanted) if wanted in days else 0
    return Listed(
        distribution=store.distributions.get(wanted),
        rows=store.orders.of_distribution(wanted),
        late=store.orders.late_lines(wanted),
        before=days[place - 1] if place > 0 else None,
        after=days[place + 1] if place + 1 < len(days) else None,
    )


class OrdersTable(HouseTable):
    """The list; Enter opens the marked order as a change, or goes on with the basket."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Open"), tooltip=N_("Change the order"), id="orders.open"),
        # Without these the table would scroll sideways.
        Binding("left", "screen.other(-1)", N_("Day before"), tooltip=N_("The distribution before"), id="orders.left"),
        Binding("right", "screen.other(1)", N_("Day after"), tooltip=N_("The distribution after"), id="orders.right"),
    ]


class OrdersScreen(HouseScreen[None]):
    """The orders and open baskets of one distribution by member, with what is in the marked one."""

    NAME = "orders"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "The orders of one distribution, by member. **Enter** opens the marked one as a change: it stays as it was "
        "until the change is confirmed. A basket is an order that nobody has confirmed yet; **Enter** goes on with "
        "it.\n"
        "\n"
        "**←** and **→** lead to the distribution before and after.\n"
        "\n"
        "A line is late when it was confirmed after its catalogue closed or after the producer had been told."
    )
    BINDINGS = [
        Binding("n", "new", N_("New order"), tooltip=N_("Take an order for this distribution"), id="orders.new"),
        Binding("left", "other(-1)", N_("Day before"), tooltip=N_("The distribution before"), id="orders.before"),
        Binding("right", "other(1)", N_("Day after"), tooltip=N_("The distribution after"), id="orders.after"),
        Binding("l", "late", N_("Late only"), tooltip=N_("Show orders with late lines, or all"), id="orders.late"),
        Binding("x", "cancel", N_("Cancel"), tooltip=N_("Cancel the marked order, with a reason"), id="orders.cancel"),
    ]

    def __init__(self, distribution_id: int | None = None) -> None:
        super().__init__()
        self._wanted = distribution_id
        self._listed: Listed | None = None
        self._late_only = False
        self._rows: dict[str, OrderRow] = {}

    def heading(self) -> tuple[str, str]:
        if self._listed is None:
            return _("Orders"), ""
        d = self._listed.distribution
        orders = [row for row in self._listed.rows if row.state == "confirmed"]
        totals: dict[str, int] = {}
        for row in orders:
            for currency, cents in row.totals.items():
                totals[currency] = totals.get(currency, 0) + cents
        counted = ngettext("{n} order", "{n} orders", len(orders)).format(n=len(orders))
        estimated = any(row.estimated for row in orders)
        left = _("Orders for {day}, {place}").format(day=dates.day(d.day), place=d.place)
        return left, f"{counted}  {total_text(totals, self.house.group.currency, estimated=estimated)}"

    def content(self) -> ComposeResult:
        yield Static(id="empty")
        yield OrdersTable(id="orders")
        yield Static(id="detail")
        yield Ask()

    def on_mount(self) -> None:
        table = self.query_one(OrdersTable)
        for key, title, width in (
            ("member", _("Member"), 21),
            ("state", _("State"), 10),
            ("lines", _("Lines"), 6),
            ("total", _("Total"), 12),
            ("channel", _("Channel"), 10),
            ("late", _("Late"), 6),
        ):
            table.add_column(cell(title), width=width, key=key)
        table.grow(member=60, total=10, channel=10)
        self._list()

    def changed(self) -> None:
        self._list(holds=False)

    def _list(self, *, holds: bool = True) -> None:
        """List the orders; the next keys wait where they are meant for a row that is not there yet."""
        wanted = self._wanted
        self.read(lambda: read_orders(self.store, wanted), self._take, group="orders", holds=holds)

    def _take(self, listed: Listed | None) -> None:
        self._listed = listed
        self._wanted = None if listed is None else listed.distribution.id
        self._show()
        self.show_heading()
        self.refresh_bindings()

    def _show(self) -> None:
        rows = self._listed.rows if self._listed is not None else ()
        rows = tuple(row for row in rows if row.late_lines or not self._late_only)
        self._rows = {str(row.id): row for row in rows}
        table = self.query_one(OrdersTable)
        table.fill((key, self._cells(row)) for key, row in self._rows.items())
        table.display = bool(rows)
        empty = self.query_one("#empty", Static)
        empty.display = not rows
        empty.update(plain(f"   {self._nothing()}"))
        if rows and self.focused is None:
            table.focus()
        self._show_detail()

    def _nothing(self) -> str:
        if self._listed is None:
            return _("There is no distribution yet: cabas distribution add")
        if self._late_only:
            return _("No order has a late line. l shows all orders.")
        return _("Nobody has ordered yet. n takes the first order.")

    def _cells(self, row: OrderRow) -> list[object]:
        return [
            row.member,
            _("change") if row.changes_order_id is not None else _(ORDER_STATES[row.state]),
            number(row.lines),
            number(total_text(row.totals, self.house.group.currency, estimated=row.estimated)),
            _(CHANNELS.get(row.channel, row.channel)),
            f"! {row.late_lines}" if row.late_lines else "",
        ]

    @property
    def _marked(self) -> OrderRow | None:
        found = self.query(OrdersTable)
        return self._rows.get(found.first().current_key or "") if found else None

    def on_data_table_row_highlighted(self) -> None:
        """Show what is in the marked order."""
        self._show_detail()
        self.refresh_bindings()

    def _show_detail(self) -> None:
        row, detail = self._marked, self.query_one("#detail", Static)
        if row is None:
            detail.update("")
            return
        basket = row.state == "basket"
        self.read(
            lambda: self.store.orders.basket(row.id).lines if basket else self.store.orders.get(row.id).lines,
            lambda lines: detail.update(self._detail(row, lines)),
            group="detail",
        )

    def _detail(self, row: OrderRow, lines: tuple[OrderLine, ...]) -> Content:
        at = dates.moment(self.store.clock.to_wall(row.at))
        opened = _("open since {at} ({by})") if row.state == "basket" else _("confirmed {at} ({by})")
        state = opened.format(at=at, by=row.by or _("automatic"))
        title = _("{name}: {what}").format(name=row.member, what=state)
        texts = [f"{quantity(line.quantity)} {line.product.name}{' !' if line.late else ''}" for line in lines]
        untold = [u for u in self._listed.late if u.order_id == row.id] if self._listed is not None else []
        told = [f"! {_untold(line)}" for line in untold]
        body = plain(", ".join(texts))
        return Content("\n").join([plain(title, "bold"), body, *map(plain, told)])

    # -- keys

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter or a click opens the order."""
        event.stop()
        row = self._marked
        if row is not None:
            self.go("order_entry", member_id=row.member_id, distribution_id=row.distribution_id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What needs an order is only offered when one is marked."""
        listed, row = self._listed, self._marked
        if action == "cancel":
            return row is not None and row.state == "confirmed"
        if action == "late":
            return bool(self._late_only or (listed and any(r.late_lines for r in listed.rows)))
        if action == "other" and listed is not None:
            return (listed.before if parameters == (-1,) else listed.after) is not None
        return listed is not None if action in ("new", "other") else True

    def action_new(self) -> None:
        """Take an order for the distribution that is shown."""
        self.go("order_entry", distribution_id=self._wanted)

    def action_other(self, step: int) -> None:
        """Show the distribution before or after."""
        if self._listed is None:
            return
        other = self._listed.before if step < 0 else self._listed.after
        if other is not None:
            self._wanted = other
            self._list()

    def action_late(self) -> None:
        """Show only orders with late lines, or all again."""
        self._late_only = not self._late_only
        self._show()
        self.refresh_bindings()

    def action_cancel(self) -> None:
        """Ask why, then cancel the marked order."""
        row = self._marked
        if row is not None and row.state == "confirmed":
            question = _("Why is the order of {name} cancelled?").format(name=row.member)
            self.query_one(Ask).ask(question, lambda reason: self._cancel(row, reason), "")

    def _cancel(self, row: OrderRow, reason: str) -> None:
        if not reason:
            self.warn(_("Nothing is cancelled: a reason is needed."))
            return

        def done(_order: object) -> None:
            self.say(_("The order of {name} is cancelled.").format(name=row.member))
            self.changed()

        self.write(lambda: self.store.orders.cancel(row.id, reason), done)

    def on_ask_left(self) -> None:
        """Back to the list."""
        self.query_one(OrdersTable).focus()


def _untold(line: LateLine) -> str:
    return _("{name} {before} → {after}: {producer} does not know").format(
        name=line.product_name, before=quantity(line.before), after=quantity(line.after), producer=line.producer_name
    )
