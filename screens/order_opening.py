"""Opening an order at the desk: the distribution, the caller's order, and that order anew when somebody changed it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from screens.order_caller import NEW_CALLER, CallerMode
from screens.order_loading import Loaded, in_the_same_order, load
from screens.order_sheet import Sheet
from screens.order_words import changed_meanwhile, when_and_where
from screens.order_writes import OrderWrites
from store.distributions import Distribution
from store.orders import Basket
from templates.words import _, dates

if TYPE_CHECKING:
    from screens.order_entry import OrderEntryScreen


@dataclass(frozen=True)
class Wanted:
    """What the screen was opened with: a member, a distribution, an order to change; None asks."""

    member_id: int | None = None
    distribution_id: int | None = None
    order_id: int | None = None


class Opening:
    """Reads what the screen needs, keeping keys back until it is there."""

    def __init__(self, screen: OrderEntryScreen, wanted: Wanted) -> None:
        self._screen = screen
        self._wanted = wanted
        self._looked_at: Basket | None = None

    def begin(self) -> None:
        """Open the order that was asked for, or ask who is on the phone."""
        self._screen.line.hold()
        self._screen.read(self._find, self._start, failed=self._cannot_start, holds=True)

    def _find(self) -> tuple[int | None, Distribution | None, dict[str, str]]:
        store = self._screen.store
        member_id, distribution_id = self._wanted.member_id, self._wanted.distribution_id
        if self._wanted.order_id is not None:
            order = store.orders.get(self._wanted.order_id)
            member_id, distribution_id = order.member_id, order.distribution_id
        day = store.distributions.next() if distribution_id is None else store.distributions.get(distribution_id)
        return member_id, day, {} if member_id is not None else store.unfinished.look(NEW_CALLER)

    def _start(self, found: tuple[int | None, Distribution | None, dict[str, str]]) -> None:
        screen = self._screen
        member_id, screen.distribution, unfinished = found
        if screen.distribution is None:
            from screens.order_day import NoDayMode

            screen.line.let_go()
            screen.enter_mode(NoDayMode(screen))
        elif member_id is None:
            self.ask_caller(unfinished)
        else:
            self.order_of(member_id)

    def _cannot_start(self, error: BaseException) -> None:
        self._screen.line.let_go()
        self._screen.show_error(error)

    def ask_caller(self, unfinished: Mapping[str, str] | None = None) -> None:
        """Ask who is on the phone; a new member may be half typed since the last time."""
        self._screen.enter_mode(CallerMode(self._screen, unfinished=unfinished))
        self._screen.line.release()

    def order_of(self, member_id: int) -> None:
        """Open the member's order for the distribution."""
        if self._screen.distribution is not None:
            self._load(member_id, self._screen.distribution.id, self._opened)

    def other_order(self, distribution_id: int) -> None:
        """Open the same member's order for another distribution; of this one nothing was entered."""
        screen = self._screen
        if screen.loaded is None or screen.loaded.member.id is None or screen.writes is None:
            return
        screen.write(screen.writes.leave_nothing)
        self._load(screen.loaded.member.id, distribution_id, self._opened)

    def _load(self, member_id: int, distribution_id: int, done: Callable[[Loaded], None]) -> None:
        self._screen.line.hold()
        loading = partial(load, self._screen.store, member_id, distribution_id)
        self._screen.read(loading, done, failed=self._cannot_open, holds=True)

    def _opened(self, loaded: Loaded) -> None:
        from screens.order_typing import TypingMode

        screen = self._screen
        screen.line.put("")
        self._keep(loaded)
        screen.enter_mode(TypingMode(screen))
        basket = loaded.basket
        if loaded.distribution.cancelled:
            screen.warn(_("This distribution is cancelled: nothing can be ordered for it."))
        elif basket.entries:
            at = dates.moment(screen.store.clock.to_wall(basket.created_at)) if basket.created_at else ""
            screen.say(_("This basket is open since {at}, by {name}.").format(at=at, name=basket.created_by or "?"))
        if basket.typed:
            screen.waiting.extend(basket.typed[1:])
            screen.line.put(basket.typed[0])
        screen.line.release()

    def _cannot_open(self, error: BaseException) -> None:
        screen = self._screen
        if screen.loaded is not None and screen.house.explains(error):
            screen.line.release()  # it is read by the newer program, which gives back what could not be stored
            screen.show()
            return
        screen.line.let_go()
        screen.show_error(error)
        if screen.loaded is None:
            self.ask_caller()
        elif screen.lost:
            self._give_back()
            screen.show_error(error)

    def _keep(self, loaded: Loaded) -> None:
        screen = self._screen
        known = screen.loaded
        if known is not None and known.basket.distribution_id == loaded.basket.distribution_id:
            loaded = in_the_same_order(loaded, known.offer)
        screen.loaded = loaded
        screen.distribution = loaded.distribution
        screen.sheet = Sheet(loaded.basket, loaded.distribution, loaded.offer, screen.store.clock)
        screen.writes = OrderWrites(screen.store, loaded.basket)

    def take_over(self, typed: Mapping[str, Any]) -> list[str]:
        """Go on where a former program was: what was typed is with the basket, or is typed again."""
        screen = self._screen
        if typed.get("new_caller") and isinstance(screen.mode, CallerMode):
            screen.mode.go_on()
        shown = [screen.line.value.strip(), *screen.waiting]
        lines = [text for text in typed.get("lines", ()) if text not in shown]
        if lines and not screen.line.value:
            screen.line.put(lines.pop(0))
        if screen.loaded is not None:
            screen.waiting.extend(lines)
            lines = []
        return [text for text in (*lines, typed.get("said", "")) if text]

    # -- the same order again

    def again(self) -> None:
        """Show the order as it is stored now, say what a colleague did to it, and put what could not be stored back."""
        screen = self._screen
        loaded = screen.loaded
        if loaded is None or loaded.member.id is None:
            return
        self._looked_at = screen.sheet.basket if screen.sheet is not None else None
        self._load(loaded.member.id, loaded.distribution.id, self._opened_again)

    def _opened_again(self, loaded: Loaded) -> None:
        screen = self._screen
        before, self._looked_at = self._looked_at, None
        keys = screen.keys_now()
        said = self._meanwhile(before, loaded) if before is not None else ""
        self._keep(loaded)
        look = _("Look, then Enter takes what you typed.") if screen.lost else ""
        if said or (look and screen.shows("")):  # unless it is said why it could not be stored
            screen.warn(f"{said} {look}".strip())
        if said:
            screen.mode.overtaken()
        if screen.lost:
            self._give_back()
        if screen.keys_now() != keys:
            screen.enter_mode(screen.mode)
        screen.show_heading()
        screen.show()
        screen.line.release()

    def _meanwhile(self, before: Basket, now: Loaded) -> str:
        """What a colleague did to the order on the screen, or to whom or what it is for; empty for nothing."""
        was = self._screen.loaded
        if was is None:
            return ""
        if now.member.erased and not was.member.erased:
            return _("This member was erased meanwhile: nothing can be ordered for them.")
        if now.distribution.cancelled and not was.distribution.cancelled:
            return _("This distribution is cancelled: nothing can be ordered for it.")
        if when_and_where(now.distribution) != when_and_where(was.distribution):
            when = when_and_where(now.distribution)
            return _("A colleague has moved this distribution: {when}.").format(when=when)
        return changed_meanwhile(before, now.basket, now.changed)

    def tell(self) -> None:
        """Say at once what a colleague does to the order; what is shown and typed stays as it is."""
        screen, sheet, loaded = self._screen, self._screen.sheet, self._screen.loaded
        if sheet is None or loaded is None or loaded.member.id is None:
            return
        seen = sheet.basket

        def told(now: Loaded) -> None:
            # What was stored here meanwhile is no news, and may be among what was read.
            if screen.sheet is sheet and sheet.basket is seen and not sheet.pending:
                said = self._meanwhile(seen, now)
                if said and not screen.shows(said):
                    screen.warn(said)

        screen.read(partial(load, screen.store, loaded.member.id, loaded.distribution.id), told, group="tell")

    def _give_back(self) -> None:
        """Put what could not be stored where it was typed; more than one wait as pasted lines do.

        A line that is being typed at this moment stays: the rest of it is still to come.
        """
        from screens.order_typing import TypingMode

        screen = self._screen
        texts, screen.lost = screen.lost, []
        screen.came_back.update(texts)
        begun, typing = screen.line.value, isinstance(screen.mode, TypingMode)
        if begun and typing and screen.mode.returned:
            texts, begun = [begun, *texts], ""  # it came back before
        elif begun and not typing:
            texts, begun = [*texts, begun], ""
        mode = TypingMode(screen)
        screen.enter_mode(mode)
        if begun:
            screen.waiting.extendleft(reversed(texts))
            mode.changed(begun)
        else:
            screen.waiting.extendleft(reversed(texts[1:]))
            screen.line.put(texts[0])
            mode.returned = True
