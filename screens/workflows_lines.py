"""What the list of workflows says: read from the store in a thread, then put into lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

from screens.widgets.plain import plain
from screens.widgets.table import cell
from screens.workflow_sentences import numbered, sentences, steps
from screens.workflow_words import place_words
from store.occurrence_records import OccurrenceState
from store.workflow_records import Scope
from templates.words import _, dates, ngettext

if TYPE_CHECKING:
    from datetime import datetime

    from mail.by_itself import ByItself
    from store import Store
    from store.clock import Clock
    from store.workflow_records import Place, Workflow

SENTENCES = 3
"""So many steps of the marked workflow are said in the list; its page says them all."""


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


def set_up(found: Found) -> str:
    """What to do where workflows would send mails, and nothing has ever sent by itself here; else ""."""
    from screens.desk_coming import never_sends, set_up_words

    return set_up_words() if _sending(found) and never_sends(found.facts) else ""


def _sending(found: Found) -> int:
    """How many of them send mails."""
    return sum(bool(row.workflow.places) and not row.workflow.paused for row in found.rows)


def going(found: Found, clock: Clock) -> str:
    """How many of them send mails; where nothing on this machine sends by itself, that."""
    from screens.desk_coming import truth

    n = _sending(found)
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


def saved_words(workflow: Workflow, clock: Clock) -> str:
    """When a workflow was saved last, and by whom: "Sat 21 Nov 21:04, Marie"."""
    at = dates.moment(clock.to_wall(workflow.changed_at))
    return f"{at}, {workflow.changed_by}" if workflow.changed_by else at


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
