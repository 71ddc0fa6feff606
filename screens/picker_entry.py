"""The picker's entry line: what is typed, what is offered for it, and what Enter takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from screens import picker_lines as lines
from screens.errors import words_for
from screens.step_asking import MEMBERS_OFFERED, Asking, Offer, matching
from screens.widgets.line import Line
from screens.widgets.plain import plain
from store.errors import StoreError
from store.segments import Segment, Start, Step, Verb, parse, words
from templates.words import N_, _

if TYPE_CHECKING:
    from screens.picker import PickerScreen

SIGNS = {"+": Verb.ADD, "&": Verb.KEEP, "-": Verb.REMOVE}
IN_WORDS = ("(", "+", "&", " - ")
"""What makes a text a segment in words, not the beginning of a rule's name."""


@dataclass(frozen=True)
class Aside:
    """Something else than a step that is asked for on the entry line."""

    question: str
    offers: Callable[[str], list[Offer]]
    take: Callable[[str, Offer | None], None]


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

    def __init__(self, screen: PickerScreen) -> None:
        self._screen = screen
        self._asking: Asking | None = None
        self._aside: Aside | None = None
        self._offers: list[Offer] | None = None
        self._marked = 0
        self._answer: tuple[str, tuple[bool, ...]] | None = None

    @property
    def busy(self) -> bool:
        """Whether something was begun that Enter has not finished."""
        asking = self._asking
        return bool(self._screen.line.value) or (asking is not None and asking.rule is not None)

    # -- what is asked

    def reset(self, verb: Verb | None = None, rule: str | None = None, replaces: int | None = None) -> None:
        """Ask for a step from the beginning; without a verb, what is usual after such a start."""
        usual = Verb.REMOVE if self._screen.segment.start is Start.EVERYONE else Verb.ADD
        self._asking = Asking(self._screen.store, verb or usual, rule, replaces)
        self._aside = None
        self._ask(opened=rule is not None or replaces is not None)

    def ask_why(self) -> None:
        """Ask for a member, then show its way through the steps."""

        def members(text: str) -> list[Offer]:
            found = self._screen.store.members.search(text, limit=MEMBERS_OFFERED).rows
            return [Offer(row.id, row.name, row.phone or row.mobile or row.email) for row in found]

        self._aside = Aside(_("Whom do you wonder about?"), members, self._show_way)
        self._ask(opened=True)

    def ask_saved(self) -> None:
        """Offer the saved segments."""
        saved = self._screen.store.segments.saved()
        if not saved:
            self._screen.say(_("No segment is saved yet: F7 saves this one under a name."))
            return
        offers = [Offer(number, one.name, words(one.segment)) for number, one in enumerate(saved)]

        def take(_text: str, offer: Offer | None) -> None:
            if offer is not None:
                self._screen.put(saved[int(str(offer.value))].segment)
            self.reset()

        self._aside = Aside(_("Which one?"), lambda text: matching(text, offers), take)
        self._ask(opened=True)

    def ask_name(self) -> None:
        """Ask for a name and save the segment under it."""

        def take(text: str, _offer: Offer | None) -> None:
            segment, screen = self._screen.segment, self._screen
            screen.write(
                lambda: screen.store.segments.save(text, segment),
                lambda _id: screen.say(_("Saved as “{name}”.").format(name=text)),
            )
            self.reset()

        self._aside = Aside(_("Save under which name?"), lambda _text: [], take)
        self._ask(opened=False)

    def _ask(self, *, opened: bool) -> None:
        self._answer = None
        self._offers, self._marked = None, 0
        line = self._screen.line
        line.put("")
        if opened:
            self._open("")
        self._show()

    def _open(self, text: str) -> None:
        self._offers = self._find(text)
        self._marked = 0

    def _find(self, text: str) -> list[Offer]:
        if self._aside is not None:
            return self._aside.offers(text)
        return self._asking.offers(text) if self._asking is not None else []

    @property
    def _asks_rule(self) -> bool:
        return self._aside is None and self._asking is not None and self._asking.rule is None

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
        if key in ("up", "down", "pageup", "pagedown"):
            self._move(key, empty)
        elif key in ("escape", "f3") and self._drops(empty):
            self.reset()
        elif key == "backspace" and empty and not self._asks_rule:
            self.reset(self._asking.verb if self._asking else None)
        elif empty and self._asks_rule and self._asking is not None and character in SIGNS:
            self._asking.verb = SIGNS[character]
            self._show()
        else:
            return False
        return True

    def _drops(self, empty: bool) -> bool:
        return not empty or self._offers is not None or self._answer is not None or not self._asks_rule

    def _move(self, key: str, empty: bool) -> None:
        if self._offers is None:
            if key == "down":
                self._open("")
            elif key == "up" and empty:
                self._screen.action_steps()
            elif key.startswith("page"):
                self._screen.turn_page(1 if key == "pagedown" else -1)
        elif key == "up" and self._marked == 0 and empty and self._asks_rule:
            self._offers = None
        else:
            by = {"up": -1, "down": 1, "pageup": -self._screen.middle_rows(), "pagedown": self._screen.middle_rows()}
            self._marked = max(0, min(self._marked + by[key], len(self._offers) - 1))
        self._show()

    def enter(self, text: str) -> None:
        """Take what is typed: the marked offer, or a segment in words; an empty line shows all rules."""
        text = text.strip()
        if self._asks_rule and not text and self._offers is None:
            self._open("")
            self._show()
            return
        offers = self._find(text)
        offer = offers[min(self._marked, len(offers) - 1)] if offers else None
        try:
            if self._aside is not None:
                self._aside.take(text, offer)
            elif self._asks_rule and (offer is None or any(sign in text for sign in IN_WORDS)):
                self._take_words(text)
            else:
                self._take_step(text, offer)
        except StoreError as error:
            self._screen.warn(words_for(error))

    def _take_words(self, text: str) -> None:
        typed = parse(text)
        screen, asking = self._screen, self._asking
        if text.split()[0].lower() in tuple(Start):
            screen.put(typed)
        else:
            first, *others = typed.steps
            if text[0] not in SIGNS and asking is not None:
                first = Step(asking.verb, first.rule)
            screen.put(Segment(screen.segment.start, (*screen.segment.steps, first, *others)))
        self.reset()

    def _take_step(self, text: str, offer: Offer | None) -> None:
        asking = self._asking
        if asking is None:
            return
        asking.take(text, offer)
        if (rule := asking.finished) is not None:
            self._screen.put_step(Step(asking.verb, rule), asking.replaces)
            self.reset()
        else:
            self._ask(opened=True)

    def _show_way(self, _text: str, offer: Offer | None) -> None:
        if offer is None:
            return
        screen, name = self._screen, offer.text
        segment, member_id = screen.segment, int(str(offer.value))

        def show(inside: tuple[bool, ...]) -> None:
            if segment == screen.segment:
                self._answer = (name, inside)
                self._show()

        self.reset()
        screen.read(lambda: screen.store.segments.why(segment, member_id), show, group="why")

    # -- what is shown

    def lines(self, cells: int, rows: int) -> Content | None:
        """The answer or the offers; None where there are none and the names can be shown."""
        if self._answer is not None:
            name, inside = self._answer
            return lines.why_lines(name, self._screen.segment, self._screen.sentences, inside, cells)
        if self._offers is None:
            return None
        if self._offers:
            return lines.offer_lines(self._offers, self._marked, cells, rows)
        return plain("   " + self._nothing())

    def _nothing(self) -> str:
        if self._asks_rule:
            return _("No rule begins like this. ↓ on the empty line shows all of them.")
        typed = bool(self._screen.line.value)
        return _("Nothing in the list begins like this.") if typed else _("Type it, then press Enter.")

    def _show(self) -> None:
        asking = self._asking
        if self._aside is not None:
            question = self._aside.question
        elif asking is None or asking.rule is None:
            verb = asking.verb if asking is not None else Verb.ADD
            question = f"{lines.SIGNS[verb]} {_(lines.VERBS[verb])}:"
        else:
            question = asking.question
        self._screen.query_one("#question", Static).update(plain(f" > {question} ", "bold"))
        self._screen.show_middle()
