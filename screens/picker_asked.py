"""What the picker's entry line asks for: a step, most of the time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.content import Content

from screens.errors import words_for
from screens.picker_hand import HAND, picked, picked_if_out
from screens.picker_lines import SIGNS, VERBS, shown_steps, wrapped_lines
from screens.picker_step_asking import Asking, Offer
from store.errors import StoreError
from store.segments import Segment, Start, Step, Verb
from templates.words import _

if TYPE_CHECKING:
    from screens.picker_counting import CountingScreen

VERB_OF = {sign: verb for verb, sign in SIGNS.items()}
IN_WORDS = ("(", "+", "&", " - ")
"""What makes a text a segment in words, not the beginning of a rule's name."""


class Asked:
    """Something that is asked for: its question, its offers, and what Enter does.

    `KEYS` are for the key line; without them it shows what is bound.
    """

    KEYS: tuple[tuple[str, str], ...] = ()
    is_step = False

    def __init__(self, screen: CountingScreen) -> None:
        self.screen = screen

    @property
    def question(self) -> str:
        """What to ask."""
        raise NotImplementedError

    @property
    def opened(self) -> bool:
        """Whether the offers are listed before anything is typed."""
        return True

    @property
    def begins(self) -> str:
        """What is on the line at first."""
        return ""

    @property
    def begun(self) -> bool:
        """Whether something was taken already that would be lost."""
        return False

    def offers(self, text: str) -> list[Offer]:
        """What Enter can take for what is typed."""
        return []

    def marks(self, text: str) -> bool:
        """Whether Enter takes the first offer without another key."""
        return True

    def take(self, text: str, offer: Offer | None) -> Asked | None:
        """Enter: take it and return what is asked next, None for a new step. Raises a `StoreError`."""
        raise NotImplementedError

    def sign(self, character: str) -> Asked | None:
        """A sign on the empty line: what is asked then, None where it is a letter like any other."""
        return None

    def becomes(self, text: str, offer: Offer | None) -> Segment | None:
        """What the segment would be with this, to be counted meanwhile; None where more has to be known."""
        return None

    def lines(self, text: str, cells: int, rows: int) -> Content | None:
        """What is shown instead of offers."""
        return None

    def nothing(self, text: str) -> str:
        """What to say where nothing is offered."""
        return _("Nothing in the list begins like this.") if text else _("Type it, then press Enter.")


