"""What a workflow's page says: read from the store in a thread, then put into lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

from screens.calendar_reading import named_subjects
from screens.text import fitted, width
from screens.widgets.plain import plain
from screens.widgets.prose import wrapped
from screens.workflow_sentences import MARGIN, numbered, sentences, steps
from screens.workflow_words import place_words, typed_words
from screens.workflow_wrong import wrong_words
from screens.workflows_lines import saved_words
from store.errors import StoreError
from store.occurrence_records import OccurrenceState
from store.workflow_records import Trigger
from store.workflow_triggers import can_come
from templates.words import _, dates, ngettext

if TYPE_CHECKING:
    from datetime import datetime

    from mail.by_itself import ByItself
    from store import Store
    from store.clock import Clock
    from store.occurrence_records import Occurrence
    from store.occurrence_subjects import Subject
    from store.workflow_records import Place, Workflow

NEXT, PLACES = 3, 4
"""So many of what comes next, and of what it is attached to, are shown."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A time that one of the steps goes: when, what it is called and about, and to how many as of now.

    `people` is None where that is not counted: a recap goes to the producer.
    """

    due: datetime
    step_id: int
    subject: Subject
    people: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """A workflow with its steps as sentences, the next times that one goes, and the days it leaves alone.

    `wrong` is why each step's words cannot go, empty where they can; `facts`: whether anything on this machine sends
    by itself.
    """

    workflow: Workflow
    sentences: tuple[str, ...]
    wrong: tuple[str, ...]
    next: tuple[Coming, ...]
    exempt: tuple[str, ...]
    facts: ByItself


def read_page(store: Store, workflow_id: int) -> Page:
    """Read all that the page shows; raises `NotFound`, `NotAllowed`."""
    from mail.by_itself import by_itself

    workflow = store.workflows.get(workflow_id)
    coming = [one for one in store.occurrences.coming() if one.step.workflow_id == workflow_id]
    going = [one for one in coming if one.state is not OccurrenceState.SKIPPED]
    return Page(
        workflow,
        sentences(store, workflow.steps),
        wrong_words(store, workflow.steps, workflow.places),
        read_coming(store, going[:NEXT]),
        tuple(day_of(store, one) for one in workflow.exempt),
        by_itself(store),
    )


def read_coming(store: Store, occurrences: Sequence[Occurrence]) -> tuple[Coming, ...]:
    """Name them, and count to how many each would go now."""
    subjects = named_subjects(store, occurrences)
    counts = store.occurrences.counts([one for one in occurrences if one.step.trigger is not Trigger.RECAP])
    found = []
    for one in occurrences:
        key = (one.step.id, one.key)
        people = counts[key].email if key in counts else None
        found.append(Coming(one.due, one.step.id, subjects[key], people))
    return tuple(found)


def day_of(store: Store, distribution_id: int) -> str:
    """The local day of a distribution; empty where it is gone."""
    try:
        return str(store.distributions.get(distribution_id).day)
    except StoreError:
        return ""


def step_lines(page: Page, clock: Clock, cells: int) -> list[Content]:
    """The steps with their numbers, all lines as long; what never comes where the workflow is attached says so."""
    lines, places = [], page.workflow.places
    for step, line, wrong in zip(page.workflow.steps, numbered(page.sentences, cells), page.wrong, strict=True):
        if places and not any(can_come(step, place.scope) for place in places):
            line = warned(line, _("never happens for what it is attached to"), cells)
        if wrong:
            line = warned(line, wrong, cells)
        if typed := typed_words(step, clock):
            line = warned(line, _("{typed}: w, then F8").format(typed=typed), cells)
        # So that a mark over it has straight edges.
        parts = line.split("\n", allow_blank=True)
        lines.append(Content("\n").join([part.truncate(cells, ellipsis=True, pad=True) for part in parts]))
    return lines


def warned(line: Content, warning: str, cells: int) -> Content:
    """A step with something that asks for attention below it."""
    text = wrapped(plain(f"! {warning}", "bold"), max(10, cells - MARGIN))
    return Content("\n").join([line, *(Content(" " * MARGIN) + part for part in text.split("\n", allow_blank=True))])


def coming_words(one: Coming, clock: Clock) -> str:
    """A time that a step goes, in one line: when, to how many, for which day, and what, which may be cut."""
    subject, parts = one.subject, [dates.moment(clock.to_wall(one.due))]
    if subject.member:
        parts.append(subject.member)
    elif one.people is not None:
        parts.append(people_words(one.people))
    if subject.day is not None and not subject.member:
        parts.append(_("for {day}").format(day=dates.day(subject.day)))
    parts.append(_("“{title}”").format(title=subject.title or _("(no subject)")))
    return "  ".join(parts)


def heading_words(page: Page, clock: Clock) -> str:
    """What stands beside the title: that it is paused, that nothing here sends by itself, else how many steps."""
    from screens.desk_coming import truth

    if page.workflow.paused:
        return _("paused")
    if page.workflow.places and not page.facts.sends:
        return truth(page.facts, clock)
    return steps(len(page.workflow.steps))


def people_words(n: int) -> str:
    """To about how many it would go now."""
    return ngettext("~{n} person", "~{n} people", n).format(n=n)


def page_lines(page: Page, clock: Clock, cells: int) -> list[Content]:
    """What it is attached to and since when, what goes next, and who saved it last, in so many cells."""
    workflow = page.workflow
    named = {
        _("Attached"): list(_attached(page, clock)),
        _("Next mail"): _next(page, clock),
        _("Last saved"): [saved_words(workflow, clock)],
    }
    margin = max(width(name) for name in named) + 2
    lines = []
    for name, said in named.items():
        for n, text in enumerate(said):
            label = plain(fitted(name if n == 0 else "", margin), "bold")
            shown = plain(text, "bold" if text.startswith("! ") else "").truncate(cells - margin - 2, ellipsis=True)
            lines.append(Content.assemble("  ", label, shown))
    return lines


def _attached(page: Page, clock: Clock) -> Iterator[str]:
    workflow = page.workflow
    if workflow.paused:
        yield "! " + _("paused: nothing of it goes. p lets it go on.")
    if not workflow.places:
        yield "! " + _("nowhere yet, so nothing goes: o attaches it.")
    for place in workflow.places[:PLACES]:
        yield since_words(place, clock)
    if (more := len(workflow.places) - PLACES) > 0:
        yield ngettext("and {n} more: o shows it", "and {n} more: o shows them", more).format(n=more)
    if page.exempt:
        days = [dates.day(day) for day in page.exempt if day]
        shown = ", ".join(days[-PLACES:]) + (", …" if len(days) > PLACES else "")
        yield _("not for {days}").format(days=shown)


def since_words(place: Place, clock: Clock) -> str:
    """What it is attached to, and since when."""
    if place.since is None:
        return place_words(place)
    since = dates.day(clock.to_wall(place.since))
    return _("{place}, since {day}").format(place=place_words(place), day=since)


def _next(page: Page, clock: Clock) -> list[str]:
    if page.next and not page.workflow.paused:
        return [coming_words(one, clock) for one in page.next]
    return [_("nothing within four weeks")] if page.workflow.places and not page.workflow.paused else ["-"]
