"""What the picker asks for beside steps: whose fate, members by hand, and the segment in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from screens.picker_asked import VERB_OF, Asked, StepAsked, hand_step, understood, with_step
from screens.picker_hand import hand_picks, ids_of, insiders, picked, picked_if_out, toggled, turned_in
from screens.picker_step_asking import MEMBERS_OFFERED, Offer, members_like
from screens.picker_why import why_lines
from store.errors import NotAllowed, StoreError
from store.segments import Segment, Verb
from templates.words import N_, _

if TYPE_CHECKING:
    from screens.picker_counting import CountingScreen
    from store.segment_fates import Fate


def _id_of(offer: Offer) -> int:
    return offer.value[0] if isinstance(offer.value, tuple) else int(offer.value)


def _signed(text: str) -> tuple[str, str]:
    """A sign before a name, empty without one, and the name."""
    text = text.strip()
    return (text[0], text[1:].strip()) if text[:1] in ("+", "-") else ("", text)


class WhyAsked(Asked):
    """Whose way through the steps is to be shown; archived members can be wondered about, too."""

    KEYS = (("Enter", N_("Show")), ("↓", N_("Others")), ("F3", N_("Close")))

    @property
    def question(self) -> str:
        return _("Whom do you wonder about?")

    def offers(self, text: str) -> list[Offer]:
        found = members_like(self.screen.store, text)
        if text.strip() and len(found) < MEMBERS_OFFERED:
            try:
                gone = self.screen.store.members.search(text, limit=MEMBERS_OFFERED - len(found), archived=True).rows
            except NotAllowed:
                gone = ()
            found += [Offer((row.id,), row.name, _("archived")) for row in gone]
        return found

    def take(self, text: str, offer: Offer | None) -> Asked | None:
        if offer is None:
            return self
        screen, segment, member_id = self.screen, self.screen.segment, _id_of(offer)
        kind, service, channels = screen.kind, screen.service, screen.channels

        def show(fate: Fate) -> None:
            if segment == screen.segment:
                screen.entry.answer(lambda cells: why_lines(fate, segment, screen.sentences, screen.store, cells))

        fates = screen.store.segments
        screen.read(
            lambda: fates.fate(segment, member_id, kind, service=service, channels=channels),
            show,
            group="why",
            holds=True,
        )
        return None


class WordsAsked(Asked):
    """The whole segment in words, to be read, changed, copied or pasted."""

    opened = False
    KEYS = (("Enter", N_("Take it")), ("F3", N_("Close")))

    @property
    def question(self) -> str:
        return _("In words:")

    @property
    def begins(self) -> str:
        return self.screen.store.segments.in_words(self.screen.segment)

    def take(self, text: str, offer: Offer | None) -> Asked | None:
        self.screen.put(self.screen.store.segments.read(text))
        return None

    def becomes(self, text: str, offer: Offer | None) -> Segment | None:
        try:
            return self.screen.store.segments.read(text)
        except StoreError:
            return None

    def lines(self, text: str, cells: int, rows: int) -> Content | None:
        """Each step as a sentence, or where it cannot be read."""
        return understood(self.screen, lambda: self.screen.store.segments.read(text), cells, rows)


class HandAsked(Asked):
    """Members by hand, one after the other: Enter takes out who is in and puts in who is out.

    A name behind `+` or `-` means one who is to be in, or out.
    With the `number` of a step by hand, or where only some are kept, Enter names a member there, or names it no more.
    """

    KEYS = (("Enter", N_("In or out")), ("↓", N_("Others")), ("F3", N_("Done")))

    def __init__(self, screen: CountingScreen, verb: Verb | None = None, number: int | None = None) -> None:
        super().__init__(screen)
        self._verb = verb
        self._number = number
        self._inside: dict[int, bool] = {}
        self._for: Segment | None = None

    @property
    def question(self) -> str:
        if self._verb is Verb.KEEP and self._number is None:
            return _("Keep whom?")
        return _("Who in, who out?") if self._number is None else _("Who is named here?")

    def offers(self, text: str) -> list[Offer]:
        """Who answers to the text; on the empty line who was picked last, to think better of it."""
        sign, name = _signed(text)
        found = members_like(self.screen.store, name) if text else self._picked()
        if self._number is not None or self._verb is Verb.KEEP:
            named = self._named()
            signs = {_id_of(o): "-" if _id_of(o) in named else "+" for o in found}
        else:
            self._look(found)
            signs = {i: "-" if inside else "+" for i, inside in self._inside.items()}
        offers = [Offer(o.value, o.text, o.remark, signs.get(_id_of(o), " ")) for o in found]
        return [offer for offer in offers if offer.sign in (sign or offer.sign, " ")]

    def marks(self, text: str) -> bool:
        """On the empty line Enter is done."""
        return bool(text.strip())

    def take(self, text: str, offer: Offer | None) -> Asked | None:
        if offer is None:
            if text:
                self.screen.warn(_("No member answers to “{text}”.").format(text=_signed(text)[1]))
            return self if text else None
        screen, member_id = self.screen, _id_of(offer)
        if self._number is not None:
            before = len(screen.segment.steps)
            screen.put(turned_in(screen.segment, self._number, member_id))
            return self if len(screen.segment.steps) == before else None
        if self._verb is Verb.KEEP:
            self._number = len(screen.segment.steps)
            screen.put(with_step(screen.segment, hand_step(Verb.KEEP, member_id), None))
        elif sign := _signed(text)[0]:
            screen.put(picked_if_out(screen.store, screen.segment, member_id, VERB_OF[sign]))
        else:
            screen.put(toggled(screen.store, screen.segment, member_id))
        return self

    def becomes(self, text: str, offer: Offer | None) -> Segment | None:
        """Counted where the list says whether the member is in."""
        if offer is None or self._number is not None or self._verb is Verb.KEEP or offer.sign == " ":
            return None
        verb = Verb.REMOVE if offer.sign == "-" else Verb.ADD
        try:
            return picked(self.screen.segment, _id_of(offer), verb)
        except StoreError:
            return None

    def nothing(self, text: str) -> str:
        if text.strip():
            return _("No member answers to this.")
        return _("Type part of a name, a number or an e-mail. Enter on the empty line is done.")

    def _named(self) -> tuple[int, ...]:
        return ids_of(self.screen.segment.steps[self._number].rule) if self._number is not None else ()

    def _picked(self) -> list[Offer]:
        ids = self._named() if self._number is not None else tuple(hand_picks(self.screen.segment))
        members = self.screen.store.members
        found = [members.get(member_id) for member_id in ids[:MEMBERS_OFFERED]]
        return [Offer((one.id or 0,), one.name) for one in found]

    def _look(self, found: list[Offer]) -> None:
        """Learn who of them is in; the list is shown again with it."""
        screen, segment = self.screen, self.screen.segment
        if self._for != segment:
            self._inside, self._for = {}, segment
        unknown = [i for i in map(_id_of, found) if i not in self._inside]
        if not unknown:
            return

        def learnt(inside: set[int]) -> None:
            if self._for == segment:
                self._inside.update((i, i in inside) for i in unknown)
                screen.entry.offer_again(self)

        screen.read(
            lambda: insiders(screen.store, segment, unknown), learnt, group="inside", failed=lambda _error: None
        )


def begin_hand(screen: CountingScreen, number: int) -> Asked:
    """Change the members of a step by hand."""
    return HandAsked(screen, screen.segment.steps[number].verb, number)


def step_again(screen: CountingScreen, number: int) -> Asked:
    """Ask for a step anew: for what its rule has to be told, or for another rule."""
    from store.rules import REGISTRY

    step = screen.segment.steps[number]
    if ids_of(step.rule):
        return begin_hand(screen, number)
    known = REGISTRY.get(step.rule.name)
    return StepAsked(screen, step.verb, step.rule.name if known and known.parameters else None, number)
