"""The runner: sends what is due, one mail after the other, each step committed before the next.

For each mail: MAIL, RCPT, DATA, the text; commit `sending`; the final dot; the answer; commit the outcome. A process
that dies before the dot has sent nothing; one that dies after it leaves one mail in doubt. See `store.ledger`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mail.answers import Answer, Verdict, judge
from mail.crash_points import reached
from mail.lock import Busy, OutboxLock, remembered
from mail.mailbox import NETWORK, Connection, InDoubt, MailboxFault
from mail.password import PasswordError
from mail.run_result import Outcome, RunResult
from mail.signals import Stop, stopping
from store.clock import stamp, unstamp
from store.errors import DiskFull, FileLocked, StoreError
from store.home import is_home
from store.ledger import Ledger, Outgoing, Trace
from store.mailbox import MailboxSettings, MailboxState
from store.rights import QUEUES_MAIL, Right

if TYPE_CHECKING:
    from store.handle import Store

Password = Callable[[], str]

_BATCH = 20
_LOSSES = 4
"""How many lines in a row may break before the run says that there is no network."""

_BUSY, _QUOTA = timedelta(minutes=5), timedelta(hours=1)
_NETWORK_WAIT, _NETWORK_WAITS = timedelta(minutes=1), 10


def run(store: Store, password: Password, *, how: str = "command", patience: timedelta = timedelta(0)) -> RunResult:
    """Send until nothing is due, or something is in the way.

    `password` is called once, when the first connection is made. With `patience` the run waits for what becomes
    possible within that time (the next try of a mail, the next hour's limit). `how` is "command", "app" or "tick"; a
    tick does not try again what only a person can have put right. Needs any right that queues mails. Raises
    `NotAllowed`, the store's file errors, and what `password` raises.
    """
    try:
        lock = OutboxLock(store.path, store.actor)
    except Busy as busy:
        return RunResult(Outcome.BUSY, holder=busy.holder)
    with lock, closing(Ledger(store)) as ledger, stopping() as stop:
        if not ledger.at_home(lock.last_attempt):
            return RunResult(Outcome.COPIED, due=ledger.due().now)
        ledger.settle_orphans()
        lock.remember(ledger.last_attempt())
        waiting = ledger.due()
        if not waiting.now and not patience:
            return RunResult(Outcome.DONE, next_at=waiting.next_at)
        return _Run(store, ledger, lock, password, how, patience, stop).go()


def at_home(store: Store) -> bool:
    """Whether the outbox of this file may be used here, or the file was copied or restored and waits for `adopt`."""
    with store.reading() as t:
        return is_home(t, store.path, remembered(store.path))


def settle(store: Store) -> None:
    """Put in doubt what a dead run left between dot and answer, unless somebody is sending or this one may not."""
    if store.deliveries.counts().sending and store.operators.me().may_any(QUEUES_MAIL):
        with suppress(Busy), OutboxLock(store.path, store.actor, tries=1) as lock, closing(Ledger(store)) as ledger:
            ledger.settle_orphans()
            lock.remember(max(lock.last_attempt, ledger.last_attempt()))


def adopt(store: Store, *, hold: bool = False) -> int:
    """Let a copied or restored file send; returns how many mails wait, or with `hold` were held.

    Needs the right `messages.send`. Raises `Busy`.
    """
    store.operators.me().require(Right.MESSAGES_SEND)
    with OutboxLock(store.path, store.actor) as lock, closing(Ledger(store)) as ledger:
        ledger.settle_orphans()
        waiting = ledger.adopt(hold=hold)
        lock.remember(ledger.last_attempt())
    return waiting


class _Halt(Exception):
    """The run cannot go on now."""

    def __init__(self, outcome: Outcome, reason: str = "", answer: str = "", until: str | None = None) -> None:
        super().__init__()
        self.outcome, self.reason, self.answer, self.until = outcome, reason, answer, until


class _Run:
    def __init__(
        self,
        store: Store,
        ledger: Ledger,
        lock: OutboxLock,
        password: Password,
        how: str,
        patience: timedelta,
        stop: Stop,
    ) -> None:
        self._file, self._clock = store.path, store.clock
        self._ledger, self._lock, self._stop = ledger, lock, stop
        self._ask, self._how, self._patience = password, how, patience
        self._password: str | None = None
        self._connection: Connection | None = None
        self._losses = self._left = self._waits = 0
        self._sent = self._failed = self._in_doubt = 0

    def go(self) -> RunResult:
        self._ledger.begin(self._how)
        reached("started")
        end = _Halt(Outcome.STOPPED, "error")
        try:
            end = self._until_the_end()
        finally:
            self._hang_up()
            with suppress(StoreError):  # a full disk has been told of already, or is about to be
                self._ledger.end(end.outcome.value, end.reason, self._sent)
        due = self._ledger.due()
        return RunResult(
            end.outcome,
            self._sent,
            self._failed,
            self._in_doubt,
            due.now,
            due.next_at,
            end.until,
            end.reason,
            end.answer,
        )

    def _until_the_end(self) -> _Halt:
        while True:
            try:
                self._send_what_is_due()
                end = _Halt(Outcome.DONE)
            except _Halt as halt:
                end = halt
            again = self._again_at(end)
            if again is None:
                return end
            self._hang_up()
            self._lock.waits(stamp(again))
            self._wait(until=again, for_mails=end.outcome is Outcome.DONE)
            self._lock.waits("")
            if self._stop.asked:
                return end if end.outcome is Outcome.DONE else _Halt(Outcome.STOPPED)

    def _again_at(self, end: _Halt) -> datetime | None:
        """When a patient run goes on after this end, or None."""
        if not self._patience or self._stop.asked:
            return None
        now = self._clock.now()
        if end.outcome is Outcome.DONE:
            next_at = self._ledger.due().next_at
            moment = None if next_at is None else unstamp(next_at)
        elif end.outcome is Outcome.NO_NETWORK:
            self._waits += 1
            moment = now + _NETWORK_WAIT if self._waits <= _NETWORK_WAITS else None
        else:
            moment = None if end.until is None else unstamp(end.until)
        return moment if moment is not None and moment - now <= self._patience else None

    def _wait(self, until: datetime, *, for_mails: bool) -> None:
        while not self._stop.asked and self._clock.now() < until:
            time.sleep(1)
            if not self._file.exists():
                self._stop.ask()
            if for_mails and self._ledger.due().now:
                return
            if self._ledger.mailbox()[1].reason == "operator":
                return

    # What is due

    def _send_what_is_due(self) -> None:
        while True:
            state, mails = self._ledger.next_mails(_BATCH)
            if not mails:
                return
            self._heed(state)
            for mail in mails:
                if self._stop.asked:
                    raise _Halt(Outcome.STOPPED)
                self._take_from_budget()
                self._send(mail, state)
                if not self._ledger.undisturbed():
                    break  # a pause, an opt-out, a test that goes first: look again before the next mail is offered

    def _heed(self, state: MailboxState) -> None:
        if state.state == "ok":
            return
        waits_for_a_person = state.until is None and state.reason != "operator"
        if waits_for_a_person and self._how != "tick":
            return  # whoever starts a run by hand has perhaps put it right; the server will say
        raise _Halt(Outcome(state.state), state.reason, state.answer, state.until)

    def _take_from_budget(self) -> None:
        if self._left <= 0:
            settings, _state, budget = self._ledger.mailbox()
            if settings is None or budget is None:
                raise _Halt(Outcome.NO_MAILBOX)
            if not budget.left:
                raise _Halt(Outcome.QUOTA, "limits", "", budget.more_at)
            # Only this process sends, so the count needs no new reading for each mail; limits may be changed meanwhile.
            self._left = min(budget.left, _BATCH)
        self._left -= 1

    # One mail

    def _send(self, mail: Outgoing, state: MailboxState) -> None:
        try:
            connection = self._connection or self._connect(state)
            date_header = mail.date_header or _date_header(self._clock.now().astimezone(self._clock.zone))
            answer = connection.offer(self._ledger.whole(mail), date_header)
        except MailboxFault as fault:
            self._fault(fault, mail.id if self._connection else None)
            return
        if answer is not None:
            self._refused(mail, answer)
            return
        reached("after_text")
        attempt = self._claim(mail, date_header, connection)
        if attempt is None:
            self._drop()
            return
        self._lock.remember(attempt)
        reached("before_dot")
        try:
            answer = connection.finish()
        except InDoubt as doubt:
            self._drop()
            trace = doubt.trace
            self._record(lambda: self._ledger.in_doubt(mail.id, trace))
            self._in_doubt += 1
            self._lost()
            return
        reached("after_250")
        self._answered(mail, answer)
        reached("after_commit")

    def _claim(self, mail: Outgoing, date_header: str, connection: Connection) -> int | None:
        try:
            return self._ledger.claim(mail.id, date_header)
        except BaseException:
            # A disk that is full now would be full after the dot, too: nothing is sent that cannot be written down.
            connection.drop()
            self._connection = None
            raise

    def _answered(self, mail: Outgoing, answer: Answer) -> None:
        verdict = judge(answer)
        if verdict is Verdict.TAKEN:
            self._record(lambda: self._ledger.sent(mail.id, _trace(answer)))
            self._sent += 1
            self._losses = self._waits = 0
        elif verdict in (Verdict.RECIPIENT_NEVER, Verdict.RECIPIENT_LATER, Verdict.GREYLISTED):
            self._refused(mail, answer)
        else:
            self._fault(MailboxFault(verdict.value, _trace(answer)), mail.id)

    def _refused(self, mail: Outgoing, answer: Answer) -> None:
        verdict = judge(answer)
        if verdict is Verdict.RECIPIENT_NEVER:
            self._record(lambda: self._ledger.failed(mail.id, "refused", _trace(answer)))
            self._failed += 1
        else:
            greylisted = verdict is Verdict.GREYLISTED
            self._record(lambda: self._ledger.refused_for_now(mail.id, _trace(answer), greylisted=greylisted))

    def _record(self, outcome: Callable[[], None]) -> None:
        """Commit what the server said, patiently: a file that is locked too long would make a doubt of a certainty."""
        reached("before_commit")
        for pause in (0.5, 2.0, 10.0):
            try:
                outcome()
                return
            except (FileLocked, DiskFull):
                time.sleep(pause)
        outcome()

    # The mailbox

    def _connect(self, state: MailboxState) -> Connection:
        settings = self._ledger.mailbox()[0]
        if settings is None:
            raise _Halt(Outcome.NO_MAILBOX)
        self._connection = Connection(settings, self._password_for(settings))
        if state.state != "ok":
            self._ledger.mailbox_works()
        reached("after_login")
        return self._connection

    def _password_for(self, settings: MailboxSettings) -> str:
        if not settings.username:
            return ""
        if self._password is None:
            try:
                self._password = self._ask()
            except PasswordError:
                # Whoever started this run may be gone; the state says to everybody why nothing goes out.
                state = MailboxState("login_refused", None, "password")
                self._record(lambda: self._ledger.mailbox_fault(Trace("password", None, ""), state))
                raise
        return self._password

    def _fault(self, fault: MailboxFault, delivery_id: int | None) -> None:
        """Write a fault down and end the run, unless another line may do better."""
        established = self._connection is not None
        self._drop()
        halt = self._halt_for(fault)
        passing = fault.kind == "lost" or (established and fault.kind in ("timeout", "busy"))
        passing = passing and self._losses + 1 < _LOSSES
        kept = None
        if not passing and halt.outcome is not Outcome.NO_NETWORK:
            kept = MailboxState(halt.outcome.value, halt.until, fault.kind, fault.trace.answer)
        self._record(lambda: self._ledger.mailbox_fault(fault.trace, kept, delivery_id))
        self._losses += 1
        if not passing:
            raise halt

    def _halt_for(self, fault: MailboxFault) -> _Halt:
        now = self._clock.now()
        answer = fault.trace.answer
        if fault.kind in NETWORK:
            return _Halt(Outcome.NO_NETWORK, fault.kind, answer)
        if fault.kind in ("login", "no_login"):
            return _Halt(Outcome.LOGIN_REFUSED, fault.kind, answer)
        if fault.kind == "quota":
            return _Halt(Outcome.QUOTA, fault.kind, answer, stamp(now + _QUOTA))
        until = stamp(now + _BUSY) if fault.kind == "busy" else None
        return _Halt(Outcome.PAUSED, fault.kind, answer, until)

    def _lost(self) -> None:
        self._losses += 1
        if self._losses >= _LOSSES:
            raise _Halt(Outcome.NO_NETWORK, "lost")

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.drop()
            self._connection = None

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.quit()
            self._connection = None


def _trace(answer: Answer) -> Trace:
    return Trace(answer.phase, answer.code, answer.text)


def _date_header(moment: datetime) -> str:
    from email.utils import format_datetime

    return format_datetime(moment)
