"""The SMS of one run of the outbox: after the mails, one by one, each step committed before the next.

For each: commit `sending`; ask the gateway; commit what it said. A process that dies before the commit has sent
nothing; one that dies after it leaves one SMS in doubt. Nothing is ever sent again by itself, but for what the gateway
took nothing of. See `store.sms_ledger`.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mail.answers import Answer, Verdict
from mail.configuration import ConfigurationBad
from mail.crash_points import reached
from mail.run_result import SmsResult
from mail.sms import Accepted, Gateway, GatewayBad, Outcome, Refused, Trouble, Unknown, gateway
from mail.streaks import Streak
from mail.written_down import require_room, write_down
from store.clock import stamp, unstamp
from store.sms_ledger import OutgoingSms, SmsLedger

if TYPE_CHECKING:
    from mail.errand import Errand
    from mail.lock import OutboxLock
    from mail.signals import Stop
    from store.ledger import Ledger
    from store.sms_ledger import SmsOutlook

NO_GATEWAY, LIMIT = "no_gateway", "limits"
"""Why SMS wait: the configuration names no gateway; the day's limit is used up."""
SET_UP = (NO_GATEWAY, "configuration", "library", "no_to", "service", "targets", "both", "command", "set_up")
"""The reasons that the next look at the configuration may find put right."""

_AGAIN = {"network": timedelta(minutes=1), "busy": timedelta(minutes=5)}
"""After how long a gateway is asked again that could not be reached, or had too much to do."""
_WAITS = 10
"""How often a run waits for the gateway without a single SMS going out in between."""
_REFUSED = ("login", "credit", "certificate", "elsewhere")
"""The kinds of trouble in which the gateway, or who says to be it, lets nobody in."""
_DOUBTS = 3
"""How many answers in a row may be unclear before a person has to look: each makes a doubt."""
_PAUSE = 0.2
"""Seconds between two SMS."""


