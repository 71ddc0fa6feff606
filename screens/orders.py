"""The orders of a distribution: who ordered what, what is late, which baskets are still open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable, Static

from screens.base import HouseScreen
from screens.orders_acts import Acts
from screens.orders_detail import called_off, detail, heading, nothing, view_line
from screens.orders_reading import Listed, read_orders
from screens.orders_views import COLUMNS, RIGHT, VIEW_KEYS, Item, Kind, Where, found_row, items, name_of, row_cells
from screens.widgets.ask import Ask
from screens.widgets.choices import Choices
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.still import Still
from screens.widgets.table import HouseTable, cell, number
from store.lists.line_records import DayLine
from store.orders import OrderLine, OrderRow
from templates.words import N_, _

ACTS = {"print", "find", "recaps", "pickup", "settle", "view", "late", "other", "new", "move", "cancel"}
"""What needs a distribution."""


class OrdersTable(HouseTable):
    """The list; Enter opens the marked order, or what is in the marked product or catalogue."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Open"), tooltip=N_("Open what is marked"), id="orders.open"),
        # Without these the table would scroll sideways.
        Binding(
            "left",
            "screen.other(-1)",
            N_("Other day"),
            key_display="←→",
            tooltip=N_("The day before"),
            id="orders.left",
        ),
        Binding(
            "right", "screen.other(1)", N_("Day after"), show=False, tooltip=N_("The day after"), id="orders.right"
        ),
    ]


