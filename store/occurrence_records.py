"""What a workflow's step does each time: an occurrence, planned or over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from store.workflow_records import Step


class OccurrenceState(StrEnum):
    """What became of an occurrence."""

    PLANNED = "planned"
    QUEUED = "queued"
    NOBODY = "nobody"
    MISSED = "missed"
    SKIPPED = "skipped"
    WITHDRAWN = "withdrawn"


CAN_GO = (OccurrenceState.PLANNED, OccurrenceState.WITHDRAWN)
"""What goes by itself when it is due."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a step is due: `step.id` and `key` know it for ever, also where its moment is moved.

    `due` and `until` are aware UTC: after `until` it is too late, and it is missed. What it is about: a distribution,
    one of its catalogues, a member, an order, a promotion. `message_id` is the newest message that went out for it,
    `mails` how many mails were made for it, `reason` why it is in its state.
    """

    step: Step
    workflow: str
    key: str
    due: datetime
    until: datetime
    distribution_id: int | None = None
    catalogue_id: int | None = None
    member_id: int | None = None
    order_id: int | None = None
    promotion_id: int | None = None
    state: OccurrenceState = OccurrenceState.PLANNED
    reason: str = ""
    message_id: int | None = None
    mails: int = 0
    at: datetime | None = None
    by: str = ""
    id: int | None = None

    @property
    def never(self) -> bool:
        """Whether it can never go by itself: it is too late before it is due, as a last call after the closing."""
        return self.until < self.due
