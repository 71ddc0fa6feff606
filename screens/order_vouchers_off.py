"""Vouchers that cannot stay on the order as it is now: asked once, then they are kept off."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from textual.content import Content

from screens.order_short import QuestionMode
from screens.voucher_errors import voucher_refused
from screens.widgets.plain import plain
from store.errors import VouchersOff
from templates.words import _

if TYPE_CHECKING:
    from screens.order_entry import OrderEntryScreen


class VouchersOffMode(QuestionMode):
    """Why they cannot stay; c again confirms without them."""

    def __init__(self, screen: OrderEntryScreen, error: VouchersOff, *, short: bool) -> None:
        super().__init__(screen)
        self._error = error
        self._short = short

    def keys(self) -> list[tuple[str, str]]:
        return [("c", _("Confirm without")), (_("Enter"), _("Back to the order")), ("F3", _("Leave"))]

    def finish(self) -> None:
        self.confirm(short=self._short, vouchers_off=True)

    def choices(self, cells: int, height: int) -> list[Content]:
        then = _("c confirms without it, for another time; Enter goes back.")
        return off_lines(self._error, cells, height, then)


def off_lines(error: VouchersOff, cells: int, height: int, then: str) -> list[Content]:
    """Which vouchers cannot stay on an order, and why, and what can be done."""
    texts = [part for one in error.refused for part in textwrap.wrap(voucher_refused(one), max(20, cells - 4))]
    room = max(1, height - 2)
    shown = texts if len(texts) <= room else [*texts[: room - 1], "…"]
    return [
        plain(" ! " + _("The order cannot keep its voucher. Nothing is done yet."), "bold"),
        *(plain(f"   {text}") for text in shown),
        plain(f"   {then}", "bold"),
    ]
