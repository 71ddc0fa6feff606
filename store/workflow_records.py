"""Workflows as everyone above the store sees them: a title, steps, and where it is attached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from store.segment_steps import Segment


class Trigger(StrEnum):
    """What a step's moment is counted from."""

    OPENS = "opens"
    CLOSES = "closes"
    DISTRIBUTION = "distribution"
    REGISTRATION = "registration"
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    ADDED = "added"
    BASKET = "basket"
    PROMOTION_STARTS = "promotion_starts"
    PROMOTION_ENDS = "promotion_ends"
    RECAP = "recap"


class Timing(StrEnum):
    """How a step's moment lies to what it is counted from."""

    AT_ONCE = "at_once"
    BEFORE = "before"
    AFTER = "after"


class Audience(StrEnum):
    """Who hears of it, before preferences: ordered for the occurrence's distribution, or ever where there is none."""

    ALL = "all"
    ORDERED = "ordered"
    NOT_ORDERED = "not_ordered"
    SEGMENT = "segment"


class Scope(StrEnum):
    """What a workflow is attached to; `DISTRIBUTIONS` is all future ones."""

    DISTRIBUTION = "distribution"
    DISTRIBUTIONS = "distributions"
    CATALOGUE = "catalogue"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Place:
    """What a workflow is attached to; `name` is the catalogue's or the distribution's day (ISO), else empty."""

    scope: Scope
    distribution_id: int | None = None
    catalogue_id: int | None = None
    name: str = ""
    since: datetime | None = None

    @property
    def where(self) -> tuple[Scope, int | None, int | None]:
        """Which place it is, whatever it is called and since when."""
        return self.scope, self.distribution_id, self.catalogue_id


@dataclass(frozen=True, slots=True)
class Step:
    """One mail of a workflow: when it goes, to whom, and the draft (`message_id`) that holds its words and files.

    `days` and `hour` (local, `HH:MM`) say nothing where `timing` is at once. `segment` is who is meant where `audience`
    is a segment; in it "next" is the occurrence's distribution. What was due before `since` (aware UTC) is not sent.

    `subject` is that of the words in use, which go out. `typed_at` (aware UTC) and `typed_by` say since when, and by
    whom, the draft has others that are not finished; None where it has not.
    """

    trigger: Trigger
    timing: Timing = Timing.AT_ONCE
    days: int = 0
    hour: str = ""
    audience: Audience = Audience.ALL
    segment: Segment | None = None
    subject: str = ""
    workflow_id: int = 0
    message_id: int = 0
    position: int = 0
    since: datetime | None = None
    typed_at: datetime | None = field(default=None, compare=False)
    typed_by: str = field(default="", compare=False)
    version: int = 1
    id: int = 0


@dataclass(frozen=True, slots=True)
class NewStep(Step):
    """A step to be added, with the words that its draft begins with; `language` is as in `Message`."""

    label: str = ""
    text: str = ""
    language: str = ""


class Idle(StrEnum):
    """Why a step does nothing at a place."""

    PLACE = "place"
    """Its trigger never comes there: no registration belongs to a distribution."""
    OVER = "over"
    """Its moment there is past."""
    CANCELLED = "cancelled"
    """The distribution does not take place."""
    AFTER = "after"
    """It would be due when it is of no use any more: at 21:00 of a closing at 20:00."""


class Standing(StrEnum):
    """How a workflow stands at a place: attached itself, by all distributions or by a catalogue, exempt, or not.

    `NEVER`: it is not, and none of its steps could do anything there.
    """

    HERE = "here"
    ALL = "all"
    CATALOGUE = "catalogue"
    EXEMPT = "exempt"
    NO = "no"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Workflow:
    """Steps under a title. `changed_at` (aware UTC) is when it, a step or a step's words were saved last.

    `exempt` are distributions that it leaves alone although it is attached to all or to a catalogue.
    """

    id: int
    title: str
    template: str
    paused: bool
    steps: tuple[Step, ...]
    places: tuple[Place, ...]
    exempt: tuple[int, ...]
    changed_at: datetime
    changed_by: str
    version: int


@dataclass(frozen=True, slots=True)
class Attached:
    """A workflow as it stands at a place; `idle` are the ids of those of its steps that do nothing there."""

    workflow: Workflow
    how: Standing
    idle: Mapping[int, Idle]
