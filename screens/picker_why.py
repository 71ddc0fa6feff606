"""Why somebody is in a segment or not, and how a message would reach them, as lines that fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from screens.member_words import EMAIL_STATES, refused_since, said_words
from screens.picker_lines import SIGNS, start_name
from screens.text import fitted
from screens.widgets.plain import plain
from screens.widgets.prose import wrapped
from store.segments import Segment, Step, Verb
from templates.words import N_, _

if TYPE_CHECKING:
    from store import Store
    from store.clock import Clock
    from store.segment_fates import Fate, PersonFate

STATE_CELLS = 12
_GETS = {
    "email": N_("{name} is in, and gets a mail."),
    "sms": N_("{name} is in, and gets an SMS."),
    "letter": N_("{name} is in, and gets a letter."),
    "csv": N_("{name} is in, and stands in the CSV file."),
}


def why_lines(fate: Fate, segment: Segment, sentences: Sequence[str], store: Store, cells: int) -> list[Content]:
    """The verdict, the way through the steps, and each person's address."""
    lines = [plain(f" {line.plain}", "bold") for line in wrapped(plain(verdict(fate)), cells - 2).split("\n")]
    if fate.erased:
        return lines
    if fate.inside:
        lines += _way(fate, segment, sentences, cells)
    lines += [_person(person, store.clock, cells) for person in fate.people]
    return lines


def verdict(fate: Fate) -> str:
    """In or out, and how the member is reached, in one or two sentences."""
    if fate.erased:
        return _("This member was erased, and is in no segment.")
    if fate.archived:
        return _("{name} is archived, and in no segment. Members lists them under the filter “Archived”.").format(
            name=fate.name
        )
    if not fate.selected:
        return _("{name} is out.").format(name=fate.name)
    if fate.channel in _GETS:
        return _(_GETS[fate.channel]).format(name=fate.name)
    if not fate.channel:
        said = _("{name} is in, but does not want such mails.")
    elif fate.phone:
        said = _("{name} is in, but no mail reaches them: call {phone}.")
    else:
        said = _("{name} is in, but no mail reaches them, and there is no phone number.")
    return said.format(name=fate.name, phone=fate.phone)


def _way(fate: Fate, segment: Segment, sentences: Sequence[str], cells: int) -> list[Content]:
    first = _("in") if fate.inside[0] else _("out")
    lines = [
        plain(f"   {fitted(first, STATE_CELLS)} {fitted(f'  {start_name(segment.start)}', cells - STATE_CELLS - 5)}")
    ]
    for number, (step, sentence) in enumerate(zip(segment.steps, sentences, strict=True), 1):
        before, now = fate.inside[number - 1], fate.inside[number]
        text = fitted(f"{SIGNS[step.verb]} {sentence}", cells - STATE_CELLS - 5)
        state = fitted(_state(step, before, now, fate.found[number - 1]), STATE_CELLS)
        lines.append(plain(f"   {state} {text}", "bold" if before != now else ""))
    return lines


def _state(step: Step, before: bool, now: bool, found: bool) -> str:
    """What a step does with the member; one that is meant without effect was in, or out, already."""
    if before != now:
        return _("comes in") if now else _("goes out")
    if step.verb is Verb.ADD and found:
        return _("in already")
    if step.verb is Verb.REMOVE and found:
        return _("out already")
    return _("in") if now else _("out")


def _person(person: PersonFate, clock: Clock, cells: int) -> Content:
    parts = [person.name or _("without a name"), person.address, _mail(person, clock)]
    return plain(fitted(" · " + " · ".join(part for part in parts if part), cells))


def _mail(person: PersonFate, clock: Clock) -> str:
    refused = person.refused
    if person.state != "has" or refused is None:
        return _(EMAIL_STATES[person.state.value])
    how = _("with STOP") if refused.stopped else said_words(refused)
    day = refused_since(refused, clock)
    said = _("refused since {day}").format(day=day) if day else _("refused")
    said = ", ".join(part for part in (said, how) if part)
    return f"{said} ({refused.by})" if refused.by else said
