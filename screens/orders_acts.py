"""What is done to the marked order, and with the list as a whole: cancel, move to another day, write as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.errors import words_for
from screens.export_words import where_words
from screens.text import width
from screens.widgets.ask import Ask
from screens.widgets.choices import Choices
from store.errors import StockShort, VouchersOff
from templates.words import _

if TYPE_CHECKING:
    from screens.order_move import Target
    from screens.orders import OrdersScreen
    from store.orders import Moved, Order

NAME_CELLS, FORM_CELLS = 34, 18


class Acts:
    """Asks what there is to ask, has it done, and says what came of it on the screen."""

    def __init__(self, screen: OrdersScreen) -> None:
        self._screen = screen

    # -- cancelling

    def cancel(self, order_id: int, name: str) -> None:
        """Ask why, then cancel the order, unless it was changed meanwhile."""
        screen = self._screen

        def ask(order: Order) -> None:
            question = _("Why is the order of {name} cancelled?").format(name=name)
            screen.query_one(Ask).ask(question, lambda reason: self._cancel(order, name, reason), "")

        screen.read(lambda: screen.store.orders.get(order_id), ask, group="cancel", holds=True)

    def _cancel(self, order: Order, name: str, reason: str) -> None:
        screen = self._screen
        if not reason:
            screen.warn(_("Nothing is cancelled: a reason is needed."))
            return

        def done(_order: object) -> None:
            screen.say(_("The order of {name} is cancelled.").format(name=name))
            screen.changed()

        screen.write(lambda: screen.store.orders.cancel(order.id, reason, version=order.version), done)

    # -- moving

    def move(self, order_id: int) -> None:
        """Offer the days to come, each with what would become of the order there."""
        from screens.order_move import targets

        screen = self._screen
        screen.read(lambda: targets(screen.store, order_id), self._offer, group="targets", holds=True)

    def _offer(self, found: tuple[Target, ...]) -> None:
        if not found:
            self._screen.warn(_("There is no other distribution to come that an order could be moved to."))
            return
        self._screen.say(_("Where does the order of {name} go?").format(name=found[0].member))
        cells = min(NAME_CELLS, max(width(target.name) for target in found) + 1)
        self._screen.choose_from([(target.name, target.purpose, target) for target in found], cells)

    def _move_to(self, target: Target, **meant: bool) -> None:
        from screens.order_move import moved_words

        screen = self._screen
        if not target.moves:
            screen.warn(_("It stays: nothing of it is offered there."))
            return

        def done(moved: Moved) -> None:
            screen.say(moved_words(target, moved))
            screen.changed()

        def failed(error: BaseException) -> None:
            if not isinstance(error, StockShort | VouchersOff):
                screen.show_error(error)
                return
            also = {**meant, "short" if isinstance(error, StockShort) else "vouchers_off": True}
            screen.warn(words_for(error))
            screen.house.drop_keys()
            question = _("Move it all the same? Enter: yes")
            screen.query_one(Ask).ask(question, lambda _answer: self._move_to(target, **also))

        orders = screen.store.orders
        to, version = target.distribution.id, target.version
        screen.write(lambda: orders.move(target.order_id, to, version=version, **meant), done, failed)

    # -- as a file

    def offer_forms(self) -> None:
        """Offer what the list can be written as."""
        from screens.orders_files import forms

        self._screen.choose_from(forms(), FORM_CELLS)

    def _write(self, form: str) -> None:
        from screens.orders_files import write_orders

        screen, shown = self._screen, self._screen.shown
        if shown is None:
            return
        store, (distribution_id, by) = screen.store, shown
        screen.say(_("Writing…"))
        screen.write(lambda: write_orders(store, form, distribution_id, by), lambda path: screen.say(where_words(path)))

    def chosen(self, event: Choices.Chosen) -> None:
        """A day or a form was chosen."""
        if isinstance(event.value, str):
            self._write(event.value)
        else:
            self._move_to(event.value)
