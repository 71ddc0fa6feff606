"""Weighing at the pick-up: type a weight, Enter, and the next line is marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import DataTable, Static

from screens.base import HouseScreen
from screens.errors import words_for
from screens.order_vouchers import total_told
from screens.order_words import total_text
from screens.settle_sheet import SettleLine, SettleSheet
from screens.settle_weights import doubt, is_weight, read_weight
from screens.settle_words import cells, keys, what_enter_does, whose
from screens.text import width
from screens.widgets.bars import KeyLine, NoticeLine
from screens.widgets.line import Line, LineCalls
from screens.widgets.plain import plain
from screens.widgets.still import Still
from screens.widgets.table import HouseTable, cell, number
from store.errors import ChangedElsewhere
from templates.words import N_, _, dates, ngettext, pgettext
from templates.words.money import quantity

if TYPE_CHECKING:
    from store import Store
    from store.distributions import Distribution
    from store.orders import Order, Weighed

STEPS = {"up": -1, "down": 1, "pageup": -10, "pagedown": 10}
COLUMNS = ("member", "product", "ordered", "weight", "amount")


@dataclass(frozen=True)
class ToWeigh:
    """What the screen reads."""

    distribution: Distribution
    lines: tuple[Weighed, ...]


def read_to_weigh(store: Store, distribution_id: int) -> ToWeigh:
    """The weighed products that were ordered for a distribution."""
    return ToWeigh(store.distributions.get(distribution_id), store.orders.to_settle(distribution_id))


class SettleTable(HouseTable, can_focus=False):
    """The lines; the keys stay with the line below."""


class SettleScreen(HouseScreen[None]):
    """The weighed products of a distribution; one line takes weights, and names to find somebody by."""

    NAME = "settle"
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    HELP = N_(
        "What was ordered and is sold by weight. Type what the scales say and **Enter**: it is stored, and the next "
        "line is marked. **Enter** alone leaves the estimate and goes on.\n"
        "- `1,83`  in the unit of the product;  `1830g`  in grams;  `1,8+1,95`  two pieces\n"
        "- `-`  back to the estimate\n"
        "- letters find a member or a product: `gué` and **Enter**; **↓** the next that fits\n"
        "\n"
        "**↑** goes back to correct. **Tab** sorts by product instead of by member.\n"
        "\n"
        "A **~** stands before what is still an estimate, **…** behind what is being stored, **!** before a weight "
        "that could not be stored. Weights can be typed after the distribution, too."
    )
    BINDINGS = [
        Binding(
            "tab,shift+tab",
            "turn",
            N_("By product"),
            show=False,
            tooltip=N_("By product, or by member"),
            id="settle.turn",
        ),
        Binding(
            "shift+tab", "turn", N_("By product"), show=False, tooltip=N_("By product, or by member"), id="settle.t"
        ),
        Binding("f8", "leave", N_("Done"), show=False, tooltip=N_("Back to where one came from"), id="settle.done"),
    ]

    def __init__(self, distribution_id: int, order_id: int | None = None) -> None:
        """`order_id` names the order to begin with."""
        super().__init__()
        self._distribution_id = distribution_id
        self._order_id = order_id
        self._read: ToWeigh | None = None
        self.sheet = SettleSheet()
        self._found: list[SettleLine] = []
        self._doubted = self._told = ""
        self._stale = False
        self._read_at = 0
        self._leaving = False
        calls = LineCalls(key=self._key, changed=self._changed, enter=self._enter, pasted=self._pasted)
        self.line = Line(calls, max_length=60, id="settle-weight")

    def heading(self) -> tuple[str, str]:
        if self._read is None:
            return _("Weighing"), ""
        d = self._read.distribution
        left = _("Weighing: {day}, {place}").format(day=dates.day(d.day), place=d.place)
        return left, _("{n} of {total} weighed").format(n=self.sheet.weighed, total=len(self.sheet.lines))

    def content(self) -> ComposeResult:
        yield SettleTable(id="settle-lines")
        yield Still(id="settle-empty")
        yield Still(id="settle-totals")
        yield Still(id="settle-whose")
        with Horizontal(id="settle-typing"):
            yield Static(plain(" > "), id="settle-prompt")
            yield self.line
            yield Still(id="settle-does")

    def on_mount(self) -> None:
        """Show what is to be weighed; keys that come before it is read wait."""
        table = self.query_one(SettleTable)
        titles = (_("Member"), _("Product"), pgettext("quantity", "Ordered"), _("Weight"), _("Amount"))
        for key, title, wide in zip(COLUMNS, titles, (19, 16, 12, 9, 12), strict=True):
            table.add_column(number(title) if key in ("weight", "amount") else cell(title), width=wide, key=key)
        table.grow(member=50, product=50)
        self.line.focus()
        self._load()

    def _load(self) -> None:
        distribution_id, self._stale = self._distribution_id, False
        self._read_at = self.house.change_number
        self.read(lambda: read_to_weigh(self.store, distribution_id), self._take, group="settle", holds=True)

    def _take(self, read: ToWeigh) -> None:
        first, self._read = self._read is None, read
        self.sheet.load(read.lines)
        if first:
            self.sheet.mark_unweighed(self._order_id)
        self.set_class(not read.lines, "-nothing")
        table, empty = self.query_one(SettleTable), self.query_one("#settle-empty", Static)
        table.display, empty.display = bool(read.lines), not read.lines
        empty.update(plain(_("Nothing to weigh: no order of this day has a product that is sold by weight.")))
        self._show()
        self.refresh_bindings()

    def changed(self) -> None:
        """Somebody else changed something: show it, once nothing is typed; say it where it is what is weighed here."""
        if self.line.value:
            self._stale = True
            since, self._read_at = self._read_at, self.house.change_number
            self.read(lambda: read_to_weigh(self.store, self._distribution_id), partial(self._tell, since), "tell")
        else:
            self._load()

    def _tell(self, since: int, read: ToWeigh) -> None:
        line = self.sheet.current
        if line is None or line.being_stored or not is_weight(self.line.value.strip()):
            return
        now = next((w for w in read.lines if (w.order_id, w.product.id) == line.key), None)
        if now is not None and now.settled_weight not in (None, line.found.settled_weight):
            from store.colleagues import who_changed

            who = who_changed(self.store, "order", line.found.order_id, since) or _("Somebody else")
            weight = quantity(now.settled_weight or 0)
            self.warn(_("{who} has weighed this just now: {weight}.").format(who=who, weight=weight))

    # -- what is shown

    def _show(self) -> None:
        table = self.query_one(SettleTable)
        table.fill((line.row, cells(line)) for line in self.sheet.lines)
        self._show_mark()
        self._show_totals()

    def _show_line(self, line: SettleLine) -> None:
        """One line anew: with hundreds of them all take too long for a key."""
        table = self.query_one(SettleTable)
        for column, value in zip(COLUMNS, cells(line), strict=True):
            if table.get_cell(line.row, column) != value:
                table.update_cell(line.row, column, value)
        self._show_totals()

    def _show_mark(self) -> None:
        line = self.sheet.current
        if line is not None:
            self.query_one(SettleTable).move_cursor(row=self.sheet.place, animate=False)
        self._show_whose()
        self._show_does()

    def _show_whose(self) -> None:
        self.query_one("#settle-whose", Static).update(plain(whose(self.sheet.current, self.size.width), "bold"))

    def _show_does(self) -> None:
        room = max(20, self.size.width - 5 - max(12, width(self.line.value)))
        does = what_enter_does(self.sheet.current, self.line.value.strip(), len(self._found), room)
        self.query_one("#settle-does", Static).update(plain(f"{does} "))

    def _show_totals(self) -> None:
        currency = self.house.group.currency
        estimated, known = self.sheet.totals()
        open_ = self.sheet.weighed < len(self.sheet.lines)
        text = _("estimated {estimated}   now {known}").format(
            estimated=total_text(estimated, currency, estimated=True),
            known=total_text(known, currency, estimated=open_),
        )
        self.query_one("#settle-totals", Static).update(plain(f" {text}"))
        self.show_heading()

    def on_resize(self) -> None:
        """Lay the lines below anew."""
        if self._read is not None:
            self._show_mark()

    def keys_now(self) -> list[tuple[str, str]]:
        return keys(self.sheet, self.line.value.strip())

    # -- keys

    def _key(self, key: str, character: str | None) -> bool:
        if key in STEPS:
            self._step(STEPS[key])
        elif key in ("f3", "escape"):
            self.action_leave()
        elif character == "?" and not self.line.value:
            self.house.action_help()
        else:
            self._leaving = False
            return False
        return True

    def _step(self, by: int) -> None:
        """Another line; while somebody is looked for, another one that fits. What is typed stays."""
        if self._found and self.sheet.current in self._found:
            place = self._found.index(self.sheet.current) + by
            self.sheet.marked = self._found[place % len(self._found)].key
        else:
            self.sheet.step(by)
            self._give_back()
        self._doubted, self._leaving = "", False
        self._show_mark()

    def _changed(self, text: str) -> None:
        """Letters mark what they find; a weight only says what Enter will do."""
        text = text.strip()
        self._found = [] if not text or is_weight(text) else self.sheet.find(text)
        if self._found:
            self.sheet.marked = self._found[0].key
            self._show_mark()
        else:
            self._show_does()
        if not text and self._stale:
            self._load()
        self.query_one(KeyLine).refresh()

    def _pasted(self, lines: list[str]) -> None:
        self.warn(_("Type one weight at a time: several lines were pasted, none was stored."))

    def _enter(self, text: str) -> None:
        text, line = text.strip(), self.sheet.current
        if line is None:
            return
        if not text:
            self._go_on(_("Nothing is left to weigh."))
        elif not is_weight(text):
            self._choose(text)
        else:
            self._weigh(line, text)

    def _choose(self, text: str) -> None:
        if self._found:
            self.say("")
            self.line.put("")
            self._give_back()
            self._show_mark()
        else:
            self.warn(_("“{text}”: nobody of this name, and no product, has something to weigh.").format(text=text))

    def _weigh(self, line: SettleLine, text: str) -> None:
        weight = read_weight(text, line.found.product)
        problem = weight.problem
        if not problem and self._doubted != text:
            problem = doubt(weight.value, line.found)
            self._doubted = text if problem else ""
        if problem:
            self.warn(problem)
            self.house.drop_keys()  # what was typed ahead, Enter too, is no answer to what nobody has read yet
            return
        self._doubted = ""
        self.line.put("")
        self._store(line, weight.value, text)
        self._go_on(_("Everything is weighed."))

    def _go_on(self, done: str) -> None:
        """Mark the next line that is still an estimate, and say so where the list begins anew or is done."""
        before = self.sheet.place
        self._told = ""
        if not self.sheet.next_unweighed():
            if self.sheet.weighed == len(self.sheet.lines):
                self._told = done
        elif self.sheet.place < before:
            left = len(self.sheet.lines) - self.sheet.weighed
            said = ngettext("From the top: {n} line is still an estimate.", "From the top: {n} are estimates.", left)
            self._told = said.format(n=left)
        self.say(self._told)
        self._give_back()
        self._show_mark()
        if self._stale:
            self._load()

    def _give_back(self) -> None:
        """On a line whose weight was refused, the text is there again to be corrected."""
        line = self.sheet.current
        if line is not None and line.refused and not self.line.value:
            self.line.put(line.refused)

    def action_turn(self) -> None:
        """By product instead of by member, or back; the mark stays on its line."""
        self.sheet.turn()
        self._show()
        self.query_one(KeyLine).refresh()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """A click marks a line."""
        event.stop()
        self.sheet.step(event.cursor_row - self.sheet.place)
        self._show_mark()

    # -- storing

    def _store(self, line: SettleLine, weight: int | None, text: str) -> None:
        order_id, product_id = key = line.key
        seen = {product_id: line.weight}
        self.sheet.put(line, weight)
        self._show_line(line)

        def failed(error: BaseException) -> None:
            self.house.note_fault(error)
            refused = self.sheet.refuse(key, text)
            if refused is None:
                self.show_error(error)
                return
            said = _("{name}, {product}: {weight} was not stored. {why}")
            who, product = refused.found.member, refused.found.product.name
            self.warn(said.format(name=who, product=product, weight=text, why=words_for(error)))
            self._show_line(refused)
            if not self.line.value:
                self.sheet.marked = key
                self._give_back()
                self._show_mark()
            if isinstance(error, ChangedElsewhere):
                self._load()

        def done(order: Order) -> None:
            self.sheet.stored(key, order)
            for other in self.sheet.lines:
                if other.found.order_id == order_id:
                    self._show_line(other)
            self._show_whose()
            self._tell_total(line.found.member, order)

        self.write(lambda: self.store.orders.settle(order_id, {product_id: weight}, seen=seen), done, failed)

    def _tell_total(self, member: str, order: Order) -> None:
        """Say what a member's order comes to once all of it is weighed, unless something else has been said since."""
        if order.estimated or self.query_one(NoticeLine).text != self._told:
            return
        total = total_told(order, self.house.group.currency)
        said = _("{name}: all weighed, {total}.").format(name=member, total=total)
        self._told = f"{self._told} {said}".strip()
        self.say(self._told)

    # -- leaving

    def keeps(self) -> bool:
        return self._is_unstored or any(line.being_stored for line in self.sheet.lines)

    @property
    def _is_unstored(self) -> bool:
        return bool(self.line.value.strip()) or any(line.refused for line in self.sheet.lines)

    def hand_over(self) -> dict[str, Any]:
        return self.sheet.hand_over(self.line.value)

    def take_over(self, typed: Mapping[str, Any]) -> list[str]:
        weight, lost = self.sheet.take_over(typed)
        self.line.put(weight)
        self._show()
        return lost

    def action_leave(self) -> None:
        """Leave; what is typed and not stored is said once before."""
        if self._is_unstored and not self._leaving:
            self._leaving = True
            self.warn(_("A weight is typed and not stored. Enter stores it; once more leaves without it."))
            return
        super().action_leave()
