"""A workflow's step as the fields of a form, and back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from screens.errors import words_for
from screens.form import Problem
from screens.member_form import Fields
from screens.moments import hour_of
from screens.workflow_sentences import segment_words
from screens.workflow_words import audience_label, timing_label, trigger_label
from store.errors import Invalid
from store.segment_steps import Segment
from store.workflow_records import Audience, Step, Timing, Trigger
from store.workflow_triggers import check_step, tidied
from templates.words import N_, _

if TYPE_CHECKING:
    from store import Store

LABELS = {
    "trigger": N_("Event"),
    "timing": N_("When"),
    "days": N_("Days"),
    "hour": N_("Hour"),
    "audience": N_("To whom"),
    "segment": N_("Segment"),
}
USUAL = Step(Trigger.CLOSES, Timing.BEFORE, 1, "18:00", Audience.NOT_ORDERED)
"""What a new step begins as: the reminder that most groups want."""


def fields_of(step: Step) -> Fields:
    """What the form shows; days and hour of a step that goes at once are what it would mostly be otherwise."""
    at_once = step.timing is Timing.AT_ONCE
    return {
        "trigger": str(step.trigger),
        "timing": str(step.timing),
        "days": str(USUAL.days if at_once else step.days),
        "hour": step.hour or USUAL.hour,
        "audience": str(step.audience),
        "segment": step.segment.to_json() if step.segment is not None else "",
    }


def step_of(fields: Fields, before: Step) -> Step:
    """The step that is meant, as a change of another; raises `Invalid` for days or an hour that are none."""
    trigger, timing = Trigger(str(fields["trigger"])), Timing(str(fields["timing"]))
    at_once = timing is Timing.AT_ONCE
    segment = str(fields["segment"])
    to_producer = trigger is Trigger.RECAP
    return tidied(
        replace(
            before,
            trigger=trigger,
            timing=timing,
            days=0 if at_once else _days(str(fields["days"])),
            hour="" if at_once else _hour(str(fields["hour"])),
            audience=Audience.ALL if to_producer else Audience(str(fields["audience"])),
            segment=Segment.from_json(segment) if segment else None,
        )
    )


def audiences(trigger: Trigger) -> list[tuple[str, str]]:
    """To whom a step can go, and what each is called for this trigger."""
    step = replace(USUAL, trigger=trigger)
    called = [(one, audience_label(replace(step, audience=one))) for one in Audience]
    return [(str(one), _("to others: choose them below") if one is Audience.SEGMENT else name) for one, name in called]


def _days(text: str) -> int:
    typed = text.strip()
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 4):
        raise Invalid("days", typed, "syntax" if typed else "empty")
    return int(typed)


def _hour(text: str) -> str:
    try:
        found = hour_of(text)
    except ValueError as error:
        raise Invalid("hour", text.strip(), "syntax") from error
    if found is None:
        raise Invalid("hour", "", "empty")
    return found


def problems(fields: Fields, before: Step) -> list[Problem]:
    """What cannot be stored, and why; what is only missing yet is said when it is saved."""
    try:
        check_step(step_of(fields, before))
    except Invalid as error:
        missing = error.reason == "empty"
        return [Problem(error.field, _said(error), at_save=missing)]
    return []


def _said(error: Invalid) -> str:
    if error.field == "days" and error.reason in ("syntax", "empty"):
        return _("How many days? Type a number, as 2.")
    if error.field == "hour" and error.reason == "syntax":
        return _("“{value}” is no hour; write it as 18:00 or 18h.").format(value=error.value)
    if error.field == "segment" and error.reason == "empty":
        return _("Choose who is meant: Enter on Segment.")
    return words_for(error)


def meant(store: Store, text: str) -> str:
    """A segment of the form in words; empty where none is chosen or it can no longer be named."""
    try:
        return segment_words(store, Segment.from_json(text) if text else None)
    except Invalid:  # kept half typed by another version
        return ""


def said(store: Store, name: str, fields: Fields) -> str:
    """What a field holds, as one reads it."""
    value = str(fields[name])
    if name == "trigger":
        return trigger_label(Trigger(value))
    if name == "timing":
        return timing_label(Timing(value))
    if name == "audience":
        return dict(audiences(Trigger(str(fields["trigger"]))))[value]
    return meant(store, value) if name == "segment" else value
