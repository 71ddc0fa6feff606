"""What an occurrence says to whom: the words of its step that are in use now, for this time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from mail.letters import Letters, letters_of, same_facts
from mail.refused import NoMailbox, TextRefused, Unfinished, UnknownSender
from store.message_fields import change_number
from store.occurrences import already, find_occurrence, segment_of
from store.reach import Reach
from store.step_words import same_in_use, words_in_use
from store.workflow_records import Trigger
from store.workflow_triggers import TRIGGERS, is_called

if TYPE_CHECKING:
    from store.errors import StoreError
    from store.handle import Store
    from store.occurrence_records import Occurrence
    from store.transaction import Transaction


FAULT = "fault"
"""Why something is missed that nobody has thought of."""


@dataclass(frozen=True)
class Due:
    """An occurrence with its letters, all as they were read at one moment; none goes after `send_before` (aware UTC).

    `send_before` is None where somebody sends by hand what is too late to go by itself.
    """

    occurrence: Occurrence
    letters: Letters
    send_before: datetime | None

    @property
    def reach(self) -> dict[int, str]:
        """How each member hears of it; who placed the order on the phone that it is about need not be called."""
        trigger = self.occurrence.step.trigger
        calls = trigger is Trigger.REGISTRATION or not TRIGGERS[trigger].one_member
        return {
            one.member_id: one.reach.value
            for one in self.letters.recipients
            if calls or one.reach is not Reach.UNREACHABLE
        }

    @property
    def calls_only(self) -> bool:
        """Whether nobody gets a mail, and somebody is to be called."""
        return (
            not self.letters.envelopes
            and is_called(self.occurrence.step)
            and Reach.UNREACHABLE.value in self.reach.values()
        )


def read_due(t: Transaction, store: Store, occurrence: Occurrence) -> Due:
    """The letters of an occurrence that is no recap; checks no right. Raises `TextRefused`, and what segments raise."""
    draft = words_in_use(t, occurrence.step)
    send_before = occurrence.until if occurrence.until > t.now else None
    message = replace(
        draft,
        segment=segment_of(t, occurrence),
        distribution_id=occurrence.distribution_id,
        catalogue_id=occurrence.catalogue_id,
        promotion_id=occurrence.promotion_id,
        send_before=None if send_before is None else store.clock.to_wall(send_before),
    )
    return Due(
        occurrence,
        letters_of(t, store, message, automatic=True, got=already(t, occurrence)),
        send_before,
    )


def still_due(t: Transaction, store: Store, due: Due) -> bool:
    """Whether the occurrence, its words, its people and all that is said are those that were read."""
    one, letters = due.occurrence, due.letters
    if find_occurrence(t, store.clock, one.step.id, one.key) != one:
        return False
    if change_number(t) == letters.facts.change_number:
        return True
    return (
        same_in_use(t, one.step, letters.message)
        and segment_of(t, one) == letters.message.segment
        and already(t, one) == letters.got
        and same_facts(t, store, letters)
    )


def reason_of(error: StoreError) -> str:
    """Why an occurrence could not go, as its `reason`: "no_mailbox", "sender", "text", or "fault"."""
    if isinstance(error, NoMailbox):
        return "no_mailbox"
    if isinstance(error, UnknownSender):
        return "sender"
    return "text" if isinstance(error, (TextRefused, Unfinished)) else FAULT


def is_recap(occurrence: Occurrence) -> bool:
    """Whether it goes to a producer, and not to members."""
    return occurrence.step.trigger is Trigger.RECAP
