"""To whom an occurrence would go now, and each mail as it would be: looked at before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mail.automatic_letters import is_recap, read_due
from mail.preview import Preview
from store.errors import NotFound
from store.mailbox import DAY, HOUR, MINUTE
from store.occurrences import find_occurrence
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store
    from store.occurrence_records import Occurrence
    from store.reach import Recipient


@dataclass(frozen=True)
class Looked:
    """Whom an occurrence means, by name, and its mails; nobody, and no mails, for a recap: that goes to a producer."""

    recipients: tuple[Recipient, ...]
    mails: Preview | None


def look_at_occurrence(store: Store, step_id: int, key: str) -> Looked:
    """Read whom it would reach now, and make the mails as they are looked at.

    Needs the right `messages.see`. Raises `NotFound("occurrence", key)` for one that is gone, `TextRefused` for a text
    that cannot be read, and what the segment raises.
    """
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        occurrence = find_occurrence(t, store.clock, step_id, key)
        if occurrence is None:
            raise NotFound("occurrence", key)
        if is_recap(occurrence):
            return Looked((), None)
        letters = read_due(t, store, occurrence).letters
    return Looked(tuple(letters.recipients), Preview(letters, store))


def beyond_limits(store: Store, occurrence: Occurrence, mails: int) -> int:
    """How many of so many mails of an occurrence cannot go between its moment and its `until` by the mailbox's limits.

    What waits in the outbox goes before what is due by now. Where there is no mailbox, or the occurrence can never go,
    it is 0: that is said for itself. Needs the right `messages.see`.
    """
    store.operators.me().require(Right.MESSAGES_SEE)
    settings, now = store.mailbox.get(), store.clock.now()
    start = max(occurrence.due, now)
    if settings is None or occurrence.until <= start:
        return 0
    limits = [(settings.per_hour, HOUR), (settings.per_day, DAY)]
    if settings.per_minute:
        limits.append((settings.per_minute, MINUTE))
    # So many may go at once, and as many again whenever the window has passed; at `until` itself it is too late.
    fit = min(limit * -(-(occurrence.until - start) // window) for limit, window in limits)
    if start == now:
        budget = store.mailbox.budget()
        used = 0 if budget is None else max(settings.per_hour - budget.hour, settings.per_day - budget.day, 0)
        fit -= store.deliveries.due().now + min(used, settings.per_hour)
    return max(0, mails - max(0, fit))
