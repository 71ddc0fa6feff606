"""Another distribution: for a confirmed order, to move it there; for one that is only begun, to begin it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

from screens.order_at_hand import OrderMode
from screens.order_mode import Mode
from screens.text import fitted
from screens.widgets.plain import plain
from store import Store
from store.distribution_rows import DistributionRow
from store.errors import StockShort, VouchersOff
from store.rights import Right
from templates.words import _, dates

if TYPE_CHECKING:
    from screens.order_entry import OrderEntryScreen
    from screens.order_move import Target
    from store.orders import Moved

NAME_CELLS = 36


def coming(store: Store) -> list[DistributionRow]:
    """The distributions that are neither over nor cancelled, the next first."""
    wall = store.clock.wall()
    rows = [row for row in store.distributions.rows(from_day=wall.date()) if not row.cancelled and not row.over]
    return sorted(rows, key=lambda row: (row.day, row.starts_at, row.id))


class NoDayMode(Mode):
    """No distribution is coming; Enter leads to where one is planned."""

    def caption(self) -> str:
        return _("No distribution is coming: there is nothing to order for.")

    def keys(self) -> list[tuple[str, str]]:
        enter = [(_("Enter"), _("Distributions"))] if self._may_plan else []
        return [*enter, ("F3", _("Leave")), ("F1", _("Help"))]

    @property
    def _may_plan(self) -> bool:
        return self.screen.operator.may(Right.ORDERS)

    def enter(self, text: str) -> None:
        if self._may_plan:
            self.screen.line.put("")
            self.screen.go("distributions", lambda _left: self.screen.opening.begin())

    def choices(self, cells: int, height: int) -> list[Content]:
        if self._may_plan:
            return [plain("   " + _("⏎ goes to the distributions, to plan one"), "bold")]
        return [plain("   " + _("A coordinator plans one."))]


@dataclass(frozen=True)
class Day:
    """A distribution that can be chosen: day and place, what would come of it, and for a confirmed order the move."""

    distribution_id: int
    name: str
    purpose: str
    target: Target | None = None


class DayMode(OrderMode):
    """The distributions to come; Enter takes the marked one."""

    LAYOUT = "read-back"
    ACTIONS = ()

    def __init__(self, screen: OrderEntryScreen) -> None:
        super().__init__(screen)
        self._days: tuple[Day, ...] | None = None
        self._marked = 0
        self._asked: StockShort | VouchersOff | None = None
        self._meant: dict[str, bool] = {}
        """What was asked about the move, and is meant."""
        screen.line.hold()
        screen.read(self._find, self._found, group="days", failed=self._failed, holds=True)

    def prompt(self) -> str:
        return " ? "

    def keys(self) -> list[tuple[str, str]]:
        if self._asked is not None:
            return [("c", _("Move all the same")), (_("Enter"), _("Back"))]
        return [
            (_("Enter"), _("Move the order") if self.changes else _("Order for this day")),
            ("↓↑", _("Another")),
            (_("Esc"), _("Back")),
        ]

    # -- what can be chosen

    def _find(self) -> tuple[Day, ...]:
        store, basket = self.screen.store, self.sheet.basket
        if basket.changes_order_id is None:
            return tuple(
                Day(row.id, f"{dates.day(row.day)} {row.starts_at} {row.place}", ", ".join(row.catalogues))
                for row in coming(store)
                if row.id != basket.distribution_id
            )
        from screens.order_move import targets

        found = targets(store, basket.changes_order_id)
        return tuple(Day(t.distribution.id, t.name, t.purpose, t) for t in found)

    def _found(self, days: tuple[Day, ...]) -> None:
        self._days = days
        if not days:
            self._back()
            self.screen.say(_("No other distribution is coming."))
        self.screen.show()
        self.screen.line.release()

    def _failed(self, error: BaseException) -> None:
        self._back()
        self.screen.drop_typed()
        self.screen.show_error(error)

    # -- keys

    def key(self, key: str, character: str | None) -> bool:
        if self._asked is not None:
            meant = "short" if isinstance(self._asked, StockShort) else "vouchers_off"
            self._asked = None
            self._meant = {**self._meant, meant: True} if key in ("c", "C") else {}
            if self._meant:
                self._move()
            self.screen.enter_mode(self)
        elif key in ("down", "up"):
            self._marked = (self._marked + (1 if key == "down" else -1)) % max(1, len(self._days or ()))
            self.screen.show()
        elif key in ("enter", "ctrl+j"):
            self._take()
        elif key == "escape":
            self._back()
        else:
            return character is not None and character.isprintable()
        return True

    def pasted(self, lines: list[str]) -> None:
        """A paste is no day."""

    def _back(self) -> None:
        from screens.order_typing import TypingMode

        self.screen.enter_mode(TypingMode(self.screen))

    def leave(self) -> None:
        self._back()

    def _take(self) -> None:
        if not self._days:
            return
        day = self._days[self._marked]
        if day.target is None:
            self.screen.opening.other_order(day.distribution_id)
        elif not day.target.moves:
            self.screen.warn(_("Nothing of this order is offered there: it stays where it is."))
        else:
            self._move()

    def _move(self) -> None:
        day = self._days[self._marked] if self._days else None
        if day is None or day.target is None:
            return
        target = day.target

        def moved(done: Moved) -> None:
            from screens.order_move import moved_words

            self.screen.close_saved(done.confirmation, moved_words(target, done))

        def failed(error: BaseException) -> None:
            if isinstance(error, StockShort | VouchersOff):
                self._asked = error
                self.screen.drop_typed()
                self.screen.enter_mode(self)
            else:
                self._back()
                self.screen.failed(error, None)

        writes, meant = self.writes, self._meant
        self.screen.line.hold()
        self.screen.write(lambda: writes.move(target.distribution.id, **meant), moved, failed)

    # -- what is shown

    def choices(self, cells: int, height: int) -> list[Content]:
        if self._asked is not None:
            return self._question(self._asked, cells, height)
        title = _("Move the order to") if self.changes else _("Order for another day")
        room = height - 1
        first = max(0, min(self._marked - room + 1, len(self._days or ()) - room))
        rows = [self._row(at, day, cells) for at, day in enumerate(self._days or ())]
        return [plain(f" {title}", "bold"), *rows[max(0, first) : max(0, first) + room]]

    def _question(self, asked: StockShort | VouchersOff, cells: int, height: int) -> list[Content]:
        then = _("c moves it all the same; any other key leaves it where it is.")
        if isinstance(asked, StockShort):
            from screens.order_short import short_lines

            return short_lines(asked, {}, height, then)
        from screens.order_vouchers_off import off_lines

        return off_lines(asked, cells, height, then)

    def _row(self, at: int, day: Day, cells: int) -> Content:
        marked = at == self._marked
        name = min(max(NAME_CELLS, cells // 2), max(len(d.name) for d in self._days or (day,)))
        text = f" {'⏎' if marked else ' '} {fitted(day.name, name)}  {day.purpose}"
        return plain(fitted(text, cells - 1), "reverse" if marked else "")
