"""What the modes with an order at hand have in common: its title, keeping what is typed, confirming, leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from screens import order_words as words
from screens.order_mode import Mode
from screens.order_sheet import Sheet
from screens.order_vouchers import changes as voucher_changes
from screens.order_writes import OrderWrites
from screens.text import width
from store.errors import StockShort, VouchersOff
from store.members import Member
from store.order_records import CHANNELS
from store.orders import Basket, Confirmation
from templates.words import _, dates, ngettext

if TYPE_CHECKING:
    from screens.order_entry import OrderEntryScreen

NAME_CELLS = 50
"""Cells of the title for whom the order is for, before the rest of it is shortened."""


class OrderMode(Mode):
    """The sheet, the title, leaving."""

    LAYOUT = "order"
    ACTIONS: ClassVar[tuple[str, ...]] = ("finish", "channel", "other")

    def __init__(self, screen: OrderEntryScreen) -> None:
        super().__init__(screen)
        if screen.sheet is None or screen.writes is None or screen.loaded is None:
            raise LookupError("no order is open")

    @property
    def sheet(self) -> Sheet:
        """The order on the screen."""
        sheet = self.screen.sheet
        if sheet is None:
            raise LookupError("no order is open")
        return sheet

    @property
    def writes(self) -> OrderWrites:
        """The way to the order in the file."""
        writes = self.screen.writes
        if writes is None:
            raise LookupError("no order is open")
        return writes

    @property
    def changes(self) -> bool:
        """Whether the order is a confirmed one that is being changed."""
        return self.sheet.basket.changes_order_id is not None

    @property
    def touched(self) -> bool:
        """Whether something was entered that confirming would change."""
        vouchers = self.changes and self.sheet.basket.vouchers_changed
        return self.sheet.touched or bool(self.sheet.pending) or vouchers

    @property
    def noted(self) -> bool:
        """Whether the note is another one than that of the order."""
        changed = self.screen.loaded.changed if self.screen.loaded is not None else None
        return self.sheet.basket.note != (changed.note if changed is not None else "")

    def heading(self) -> tuple[str, str]:
        loaded, screen = self.screen.loaded, self.screen
        if loaded is None:
            return super().heading()
        left = _("Order for {name}").format(name=member_name(loaded.member))
        if loaded.changed is not None:
            at = loaded.changed.confirmed_at
            left = _("CHANGE: {name}, order of {day} ({by})").format(
                day=dates.day(screen.store.clock.to_wall(at)) if at else "",
                by=loaded.changed.confirmed_by or _("automatic"),
                name=member_name(loaded.member),
            )
        channel, day = screen.channel(), dates.day(loaded.distribution.day)
        room = screen.size.width - 3 - min(width(left), NAME_CELLS)
        rights = (f"{screen.place()}   {screen.who()}", f"{screen.place()}   {channel}", f"{day}   {channel}")
        return left, next((right for right in rights if width(right) <= room), rights[-1])

    def changes_told(self) -> list[str]:
        """What a change alters, in sentences."""
        changed = self.screen.loaded.changed if self.screen.loaded is not None else None
        lines, basket = self.sheet.lines(), self.sheet.basket
        vouchers = voucher_changes(changed.vouchers if changed is not None else (), basket.vouchers)
        altered = any(line.quantity != line.before for line in lines)
        return ([words.changes(lines)] if altered or not vouchers else []) + vouchers

    # -- what is typed

    def _typed(self) -> list[str]:
        """What is typed or pasted and not entered."""
        # What could not be stored just now was typed first.
        return [text for text in (*self.screen.lost, self.screen.line.value.strip(), *self.screen.waiting) if text]

    def keeps(self) -> bool:
        return bool(self._typed() or self.sheet.pending)

    def keep(self) -> None:
        """Keep what is not entered with the basket, behind all that is being stored."""
        writes, typed = self.writes, self._typed()
        if typed:
            self.screen.house.writer.submit(lambda: writes.keep_typed(typed))

    def hand_over(self) -> dict[str, Any]:
        return {"lines": self._typed()}

    # -- the order as a whole

    def finish(self) -> None:
        """Confirm, unless something typed is not entered yet."""
        line = self.screen.line
        if line.value.strip() or self.screen.waiting:
            self.screen.warn(_("“{text}” is not entered yet: Enter takes it.").format(text=line.value))
        elif not self.touched and not (self.changes and self.noted):
            self.screen.warn(_("There is nothing to confirm: nothing is ordered or changed."))
        else:
            self.confirm()

    def confirm(self, *, short: bool = False, vouchers_off: bool = False) -> None:
        """Store the order; asks once where there is less than is ordered, unless `short` says that it is meant, and
        where a voucher cannot stay on it, unless `vouchers_off` says so."""

        def confirmed(done: Confirmation) -> None:
            self.screen.close_saved(done, words.saved(done))

        def failed(error: BaseException) -> None:
            if isinstance(error, StockShort):
                from screens.order_short import ShortMode

                self._ask(ShortMode(self.screen, error, vouchers_off=vouchers_off))
            elif isinstance(error, VouchersOff):
                from screens.order_vouchers_off import VouchersOffMode

                self._ask(VouchersOffMode(self.screen, error, short=short))
            else:
                self.screen.failed(error, None)

        writes = self.writes
        self.screen.line.hold()
        self.screen.write(lambda: writes.confirm(short=short, vouchers_off=vouchers_off), confirmed, failed)

    def _ask(self, mode: Mode) -> None:
        """Ask before it is confirmed all the same; what was typed ahead is no answer."""
        self.screen.drop_typed()
        self.screen.say("")
        self.screen.enter_mode(mode)

    def change_channel(self) -> None:
        """The next way in which an order can come; after the last of them the first."""
        ways = CHANNELS
        current = self.sheet.basket.channel
        channel = ways[(ways.index(current) + 1) % len(ways)] if current in ways else ways[0]
        writes = self.writes

        def changed(basket: Basket) -> None:
            self.sheet.basket = basket
            self.screen.show_heading()
            self.screen.show()
            self.screen.say(_("This order came {channel}.").format(channel=self.screen.channel()))

        self.screen.change_basket(lambda: writes.channel(channel), changed)

    def other_day(self) -> None:
        """Order for another distribution; a confirmed order can be moved there."""
        from screens.order_day import DayMode

        if self.screen.line.value.strip() or self.screen.waiting:
            self.screen.warn(_("“{text}” is not entered yet: Enter takes it.").format(text=self.screen.line.value))
        elif self.touched or self.noted:
            self.screen.warn(
                _("Confirm or forget the change first (Enter, then c or x): then the order can be moved.")
                if self.changes
                else _("Confirm the order first (Enter, then c): then it can be moved.")
            )
        else:
            self.screen.enter_mode(DayMode(self.screen))

    def leave(self) -> None:
        """The basket is kept; of a change it is asked, and what was only looked at leaves nothing behind."""
        from screens.order_leaving import LeaveMode

        if not self.touched and not self.noted:
            self.screen.write(self.writes.leave_nothing)
            self.screen.close(None)
        elif self.changes:
            self.screen.enter_mode(LeaveMode(self.screen))
        else:
            self.screen.close(None, self.kept())

    def kept(self) -> str:
        """That the basket stays as it is, and whose it is."""
        name = self.screen.loaded.member.name if self.screen.loaded is not None else ""
        lines = sum(line.quantity > 0 for line in self.sheet.lines())
        text = ngettext("The basket of {name} is kept: {n} line.", "The basket of {name} is kept: {n} lines.", lines)
        return text.format(name=name, n=lines)


def member_name(member: Member) -> str:
    """The caller as the title says it: "MARÉCHAL Odette"."""
    if len(member.people) == 1:
        person = member.people[0]
        return f"{person.last_name.upper()} {person.first_name}".strip()
    return member.name