class OrdersScreen(HouseScreen[None]):
    """The orders of one distribution by member, product or producer, with what is in the marked row."""

    NAME = "orders"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "The orders of one distribution. **Tab** shows them by member, by product, by producer; **Enter** opens a "
        "producer's products, who ordered a product, and at last the order.\n"
        "\n"
        "An order opens as a change: it stays as it was until the change is confirmed. A basket is an order that "
        "nobody has confirmed yet; **Enter** goes on with it. An order of a distribution that is over is shown.\n"
        "\n"
        "**v** moves the marked order to another day, **k** is for the scales at the pick-up, **p** prints the whole "
        "list. **←** and **→** lead to the distribution before and after.\n"
        "\n"
        "A line is late when it was confirmed after its catalogue closed or after the producer had been told; **r** "
        "tells them."
    )
    BINDINGS = [
        Binding(
            "left", "other(-1)", N_("Other day"), key_display="←→", tooltip=N_("The day before"), id="orders.before"
        ),
        Binding("right", "other(1)", N_("Day after"), show=False, tooltip=N_("The day after"), id="orders.after"),
        Binding("n", "new", N_("New order"), tooltip=N_("Take an order for this distribution"), id="orders.new"),
        *(
            Binding("tab", f"view(1, '{view}')", label, tooltip=N_("See the orders another way"), id=f"orders.{view}")
            for view, label in VIEW_KEYS.items()
        ),
        Binding("shift+tab", "view(-1)", N_("View before"), show=False, tooltip=N_("Back"), id="orders.view.back"),
        Binding("k", "settle", N_("Weigh"), tooltip=N_("Type what the scales say"), id="orders.settle"),
        Binding("f7", "settle", N_("Weigh"), show=False, tooltip=N_("Type what the scales say"), id="orders.settle.f7"),
        Binding("v", "move", N_("Move"), tooltip=N_("Move the marked order to another day"), id="orders.move"),
        Binding("f4", "move", N_("Move"), show=False, tooltip=N_("To another day"), id="orders.move.f4"),
        Binding("p", "print", N_("Print"), tooltip=N_("Write the whole list as a file to print"), id="orders.print"),
        Binding("E", "print", N_("Export"), show=False, tooltip=N_("Write it as a file"), id="orders.export"),
        Binding("f6", "print", N_("Export"), show=False, tooltip=N_("Write it as a file"), id="orders.export.f6"),
        Binding("r", "recaps", N_("Recaps"), tooltip=N_("What the producers are told"), id="orders.recaps"),
        Binding("l", "late", N_("Late only"), tooltip=N_("Show only what is late, or all"), id="orders.late"),
        Binding("slash", "find", N_("Find"), key_display="/", tooltip=N_("Go to a name in the list"), id="orders.find"),
        Binding("u", "pickup", N_("Pick-up sheet"), tooltip=N_("Who collects what"), id="orders.pickup"),
        Binding("x", "cancel", N_("Cancel"), tooltip=N_("Cancel the marked order, with a reason"), id="orders.cancel"),
    ]

    def __init__(self, distribution_id: int | None = None) -> None:
        super().__init__()
        self._wanted = distribution_id
        self._listed: Listed | None = None
        self._where = Where()
        self._rows: dict[str, Item] = {}
        self._kind: Kind | None = None
        self._marks: dict[Where, str] = {}
        self._looked_for = ""
        self._acts = Acts(self)

    def heading(self) -> tuple[str, str]:
        return (_("Orders"), "") if self._listed is None else heading(self._listed, self.house.group.currency)

    def content(self) -> ComposeResult:
        yield Still(id="orders-view")
        yield Prose(id="orders-off")
        yield Still(id="empty")
        yield OrdersTable(id="orders")
        yield Prose(id="detail")
        yield Choices(id="orders-choices")
        yield Ask()

    def on_mount(self) -> None:
        self._list()

    def on_resize(self) -> None:
        """Lay the line above the list anew."""
        self._show_view()

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

    # -- what is shown

    def _show(self) -> None:
        listed, where = self._listed, self._where
        self._rows = items(listed, where) if listed is not None else {}
        table = self.query_one(OrdersTable)
        if listed is not None:
            self._lay_out(table, where.kind)
            currency, clock = self.house.group.currency, self.store.clock
            table.fill((key, row_cells(item, where.kind, listed, currency, clock)) for key, item in self._rows.items())
        self._show_view()
        table.display = bool(self._rows)
        empty, off = self.query_one("#empty", Static), self.query_one("#orders-off", Prose)
        empty.display = not self._rows
        empty.update(plain(f"   {nothing(listed, where)}"))
        said = "" if listed is None else called_off(listed.distribution)
        off.display = bool(said)
        off.update(plain(f" ! {said}", "bold"))
        if self._rows and self.focused is None:
            table.focus()
        self._show_detail()
        self.refresh_bindings()

    def _show_view(self) -> None:
        if self._listed is not None:
            line = view_line(self._listed, self._where, self.house.group.currency, self.size.width)
            self.query_one("#orders-view", Static).update(line)

    def _lay_out(self, table: OrdersTable, kind: Kind) -> None:
        if kind is self._kind:
            return
        self._kind = kind
        table.clear(columns=True)
        for key, title, wide, _part in COLUMNS[kind]:
            table.add_column(number(_(title)) if key in RIGHT else cell(_(title)), width=wide, key=key)
        table.grow(**{key: part for key, _title, _wide, part in COLUMNS[kind] if part})

    def _go_to(self, where: Where) -> None:
        """Show another list of the same orders; on the way back the mark is where it was."""
        table = self.query_one(OrdersTable)
        if (key := table.current_key) is not None:
            self._marks[self._where] = key
        self._where = where
        self._show()
        if (mark := self._marks.get(where)) in self._rows:
            table.move_cursor(row=table.get_row_index(mark), animate=False)
        elif self._rows:
            table.move_cursor(row=0, animate=False)

    @property
    def _marked(self) -> Item | None:
        found = self.query(OrdersTable)
        return self._rows.get(found.first().current_key or "") if found else None

    @property
    def _order_id(self) -> int | None:
        """The confirmed order that is marked, or that the marked line is in."""
        item = self._marked
        if isinstance(item, OrderRow):
            return item.id if item.state != "basket" else None
        return item.order_id if isinstance(item, DayLine) else None

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        """Show what is in the marked row."""
        if isinstance(event.data_table, OrdersTable):
            self._show_detail()
            self.refresh_bindings()

    def _show_detail(self) -> None:
        item, listed = self._marked, self._listed
        if isinstance(item, OrderRow) and item.state == "basket":
            basket_id = item.id
            self.read(
                lambda: self.store.orders.basket(basket_id).lines,
                lambda lines: self._tell(item, lines),
                group="detail",
                failed=lambda _error: self._tell(
                    None, ()
                ),  # confirmed or dropped meanwhile: the list says so in a moment
            )
        else:
            order_id = self._order_id
            self._tell(item, listed.lines_of(order_id) if listed is not None and order_id is not None else ())

    def _tell(self, item: Item | None, lines: Sequence[OrderLine | DayLine]) -> None:
        listed, where = self._listed, self._where
        said = Content("") if listed is None else detail(listed, item, where.kind, lines, self.store.clock)
        self.query_one("#detail", Prose).update(said)

    # -- going

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter or a click opens what is marked."""
        event.stop()
        item, listed = self._marked, self._listed
        if item is None or listed is None:
            return
        if not isinstance(item, OrderRow | DayLine):
            self._go_to(self._where.inside(item))
        elif self._order_id is not None and (listed.distribution.over or listed.distribution.cancelled):
            self.go("order", order_id=self._order_id)
        else:
            self.go("order_entry", member_id=item.member_id, distribution_id=listed.distribution.id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What needs an order is only offered when one is marked."""
        if action not in ACTS:
            return True
        listed = self._listed
        if listed is None or self._asks:
            return False
        if action == "new":
            return not listed.distribution.cancelled
        if action == "find":
            return bool(self._rows)
        if action == "view":
            return len(parameters) < 2 or self._where.turned(1).by == parameters[1]
        if action == "cancel":
            item = self._marked
            return isinstance(item, OrderRow) and item.state == "confirmed"
        if action == "move":
            return self._order_id is not None
        if action == "settle":
            return any(line.estimated or line.settled_weight is not None for line in listed.day.lines)
        if action == "late":
            return self._where.late or any(row.late_lines for row in listed.rows)
        if action == "other":
            return listed.before is not None or listed.after is not None
        return True

    @property
    def _asks(self) -> bool:
        """Whether something is being asked: then the list stays as it is."""
        return any(widget.display for kind in (Ask, Choices) for widget in self.query(kind))

    def action_leave(self) -> None:
        """Back to the list that this one was opened from; from the outermost one, back to the screen before."""
        outside = self._where.outside()
        if outside is None:
            super().action_leave()
        else:
            self._go_to(outside)

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
            self._where = Where(self._where.by)
            self._marks.clear()
            self._list()

    def action_view(self, step: int, _view: str = "") -> None:
        """See the orders by member, by product, by producer."""
        self._go_to(self._where.turned(step))

    def action_late(self) -> None:
        """Show only what is late, or all again."""
        self._go_to(replace(self._where, late=not self._where.late))

    def action_settle(self) -> None:
        """Type what the scales say, beginning with the marked order."""
        self.go("settle", distribution_id=self._wanted, order_id=self._order_id)

    def action_recaps(self) -> None:
        """What the producers are told."""
        self.go("recaps", distribution_id=self._wanted)

    def action_pickup(self) -> None:
        """Who collects what."""
        self.go("pickup", distribution_id=self._wanted)

    # -- acts

    @property
    def shown(self) -> tuple[int, str] | None:
        """The distribution, and how its orders are seen; None where there is none."""
        return None if self._listed is None else (self._listed.distribution.id, self._where.by.value)

    def action_cancel(self) -> None:
        """Ask why, then cancel the marked order."""
        item = self._marked
        if isinstance(item, OrderRow) and item.state == "confirmed":
            self._acts.cancel(item.id, item.member)

    def action_move(self) -> None:
        """Move the marked order to another day."""
        if self._order_id is not None:
            self._acts.move(self._order_id)

    def action_find(self) -> None:
        """Ask for a name and mark it; Enter on the same name again marks the next one."""
        self.query_one(Ask).ask(_("Find"), self._find, self._looked_for)

    def _find(self, name: str) -> None:
        table = self.query_one(OrdersTable)
        self._looked_for = name
        found = found_row([name_of(item) for item in self._rows.values()], name, table.cursor_row)
        if found is not None:
            table.move_cursor(row=found, animate=False)
        elif name:
            self.warn(_("“{name}” is not in this list.").format(name=name))

    def action_print(self) -> None:
        """Write what is shown as a file."""
        self._acts.offer_forms()

    def choose_from(self, things: Sequence[tuple[str, str, Any]], cells: int) -> None:
        """Let one thing be chosen from a list over the screen's foot."""
        self.add_class("-choosing")
        self.query_one(Choices).offer(things, cells)

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        """Do what was chosen."""
        self._to_list()
        self._acts.chosen(event)

    def on_choices_left(self) -> None:
        """Back to the list; what was asked above the choices is asked no longer."""
        self.say("")
        self._to_list()

    def on_ask_left(self) -> None:
        """Back to the list."""
        self._to_list()

    def _to_list(self) -> None:
        self.remove_class("-choosing")
        self.query_one(OrdersTable).focus()
