"""A catalogue on one day: when it opens and closes, and how much there is of its products."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable

from screens.base import HouseScreen
from screens.catalogue_rule import rule_words
from screens.distribution_hours import moment_before
from screens.distribution_lines import closing, opening
from screens.widgets.ask import Ask
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.table import HouseTable, cell, number
from store.errors import Invalid
from store.rights import Right
from templates.words import N_, _, dates, pgettext
from templates.words.money import quantity

if TYPE_CHECKING:
    from store import Store
    from store.catalogues import Catalogue
    from store.distributions import DayStock, Distribution, DistributionCatalogue

OPENS, CLOSES = "opens", "closes"
ASKED = {OPENS: N_("Opens when?"), CLOSES: N_("Closes when?")}
HOW = {
    OPENS: N_("As 16/11 8:00, or 10 days before 8:00. Empty: open from the start."),
    CLOSES: N_("As 23/11 20:00, or 2 days before 20:00. Empty: open until the distribution."),
}


@dataclass(frozen=True)
class Found:
    """The catalogue, as it is offered on the day, and the stock of its products."""

    distribution: Distribution
    offered: DistributionCatalogue
    catalogue: Catalogue
    stock: tuple[DayStock, ...]


def read_offered(store: Store, distribution_id: int, catalogue_id: int) -> Found | None:
    """All that the screen shows; None where the catalogue is not offered on the day any more."""
    distribution = store.distributions.get(distribution_id)
    offered = distribution.catalogue(catalogue_id)
    if offered is None:
        return None
    stock = store.distributions.stock(distribution_id)
    return Found(
        distribution,
        offered,
        store.catalogues.get(catalogue_id),
        tuple(one for one in stock if one.product.catalogue_id == catalogue_id),
    )


class StockTable(HouseTable):
    """The products; Enter sets the marked one's stock."""

    BINDINGS = [
        Binding("enter", "select_cursor", N_("Stock"), tooltip=N_("How much there is on this day"), id="offered.stock")
    ]


