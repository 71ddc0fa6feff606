"""How fast mails go under the mailbox's limits, and how long a number of them takes."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from store.mailbox import Budget, MailboxSettings

if TYPE_CHECKING:
    from mail.signals import Stop
    from store.ledger import Ledger

A_MAIL = timedelta(seconds=1)
"""What one mail takes, connection and answer, when nothing holds it up."""


def time_needed(mails: int, settings: MailboxSettings, left: Budget) -> timedelta:
    """From now until the last of so many mails is out, counted from what the limits leave now."""
    if mails <= left.left:
        # A minute's limit is kept evenly (`Pace`); where an hour's is reached, that one is the narrower.
        return mails * max(A_MAIL, timedelta(minutes=1) / settings.per_minute if settings.per_minute else A_MAIL)
    tomorrow = mails - max(0, left.day)
    if tomorrow <= 0:
        return timedelta(hours=_rounds(mails - max(0, left.hour), settings.per_hour))
    days = _rounds(tomorrow, settings.per_day)
    last_day = tomorrow - (days - 1) * settings.per_day
    return timedelta(days=days, hours=_rounds(last_day, settings.per_hour) - 1)


def _rounds(mails: int, at_once: int) -> int:
    """How many times one has to wait for a new hour or day."""
    return -(-mails // at_once)


class Pace:
    """So many mails a minute and no more, evenly: a provider counts its minutes otherwise than we do."""

    def __init__(self, ledger: Ledger, stop: Stop) -> None:
        self._ledger, self._stop = ledger, stop
        self._seconds, self._last = 0.0, float("-inf")

    def set(self, per_minute: int) -> None:
        """How many may go in a minute from now on; 0: as many as the other limits let."""
        self._seconds = 60 / per_minute if per_minute else 0.0

    def sent(self) -> None:
        """A mail goes now."""
        self._last = time.monotonic()

    def wait(self) -> bool:
        """Wait until the next one may go; False where something changed meanwhile, or the run is to end."""
        if not self._seconds:
            return True
        while True:
            left = self._last + self._seconds - time.monotonic()
            # What a run before this one has sent is in the ledger only.
            if left <= 0 and self._minute_allows():
                return True
            time.sleep(min(0.5, left) if left > 0 else 0.5)
            if self._stop.asked or not self._ledger.undisturbed():
                return False

    def _minute_allows(self) -> bool:
        budget = self._ledger.mailbox()[2]
        return budget is None or budget.minute is None or budget.minute > 0
