"""What the list of workflows says: read from the store in a thread, then put into lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual.content import Content

from screens.text import fitted
from screens.widgets.plain import plain
from screens.widgets.prose import wrapped
from screens.widgets.table import cell
from screens.workflow_words import place_words, step_sentence
from store.errors import StoreError
from store.occurrence_records import OccurrenceState
from store.workflow_records import Scope
from templates.words import _, dates, ngettext

if TYPE_CHECKING:
    from datetime import datetime

    from mail.by_itself import ByItself
    from store import Store
    from store.clock import Clock
    from store.workflow_records import Place, Step, Workflow

SENTENCES = 3
"""So many steps of the marked workflow are said in the list; its page says them all."""
_FIELD = re.compile(r"\{\{\s*(\w*).*?\}\}")
MARGIN = 6
"""Cells before a sentence, in which its number stands."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A workflow, its steps as sentences, and the next time that one of them goes; None: none within four weeks."""

    workflow: Workflow
    sentences: tuple[str, ...]
    next: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """The workflows by title, and whether anything on this machine sends by itself."""

    rows: tuple[Listed, ...]
    facts: ByItself


def read_workflows(store: Store) -> Found:
    """Read them, each with the next moment; raises `NotAllowed`."""
    from mail.by_itself import by_itself

    following: dict[int, datetime] = {}
    for one in store.occurrences.coming():
        if one.state is not OccurrenceState.SKIPPED:
            following.setdefault(one.step.workflow_id, one.due)
    rows = tuple(
        Listed(workflow, sentences(store, workflow.steps), following.get(workflow.id))
        for workflow in store.workflows.all()
    )
    return Found(rows, by_itself(store))


def sentences(store: Store, steps: Iterable[Step]) -> tuple[str, ...]:
    """What each step does, in a sentence."""
    group = store.settings.group().name
    shown = [replace(step, subject=readable(step.subject, group)) for step in steps]
    return tuple(step_sentence(step, segment_words(store, step)) for step in shown)


def readable(subject: str, group: str) -> str:
    """A subject as one reads it: with the group's name, and "…" for other fields, which each mail fills in."""
    return _FIELD.sub(lambda field: group if field[1] == "group" else "…", subject)


def segment_words(store: Store, step: Step) -> str:
    """Whom a step's segment means; empty without one, or where it speaks of what is gone."""
    from screens.members_filters import described

    try:
        return described(store, step.segment) if step.segment is not None else ""
    except StoreError:
        return ""


def going(found: Found, clock: Clock) -> str:
    """How many of them send mails; where nothing on this machine sends by itself, that."""
    from screens.desk_coming import truth

    n = sum(bool(row.workflow.places) and not row.workflow.paused for row in found.rows)
    if n and not found.facts.sends:
        return truth(found.facts, clock)
    return ngettext("{n} goes by itself", "{n} go by themselves", n).format(n=n) if found.rows else ""


def row_of(row: Listed, clock: Clock) -> list[object]:
    """A line of the list; dimmed where nothing of it goes."""
    workflow = row.workflow
    style = "dim" if workflow.paused or not workflow.places else ""
    saved = dates.day_number(clock.to_wall(workflow.changed_at))
    to = ", ".join(map(short, workflow.places)) or _("nowhere yet")
    said = (workflow.title, to, next_words(row, clock), saved)
    return [cell(text, style) for text in said]


def goes_to(places: Iterable[Place]) -> str:
    """Everything that a workflow is attached to, in one line."""
    return ", ".join(map(place_words, places))


def short(place: Place) -> str:
    """A place in a few cells: the name of a catalogue, the day of a distribution."""
    if place.scope is Scope.GROUP:
        return _("the group")
    if place.scope is Scope.DISTRIBUTIONS:
        return _("all distributions")
    return place.name if place.scope is Scope.CATALOGUE or not place.name else dates.day(place.name)


def next_words(row: Listed, clock: Clock) -> str:
    """When the next mail goes, or why none does."""
    if row.workflow.paused:
        return _("paused")
    if not row.workflow.steps:
        return _("no step yet")
    return dates.moment(clock.to_wall(row.next)) if row.next is not None else "-"


def steps(n: int) -> str:
    """How many steps a workflow has."""
    return ngettext("{n} step", "{n} steps", n).format(n=n) if n else _("no step yet")


def saved_words(workflow: Workflow, clock: Clock) -> str:
    """When a workflow was saved last, and by whom: "Sat 21 Nov 21:04, Marie"."""
    at = dates.moment(clock.to_wall(workflow.changed_at))
    return f"{at}, {workflow.changed_by}" if workflow.changed_by else at


def numbered(said: Sequence[str], cells: int, most: int | None = None) -> list[Content]:
    """Sentences of steps with their numbers; what goes on below stands under its beginning. More than `most`: counted.

    So many cells wide is the list that they stand in.
    """
    lines = []
    for n, sentence in enumerate(said[:most], 1):
        text = wrapped(plain(sentence), max(10, cells - MARGIN))
        first, *rest = text.split("\n", allow_blank=True)
        margin = plain(fitted(f"{n:>{MARGIN - 2}}", MARGIN))
        lines.append(Content("\n").join([margin + first, *(Content(" " * MARGIN) + part for part in rest)]))
    if most is not None and (more := len(said) - most) > 0:
        lines.append(plain(" " * MARGIN + _("and {n} more").format(n=more)))
    return lines


def described(row: Listed, clock: Clock, cells: int) -> Content:
    """The marked one, in so many cells: what is to be done with it, and its first steps."""
    workflow = row.workflow
    saved = _("saved {moment}").format(moment=saved_words(workflow, clock))
    head = f" · {steps(len(workflow.steps))} · {saved}"
    lines = [Content.assemble(plain(workflow.title, "bold"), plain(head))]
    if workflow.paused:
        lines.append(plain("! " + _("Paused: nothing of it goes. p lets it go on."), "bold"))
    elif not workflow.steps:
        lines.append(plain(_("Enter opens it; a adds its first step there.")))
    elif not workflow.places:
        lines.append(plain("! " + _("It goes nowhere yet: o says for what.")))
    return Content("\n").join([*lines, *numbered(row.sentences, cells, SENTENCES)])
