"""What plans occurrences: each live step with what its workflow is attached to, and the span that is asked about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from store.workflow_records import Place, Scope, Step
from store.workflow_rows import all_workflows
from store.workflow_triggers import MOST_DAYS, can_come

if TYPE_CHECKING:
    from collections.abc import Collection

    from store.transaction import Transaction

LOOKED_BACK = timedelta(days=40)
"""What was due longer ago and has no row is no news any more."""
FARTHEST = timedelta(days=MOST_DAYS + 2)
"""So far at most a step's moment lies from what it is counted from, and a day for hours and zones."""


@dataclass(frozen=True, slots=True)
class Span:
    """What is asked about: occurrences due from `first` to `last` (aware UTC), both included.

    `only` is the id of the one distribution, member, order or promotion that matters, whatever became of it by now.
    `anywhere`: whether the workflow is attached there, and since when, does not matter. Of `begun`, by step id and key,
    since when does not: they were going already when something changed, and it is no surprise that they go on.
    """

    first: datetime
    last: datetime
    only: int | None = None
    anywhere: bool = False
    begun: frozenset[tuple[int, str]] = frozenset()

    def holds(self, due: datetime) -> bool:
        """Whether a moment lies in it."""
        return self.first <= due <= self.last

    def lets(self, step: Step, key: str, since: datetime | None, due: datetime) -> bool:
        """Whether something goes that is attached where it comes since then (None: it is not)."""
        if self.anywhere:
            return True
        return since is not None and (since <= due or (step.id, key) in self.begun)

    def earliest(self, rule: Rule) -> datetime:
        """From when on what happened matters to a step."""
        if self.anywhere or any(step_id == rule.step.id for step_id, _key in self.begun):
            return self.first
        return max(self.first, rule.since)


@dataclass(frozen=True, slots=True)
class Rule:
    """A step of a workflow that is not paused, with the places where its trigger can come."""

    step: Step
    workflow: str
    places: tuple[Place, ...]
    exempt: frozenset[int]

    @property
    def since(self) -> datetime:
        """What was due before this moment does not go, wherever it is."""
        return max(_since(self.step), min((_since(place) for place in self.places), default=_since(self.step)))

    def whole(self, distribution_id: int) -> datetime | None:
        """Since when a distribution as a whole has the step; None where it has not."""
        here = (Scope.DISTRIBUTION, distribution_id), (Scope.DISTRIBUTIONS, None)
        return self._earliest([p for p in self.places if (p.scope, p.distribution_id) in here])

    def of_catalogues(self, catalogue_ids: Collection[int]) -> datetime | None:
        """Since when one of these catalogues has the step; None where none has."""
        return self._earliest(
            [p for p in self.places if p.scope is Scope.CATALOGUE and p.catalogue_id in catalogue_ids]
        )

    def of_group(self) -> datetime | None:
        """Since when the group has the step; None where it has not."""
        return self._earliest([p for p in self.places if p.scope is Scope.GROUP])

    def of_order(self, distribution_id: int, catalogue_ids: Collection[int]) -> datetime | None:
        """Since when an order for the distribution, with lines of these catalogues, has the step."""
        if distribution_id in self.exempt:
            return None
        found = [
            since for since in (self.whole(distribution_id), self.of_catalogues(catalogue_ids)) if since is not None
        ]
        return min(found, default=None)

    def _earliest(self, places: list[Place]) -> datetime | None:
        return None if not places else max(_since(self.step), min(map(_since, places)))

    @property
    def lead(self) -> timedelta:
        """So far at most its moment lies from what it is counted from, and two days for hours and zones."""
        return timedelta(days=self.step.days + 2)

    @property
    def narrow(self) -> bool:
        """Whether it matters of which catalogues an order has lines."""
        return any(place.scope is Scope.CATALOGUE for place in self.places)


def _since(of: Place | Step) -> datetime:
    assert of.since is not None
    return of.since


def live_rules(t: Transaction, step_id: int | None = None, *, anywhere: bool = False) -> tuple[Rule, ...]:
    """The steps that can go by themselves, or one of them; `anywhere`: attached or not, paused or not."""
    found = []
    for workflow in all_workflows(t):
        if workflow.paused and not anywhere:
            continue
        for step in workflow.steps:
            places = tuple(place for place in workflow.places if can_come(step, place.scope))
            if step_id in (None, step.id) and (places or anywhere):
                found.append(Rule(step, workflow.title, places, frozenset(workflow.exempt)))
    return tuple(found)
