"""Recaps that a workflow sends to a producer: the recap while none was told, then what has changed since."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mail.recaps import gather_news, queue_recap, require_sendable
from mail.went import Went
from store.automatic_writing import write_nobody
from store.errors import ChangedElsewhere
from store.lists.line_records import Supplement
from store.lists.records import RECAP, SUPPLEMENT
from store.occurrence_records import OccurrenceState
from store.occurrences import find_occurrence, write_occurrence
from store.step_words import same_in_use, words_in_use

if TYPE_CHECKING:
    from mail.recaps import RecapFacts
    from store.handle import Store
    from store.message_records import Message
    from store.occurrence_records import Occurrence
    from store.transaction import Transaction

NOTHING, NO_EMAIL = "nothing", "no_email"
"""Why a producer is not written to: there is nothing new, or no address."""


def recap_due(t: Transaction, store: Store, occurrence: Occurrence) -> int:
    """How many mails a producer would get now; raises what keeps it from going."""
    facts = _facts(t, store, occurrence)
    if not _why_not(facts):
        require_sendable(facts)
    return 0 if _why_not(facts) else len(facts.to)


def queue_recap_due(occurrence: Occurrence, store: Store) -> Went | None:
    """Put a recap that is due into the outbox; None: something has changed since it was read."""
    distribution_id, catalogue_id = _where(occurrence)
    with store.reading() as t:
        facts = _facts(t, store, occurrence)
        words = _words(t, occurrence)
    if why_not := _why_not(facts):
        with store.writing() as t:
            if find_occurrence(t, store.clock, occurrence.step.id, occurrence.key) != occurrence:
                return None
            occurrence_id = write_nobody(t, occurrence, why_not)
        return Went(replace(occurrence, state=OccurrenceState.NOBODY, reason=why_not, id=occurrence_id))
    kept: list[tuple[int, int]] = []

    def keep(t: Transaction, mails: int) -> None:
        now = find_occurrence(t, store.clock, occurrence.step.id, occurrence.key)
        if now != occurrence or not same_in_use(t, occurrence.step, words):
            raise ChangedElsewhere("occurrence", occurrence.step.id)
        kept.append((write_occurrence(t, occurrence, OccurrenceState.QUEUED, mails=mails), mails))

    try:
        queue_recap(store, distribution_id, catalogue_id, _kind(facts), seen=facts.told, words=words, also=keep)
    except ChangedElsewhere:
        return None
    occurrence_id, mails = kept[-1]
    return Went(replace(occurrence, state=OccurrenceState.QUEUED, id=occurrence_id, mails=mails), mails)


def _where(occurrence: Occurrence) -> tuple[int, int]:
    return occurrence.distribution_id or 0, occurrence.catalogue_id or 0


def _words(t: Transaction, occurrence: Occurrence) -> Message:
    words = words_in_use(t, occurrence.step)
    return replace(words, distribution_id=occurrence.distribution_id, catalogue_id=occurrence.catalogue_id)


def _facts(t: Transaction, store: Store, occurrence: Occurrence) -> RecapFacts:
    return gather_news(t, store, *_where(occurrence), _words(t, occurrence))


def _kind(facts: RecapFacts) -> str:
    return SUPPLEMENT if isinstance(facts.found, Supplement) else RECAP


def _why_not(facts: RecapFacts) -> str:
    """Why the producer is not written to although nothing is wrong; empty: there is something to tell."""
    if isinstance(facts.found, Supplement) and not facts.found.lines:
        return NOTHING
    return "" if facts.to else NO_EMAIL
