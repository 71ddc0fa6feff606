"""Waiting for what becomes possible soon: the next try of a mail, the next hour's limit."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mail.run_result import Halt, Outcome
from store.clock import unstamp

if TYPE_CHECKING:
    from mail.errand import Errand
    from mail.signals import Stop
    from mail.sms_runner import SmsRunner
    from store.ledger import Ledger

_NETWORK_WAIT, _NETWORK_WAITS = timedelta(minutes=1), 10
_WAITS = 30
"""How often a run waits for the mailbox without a single mail going out in between."""

_LOOK = 1.0
_QUEUE = 60.0
"""Seconds between two looks at messages kept for an hour."""


class Patience:
    """How long a run waits after each end, and for what; without patience it never does."""

    def __init__(self, errand: Errand, ledger: Ledger, stop: Stop, texts: SmsRunner) -> None:
        self._errand, self._ledger, self._stop, self._texts = errand, ledger, stop, texts
        self._clock, self._file = errand.store.clock, errand.store.path
        self._waits = 0

    def rewarded(self) -> None:
        """A mail went out: waiting is worth it."""
        self._waits = 0

    def again_at(self, end: Halt) -> datetime | None:
        """When a patient run goes on after this end, or None."""
        if not self._errand.patience or self._stop.asked:
            return None
        now = self._clock.now()
        if end.outcome is Outcome.DONE:
            moment = self._next_event()
        elif end.outcome is Outcome.NO_NETWORK:
            self._waits += 1
            moment = now + _NETWORK_WAIT if self._waits <= _NETWORK_WAITS else None
        elif end.outcome is Outcome.CLOCK or end.until is None:
            moment = None
        else:
            self._waits += 1
            moment = unstamp(end.until) if self._waits <= _WAITS else None
        if moment is not None or end.outcome is Outcome.DONE:
            moment = min((at for at in (moment, self._texts.again_at()) if at is not None), default=None)
        return moment if moment is not None and moment - now <= self._errand.patience else None

    def _next_event(self) -> datetime | None:
        """When the next mail is due, or a fresh doubt can be looked for."""
        next_at = self._ledger.due().next_at
        moments = [None if next_at is None else unstamp(next_at), self._errand.looks_up_at()]
        return min((moment for moment in moments if moment is not None), default=None)

    def wait(self, until: datetime, *, for_mails: bool) -> None:
        """Until that moment, or earlier: a stop, a pause or its end, other limits, an SMS, with `for_mails` a mail."""
        # Bounded by a clock that nobody can put back, too: the lock would be held for as long as that.
        started = asked = time.monotonic()
        longest = (until - self._clock.now()).total_seconds()
        shut = self._mailbox_is_shut()
        while not self._stop.asked and self._clock.now() < until and time.monotonic() - started < longest:
            time.sleep(_LOOK)
            if not self._file.exists():
                self._stop.ask()
                return
            if time.monotonic() - asked >= _QUEUE:
                asked = time.monotonic()
                self._errand.queue_kept()
            if self._ledger.undisturbed():
                continue
            self._ledger.next_mails(0)  # undisturbed from here on: what is changed after the next lines is seen, too
            if (for_mails and self._ledger.due().now) or self._texts.ready():
                return
            if self._ledger.mailbox()[1].reason == "operator" or (shut and not self._mailbox_is_shut()):
                return

    def _mailbox_is_shut(self) -> bool:
        _settings, state, budget = self._ledger.mailbox()
        return state.state != "ok" or (budget is not None and not budget.left)
