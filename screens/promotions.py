"""The promotions: what costs less than else, from when to when."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable

from screens.base import HouseScreen
from screens.promotion_words import described, price_words, state_words, what_words
from screens.text import fitted
from screens.widgets.ask import Ask
from screens.widgets.plain import plain
from screens.widgets.prose import Prose
from screens.widgets.table import HouseTable, cell, number
from store.promotions import Promotion, PromotionState
from store.rights import Right
from templates.words import N_, _, dates

DAY = 14
"""Cells of a day of another year in any language: "1er févr. 2027"."""
COLUMNS = (
    ("what", N_("What"), 19),
    ("price", N_("Price"), 14),
    ("since", N_("From"), DAY),
    ("until", N_("Until"), DAY),
)
STATE = 8
NAME_CELLS = 34
"""Cells for a name in a question."""


class PromotionsTable(HouseTable):
    """The list; Enter changes the marked one."""

    NEEDS = {"select_cursor": Right.ORDERS}
    BINDINGS = [
        Binding("enter", "select_cursor", N_("Change"), tooltip=N_("Change price or days"), id="promotions.edit"),
    ]


class PromotionsScreen(HouseScreen[None]):
    """Those that run, then those to come; what has ended where one asks for it."""

    NAME = "promotions"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "A promotion makes a product, or all of a catalogue, cost less from one day to another, both included. Order "
        "entry shows the price and asks it by itself; where several hold, the lowest counts.\n"
        "\n"
        "What is ordered on these days keeps its price afterwards, also when more of it is ordered then. What was "
        "ordered before costs less as soon as its quantity is changed on these days.\n"
        "\n"
        "**n** makes a new one, **Enter** changes the marked one, **x** ends it: nothing new is ordered at it. **o** "
        "shows those that are over, too."
    )
    NEEDS = dict.fromkeys(("new", "end"), Right.ORDERS)
    BINDINGS = [
        Binding("n", "new", N_("New"), tooltip=N_("Lower a price for some days"), id="promotions.new"),
        Binding("f7", "new", N_("New"), show=False, tooltip=N_("Lower a price for some days"), id="promotions.new.f7"),
        Binding("x", "end", N_("End it"), tooltip=N_("Ask the usual price again from now on"), id="promotions.end"),
        Binding("o", "over", N_("Over, too"), tooltip=N_("Show what has ended, or not"), id="promotions.over"),
    ]

    def __init__(
        self, catalogue_id: int | None = None, product_id: int | None = None, promotion_id: int | None = None
    ) -> None:
        """Of one catalogue where it is named; a new one begins with the product; the promotion is the marked one."""
        super().__init__()
        self._catalogue_id = catalogue_id
        self._product_id = product_id
        self._wanted = promotion_id
        self._over = promotion_id is not None
        self._called = ""
        self._rows: dict[str, Promotion] | None = None

    def heading(self) -> tuple[str, str]:
        title = _("Promotions of {name}").format(name=fitted(self._called, 40).rstrip()) if self._called else ""
        today = self.store.clock.today()
        n = sum(one.state(today) is PromotionState.RUNNING for one in (self._rows or {}).values())
        return title or _("Promotions"), _("{n} running").format(n=n) if self._rows else ""

    def content(self) -> ComposeResult:
        yield PromotionsTable(id="promotions-list")
        yield Prose(id="promotions-none")
        yield Prose(id="promotions-detail")
        yield Ask()

    def on_mount(self) -> None:
        """Show them."""
        table = self.query_one(PromotionsTable)
        for key, title, width in COLUMNS:
            table.add_column(number(_(title)) if key == "price" else cell(_(title)), width=width, key=key)
        table.add_column(cell(""), width=STATE, key="state")
        table.grow(what=100)
        self._list(holds=True)

    def changed(self) -> None:
        self._list(holds=False)

    def _list(self, *, holds: bool) -> None:
        self.read(self._read, self._take, holds=holds)

    def _read(self) -> tuple[str, tuple[Promotion, ...]]:
        one = self._catalogue_id
        called = "" if one is None else self.store.catalogues.get(one).name
        return called, self.store.promotions.all(self._over, one)

    def _take(self, found: tuple[str, tuple[Promotion, ...]]) -> None:
        self._called, promotions = found
        self._rows = {str(one.id): one for one in promotions}
        table = self.query_one(PromotionsTable)
        table.fill((key, self._row(one)) for key, one in self._rows.items())
        if self._wanted is not None and str(self._wanted) in self._rows:
            table.move_cursor(row=table.get_row_index(str(self._wanted)), animate=False)
        self._wanted = None
        self.set_class(not promotions, "-empty")
        self.query_one("#promotions-none", Prose).update(plain("" if promotions else self._nothing()))
        self.show_heading()
        self._show_detail()
        self.refresh_bindings()

    def _row(self, one: Promotion) -> list[object]:
        today = self.store.clock.today()
        style = "" if self._still(one) else "dim"
        return [
            cell(what_words(one), style),
            number(price_words(one), style),
            cell(dates.day_number(one.since), style),
            cell(dates.day_number(one.until), style),
            cell(state_words(one, today), style),
        ]

    def _nothing(self) -> str:
        if not self.operator.may(Right.ORDERS, self._catalogue_id):
            return _("There is no promotion now.")
        return _(
            "There is no promotion now. n makes one: a product or a whole catalogue that costs less for some days."
        )

    @property
    def _marked(self) -> Promotion | None:
        found = self.query(PromotionsTable)
        return (self._rows or {}).get(found.first().current_key or "") if found else None

    def on_data_table_row_highlighted(self) -> None:
        """Say more of the marked one."""
        self._show_detail()
        self.refresh_bindings()

    def _show_detail(self) -> None:
        one = self._marked
        said = described(one, self.store.clock.today()) if one is not None else Content("")
        self.query_one("#promotions-detail", Prose).update(said)

    # -- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only one that is not over can be ended."""
        if action == "end":
            one = self._marked
            return one is not None and self._still(one)
        return True

    def _still(self, one: Promotion) -> bool:
        return one.state(self.store.clock.today()) in (PromotionState.RUNNING, PromotionState.COMING)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Change the marked one; one that is over begins a new one like it."""
        event.stop()
        one = self._marked
        if one is None:
            return
        if self._still(one):
            self.go("promotion", self._saved, promotion_id=one.id)
        else:
            self.go("promotion", self._saved, like=one.id)

    def action_new(self) -> None:
        """Make a new one."""
        self.go("promotion", self._saved, catalogue_id=self._catalogue_id, product_id=self._product_id)

    def _saved(self, promotion_id: int | None) -> None:
        if promotion_id is not None:
            self._wanted = promotion_id
            self.say(_("Saved."))
            self._list(holds=True)

    def action_over(self) -> None:
        """Show what has ended, or not."""
        self._over = not self._over
        self._list(holds=True)

    def action_end(self) -> None:
        """End the marked one; asks once."""
        if (one := self._marked) is None:
            return
        self.house.drop_keys()  # what was typed ahead, Enter too, is no answer to what nobody has read yet
        question = _("End the promotion for {name}? Enter: yes, Esc: no")
        name = fitted(what_words(one), NAME_CELLS).rstrip()
        self.query_one(Ask).ask(question.format(name=name), lambda _yes: self._end(one))

    def _end(self, one: Promotion) -> None:
        def done(ended: Promotion) -> None:
            self.say(_("{name} costs as usual again. What was ordered keeps its price.").format(name=ended.what))
            self._list(holds=False)

        self.write(partial(self.store.promotions.cancel, one.id), done, holds=True)

    def on_ask_left(self) -> None:
        """Back to the list."""
        self.query_one(PromotionsTable).focus()
