"""The picker's entry line: what is typed, what is offered for it, and what Enter takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from screens import picker_lines as lines
from screens.errors import words_for
from screens.picker_asked import Asked, StepAsked
from screens.picker_step_asking import Offer
from screens.text import visible
from screens.widgets.bars import NoticeLine
from screens.widgets.line import Line
from screens.widgets.plain import plain
from store.errors import SegmentError, StoreError
from store.segments import Verb
from templates.words import N_, _

if TYPE_CHECKING:
    from screens.picker_counting import CountingScreen

TAKING = (("Enter", N_("Take it")), ("↓", N_("Others")), ("F3", N_("Close")))
ENDS = ("home", "end")
"""Keys that move in the offers while nothing is typed, in the text otherwise."""
LONGEST = 4000
"""Characters of a segment in words that can be typed or pasted."""


class EntryLine(Line):
    """The line itself; it hands its keys to `Entry`."""

    BINDINGS = [
        Binding("down", "screen.offer", N_("Rules"), tooltip=N_("Show all rules"), id="entry.rules"),
        Binding(
            "up", "screen.steps", N_("Steps"), tooltip=N_("Go up to the steps, where letters act"), id="entry.steps"
        ),
    ]


class Entry:
    """Knows what the picker's line asks for; the screen shows what `lines` gives."""

    def __init__(self, screen: CountingScreen) -> None:
        self._screen = screen
        self._asked: Asked | None = None
        self._offers: list[Offer] | None = None
        self._marked: int | None = 0
        self._answer: Callable[[int], list[Content]] | None = None
        self._first = 0
        self._warned = ""

    @property
    def busy(self) -> bool:
        """Whether something was begun that Enter has not finished."""
        return bool(self._screen.line.value) or (self._asked is not None and self._asked.begun)

    @property
    def keys(self) -> list[tuple[str, str]]:
        """What the keys do, where it is not what is bound."""
        asked = self._asked
        keys = () if asked is None else asked.KEYS
        if not keys and self._offers:
            keys = TAKING
        return [*((_(key), _(label)) for key, label in keys), ("F1", _("Help"))] if keys else []

    @property
    def marked(self) -> Offer | None:
        """The offer that Enter takes."""
        if not self._offers or self._marked is None:
            return None
        return self._offers[min(self._marked, len(self._offers) - 1)]

    # -- what is asked

    def reset(self, verb: Verb | None = None) -> None:
        """Ask for a step from the beginning; without a verb, what is usual after such a start."""
        self.ask(StepAsked(self._screen, verb))

    def ask(self, asked: Asked) -> None:
        """Ask this."""
        again = asked is self._asked
        self._asked = asked
        self._answer = None
        self._offers, self._marked = None, 0
        self._screen.line.put("" if again else asked.begins)
        if asked.opened:
            self._open(self._screen.line.value)
        self._show()

    def answer(self, answer: Callable[[int], list[Content]]) -> None:
        """Show some lines, for a width, until the next key that changes something."""
        self._answer, self._first = answer, 0
        self._show()

    def offer_again(self, asked: Asked) -> None:
        """More is known of what is offered."""
        if asked is self._asked and self._offers is not None:
            self._offers = self._find(self._screen.line.value)
            self._show()

    def _open(self, text: str) -> None:
        self._offers = self._find(text)
        self._marked = 0 if self._asked is None or self._asked.marks(text) else None

    def _find(self, text: str) -> list[Offer]:
        try:
            return self._asked.offers(text) if self._asked is not None else []
        except StoreError as error:
            self._screen.warn(words_for(error))
            return []

    @property
    def _asks_rule(self) -> bool:
        return self._asked is not None and self._asked.is_step and not self._asked.begun

    # -- what the line calls

    def typed(self, text: str) -> None:
        """Offer what fits."""
        self._answer = None
        if text or not self._asks_rule:
            self._open(text)
        else:
            self._offers = None
        self._show()

    def pasted(self, texts: list[str]) -> None:
        """Several lines are one segment in words."""
        self._screen.line.put(" ".join(texts))

    def key(self, key: str, character: str | None) -> bool:
        """Take the keys that move in the offers and steps, and signs before the first letter."""
        empty = not self._screen.line.value
        if key in ("up", "down", "pageup", "pagedown") or (key in ENDS and empty and self._offers):
            self._move(key, empty)
        elif key in ("escape", "f3") and self._drops(empty):
            self.reset()
        elif key == "backspace" and empty and not self._asks_rule:
            asked = self._asked
            self.reset(asked.asking.verb if isinstance(asked, StepAsked) else None)
        elif empty and self._asked is not None and character and (asked := self._asked.sign(character)) is not None:
            self._go_on(asked)
        else:
            return False
        return True

    def _go_on(self, asked: Asked | None) -> None:
        if asked is None:
            self.reset()
        elif asked is self._asked and self._asks_rule:
            self._show()
        else:
            self.ask(asked)

    def _drops(self, empty: bool) -> bool:
        return not empty or self._offers is not None or self._answer is not None or not self._asks_rule

    def _move(self, key: str, empty: bool) -> None:
        page = max(1, self._screen.middle_rows() - 1)
        by = {"up": -1, "down": 1, "pageup": -page, "pagedown": page, "home": -LONGEST, "end": LONGEST}[key]
        if self._answer is not None:
            self._first = max(0, self._first + by)
        elif self._offers is None:
            if key == "down":
                self._open("")
                self._marked = 0
            elif key == "up" and empty:
                self._screen.action_steps()
            elif key.startswith("page"):
                self._screen.turn_page(1 if key == "pagedown" else -1)
        elif key == "up" and not self._marked and empty and self._asks_rule:
            self._offers = None
        elif self._marked is None and abs(by) == 1:
            self._marked = 0 if by > 0 else None
        else:
            self._marked = max(0, min((self._marked or 0) + by, len(self._offers) - 1))
        self._show()

    def enter(self, text: str) -> None:
        """Take what is typed: the marked offer, or a segment in words; an empty line shows all rules."""
        text = text.strip()
        if self._asked is None or (self._asks_rule and not text and self._offers is None):
            self._open("")
            self._show()
            return
        try:
            asked = self._asked.take(text, self._taken(text))
            self._mended()
            self._go_on(asked)
        except StoreError as error:
            self._warned = visible(words_for(error))
            self._screen.warn(self._warned)
            if isinstance(error, SegmentError) and error.position >= 0:
                self._screen.line.cursor_position = error.position

    def _mended(self) -> None:
        """Say no longer what was wrong with the line."""
        notice = self._screen.query_one(NoticeLine)
        if self._warned and notice.text == self._warned:
            notice.show("")
        self._warned = ""

    def _taken(self, text: str) -> Offer | None:
        """What Enter takes: of what is found now, whatever is shown by now."""
        self._offers = self._find(text)
        return self.marked

    # -- what is shown

    def lines(self, cells: int, rows: int) -> Content | None:
        """The answer or the offers; None where there are none and the names can be shown."""
        if self._answer is not None:
            said = self._answer(cells)
            self._first = max(0, min(self._first, len(said) - rows))
            return Content("\n").join(lines.window(said, self._first, rows, cells))
        asked, text = self._asked, self._screen.line.value.strip()
        if asked is not None and (shown := asked.lines(text, cells, rows)) is not None:
            return shown
        if self._offers is None or asked is None:
            return None
        if self._offers:
            return lines.offer_lines(self._offers, self._marked, cells, rows)
        return plain("   " + asked.nothing(text))

    def _show(self) -> None:
        asked, screen = self._asked, self._screen
        if asked is None:
            return
        screen.query_one("#question", Static).update(plain(f" > {asked.question} ", "bold"))
        screen.show_middle()
        text = screen.line.value.strip()
        becomes = asked.becomes(text, self.marked) if self._offers is not None or text else None
        if becomes is not None:
            self._mended()
        screen.weigh(becomes)
        screen.refresh_bindings()
