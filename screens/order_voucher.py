"""Putting a voucher on an order and taking it off again: one by its letter, several from a list, any by its code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.content import Content

from screens.errors import words_for
from screens.order_at_hand import OrderMode
from screens.order_note import SentenceMode
from screens.order_vouchers import AtHand, at_hand, conditions, left_to_pay
from screens.order_words import total_text
from screens.text import fitted, width
from screens.widgets.plain import plain
from store.errors import VoucherRefused
from store.orders import Basket
from store.rights import Right
from templates.words import _, ngettext
from templates.words.money import money

if TYPE_CHECKING:
    from screens.order_entry import OrderEntryScreen
    from store.voucher_records import Voucher

AMOUNT = 10
"""Cells of a voucher's worth in the list."""


def vouchers_of(mode: OrderMode) -> AtHand:
    """The vouchers that the order on the screen can do something with."""
    loaded = mode.screen.loaded
    return at_hand(loaded, mode.sheet.basket) if loaded is not None else AtHand((), ())


def press(mode: OrderMode, *, by_code: bool = False) -> None:
    """Put the member's voucher on the order, or take it off; where there are several, or none is known, ask which."""
    if not mode.screen.operator.may(Right.ORDERS):
        mode.screen.say(_("Vouchers are for whole orders: a coordinator can do it."))
        return
    found = vouchers_of(mode)
    if by_code or len(found.all) != 1:
        mode.screen.enter_mode(VoucherMode(mode.screen))
    elif found.on:
        take_off(mode, found.on[0])
    else:
        put_on(mode, found.off[0].code)


def put_on(mode: OrderMode, code: str) -> None:
    """Put a voucher on the order, and read it back."""
    if not any(line.quantity for line in mode.sheet.lines()):
        mode.screen.drop_typed()
        mode.screen.warn(words_for(VoucherRefused(code, "nothing")))
        return
    writes = mode.writes

    def done(basket: Basket) -> None:
        before = {voucher.id for voucher in mode.sheet.basket.vouchers}
        put = ", ".join(voucher.code for voucher in basket.vouchers if voucher.id not in before) or code
        _show(mode, basket, _("Voucher {code} is on: {amount} to pay.").format(code=put, amount=_to_pay(mode, basket)))

    mode.screen.change_basket(lambda: writes.put_on(code), done)


def take_off(mode: OrderMode, voucher: Voucher) -> None:
    """Take a voucher off the order again, and read it back."""
    writes = mode.writes

    def done(basket: Basket) -> None:
        _show(mode, basket, _("Voucher {code} is off: it can be used another time.").format(code=voucher.code))

    mode.screen.change_basket(lambda: writes.take_off(voucher.id), done)


def _to_pay(mode: OrderMode, basket: Basket) -> str:
    left = left_to_pay(basket.vouchers, basket.totals)
    return total_text(left, mode.screen.house.group.currency, estimated=basket.estimated)


def _show(mode: OrderMode, basket: Basket, said: str) -> None:
    from screens.read_back import ReadBackMode

    mode.sheet.basket = basket
    mode.screen.line.put("")
    mode.screen.enter_mode(ReadBackMode(mode.screen))
    mode.screen.say(said)


class VoucherMode(SentenceMode):
    """The member's vouchers; Enter puts the marked one on or takes it off, and a code that is typed is put on."""

    def __init__(self, screen: OrderEntryScreen) -> None:
        super().__init__(screen)
        self._marked = 0
        screen.line.put("")

    def prompt(self) -> str:
        return " " + _("Code > ")

    def keys(self) -> list[tuple[str, str]]:
        back = [(_("Esc"), _("Back to the order")), ("F1", _("Help"))]
        if self.screen.line.value.strip():
            return [(_("Enter"), _("Put it on")), *back]
        marked = self._chosen
        if marked is None:
            return back
        enter = _("Take it off") if marked in vouchers_of(self).on else _("Put it on")
        others = [("↓↑", _("Another"))] if len(vouchers_of(self).all) > 1 else []
        return [(_("Enter"), enter), *others, *back]

    @property
    def _chosen(self) -> Voucher | None:
        found = vouchers_of(self).all
        return found[self._marked % len(found)] if found else None

    def key(self, key: str, character: str | None) -> bool:
        if key in ("down", "up"):
            self._marked += 1 if key == "down" else -1
            self.screen.enter_mode(self)  # what Enter does is among the keys
            return True
        return super().key(key, character)

    def changed(self, text: str) -> None:
        if len(text.strip()) <= 1:
            self.screen.enter_mode(self)
        else:
            super().changed(text)

    def enter(self, text: str) -> None:
        chosen = self._chosen
        if text.strip():
            put_on(self, text.strip())
        elif chosen is None:
            self.back()
        elif chosen in vouchers_of(self).on:
            take_off(self, chosen)
        else:
            put_on(self, chosen.code)

    def back(self) -> None:
        self.screen.say("")  # what was said of a code that was typed here is over
        super().back()

    def hand_over(self) -> dict[str, Any]:
        return {"said": self.screen.line.value}

    def choices(self, cells: int, height: int) -> list[Content]:
        found = vouchers_of(self)
        if not found.all:
            words = _("No voucher of this member can be used here. Type the code.")
            return [plain(f" {words}", "bold")]
        title = ngettext(
            "{n} voucher: Enter takes it, or a typed code.",
            "{n} vouchers: Enter takes the marked one, or a typed code.",
            len(found.all),
        ).format(n=len(found.all))
        room = max(width(conditions(voucher)) for voucher in found.all)
        rows = [self._row(voucher, voucher in found.on, room, cells) for voucher in found.all]
        marked = self._marked % len(rows)
        first = max(0, min(marked - height + 2, len(rows) - height + 1))
        return [plain(f" {title}", "bold"), *rows[first : first + height - 1]]

    def _row(self, voucher: Voucher, is_on: bool, room: int, cells: int) -> Content:
        marked = voucher == self._chosen and not self.screen.line.value.strip()
        parts = (
            "⏎" if marked else " ",
            "[x]" if is_on else "[ ]",
            voucher.code,
            fitted(money(voucher.amount, voucher.currency), AMOUNT, right=True),
            fitted(conditions(voucher), room),
        )
        text = " ".join(parts)
        title = fitted(voucher.title, max(0, cells - width(text) - 3)).rstrip()
        return plain(f" {text} {title}", "reverse" if marked else "")
