"""How a run of the outbox ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from mail.lock import Holder


class Outcome(StrEnum):
    """How a run ended."""

    DONE = "done"
    STOPPED = "stopped"
    PAUSED = "paused"
    QUOTA = "quota"
    LOGIN_REFUSED = "login_refused"
    NO_NETWORK = "no_network"
    COPIED = "copied"
    CLOCK = "clock"
    BUSY = "busy"
    NO_MAILBOX = "no_mailbox"


@dataclass(frozen=True, slots=True)
class SmsResult:
    """What a run did with SMS: how many wait still and why (`reason`, as in `SmsSettings`; "" where none waits).

    `until` is a UTC stamp: they go on by themselves then, if somebody calls.
    """

    sent: int = 0
    failed: int = 0
    in_doubt: int = 0
    waiting: int = 0
    reason: str = ""
    answer: str = ""
    until: str | None = None


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run ended and what it did. `next_at` and `until` are UTC stamps.

    `next_at` is when the next mail is due (None: nothing waits), `until` when the mailbox may be used again (None: when
    somebody has done something); with CLOCK it is the last attempt's moment, which lies ahead. `reason` is a fault's
    kind or a state's reason, `answer` the server's words. Of what was in doubt, from this run or before, `found` was in
    the mailbox's Sent folder and `missing` was not. All of this is about mails; `sms` is what became of the SMS.
    """

    outcome: Outcome
    sent: int = 0
    failed: int = 0
    in_doubt: int = 0
    due: int = 0
    next_at: str | None = None
    until: str | None = None
    reason: str = ""
    answer: str = ""
    holder: Holder | None = None
    found: int = 0
    missing: int = 0
    sms: SmsResult = field(default_factory=SmsResult)

    @property
    def exit_code(self) -> int:
        """0 nothing is due any more, 1 there is no mailbox, 3 not now, 4 another one is sending."""
        code = {Outcome.DONE: 0, Outcome.NO_MAILBOX: 1, Outcome.BUSY: 4}.get(self.outcome, 3)
        return code or (3 if self.sms.waiting and self.sms.reason else 0)


class Halt(Exception):
    """A run cannot go on now; `until` is a UTC stamp, None: until somebody has done something."""

    def __init__(self, outcome: Outcome, reason: str = "", answer: str = "", until: str | None = None) -> None:
        super().__init__()
        self.outcome, self.reason, self.answer, self.until = outcome, reason, answer, until
