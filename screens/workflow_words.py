"""Workflows in words: the sentence that a step makes, where a workflow is attached, and what each choice is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.workflow_records import Audience, Idle, Scope, Standing, Timing, Trigger
from store.workflow_triggers import TRIGGERS
from templates.words import N_, _, dates, ngettext

if TYPE_CHECKING:
    from store.clock import Clock
    from store.workflow_records import Place, Step

AT_ONCE = {
    Trigger.OPENS: N_("as soon as ordering opens"),
    Trigger.CLOSES: N_("as soon as ordering closes"),
    Trigger.DISTRIBUTION: N_("when the distribution begins"),
    Trigger.REGISTRATION: N_("as soon as a member is registered"),
    Trigger.CONFIRMED: N_("as soon as an order is confirmed"),
    Trigger.CHANGED: N_("as soon as an operator has changed an order"),
    Trigger.ADDED: N_("as soon as a product is added to a basket"),
    Trigger.BASKET: N_("when a basket is left open for 2 hours"),
    Trigger.PROMOTION_STARTS: N_("as soon as a promotion starts"),
    Trigger.PROMOTION_ENDS: N_("as soon as a promotion is over"),
    Trigger.RECAP: N_("as soon as the recap is due"),
}
SAME_DAY = {
    Trigger.OPENS: N_("on the day ordering opens, at {hour}"),
    Trigger.CLOSES: N_("on the day ordering closes, at {hour}"),
    Trigger.DISTRIBUTION: N_("on the day of the distribution, at {hour}"),
    Trigger.REGISTRATION: N_("on the day of a registration, at {hour}"),
    Trigger.CONFIRMED: N_("on the day an order is confirmed, at {hour}"),
    Trigger.CHANGED: N_("on the day an operator changes an order, at {hour}"),
    Trigger.ADDED: N_("on the day a product is added to a basket, at {hour}"),
    Trigger.BASKET: N_("on the day a basket is left open, at {hour}"),
    Trigger.PROMOTION_STARTS: N_("on the day a promotion starts, at {hour}"),
    Trigger.PROMOTION_ENDS: N_("on the last day of a promotion, at {hour}"),
    Trigger.RECAP: N_("on the day the recap is due, at {hour}"),
}
BEFORE = {
    Trigger.OPENS: N_("{days} before ordering opens, at {hour}"),
    Trigger.CLOSES: N_("{days} before ordering closes, at {hour}"),
    Trigger.DISTRIBUTION: N_("{days} before the distribution, at {hour}"),
    Trigger.PROMOTION_STARTS: N_("{days} before a promotion starts, at {hour}"),
    Trigger.PROMOTION_ENDS: N_("{days} before the end of a promotion, at {hour}"),
}
AFTER = {
    Trigger.OPENS: N_("{days} after ordering opens, at {hour}"),
    Trigger.CLOSES: N_("{days} after ordering closes, at {hour}"),
    Trigger.DISTRIBUTION: N_("{days} after the distribution, at {hour}"),
    Trigger.REGISTRATION: N_("{days} after a registration, at {hour}"),
    Trigger.CONFIRMED: N_("{days} after an order is confirmed, at {hour}"),
    Trigger.CHANGED: N_("{days} after an operator has changed an order, at {hour}"),
    Trigger.ADDED: N_("{days} after a product is added to a basket, at {hour}"),
    Trigger.BASKET: N_("{days} after a basket is left open, at {hour}"),
    Trigger.PROMOTION_STARTS: N_("{days} after a promotion starts, at {hour}"),
    Trigger.PROMOTION_ENDS: N_("{days} after the end of a promotion, at {hour}"),
    Trigger.RECAP: N_("{days} after the recap is due, at {hour}"),
}
TIMINGS = {Timing.AT_ONCE: N_("at once"), Timing.BEFORE: N_("days before"), Timing.AFTER: N_("days after")}
_TO_MANY = {
    Audience.ALL: N_("to everyone"),
    Audience.ORDERED: N_("to all who have ordered"),
    Audience.NOT_ORDERED: N_("to all who have not ordered"),
    Audience.SEGMENT: N_("to {segment}"),
}
_TO_MANY_EVER = {
    **_TO_MANY,
    Audience.ORDERED: N_("to all who have ever ordered"),
    Audience.NOT_ORDERED: N_("to all who have never ordered"),
}
_TO_ONE = {
    Audience.ALL: N_("to the member"),
    Audience.ORDERED: N_("to the member, who has ordered"),
    Audience.NOT_ORDERED: N_("to the member, who has not ordered"),
    Audience.SEGMENT: N_("to the member, if among: {segment}"),
}
_TO_ONE_EVER = {
    **_TO_ONE,
    Audience.ORDERED: N_("to the member, who has ordered by then"),
    Audience.NOT_ORDERED: N_("to the member, who has not ordered by then"),
}
IDLE = {
    Idle.PLACE: N_("does not happen here"),
    Idle.OVER: N_("its moment is past"),
    Idle.CANCELLED: N_("the distribution is cancelled"),
    Idle.AFTER: N_("too late: it would be of no use any more"),
}
STANDINGS = {
    Standing.HERE: N_("attached here"),
    Standing.ALL: N_("by all distributions"),
    Standing.CATALOGUE: N_("by the catalogue"),
    Standing.EXEMPT: N_("left out"),
    Standing.NO: N_("not attached"),
    Standing.NEVER: N_("nothing to do here"),
}


def trigger_label(trigger: Trigger) -> str:
    """What a step waits for, where it is chosen: "Ordering closes"."""
    return _(TRIGGERS[trigger].label)


def timing_label(timing: Timing) -> str:
    """How its moment lies to that, where it is chosen: "days before"."""
    return _(TIMINGS[timing])


def audience_label(step: Step, segment_words: str = "") -> str:
    """To whom a step goes: "to all who have not ordered"; `segment_words` say its segment."""
    row = TRIGGERS[step.trigger]
    if step.trigger is Trigger.RECAP:
        return _("to the producer")
    if row.one_member:
        texts = _TO_ONE if row.has_distribution else _TO_ONE_EVER
    else:
        texts = _TO_MANY if row.has_distribution else _TO_MANY_EVER
    return _(texts[step.audience]).format(segment=segment_words or "…")


def moment_label(step: Step) -> str:
    """When a step goes: "2 days before ordering closes, at 18:00"."""
    if step.timing is Timing.AT_ONCE:
        return _(AT_ONCE[step.trigger])
    texts = SAME_DAY if not step.days else BEFORE if step.timing is Timing.BEFORE else AFTER
    if step.trigger not in texts:  # half typed: it will be refused
        return "…"
    days = ngettext("{n} day", "{n} days", step.days).format(n=step.days)
    return _(texts[step.trigger]).format(days=days, hour=step.hour or "…")


def step_sentence(step: Step, segment_words: str = "") -> str:
    """A step as it reads in an overview; also of one that is half typed.

    "2 days before ordering closes, at 18:00, to all who have not ordered: “Last call”".
    """
    parts = {"when": moment_label(step), "whom": audience_label(step, segment_words)}
    text = _("{when}, {whom}: “{subject}”").format(**parts, subject=step.subject or _("(no subject)"))
    return text[:1].upper() + text[1:]


def typed_words(step: Step, clock: Clock) -> str:
    """Since when, and by whom, words of a step wait to be finished; empty where there are none."""
    if step.typed_at is None:
        return ""
    text = _("Words changed {when} by {who}, not in use yet") if step.typed_by else _("Words changed, not in use yet")
    return text.format(when=dates.moment(clock.to_wall(step.typed_at)), who=step.typed_by)


def place_words(place: Place) -> str:
    """What a workflow is attached to: "the distribution of Friday 27 November"."""
    match place.scope:
        case Scope.DISTRIBUTION:
            return _("the distribution of {day}").format(day=dates.day(place.name) if place.name else "…")
        case Scope.CATALOGUE:
            return _("the catalogue {name}").format(name=place.name or "…")
        case Scope.GROUP:
            return _("the group")
        case Scope.DISTRIBUTIONS:
            return _("all distributions to come")


def standing_words(how: Standing) -> str:
    """How a workflow stands at a place, in a word or three."""
    return _(STANDINGS[how])


def idle_words(why: Idle) -> str:
    """Why a step does nothing at a place."""
    return _(IDLE[why])