class StepAsked(Asked):
    """A step: its rule, then the rule's parameters; a member's name stands for that member, by hand."""

    is_step = True

    def __init__(
        self, screen: CountingScreen, verb: Verb | None = None, rule: str | None = None, replaces: int | None = None
    ) -> None:
        """Without a verb, what is usual after such a start."""
        super().__init__(screen)
        usual = Verb.REMOVE if screen.segment.start is Start.EVERYONE else Verb.ADD
        self.asking = Asking(screen.store, verb or usual, rule, replaces)

    @property
    def opened(self) -> bool:
        """The rules are listed when asked for; the choices of a parameter at once."""
        return self.asking.rule is not None or self.asking.replaces is not None

    def marks(self, text: str) -> bool:
        """Not among all rules: a second Enter would take the first of them, which is everyone."""
        return bool(text) or self.asking.rule is not None

    @property
    def question(self) -> str:
        verb = self.asking.verb
        return self.asking.question or f"{SIGNS[verb]} {_(VERBS[verb])}:"

    @property
    def begun(self) -> bool:
        return self.asking.rule is not None

    def offers(self, text: str) -> list[Offer]:
        return self.asking.offers(text)

    def take(self, text: str, offer: Offer | None) -> Asked | None:
        asking, screen = self.asking, self.screen
        if asking.rule is None and not text and offer is None:
            screen.say(_("↓ marks a rule, and Enter takes it; or type how it begins."))
            return self
        if asking.rule is None and (offer is None or any(sign in text for sign in IN_WORDS)):
            self._take_words(text)
            return None
        if offer is not None and isinstance(offer.value, tuple):
            self._pick(offer.value[0], offer.text)
            return None
        if offer is not None and asking.rule is None and offer.value == HAND:
            from screens.picker_asides import HandAsked

            return HandAsked(screen, asking.verb)
        asking.take(text, offer)
        if (rule := asking.finished) is None:
            return self
        screen.put(with_step(screen.segment, Step(asking.verb, rule), asking.replaces))
        return None

    def sign(self, character: str) -> Asked | None:
        if self.asking.rule is not None:
            return None
        if character == "=":
            from screens.picker_asides import WordsAsked

            return WordsAsked(self.screen)
        if character not in VERB_OF:
            return None
        self.asking.verb = VERB_OF[character]
        return self

    def becomes(self, text: str, offer: Offer | None) -> Segment | None:
        segment, asking = self.screen.segment, self.asking
        try:
            if offer is not None and isinstance(offer.value, tuple):
                return self._with_pick(offer.value[0])
            if asking.rule is None and any(sign in text for sign in IN_WORDS):
                return self._with_words(text)
            rule = asking.would_be(text, offer)
            return with_step(segment, Step(asking.verb, rule), asking.replaces) if rule is not None else None
        except StoreError:
            return None

    def lines(self, text: str, cells: int, rows: int) -> Content | None:
        """What is typed in words is shown as it is understood, or what is wrong with it."""
        if self.asking.rule is not None or not any(sign in text for sign in IN_WORDS):
            return None
        return understood(self.screen, lambda: self._with_words(text), cells, rows)

    def nothing(self, text: str) -> str:
        if self.asking.rule is None:
            return _("No rule and no member begins like this. ↓ on the empty line shows all rules.")
        return super().nothing(text)

    def _with_pick(self, member_id: int) -> Segment:
        verb = self.asking.verb
        if verb is Verb.KEEP:
            return with_step(self.screen.segment, hand_step(verb, member_id), None)
        return picked(self.screen.segment, member_id, verb)

    def _pick(self, member_id: int, name: str) -> None:
        screen, verb = self.screen, self.asking.verb
        if verb is Verb.KEEP:
            screen.put(self._with_pick(member_id))
            return
        segment = picked_if_out(screen.store, screen.segment, member_id, verb)
        if segment == screen.segment:
            said = _("{name} is in already.") if verb is Verb.ADD else _("{name} is out already.")
            screen.say(said.format(name=name))
        screen.put(segment)

    def _take_words(self, text: str) -> None:
        self.screen.put(self._with_words(text))

    def _with_words(self, text: str) -> Segment:
        typed, before = self.screen.store.segments.read(text), self.screen.segment
        if text.split()[0].lower() in tuple(Start):
            return typed
        first, *others = typed.steps
        if text[0] not in VERB_OF:
            first = Step(self.asking.verb, first.rule)
        return Segment(before.start, (*before.steps, first, *others))


def understood(screen: CountingScreen, read: Callable[[], Segment], cells: int, rows: int) -> Content:
    """Each step of a segment in words as a sentence, or where it cannot be read."""
    try:
        segment = read()
        sentences = screen.store.segments.sentences(segment)
    except StoreError as error:
        return wrapped_lines(f"! {words_for(error)}", cells, rows, "bold")
    return shown_steps(segment, sentences, cells, rows)


def with_step(segment: Segment, step: Step, replaces: int | None) -> Segment:
    """The segment with a step more, or in another's place; everyone or nobody as the first step is the start.

    Raises `Invalid` for too many steps.
    """
    steps = list(segment.steps)
    if not steps and step.verb is Verb.ADD and step.rule.name in tuple(Start):
        return Segment(Start(step.rule.name))
    if replaces is None:
        steps.append(step)
    else:
        steps[replaces] = step
    return Segment(segment.start, tuple(steps))


def hand_step(verb: Verb, member_id: int) -> Step:
    """A step by hand for one member."""
    from store.rules import make

    return Step(verb, make(HAND, ids=(member_id,)))
