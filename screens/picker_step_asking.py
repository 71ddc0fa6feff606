"""Asking for one step of a segment: first the rule, then its parameters one by one, each with its choices."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from screens.picker_hand import HAND
from store.errors import Invalid, NotAllowed, SegmentError
from store.folding import fold, folded_words
from store.rule_names import label
from store.rule_values import from_words
from store.rules import REGISTRY, Parameter, make
from store.segments import Kind, Rule, Value, Verb
from templates.words import N_, _

if TYPE_CHECKING:
    from store import Store

QUESTIONS = {
    Kind.MONTHS: N_("For how many months?"),
    Kind.NUMBER: N_("How many orders at least?"),
    Kind.MONEY: N_("How much at least?"),
    Kind.CATALOGUE: N_("Which catalogue?"),
    Kind.DISTRIBUTION: N_("Which distribution?"),
    Kind.PRODUCT: N_("Which product?"),
    Kind.MESSAGE: N_("Which message?"),
    Kind.TAG: N_("Which tag?"),
    Kind.CITY: N_("Which city?"),
    Kind.LANGUAGE: N_("Which language?"),
    Kind.PREFIX: N_("How does the postal code begin?"),
}
DATES = {
    "since": N_("Since which day? (Enter: any)"),
    "until": N_("Until which day? (Enter: any)"),
}
TYPED = (Kind.MONTHS, Kind.NUMBER, Kind.MONEY, Kind.DATE, Kind.PREFIX)
"""What is typed counts, even where a choice begins like it."""

_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})")
MEMBERS_OFFERED = 20
MEMBERS_AMONG_RULES = 8
LETTERS_OF_A_NAME = 2
"""From so many letters on, members are offered among the rules."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that Enter can take: what it stands for, how it is shown, a remark, and a sign before it."""

    value: Value
    text: str
    remark: str = ""
    sign: str = ""


class Asking:
    """What is asked now, for a step with this verb; `replaces` is the number of the step that it changes.

    `rule` is None until one is taken. `finished` once nothing more has to be asked.
    """

    def __init__(self, store: Store, verb: Verb, rule: str | None = None, replaces: int | None = None) -> None:
        self._store = store
        self.verb = verb
        self.rule = rule
        self.replaces = replaces
        self._offered = store.segments.offered()
        self._values: dict[str, Value] = {}
        self._left: list[Parameter] = []
        self._choices: tuple[Offer, ...] | None = None
        if rule is not None:
            self._take_rule(rule)

    @property
    def finished(self) -> Rule | None:
        """The rule with its parameters, once all of them are known."""
        return make(self.rule, **self._values) if self.rule is not None and not self._left else None

    @property
    def question(self) -> str:
        """What to ask for, empty while it is the rule."""
        if not self._left:
            return ""
        parameter = self._left[0]
        return _(DATES.get(parameter.name) or QUESTIONS[parameter.kind])

    def offers(self, text: str) -> list[Offer]:
        """What can be taken for what is typed, the likeliest first; members stand for themselves as `(id,)`."""
        if not self._left:
            return [*self._rules(text), *self._members(text)]
        if self._choices is None:
            found = self._store.segments.choices(self._left[0].kind)
            self._choices = tuple(Offer(choice.value, choice.text) for choice in found)
        return matching(text, self._choices)

    def take(self, text: str, offer: Offer | None) -> None:
        """Take what was typed, or the marked offer; raises `SegmentError` for what cannot be taken."""
        if not self._left:
            if offer is None:
                raise SegmentError(-1, "unknown_rule", text)
            self._take_rule(str(offer.value))
            return
        parameter = self._left[0]
        if text or offer is not None or not parameter.optional:
            self._values[parameter.name] = _value(parameter.kind, text, offer)
        self._left.pop(0)
        self._choices = None
        if self.rule == "joined" and not self._left and not self._values:
            self._take_rule("joined")
            raise SegmentError(-1, "not_date", text)

    def would_be(self, text: str, offer: Offer | None) -> Rule | None:
        """The rule if Enter were pressed now and nothing more said; None where more has to be known."""
        rule, values, left = self.rule, dict(self._values), list(self._left)
        try:
            if rule is None:
                if offer is None or not isinstance(offer.value, str) or offer.value == HAND:
                    return None
                rule, left = offer.value, list(REGISTRY[offer.value].parameters)
            elif text or offer is not None:
                values[left[0].name] = _value(left[0].kind, text, offer)
                left = left[1:]
            return make(rule, **values) if all(parameter.optional for parameter in left) else None
        except (SegmentError, Invalid):
            return None

    def _take_rule(self, name: str) -> None:
        self.rule = name
        self._left = list(REGISTRY[name].parameters)
        self._values = {}
        self._choices = None

    def _rules(self, text: str) -> list[Offer]:
        return matching(text, (Offer(name, label(name), name) for name in self._offered))

    def _members(self, text: str) -> list[Offer]:
        if len(text.strip()) < LETTERS_OF_A_NAME:
            return []
        try:
            return members_like(self._store, text, MEMBERS_AMONG_RULES)
        except NotAllowed:
            return []


def members_like(store: Store, text: str, limit: int = MEMBERS_OFFERED) -> list[Offer]:
    """The members that answer to a text, each as `(id,)`; raises `NotAllowed` for who may not look at members."""
    found = store.members.search(text, limit=limit).rows
    return [Offer((row.id,), row.name, row.phone or row.mobile or row.email) for row in found]


def _value(kind: Kind, text: str, offer: Offer | None) -> Value:
    if offer is not None and not (text and kind in TYPED):
        return offer.value
    try:
        return from_words(kind, _iso(text) if kind is Kind.DATE else text, quoted=False)
    except ValueError as error:
        if offer is not None:
            return offer.value
        raise SegmentError(-1, f"not_{kind}", text) from error


def _iso(text: str) -> str:
    """A day as people type it, day first, as ISO; anything else as it is."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return text.strip()
    day, month, year = found.groups()
    return f"{'20' * (len(year) == 2)}{year}-{int(month):02}-{int(day):02}"


def matching(text: str, offers: Iterable[Offer]) -> list[Offer]:
    """The offers of which every typed word begins a word, those first that are called so or begin so."""
    wanted = folded_words(text)
    found = [
        offer
        for offer in offers
        if all(any(word.startswith(w) for word in folded_words(f"{offer.text} {offer.remark}")) for w in wanted)
    ]
    begun = fold(text.strip())

    def order(offer: Offer) -> tuple[bool, bool]:
        shown = fold(offer.text)
        return begun not in (shown, fold(offer.remark)), not shown.startswith(begun)

    return sorted(found, key=order) if begun else found
