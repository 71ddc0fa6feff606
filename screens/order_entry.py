"""Taking an order: who is on the phone, what they want, what is read back to them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.widgets import Input, Static

from screens.base import HouseScreen
from screens.order_loading import Loaded
from screens.order_mode import Mode
from screens.order_opening import Opening, Wanted
from screens.order_painting import Painting, Part
from screens.order_sheet import Sheet
from screens.order_words import CHANNELS
from screens.order_writes import OrderWrites
from screens.widgets.bars import KeyLine
from screens.widgets.line import Line, LineCalls
from store.distributions import Distribution, DistributionCatalogue
from store.orders import Confirmation
from store.rights import Right
from templates.words import N_, _, dates

T = TypeVar("T")


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
        "came last time, **z** undoes the last entry, **x** forgets the basket, **h** says how the order comes, **m** "
        "takes another day: a confirmed order moves there. **a** cancels a confirmed order, with a reason.\n"
        "\n"
        "**v** puts the member's voucher on the order, and takes it off again; where there are several, or none is "
        "known, it asks which one or for the code.\n"
        "\n"
        "Everything is stored as it is typed: a lost line loses nothing. A line marked **!** is late or short, **…** "
        "is being stored."
    )
    CSS_PATH = Path(__file__).with_suffix(".tcss")
    BINDINGS = [
        Binding("f8", "finish", N_("Confirm"), tooltip=N_("Confirm the order"), id="order_entry.confirm"),
        Binding("f4", "other", N_("Other day"), tooltip=N_("Order for another distribution"), id="order_entry.other"),
        Binding("f6", "channel", N_("Channel"), tooltip=N_("Say how the order comes"), id="order_entry.channel"),
    ]

    def __init__(
        self, member_id: int | None = None, distribution_id: int | None = None, order_id: int | None = None
    ) -> None:
        super().__init__()
        self.distribution: Distribution | None = None
        self.loaded: Loaded | None = None
        self.sheet: Sheet | None = None
        self.writes: OrderWrites | None = None
        self.waiting: deque[str] = deque()
        self.lost: list[str] = []
        self.came_back: set[str] = set()
        self.mode = Mode(self)
        self._behind = False
        self.opening = Opening(self, Wanted(member_id, distribution_id, order_id))
        self.painting = Painting(self)
        calls = LineCalls(key=self._key, changed=self._changed, enter=self._enter, pasted=self._pasted)
        self.line = Line(calls, id="order-line")

    def content(self) -> ComposeResult:
        yield Static(id="caller")
        yield Part(id="order-rows")
        with Horizontal(id="typing"):
            yield Static(id="prompt")
            yield self.line
            yield Static(id="total")
        yield Part(id="choices")

    def heading(self) -> tuple[str, str]:
        return self.mode.heading()

    def on_mount(self) -> None:
        """Open the order that was asked for, or ask who is on the phone."""
        self.line.focus()
        self.opening.begin()

    def on_resize(self) -> None:
        """Draw for the new width."""
        self.show_heading()
        self.show()

    def keys_now(self) -> list[tuple[str, str]]:
        return self.mode.keys()

    def changed(self) -> None:
        """Somebody else changed something: show it; while something is typed or stored here only say so, and show it
        after.
        """
        if self.sheet is not None:
            self._behind = True
            self.show()
            if self._behind and not self.sheet.pending:
                self.opening.tell()

    def _catch_up(self) -> None:
        """Show the order as it is stored, if it was changed, once nothing is typed or stored here."""
        sheet = self.sheet
        if self._behind and sheet is not None and not sheet.pending and not self.line.value and self.mode.follows:
            self._behind = False
            self.opening.again()

    def keeps(self) -> bool:
        return self.mode.keeps()

    def keep(self) -> None:
        self.mode.keep()

    def way_back(self) -> tuple[str, Mapping[str, Any]]:
        day = self.distribution.id if self.distribution is not None else None
        return self.route, {"distribution_id": day, "member_id": self.loaded and self.loaded.member.id}

    def hand_over(self) -> dict[str, Any]:
        self.keep()
        return self.mode.hand_over()

    def take_over(self, typed: Mapping[str, Any]) -> list[str]:
        return self.opening.take_over(typed)

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
        return action not in ("finish", "other", "channel") or action in self.mode.ACTIONS

    def action_leave(self) -> None:
        self.mode.leave()

    def action_finish(self) -> None:
        """Confirm the order."""
        self.mode.finish()

    def action_other(self) -> None:
        """Order for another distribution, or move the order there."""
        self.mode.other_day()

    def action_channel(self) -> None:
        """Say how the order comes."""
        self.mode.change_channel()

    @property
    def below(self) -> HouseScreen[Any] | None:
        """The screen that one comes back to."""
        below = self.app.screen_stack[-2] if len(self.app.screen_stack) > 1 else None
        return below if isinstance(below, HouseScreen) else None

    def close(self, order_id: int | None, sentence: str = "", *, warns: bool = False) -> None:
        """Leave this screen; the one below says the sentence, and gets the keys that were typed meanwhile."""
        below = self.below
        self.dismiss(order_id)
        if sentence and below is not None:
            (below.warn if warns else below.say)(sentence)
        self.line.divert(self.house.giving_back())

    def close_saved(self, done: Confirmation, sentence: str) -> None:
        """Leave after storing; where a producer does not know of a line yet, a key leads to what can be sent."""
        untold = sorted({(line.distribution_id, line.catalogue_id) for line in done.late_lines if line.after_recap})
        below = self.below
        if not untold or below is None or isinstance(below.focused, Input):
            self.close(done.order_id, sentence, warns=bool(done.late_lines or done.warnings))
            return

        def go_to_supplement() -> None:
            if len(untold) == 1:
                below.go("recap", distribution_id=untold[0][0], catalogue_id=untold[0][1])
            else:
                below.go("recaps", distribution_id=untold[0][0])

        self.close(done.order_id)
        below.offer(f"{sentence} {_('(l: supplement)')}", "l", go_to_supplement, warns=True)

    def show(self) -> None:
        """Draw what has changed."""
        self._catch_up()
        self.painting.later()

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

    def channel(self) -> str:
        """How the order comes: "by phone"."""
        channel = self.sheet.basket.channel if self.sheet is not None else "phone"
        return _(CHANNELS.get(channel, channel))

    def who(self) -> str:
        """How the order comes and who types it: "by phone · Marie"."""
        return f"{self.channel()} · {self.operator.name}"

    # -- writes that the next key waits for

    def change_basket(self, work: Callable[[], T], done: Callable[[T], Any]) -> None:
        """Carry out a write whose result the next key needs, keeping keys back meanwhile."""

        def failed(error: BaseException) -> None:
            self.failed(error, None)

        def finished(result: T) -> None:
            done(result)
            self.line.release()

        self.line.hold()
        self.write(work, finished, failed)

    def drop_typed(self) -> None:
        """Forget what was typed ahead: it was meant for what comes after a success."""
        self.line.let_go()
        self.house.drop_keys()

    def failed(self, error: BaseException, text: str | None) -> None:
        """A write did not succeed: keep its text, say why, and show what is stored."""
        if text is not None:
            self.lost.append(text)
            self.not_stored(error)
            return
        self.drop_typed()
        self._say_why(error)

    def not_stored(self, error: BaseException) -> None:
        """What was shown as on its way is not stored: say why, and once nothing is under way show what is stored."""
        if self.sheet is not None and self.sheet.pending:
            self.sheet.pending.popleft()
        self._say_why(error)

    def _say_why(self, error: BaseException) -> None:
        from screens.order_writes import EarlierFailed

        if not isinstance(error, EarlierFailed):
            self.show_error(error)
        if self.sheet is None or not self.sheet.pending:
            self.opening.again()