class SmsRunner:
    """Sends what is due whenever it is asked to; the lock is held by the run."""

    def __init__(self, errand: Errand, ledger: Ledger, lock: OutboxLock, stop: Stop) -> None:
        self._errand, self._lock, self._stop = errand, lock, stop
        self._clock = errand.store.clock
        self._run = ledger
        self._ledger = SmsLedger(ledger)
        self._gateway: Gateway | None = None
        self._streak = Streak()
        self._given_up = False
        self._doubts_in_a_row = self._waits = 0
        self._sent = self._failed = self._doubts = 0

    @property
    def sent(self) -> int:
        """How many the gateway took so far."""
        return self._sent

    def ready(self) -> bool:
        """Whether an SMS could be tried now; why the gateway cannot be used is written down for all to see."""
        if not self._run.due().sms:
            return False
        outlook = self._ledger.outlook()
        return outlook.next is not None and not self._halted(outlook) and self._find_gateway()

    def send(self) -> None:
        """Send what is due, until nothing is, or the gateway is in some trouble: that is its state then."""
        if not self.ready():
            return
        outlook = self._ledger.outlook()
        self._begin(outlook)
        while outlook.next is not None and not self._halted(outlook) and not self._stop.asked:
            if not self._send(outlook.next):
                return
            outlook = self._ledger.outlook()

    def again_at(self) -> datetime | None:
        """When a patient run should ask again for what waits; None: nothing waits, or only a person can help."""
        result = self.result()
        if not result.waiting or result.until is None or self._waits >= _WAITS:
            return None
        self._waits += 1
        return unstamp(result.until)

    def result(self) -> SmsResult:
        """What was done so far, and what waits."""
        waiting = self._run.due().sms
        outlook = self._ledger.outlook()
        settings, until, reason = outlook.settings, outlook.settings.until, outlook.settings.reason
        if not outlook.fits and settings.state == "ok":
            reason, until = LIMIT, outlook.budget.more_at
        if not waiting:
            reason, until = "", None
        answer = settings.answer if waiting else ""
        return SmsResult(self._sent, self._failed, self._doubts, waiting, reason, answer, until)

    # The gateway

    def _halted(self, outlook: SmsOutlook) -> bool:
        """Whether nothing goes now: paused for a while or by a person, at the limit, or a person has to act first."""
        settings = outlook.settings
        if settings.state == "ok":
            self._given_up = False
            return not outlook.fits
        if settings.reason in SET_UP and not self._given_up:
            return not outlook.fits
        # Somebody who sends by hand has perhaps put it right.
        by_itself = self._errand.how == "tick" or self._given_up
        return settings.reason == "operator" or settings.until is not None or by_itself

    def _begin(self, outlook: SmsOutlook) -> None:
        """Go by why it was stopped before: hearing the same once more is enough."""
        reason, answer = outlook.settings.reason, outlook.settings.answer
        if reason == "refusals":
            self._streak.began_before(answer)
        elif reason == "doubts":
            self._doubts_in_a_row = _DOUBTS - 1
        elif reason in SET_UP:
            self._ledger.put("ok")

    def _find_gateway(self) -> bool:
        if self._gateway is None:
            try:
                self._gateway = gateway(self._errand.store.path)
            except (ConfigurationBad, GatewayBad) as error:
                self._stop_with(error.reason if isinstance(error, GatewayBad) else "configuration", "")
            else:
                if self._gateway is None:
                    self._stop_with(NO_GATEWAY, "")
        return self._gateway is not None

    # One SMS

    def _send(self, sms: OutgoingSms) -> bool:
        """Send one; False where nothing more is to be tried now."""
        assert self._gateway is not None
        require_room(self._errand.store.path)
        attempt = self._ledger.claim(sms)
        if attempt is None:
            return True  # it is held by now, or all is paused: the next look tells
        self._lock.remember(attempt)
        reached("sms_claimed")
        outcome = self._gateway.send(sms.number, sms.text, sms.ref)
        reached("sms_answered")
        write_down(lambda: self._note(sms, outcome))
        reached("sms_noted")
        goes_on = self._judge(sms, outcome)
        time.sleep(_PAUSE if goes_on else 0)
        return goes_on

    def _note(self, sms: OutgoingSms, outcome: Outcome) -> None:
        if isinstance(outcome, Accepted):
            self._ledger.sent(sms, outcome.answer, outcome.code)
        elif isinstance(outcome, Refused):
            self._ledger.failed(sms, outcome.reason, outcome.code)
        elif isinstance(outcome, Unknown):
            self._ledger.in_doubt(sms, outcome.reason, outcome.code)
        else:
            self._ledger.nothing_went(sms, outcome.reason, outcome.code)

    def _judge(self, sms: OutgoingSms, outcome: Outcome) -> bool:
        """Whether the next one may be tried; what concerns them all is the gateway's state from now on."""
        if isinstance(outcome, Trouble):
            after = _AGAIN.get(outcome.kind)
            until = None if after is None else stamp(self._clock.now() + after)
            self._stop_with(outcome.kind, outcome.reason, until)
            return False
        if isinstance(outcome, Unknown):
            self._doubts += 1
            self._doubts_in_a_row += 1
            if self._doubts_in_a_row >= _DOUBTS:
                self._stop_with("doubts", outcome.reason)
                return False
            return True
        self._doubts_in_a_row = self._waits = 0
        if isinstance(outcome, Accepted):
            self._sent += 1
            self._streak.ends()
            self._ledger.put("ok")
            return True
        self._failed += 1
        answer = Answer("sms", outcome.code or 0, outcome.reason)
        if self._streak.goes_on(sms.number, answer, Verdict.RECIPIENT_NEVER):
            self._stop_with("refusals", outcome.reason)
            return False
        return True

    def _stop_with(self, reason: str, answer: str, until: str | None = None) -> None:
        self._given_up = until is None
        state = "refused" if reason in _REFUSED else "paused"
        write_down(lambda: self._ledger.put(state, reason, answer, until))
