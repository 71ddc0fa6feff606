"""The SMS of the outbox as its runner sees them: each step as one transaction, never lost, never twice.

They go in the run of the mails, under its lock and by its connection (`store.ledger`). An SMS is claimed, committed,
before the gateway is asked; after that only the gateway's answer, or a person, says what became of it. A process that
dies in between, or an answer that never comes, leaves it in doubt: nothing sends it again by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from store.deliveries import GOING, TEXT
from store.ledger import Trace, claim_one, hold_one, note_outcome
from store.mailbox import stored_state
from store.refusals import reason_to_hold
from store.sms_gateway import (
    ACCEPTED,
    NOTHING_WENT,
    REFUSED,
    REQUEST,
    UNCLEAR,
    SmsBudget,
    SmsSettings,
    set_sms_state,
    sms_budget,
    sms_settings,
)

if TYPE_CHECKING:
    from store.ledger import Ledger
    from store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class OutgoingSms:
    """An SMS about to be sent: to which number (E.164), what it says, and how many parts that takes."""

    id: int
    number: str
    text: str
    parts: int
    ref: str


@dataclass(frozen=True, slots=True)
class SmsOutlook:
    """What the runner goes by at one moment; `next` is the SMS to send now, None: there is none."""

    settings: SmsSettings
    budget: SmsBudget
    next: OutgoingSms | None

    @property
    def fits(self) -> bool:
        """Whether the next one is within the day's limit; one that takes more parts than a day has goes alone."""
        if self.next is None or self.budget.left is None:
            return True
        return self.next.parts <= self.budget.left or self.budget.used == 0


class SmsLedger:
    """The SMS of a run whose `Ledger` is open. Raises the file errors of `store.errors`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def outlook(self) -> SmsOutlook:
        """What is to be sent now; what may not go any more is held first, with the reason."""
        while True:
            with self._ledger.transaction(writes=False) as t:
                sms = _due(t)
                reason = reason_to_hold(t, sms.id) if sms is not None else None
                if sms is None or reason is None:
                    return SmsOutlook(_settings(t), sms_budget(t), sms)
            with self._ledger.transaction(writes=True) as t:
                hold_one(t, sms.id, reason)

    def claim(self, sms: OutgoingSms) -> int | None:
        """Commit that the gateway is about to be asked; returns the attempt's number. None: it may not go any more."""
        with self._ledger.transaction(writes=True) as t:
            if _settings(t).reason == "operator":
                return None
            return claim_one(t, sms.id, REQUEST, where=GOING)

    def sent(self, sms: OutgoingSms, answer: str, code: int | None) -> None:
        """The gateway took it."""
        with self._ledger.outcome_transaction() as t:
            note_outcome(t, sms.id, "sent", "", Trace(ACCEPTED, code, answer))

    def failed(self, sms: OutgoingSms, answer: str, code: int | None) -> None:
        """The gateway refused it: nothing went."""
        with self._ledger.outcome_transaction() as t:
            note_outcome(t, sms.id, "failed", "refused", Trace(REFUSED, code, answer))

    def in_doubt(self, sms: OutgoingSms, answer: str, code: int | None) -> None:
        """It was handed over, and nobody can know whether it goes."""
        with self._ledger.outcome_transaction() as t:
            note_outcome(t, sms.id, "unknown", "interrupted", Trace(UNCLEAR, code, answer))

    def nothing_went(self, sms: OutgoingSms, answer: str, code: int | None) -> None:
        """The gateway took nothing, for a reason of its own: it waits as before, behind the others."""
        with self._ledger.outcome_transaction() as t:
            note_outcome(t, sms.id, "ready", "", Trace(NOTHING_WENT, code, answer))
            t.execute("UPDATE deliveries SET next_at = ? WHERE id = ? AND state = 'ready'", (t.stamp, sms.id))

    def put(self, state: str, reason: str = "", answer: str = "", until: str | None = None) -> None:
        """Put the gateway into a state, unless a person paused it, or it is in that state already."""
        with self._ledger.transaction(writes=False) as t:
            settings = sms_settings(t)
        known = (settings.state, settings.reason, settings.answer, settings.until)
        if settings.reason == "operator" or known == (state, reason, answer, until):
            return
        with self._ledger.transaction(writes=True, of_newer=True) as t:
            if sms_settings(t).reason != "operator":
                set_sms_state(t, state, reason, answer, until)


def _settings(t: Transaction) -> SmsSettings:
    """The settings; who pauses everything pauses the SMS, too."""
    settings = sms_settings(t)
    everything = stored_state(t)
    return replace(settings, state="paused", reason="operator") if everything.reason == "operator" else settings


def _due(t: Transaction) -> OutgoingSms | None:
    """The next SMS: in the order they were queued."""
    row = t.one(
        f"SELECT id, address, mime, parts, token FROM deliveries WHERE {GOING} AND {TEXT} AND next_at <= ?"
        " ORDER BY next_at, id LIMIT 1",
        (t.stamp,),
    )
    if row is None:
        return None
    return OutgoingSms(row["id"], row["address"], row["mime"].decode(), row["parts"], row["token"])
