"""Taking an order: who is on the phone, what they want, what is read back to them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from screens.base import HouseScreen
from screens.order_loading import Loaded, load
from screens.order_mode import Mode
from screens.order_sheet import Sheet, basket_rows
from screens.order_words import CHANNELS, caller_line, changed_meanwhile, total_text
from screens.order_writes import OrderWrites
from screens.widgets.bars import KeyLine
from screens.widgets.line import Line, LineCalls
from screens.widgets.plain import plain
from store.distributions import Distribution, DistributionCatalogue
from store.orders import Basket
from store.rights import Right
from templates.words import N_, _, dates, ngettext

T = TypeVar("T")
CHOICES = 7
"""Lines under the entry line before the screen is laid out."""


class OrderEntryScreen(HouseScreen[int | None]):
    """One line into which the caller's name, then the order is typed; letters act once it is read back.

    Leaves with the id of the order that was confirmed, or None.
    """

    NAME = "order_entry"
    HELP = N_(
        "Type a part of the caller's name, phone number or e-mail; **Enter** takes the first.\n"
        "\n"
        "Then one line for each product, **Enter** after each. The first row says what Enter will do.\n"
        "- `3 tom`  3 of what begins with “tom”;  `1,5 car`  `1/2 pain`  `500 g far`\n"
        "- `tom`  one;  `=2 tom`  2 instead of what was there;  `0 tom` or `-tom`  takes it out\n"
        "- **↓**  another product that fits;  **↑** on the empty line  takes the last entry back to correct it\n"
        "\n"
        "**Enter on the empty line** reads the order back. There **c** confirms, **n** writes a note, **l** adds what "
        "came last time, **z** undoes the last entry, **x** forgets the basket.\n"
        "\n"
        "Everything is stored as it is typed: a lost line loses nothing. A line marked **!** is late or short, **…** "
        "is being stored."
    )
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    BINDINGS = [
        Binding("f8", "finish", N_("Confirm"), tooltip=N_("Confirm the order"), id="order_entry.confirm"),
        Binding("f4", "other", N_("Other day"), tooltip=N_("Order for another distribution"), id="order_entry.other"),
    ]

    def __init__(
        self, member_id: int | None = None, distribution_id: int | None = None, order_id: int | None = None
    ) -> None:
        super().__init__()
        self._wanted = (member_id, distribution_id, order_id)
        self.distribution: Distribution | None = None
        self.loaded: Loaded | None = None
        self.sheet: Sheet | None = None
        self.writes: OrderWrites | None = None
        self.waiting: deque[str] = deque()
        self.lost: list[str] = []
        self.came_back: set[str] = set()
        self.mode = Mode(self)
        self._looked_at: Basket | None = None
        self._first_row = 0
        self._painting = False
        self._drawn: dict[str, object] = {}
        calls = LineCalls(key=self._key, changed=self._changed, enter=self._enter, pasted=self._pasted)
        self.line = Line(calls, id="order-line")

    def content(self) -> ComposeResult:
        yield Static(id="caller")
        yield Static(id="order-rows")
        with Horizontal(id="typing"):
            yield Static(id="prompt")
            yield self.line
            yield Static(id="total")
        yield Static(id="choices")

    def heading(self) -> tuple[str, str]:
        return self.mode.heading()

    def on_mount(self) -> None:
        """Open the order that was asked for, or ask who is on the phone."""
        self.line.focus()
        self.line.hold()
        self.read(self._find_distribution, self._start, failed=self._cannot_start, holds=True)

    def on_resize(self) -> None:
        """Draw for the new width."""
        self.show()

    # -- starting

    def _find_distribution(self) -> tuple[int | None, Distribution | None]:
        member_id, distribution_id, order_id = self._wanted
        if order_id is not None:
            order = self.store.orders.get(order_id)
            member_id, distribution_id = order.member_id, order.distribution_id
        if distribution_id is None:
            return member_id, self.store.distributions.next()
        return member_id, self.store.distributions.get(distribution_id)

    def _start(self, found: tuple[int | None, Distribution | None]) -> None:
        member_id, self.distribution = found
        if self.distribution is None:
            self.line.let_go()
            self.warn(_("No distribution is coming: there is nothing to order for. Add one first."))
            self.enter_mode(Mode(self))
        elif member_id is None:
            self.ask_caller()
        else:
            self.open_order(member_id)

    def _cannot_start(self, error: BaseException) -> None:
        self.line.let_go()
        self.show_error(error)

    def ask_caller(self) -> None:
        """Ask who is on the phone."""
        from screens.order_caller import CallerMode

        self.enter_mode(CallerMode(self))
        self.line.release()

    def open_order(self, member_id: int) -> None:
        """Open the member's order, keeping keys back until it is there."""
        if self.distribution is None:
            return
        self.line.hold()
        distribution_id = self.distribution.id
        loading = partial(load, self.store, member_id, distribution_id)
        self.read(loading, self._opened, failed=self._cannot_open, holds=True)

    def _opened(self, loaded: Loaded) -> None:
        from screens.order_typing import TypingMode

        self.line.put("")
        self._keep(loaded)
        self.enter_mode(TypingMode(self))
        if loaded.distribution.cancelled:
            self.warn(_("This distribution is cancelled: nothing can be ordered for it."))
        elif loaded.basket.entries:
            at = dates.moment(self.store.clock.to_wall(loaded.basket.created_at)) if loaded.basket.created_at else ""
            self.say(
                _("This basket is open since {at}, by {name}.").format(at=at, name=loaded.basket.created_by or "?")
            )
        if loaded.basket.typed:
            self.waiting.extend(loaded.basket.typed[1:])
            self.line.put(loaded.basket.typed[0])
        self.line.release()

    def _cannot_open(self, error: BaseException) -> None:
        self.line.let_go()
        self.show_error(error)
        if self.loaded is None:
            self.ask_caller()

    def _keep(self, loaded: Loaded) -> None:
        self.loaded = loaded
        self.distribution = loaded.distribution
        self.sheet = Sheet(loaded.basket, loaded.distribution, loaded.offer, self.store.clock)
        self.writes = OrderWrites(self.store, loaded.basket)

    def reload(self) -> None:
        """Show the order as it is stored now, and what could not be stored in the line again."""
        loaded = self.loaded
        if loaded is None or loaded.member.id is None:
            return
        member_id, distribution_id = loaded.member.id, loaded.distribution.id
        self.line.hold()
        loading = partial(load, self.store, member_id, distribution_id)
        self.read(loading, self._reloaded, failed=self._cannot_open, holds=True)

    def _reloaded(self, loaded: Loaded) -> None:
        before, self._looked_at = self._looked_at, None
        self._keep(loaded)
        if before is not None and (said := changed_meanwhile(before, loaded.basket, loaded.changed)):
            self.warn(said)
        if self.lost:
            self._give_back([*self.lost, *([self.line.value] if self.line.value else [])])
        self.show()
        self.line.release()

    def keys_now(self) -> list[tuple[str, str]]:
        return self.mode.keys()

    def _give_back(self, texts: list[str]) -> None:
        """Put what could not be stored where it was typed; more than one wait as pasted lines do."""
        from screens.order_typing import TypingMode

        self.lost = []
        self.came_back.update(texts)
        mode = TypingMode(self)
        self.enter_mode(mode)
        self.waiting.extendleft(reversed(texts[1:]))
        self.line.put(texts[0])
        mode.returned = True

    def changed(self) -> None:
        """Somebody else changed something: show it, unless something is being stored here."""
        if self.sheet is not None and not self.sheet.pending and not self.line.value and self.mode.follows:
            self._looked_at = self.sheet.basket
            self.reload()

    def keeps(self) -> bool:
        return self.mode.keeps()

    def keep(self) -> None:
        self.mode.keep()

    # -- keys

    def _key(self, key: str, character: str | None) -> bool:
        if key == "f3":
            self.action_leave()
            return True
        return self.mode.key(key, character)

    def _changed(self, text: str) -> None:
        self.mode.changed(text)

    def _enter(self, text: str) -> None:
        self.mode.enter(text)

    def _pasted(self, lines: list[str]) -> None:
        self.mode.pasted(lines)

    def enter_mode(self, mode: Mode) -> None:
        """Let other keys act, and show what goes with them."""
        self.mode = mode
        for name in ("caller", "order", "read-back"):
            self.set_class(name == mode.LAYOUT, f"-{name}")
        self.query_one(KeyLine).refresh()
        self.show_heading()
        self.show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that does nothing at this moment is not offered."""
        return action not in ("finish", "other") or action in self.mode.ACTIONS

    def action_leave(self) -> None:
        self.mode.leave()

    def action_finish(self) -> None:
        """Confirm the order."""
        self.mode.finish()

    def action_other(self) -> None:
        """Order for another distribution."""
        self.mode.key("f4", None)

    def close(self, order_id: int | None, sentence: str = "", *, warns: bool = False) -> None:
        """Leave this screen; the one below says the sentence, and gets the keys that were typed meanwhile."""
        below = self.app.screen_stack[-2] if len(self.app.screen_stack) > 1 else None
        self.dismiss(order_id)
        if sentence and isinstance(below, HouseScreen):
            (below.warn if warns else below.say)(sentence)
        self.line.divert(self.house.give_back)

    # -- what is shown

    def show(self) -> None:
        """Draw what has changed, once the keys that came together are through."""
        if not self._painting:
            self._painting = True
            self.call_later(self._paint)

    def _paint(self) -> None:
        self._painting = False
        if not self.is_mounted or not self.query("#choices"):
            return
        self._draw("#prompt", plain(self.mode.prompt()), layout=True)
        self._draw("#caller", plain(f" {self._caller_text()}"))
        self._draw("#total", plain(self._total_text()), layout=True)
        rows, choices = self.query_one("#order-rows"), self.query_one("#choices")
        self._draw("#order-rows", Content("\n").join(self._rows(rows.size.height)))
        self._draw("#choices", Content("\n").join(self.mode.choices(self.size.width, choices.size.height or CHOICES)))

    def _draw(self, name: str, content: Content, *, layout: bool = False) -> None:
        """Draw a part again if it has changed: over a slow line each byte counts."""
        shown = (content.plain, tuple(content.spans))
        if self._drawn.get(name) != shown:
            self._drawn[name] = shown
            self.query_one(name, Static).update(content, layout=layout)

    def _caller_text(self) -> str:
        if self.loaded is None:
            return self.mode.caption()
        return caller_line(self.loaded.member, self.loaded.orders, self.loaded.last_day)

    def _total_text(self) -> str:
        if self.sheet is None:
            return ""
        lines = [line for line in self.sheet.lines() if line.quantity]
        totals: dict[str, int] = {}
        for line in lines:
            totals[line.product.currency] = totals.get(line.product.currency, 0) + line.amount
        counted = ngettext("{n} line", "{n} lines", len(lines)).format(n=len(lines))
        estimated = any(line.estimated for line in lines)
        return f"{counted}    {total_text(totals, self.house.group.currency, estimated=estimated)} "

    def _rows(self, height: int) -> list[Content]:
        """As many of the last rows as fit; the first says how many are above."""
        if self.sheet is None:
            return []
        rows = basket_rows(self.sheet, self.size.width, self.house.group.currency)
        if height <= 0 or len(rows) <= height:
            self._first_row = 0
            return rows
        last = len(rows) - height + 1
        first = max(0, last - self._first_row) if self._first_row else last
        above = plain("   " + _("↑ {n} more above (PgUp)").format(n=first), "dim")
        return [above, *rows[first : first + height - 1]] if first else rows[:height]

    def scroll(self, rows: int) -> None:
        """Show rows further up, or (below 0) further down."""
        total = len(self.sheet.lines()) if self.sheet is not None else 0
        self._first_row = max(0, min(total, self._first_row + rows))
        self.show()

    # -- words that modes share

    def place(self) -> str:
        """The distribution, short: "Thu 26 Nov, Treillières"."""
        d = self.distribution
        if d is None:
            return ""
        # Of "Salle des fêtes, Treillières" the town: the caller's name needs the room.
        town = d.place.rpartition(",")[2].strip() or d.place
        return _("{day}, {place}").format(day=dates.day(d.day), place=town)

    def own_catalogues(self) -> list[DistributionCatalogue]:
        """The distribution's catalogues that the operator takes orders for: a producer's own."""
        catalogues = self.distribution.catalogues if self.distribution is not None else ()
        return [c for c in catalogues if self.operator.may(Right.ORDERS, c.catalogue_id)]

    def who(self) -> str:
        """How the order comes and who types it: "by phone · Marie"."""
        channel = self.sheet.basket.channel if self.sheet is not None else "phone"
        return f"{_(CHANNELS.get(channel, channel))} · {self.operator.name}"

    def change_basket(self, work: Callable[[], T], done: Callable[[T], Any]) -> None:
        """Carry out a write whose result the next key needs, keeping keys back meanwhile."""

        def failed(error: BaseException) -> None:
            self.failed(error, None)

        def finished(result: T) -> None:
            done(result)
            self.line.release()

        self.line.hold()
        self.write(work, finished, failed)

    def failed(self, error: BaseException, text: str | None) -> None:
        """A write did not succeed: keep its text, say why, and show what is stored."""
        from screens.order_writes import EarlierFailed

        if text is not None:
            self.lost.append(text)
            if self.sheet is not None and self.sheet.pending:
                self.sheet.pending.popleft()
        else:
            self.line.let_go()
        if not isinstance(error, EarlierFailed):
            self.show_error(error)
        if self.sheet is None or not self.sheet.pending:
            self.reload()