class DistributionCatalogueScreen(HouseScreen[None]):
    """One catalogue on one day; what is set here holds for this day only."""

    NAME = "distribution_catalogue"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "One catalogue on one day. What is set here holds for this day only; the rule of every day stands on the "
        "catalogue's own page.\n"
        "\n"
        "**c** changes the closing, **b** the opening: type 23/11 20h, or 2 days before 20h. **t** goes back to the "
        "rule.\n"
        "\n"
        "Below are the products of which there is only so much. **Enter** says how much there is on this day; nothing "
        "typed goes back to the usual number.\n"
        "\n"
        "**x** takes the catalogue off this day, as long as nothing of it is ordered."
    )
    NEEDS = {"withdraw": Right.ORDERS}
    EVERYWHERE = frozenset(NEEDS)
    BINDINGS = [
        Binding("c", "hours('closes')", N_("Closing"), tooltip=N_("When it closes"), id="offered.closes"),
        Binding("b", "hours('opens')", N_("Opening"), tooltip=N_("When it opens"), id="offered.opens"),
        Binding("t", "rule", N_("By the rule"), tooltip=N_("Open and close by the rule again"), id="offered.rule"),
        Binding("x", "withdraw", N_("Take off"), tooltip=N_("Not offered on this day"), id="offered.withdraw"),
    ]

    def __init__(self, distribution_id: int, catalogue_id: int) -> None:
        super().__init__()
        self._ids = (distribution_id, catalogue_id)
        self._found: Found | None = None
        self._rows: dict[str, DayStock] = {}

    def heading(self) -> tuple[str, str]:
        if self._found is None:
            return _("Catalogue"), ""
        return self._found.catalogue.name, dates.day(self._found.distribution.day, year=True)

    def content(self) -> ComposeResult:
        yield Prose(id="offered-hours")
        yield StockTable(id="offered-stock")
        yield Prose(id="offered-none")
        yield Ask()

    def on_mount(self) -> None:
        """Lay the columns out, then show the catalogue."""
        table = self.query_one(StockTable)
        for key, text, width in (
            ("name", _("Product"), 29),
            ("here", _("On this day"), 11),
            ("usual", _("Usually"), 10),
            ("ordered", pgettext("quantity", "Ordered"), 9),
            ("left", _("Left"), 9),
        ):
            table.add_column(cell(text) if key == "name" else number(text), key=key, width=width)
        table.grow(name=100)
        self._show(holds=True)

    def changed(self) -> None:
        self._show()

    def _show(self, *, holds: bool = False) -> None:
        self.read(lambda: read_offered(self.store, *self._ids), self._take, holds=holds)

    def _take(self, found: Found | None) -> None:
        if found is None:
            self.dismiss(None)
            return
        self._found = found
        self.query_one("#offered-hours", Prose).update(Content("\n").join(self._hours(found)))
        self._rows = {str(one.product.id): one for one in found.stock}
        table, none = self.query_one(StockTable), self.query_one("#offered-none", Prose)
        table.fill((key, self._cells(one)) for key, one in self._rows.items())
        table.display, none.display = bool(self._rows), not self._rows
        none.update(plain(_("There is as much of each product as is ordered: none of them has a stock.")))
        if self.focused is None and self._rows:
            table.focus()
        self.show_heading()
        self.refresh_bindings()

    def _hours(self, found: Found) -> list[Content]:
        offered, one = found.offered, found.catalogue
        rules = (rule_words(one.opens_days_before, one.opens_at), rule_words(one.closes_days_before, one.closes_at))
        said = ((_("Opens"), opening(offered), rules[0]), (_("Closes"), closing(offered), rules[1]))
        lines = []
        for label, at, rule in said:
            words = _("{label} {moment}").format(label=label, moment=at)
            if offered.own_hours:
                words = _("{hours}  (rule: {rule})").format(hours=words, rule=rule or _("none"))
            lines.append(plain(words, "bold"))
        lines.append(plain(_("Set for this day. t goes back to the rule.") if offered.own_hours else _("By its rule.")))
        return lines

    def _cells(self, one: DayStock) -> list[object]:
        style = "bold" if one.left is not None and one.left < 0 else ""
        left = "" if one.left is None else f"{'! ' if one.left < 0 else ''}{quantity(one.left)}"
        return [
            one.product.name,
            number("" if one.stock is None else quantity(one.stock)),
            number("" if one.usual is None else quantity(one.usual)),
            number(quantity(one.ordered) if one.ordered else ""),
            number(left, style),
        ]

    # -- what can be done

    @property
    def _may(self) -> bool:
        return self.operator.may(Right.ORDERS, self._ids[1])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hours and stock are for who takes orders of the catalogue; nothing while something is asked."""
        if action not in ("hours", "rule", "withdraw"):
            return True
        found = self._found
        if found is None or self.query_one(Ask).display or not self._may:
            return False
        if action == "rule":
            return found.offered.own_hours
        return True

    def action_hours(self, which: str, typed: str | None = None) -> None:
        """Ask for another opening or closing."""
        if self._found is None:
            return
        moment = self._found.offered.closes if which == CLOSES else self._found.offered.opens
        if typed is None:
            self.say(_(HOW[which]))
            typed = "" if moment is None else dates.moment(moment)
        self.query_one(Ask).ask(_(ASKED[which]), lambda text: self._set_hours(which, text), typed)
        self.refresh_bindings()

    def _set_hours(self, which: str, text: str) -> None:
        """Take what was typed; what cannot be read is asked again."""
        if self._found is None:
            return
        offered = self._found.offered
        try:
            moment = moment_before(text, self._found.distribution.day, which)
        except Invalid:
            self._again(which, text)
            return
        opens, closes = (moment, offered.closes) if which == OPENS else (offered.opens, moment)
        store, ids = self.store, self._ids

        def failed(error: BaseException) -> None:
            self.show_error(error)
            self.action_hours(which, text)

        self.write(
            lambda: store.distributions.set_hours(*ids, opens, closes), lambda _r: self._set(which, moment), failed
        )

    def _again(self, which: str, text: str) -> None:
        self.warn(_("“{value}” is no day and hour; write it as 23/11 20:00.").format(value=text))
        self.action_hours(which, text)

    def _set(self, which: str, moment: datetime | None) -> None:
        if which == CLOSES:
            open_ = _("Open until the distribution.")
            said = _("Closes {moment}.").format(moment=dates.moment(moment)) if moment else open_
        else:
            said = _("Opens {moment}.").format(moment=dates.moment(moment)) if moment else _("Open from the start.")
        self.say(said)
        self._show()

    def action_rule(self) -> None:
        """Open and close by the rule again."""
        store, ids = self.store, self._ids

        def done(_result: None) -> None:
            self.say(_("It opens and closes by its rule again."))
            self._show()

        self.write(lambda: store.distributions.follow_rule(*ids), done)

    def action_withdraw(self) -> None:
        """Not offered on this day."""
        if self._found is None:
            return
        store, ids, name = self.store, self._ids, self._found.catalogue.name

        def done(_result: None) -> None:
            below = self.app.screen_stack[-2]
            self.dismiss(None)
            if isinstance(below, HouseScreen):
                below.say(_("{name} is taken off this day. a offers it again.").format(name=name))

        self.write(lambda: store.distributions.withdraw(*ids), done)

    # -- stock

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Enter or a click asks how much there is."""
        event.stop()
        one = self._rows.get(str(event.row_key.value))
        if one is None or not self._may:
            return
        if one.product.stock_kind != "distribution":
            self.say(
                _("{name} has one stock for all days: it is changed with the product.").format(name=one.product.name)
            )
            return
        self._ask_stock(one, "" if one.stock is None else quantity(one.stock))

    def _ask_stock(self, one: DayStock, typed: str) -> None:
        name = one.product.name
        if len(name) > 30:
            name = name[:29] + "…"
        question = _("{name}: how much is there?").format(name=name)
        self.query_one(Ask).ask(question, lambda text: self._set_stock(one, text), typed)
        self.refresh_bindings()

    def _set_stock(self, one: DayStock, text: str) -> None:
        """Take the number that was typed; nothing typed is the usual one; what is no number is asked again."""
        from store.exchange.cells import thousandths

        def failed(error: BaseException) -> None:
            self.show_error(error)
            self._ask_stock(one, text)

        try:
            stock = thousandths(text) if text else None
        except Invalid as error:
            failed(error)
            return
        store, distribution_id = self.store, self._ids[0]

        def done(_result: None) -> None:
            many = _("as usual") if stock is None else quantity(stock)
            self.say(_("{name}: {what} on this day.").format(name=one.product.name, what=many))
            self._show()

        self.write(lambda: store.distributions.set_stock(distribution_id, one.product.id, stock), done, failed)

    def on_ask_left(self, event: Ask.Left) -> None:
        """Back to the products, unless the question stands again."""
        event.stop()
        if not self.query_one(Ask).display:
            if self._rows:
                self.query_one(StockTable).focus()
            else:
                self.set_focus(None)
            self.refresh_bindings()
