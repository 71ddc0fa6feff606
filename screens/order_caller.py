"""Who is on the phone: the search for a caller, with a new member as its last row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.content import Content

from screens.order_mode import Mode
from screens.text import fitted
from screens.widgets.plain import plain
from store.errors import StoreError
from store.members import Found
from templates.words import N_, _

if TYPE_CHECKING:
    from screens.order_entry import OrderEntryScreen
    from store.distributions import Distribution

LIMIT = 12
NEW_CALLER = "new_caller"
"""Where a half-typed new member is kept."""
STATES = {"confirmed": N_("has ordered"), "basket": N_("basket open")}


class CallerMode(Mode):
    """Search as you type; Enter takes the first row, or the one the arrows marked. The last row is a new member.

    `unfinished` is a new member who was half typed when the terminal was lost; Enter alone goes on with it.
    """

    ACTIONS = ("other",)

    def __init__(self, screen: OrderEntryScreen, text: str = "", unfinished: Mapping[str, str] | None = None) -> None:
        super().__init__(screen)
        self._found = Found((), 0)
        self._text = "\0"
        self._marked = 0
        self._states: dict[int, str] = {}
        self._unfinished = unfinished or {}
        if text:
            screen.line.put(text)
        self._read_states()

    def _read_states(self) -> None:
        distribution = self.screen.distribution
        if distribution is not None:
            distribution_id = distribution.id
            self.screen.read(lambda: self.screen.store.orders.states(distribution_id), self._know, group="states")

    def _know(self, states: dict[int, str]) -> None:
        self._states = states
        self.screen.show()

    def heading(self) -> tuple[str, str]:
        return _("New order for {place}").format(place=self.screen.place()), self.screen.who()

    def caption(self) -> str:
        return _("Who is calling? A part of the name, the phone number or the e-mail.")

    def keys(self) -> list[tuple[str, str]]:
        return [
            (_("Enter"), _("Take the order")),
            ("↓↑", _("Another")),
            ("F4", _("Other day")),
            ("F3", _("Leave")),
            ("F1", _("Help")),
        ]

    # -- keys

    def key(self, key: str, character: str | None) -> bool:
        if key in ("down", "up") and self.screen.line.value.strip():
            self._search()
            step = 1 if key == "down" else -1
            self._marked = (self._marked + step) % (len(self._found.rows) + 1)
            self.screen.show()
            return True
        if key == "escape" and self.screen.line.value:
            self.screen.line.put("")
            return True
        return super().key(key, character)

    def changed(self, text: str) -> None:
        self._marked = 0
        if text.strip():
            self.screen.read(lambda: self._find(text), self._show, group="caller")
        else:
            self._text, self._found = text, Found((), 0)
        self.screen.show()

    def _find(self, text: str) -> tuple[str, Found]:
        return text, self.screen.store.members.search(text, limit=LIMIT)

    def _show(self, found: tuple[str, Found]) -> None:
        if found[0] == self.screen.line.value:
            self._text, self._found = found
            self.screen.show()

    def _search(self) -> None:
        """Know what is found for the text that is typed, whatever was last drawn."""
        if self._text != self.screen.line.value:
            self._text, self._found = self._find(self.screen.line.value)

    def enter(self, text: str) -> None:
        if not text.strip() and self._unfinished:
            self._go_on()
            return
        if not text.strip():
            self.screen.say(_("Type a part of the caller's name, phone number or e-mail first."))
            return
        try:
            self._search()
        except StoreError as error:
            self.screen.show_error(error)
            return
        rows = self._found.rows
        if self._marked < len(rows):
            self.screen.opening.order_of(rows[self._marked].id)
        else:
            from screens.order_new_caller import NewCallerMode

            self.screen.enter_mode(NewCallerMode(self.screen, text.strip()))

    def _go_on(self) -> None:
        """Go on with a new member who was half typed when the terminal was lost."""
        self.go_on()

    def go_on(self) -> None:
        """Go on at once with the new member who was half typed."""
        from screens.order_new_caller import NewCallerMode

        self.screen.enter_mode(NewCallerMode(self.screen, "", self._unfinished))

    def pasted(self, lines: list[str]) -> None:
        self.screen.line.put(" ".join(lines))

    def other_day(self) -> None:
        """The next of the distributions that are not over; after the last of them the first."""
        current = self.screen.distribution

        def find() -> Distribution | None:
            from screens.order_day import coming

            store = self.screen.store
            ids = [row.id for row in coming(store)]
            if current is None or not ids or ids == [current.id]:
                return None
            following = ids.index(current.id) + 1 if current.id in ids else 0
            return store.distributions.get(ids[following % len(ids)])

        self.screen.read(find, self._take_day, group="days", holds=True)

    def _take_day(self, found: Distribution | None) -> None:
        if found is None:
            self.screen.say(_("No other distribution is coming."))
            return
        self.screen.distribution = found
        self._read_states()
        self.screen.show_heading()
        self.screen.show()

    # -- what is shown

    def choices(self, cells: int, height: int) -> list[Content]:
        text = self.screen.line.value.strip()
        if not text:
            return [self._unfinished_row(), *self._closings(cells - 6)]
        searched = self._text == self.screen.line.value
        # Until the worker is back the list of the text before stays: nothing jumps, and Enter searches itself.
        rows = [self._row(i, cells) for i in range(len(self._found.rows))][: max(0, height - 2)]
        last = len(self._found.rows)
        new = plain(f" {self._mark(last)} + {_('New member “{text}”').format(text=text)}", self._style(last))
        more = self._found.total - len(rows)
        hidden = [plain("     " + _("and {n} more: type more letters").format(n=more), "dim")] if more > 0 else []
        return [*rows, *hidden, new] if searched or rows else [plain("")]

    def _unfinished_row(self) -> Content:
        if not self._unfinished:
            return plain("")
        kept = self._unfinished
        name = " ".join(kept[field] for field in ("last_name", "first_name") if field in kept)
        text = _("⏎ goes on with the new member “{text}”, not finished last time")
        return plain("   " + text.format(text=name or kept.get("typed") or kept.get("phone", "")), "bold")

    def _closings(self, cells: int) -> list[Content]:
        from screens.order_words import closing, when_and_where

        distribution = self.screen.distribution
        if distribution is None:
            return []
        when = when_and_where(distribution)
        lines = [closing(c, self.screen.store.clock, cells) for c in self.screen.own_catalogues()]
        return [plain(f"   {when}"), *(plain(f"     {line}", "dim") for line in lines)]

    def _row(self, index: int, cells: int) -> Content:
        row = self._found.rows[index]
        star = "★" if row.vip else " "
        state = _(STATES[self._states[row.id]]) if row.id in self._states else ""
        name = max(20, cells - 50)
        phone = row.phone or row.mobile
        cells_of = ((row.name, name), (star, 1), (phone, 16), (row.postal_code, 6), (state, 16))
        texts = [self._mark(index), *(fitted(text, room) for text, room in cells_of)]
        return plain(f" {' '.join(texts)}", self._style(index))

    def _mark(self, index: int) -> str:
        return "⏎" if index == self._marked else " "

    def _style(self, index: int) -> str:
        return "reverse" if index == self._marked else ""

    def leave(self) -> None:
        self.screen.close(None)
