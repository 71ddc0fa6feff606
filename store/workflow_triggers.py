"""What a step's moment can be counted from: one row per trigger, and what makes sense with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from store.errors import Invalid
from store.message_rows import CALLED
from store.rules import make
from store.segment_steps import EVERYONE, Segment, Start, Verb
from store.workflow_records import Audience, Scope, Timing, Trigger
from templates.words import N_

if TYPE_CHECKING:
    from typing import TypeVar

    from store.workflow_records import Step

    S = TypeVar("S", bound=Step)

MOST_DAYS = 60
_HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_ANY_TIME = frozenset(Timing)
_NOT_BEFORE = frozenset({Timing.AT_ONCE, Timing.AFTER})
_OF_DISTRIBUTIONS = frozenset({Scope.DISTRIBUTION, Scope.DISTRIBUTIONS, Scope.CATALOGUE})
_ANYBODY = frozenset(Audience)
_ALL = frozenset({Audience.ALL})


@dataclass(frozen=True, slots=True)
class TriggerRow:
    """A trigger: where it comes, when a step can go, and to whom.

    `has_distribution`: its occurrences are of a distribution, else "ordered" means ever. `one_member`: each concerns
    one member only (a registration, an order), and an audience says which members count. `label` is a text to be
    translated.
    """

    trigger: Trigger
    label: str
    has_distribution: bool = True
    one_member: bool = False
    timings: frozenset[Timing] = _ANY_TIME
    scopes: frozenset[Scope] = _OF_DISTRIBUTIONS
    audiences: frozenset[Audience] = _ANYBODY


def _of_order(trigger: Trigger, label: str, audiences: frozenset[Audience] = _ANYBODY) -> TriggerRow:
    return TriggerRow(trigger, label, one_member=True, timings=_NOT_BEFORE, audiences=audiences)


def _of_promotion(trigger: Trigger, label: str) -> TriggerRow:
    return TriggerRow(trigger, label, has_distribution=False, scopes=frozenset({Scope.GROUP, Scope.CATALOGUE}))


_HAS_ORDERED = _ANYBODY - {Audience.NOT_ORDERED}
_HAS_BASKET = _ANYBODY - {Audience.ORDERED}
"""What changes a confirmed order is no basket that was left open."""

TRIGGERS = {
    row.trigger: row
    for row in (
        TriggerRow(Trigger.OPENS, N_("Ordering opens")),
        TriggerRow(Trigger.CLOSES, N_("Ordering closes")),
        TriggerRow(Trigger.DISTRIBUTION, N_("Distribution")),
        TriggerRow(
            Trigger.REGISTRATION,
            N_("Registration of a member"),
            has_distribution=False,
            one_member=True,
            timings=_NOT_BEFORE,
            scopes=frozenset({Scope.GROUP}),
        ),
        _of_order(Trigger.CONFIRMED, N_("Order confirmed"), _HAS_ORDERED),
        _of_order(Trigger.CHANGED, N_("Order changed by an operator"), _HAS_ORDERED),
        _of_order(Trigger.ADDED, N_("Product added to a basket"), _HAS_BASKET),
        _of_order(Trigger.BASKET, N_("Basket left open"), _HAS_BASKET),
        _of_promotion(Trigger.PROMOTION_STARTS, N_("Promotion starts")),
        _of_promotion(Trigger.PROMOTION_ENDS, N_("Promotion ends")),
        TriggerRow(Trigger.RECAP, N_("Recap due to the producer"), timings=_NOT_BEFORE, audiences=_ALL),
    )
}


def tidied(step: S) -> S:
    """The step without what says nothing: days and hour of one that goes at once, the segment of another audience."""
    if step.timing is Timing.AT_ONCE:
        step = replace(step, days=0, hour="")
    return step if step.audience is Audience.SEGMENT else replace(step, segment=None)


def check_step(step: Step) -> None:
    """Raise `Invalid` for what makes no sense; the value is the trigger's where it depends on that.

    "timing" ("nonsense": before something that nobody knows of before), "days" ("beyond"), "hour" ("empty", "syntax",
    "nonsense": before the first minute of the day itself, or of a promotion's), "audience" ("nonsense": who confirmed
    an order has ordered; a recap goes to the producer; "basket": who has one has not ordered), "segment" ("empty",
    "nobody": nothing adds anybody).
    """
    row = TRIGGERS[step.trigger]
    if step.timing not in row.timings:
        raise Invalid("timing", step.trigger, "nonsense")
    if step.timing is not Timing.AT_ONCE:
        _check_moment(step)
    if step.audience not in row.audiences:
        raise Invalid("audience", step.trigger, "basket" if row.audiences == _HAS_BASKET else "nonsense")
    if step.audience is Audience.SEGMENT:
        _check_segment(step.segment)


def _check_segment(segment: Segment | None) -> None:
    if segment is None:
        raise Invalid("segment", "", "empty")
    if segment.start is Start.NOBODY and all(step.verb is not Verb.ADD for step in segment.steps):
        raise Invalid("segment", "", "nobody")


def _check_moment(step: Step) -> None:
    if not 0 <= step.days <= MOST_DAYS:
        raise Invalid("days", str(step.days), "beyond")
    if not step.hour:
        raise Invalid("hour", "", "empty")
    if not _HOUR.fullmatch(step.hour):
        raise Invalid("hour", step.hour, "syntax")
    same_day = step.timing is Timing.BEFORE and step.days == 0
    if same_day and (step.hour == "00:00" or step.trigger is Trigger.PROMOTION_STARTS):
        raise Invalid("hour", step.trigger, "nonsense")


def is_called(step: Step) -> bool:
    """Whether who has no e-mail is to be called about what the step says: a distribution, or that they are welcome."""
    return step.trigger is Trigger.REGISTRATION or step_kind(step) in CALLED


def step_kind(step: Step) -> str:
    """The kind of message that a step sends, and so whose opt-out counts."""
    match step.trigger, step.timing:
        case Trigger.OPENS, _:
            return "opening"
        case Trigger.CLOSES, Timing.BEFORE:
            return "last_call"
        case Trigger.DISTRIBUTION, Timing.BEFORE | Timing.AT_ONCE:
            return "pickup"
        case _:
            return "automatic"


def step_segment(step: Step) -> Segment:
    """Who hears of it, as a segment; "next" in it stands for the occurrence's distribution."""
    of_distribution = TRIGGERS[step.trigger].has_distribution
    match step.audience:
        case Audience.SEGMENT if step.segment is not None:
            return step.segment
        case Audience.ORDERED:
            rule = make("ordered", distribution="next") if of_distribution else make("orders", at_least=1)
            return EVERYONE.then(Verb.KEEP, rule)
        case Audience.NOT_ORDERED if of_distribution:
            return EVERYONE.then(Verb.REMOVE, make("ordered", distribution="next"))
        case Audience.NOT_ORDERED:
            return EVERYONE.then(Verb.KEEP, make("never_ordered"))
        case _:
            return EVERYONE


def can_come(step: Step, scope: Scope) -> bool:
    """Whether a step's trigger ever comes where a workflow is attached so."""
    return scope in TRIGGERS[step.trigger].scopes
