"""How workflows stand at a place: read from the store in a thread, then put into lines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

from screens.widgets.plain import plain
from screens.widgets.table import cell
from screens.workflow_lines import people_words, warned
from screens.workflow_sentences import MARGIN, numbered, sentences
from screens.workflow_words import idle_words, standing_words
from screens.workflow_wrong import words_of, wrong_at, wrong_words
from store.folding import folded
from store.occurrence_records import OccurrenceState
from store.workflow_records import Place, Scope, Standing, Trigger
from templates.words import _, dates, ngettext

if TYPE_CHECKING:
    from store import Store
    from store.clock import Clock
    from store.occurrence_records import Occurrence
    from store.workflow_records import Attached, Workflow

AHEAD = 20
"""So many of the distributions to come are listed; those that a workflow is attached to are always."""
LINES = 11
"""So many lines below the list say what the steps of the marked one do there."""
MARKS = {
    Standing.HERE: "[x]",
    Standing.ALL: "[x]",
    Standing.CATALOGUE: "[x]",
    Standing.EXEMPT: "[-]",
    Standing.NO: "[ ]",
    Standing.NEVER: "",
}
"""What stands before a line; nothing where nothing can be switched."""
GOES = (Standing.HERE, Standing.ALL, Standing.CATALOGUE)
"""How a workflow stands where its steps go."""


@dataclass(frozen=True, slots=True)
class There:
    """A workflow at a place: how it stands there, its steps as sentences, and when each goes there next, by step.

    `wrong` is why the words of each step could not go there, empty where they can.
    """

    place: Place
    attached: Attached
    sentences: tuple[str, ...]
    coming: dict[int, Occurrence]
    wrong: tuple[str, ...]

    @property
    def workflow(self) -> Workflow:
        """The workflow."""
        return self.attached.workflow

    @property
    def how(self) -> Standing:
        """How it stands there."""
        return self.attached.how


def read_at(store: Store, place: Place) -> tuple[There, ...]:
    """Read every workflow as it stands at a place, those that can do something there first.

    Raises `NotFound`, `NotAllowed`.
    """
    coming = store.occurrences.coming()
    found = [
        There(
            place,
            at,
            sentences(store, at.workflow.steps),
            _following(store, place, at, coming),
            wrong_words(store, at.workflow.steps, (*at.workflow.places, place)),
        )
        for at in store.workflows.at_place(place)
    ]
    # Not those that are attached first: the lines would change places under the key that attaches.
    return tuple(sorted(found, key=lambda row: (row.how is Standing.NEVER, folded(row.workflow.title))))


def read_of(store: Store, workflow_id: int) -> tuple[There, ...]:
    """Read one workflow as it stands at every place there is; raises `NotFound`, `NotAllowed`."""
    workflow, coming = store.workflows.get(workflow_id), store.occurrences.coming()
    said, words, found = sentences(store, workflow.steps), words_of(store, workflow.steps), []
    for place in _places(store, workflow):
        at = next((one for one in store.workflows.at_place(place) if one.workflow.id == workflow_id), None)
        if at is not None:  # else a colleague has deleted it just now
            wrong = wrong_at(words, (*workflow.places, place))
            found.append(There(place, at, said, _following(store, place, at, coming), wrong))
    return tuple(found)


def read_people(store: Store, row: There) -> dict[int, int]:
    """Count to how many each of the steps would go there next, as of now, by step; may take a while."""
    counted = [one for one in row.coming.values() if one.step.trigger is not Trigger.RECAP]
    return {step_id: counts.email for (step_id, _key), counts in store.occurrences.counts(counted).items()}


def named(store: Store, scope: str, distribution_id: int | None, catalogue_id: int | None) -> Place:
    """A place with its name; raises `NotFound`."""
    if distribution_id is not None:
        day = str(store.distributions.get(distribution_id).day)
        return Place(Scope(scope), distribution_id=distribution_id, name=day)
    if catalogue_id is not None:
        return Place(Scope(scope), catalogue_id=catalogue_id, name=store.catalogues.get(catalogue_id).name)
    return Place(Scope(scope))


def _places(store: Store, workflow: Workflow) -> Iterator[Place]:
    yield Place(Scope.DISTRIBUTIONS)
    yield Place(Scope.GROUP)
    ahead = [row for row in reversed(store.distributions.rows(from_day=store.clock.today())) if not row.cancelled]
    days = {row.id: str(row.day) for row in ahead[:AHEAD]}
    days |= {row.id: str(row.day) for row in ahead[AHEAD:] if row.id in workflow.exempt}
    catalogues = {one.id: one.name for one in store.catalogues.all()}
    for place in workflow.places:
        if place.distribution_id is not None:
            days.setdefault(place.distribution_id, place.name)
        if place.catalogue_id is not None:
            catalogues.setdefault(place.catalogue_id, place.name)
    for distribution_id, day in days.items():
        yield Place(Scope.DISTRIBUTION, distribution_id=distribution_id, name=day)
    for catalogue_id, name in catalogues.items():
        yield Place(Scope.CATALOGUE, catalogue_id=catalogue_id, name=name)


def _following(store: Store, place: Place, at: Attached, coming: Sequence[Occurrence]) -> dict[int, Occurrence]:
    """When each of the steps goes there next, by step."""
    following: dict[int, Occurrence] = {}
    wanted = {step.id for step in at.workflow.steps} if at.how in GOES else set()
    of_it = [one for one in coming if one.step.id in wanted and one.state is not OccurrenceState.SKIPPED]
    offering = _offering(store, place.catalogue_id, of_it)
    for one in of_it:
        if one.step.id not in following and _is_of(one, place, offering):
            following[one.step.id] = one
    return following


def _offering(store: Store, catalogue_id: int | None, coming: Iterable[Occurrence]) -> set[int]:
    """The distributions that offer a catalogue, of those that something is due for."""
    if catalogue_id is None:
        return set()
    days = {one.distribution_id for one in coming if one.distribution_id is not None}
    return {day for day in days if store.distributions.get(day).catalogue(catalogue_id) is not None}


def _is_of(one: Occurrence, place: Place, offering: Collection[int]) -> bool:
    match place.scope:
        case Scope.DISTRIBUTION:
            return one.distribution_id == place.distribution_id
        case Scope.CATALOGUE:
            whole = one.catalogue_id is None and one.distribution_id in offering
            return whole or one.catalogue_id == place.catalogue_id
        case Scope.DISTRIBUTIONS:
            return one.distribution_id is not None
        case Scope.GROUP:
            return one.distribution_id is None


# -- lines


def mark(row: There) -> object:
    """What stands before a line."""
    return cell(MARKS[row.how], "" if row.how in GOES else "dim")


def stands(row: There) -> str:
    """How it stands there, in few words."""
    return _("paused") if row.workflow.paused and row.how in GOES else standing_words(row.how)


def next_there(row: There, clock: Clock) -> str:
    """When the next mail of it goes there; empty where none does."""
    due = min((one.due for one in row.coming.values()), default=None)
    return "" if due is None or row.workflow.paused else dates.moment(clock.to_wall(due))


def place_cell(place: Place) -> str:
    """A place, as the beginning of a line."""
    match place.scope:
        case Scope.DISTRIBUTION:
            return _("Distribution {day}").format(day=dates.day(place.name))
        case Scope.CATALOGUE:
            return _("Catalogue {name}").format(name=place.name)
        case Scope.GROUP:
            return _("Group: members, promotions")
        case Scope.DISTRIBUTIONS:
            return _("All distributions to come")


def there_lines(row: There, clock: Clock, head: str, people: Mapping[int, int], cells: int) -> Content:
    """What each of the steps does there, in so many cells; to how many people, by step, where that is counted."""
    lines = [Content.assemble(plain(head, "bold"), plain(f" · {stands(row)}"))]
    if row.workflow.paused:
        lines.append(plain("! " + _("It is paused: nothing of it goes."), "bold"))
    if not row.workflow.steps:
        lines.append(plain(_("There is no step in it yet.")))
    margin = " " * MARGIN
    for step, sentence, wrong in zip(row.workflow.steps, numbered(row.sentences, cells), row.wrong, strict=True):
        lines.append(warned(sentence, wrong, cells) if wrong and step.id not in row.attached.idle else sentence)
        if (idle := row.attached.idle.get(step.id)) is not None:
            lines.append(plain(f"{margin}! {idle_words(idle)}", "bold"))
        elif (one := row.coming.get(step.id)) is not None:
            moment = _("next: {moment}").format(moment=dates.moment(clock.to_wall(one.due)))
            many = f", {people_words(people[step.id])}" if step.id in people else ""
            lines.append(plain(f"{margin}{moment}{many}"))
    shown = Content("\n").join(lines).split("\n", allow_blank=True)
    return Content("\n").join(shown if len(shown) <= LINES else [*shown[: LINES - 1], plain(f"{margin}…")])


def idle_said(idle: Collection[object], n: int) -> str:
    """That some of the steps do nothing at a place that a workflow was just attached to."""
    if not idle:
        return ""
    said = ngettext("{n} of its {of} steps does nothing there.", "{n} of its {of} steps do nothing there.", len(idle))
    return said.format(n=len(idle), of=n)
