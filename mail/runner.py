"""One run of the outbox: sends what is due, one mail after the other, each step committed before the next.

For each mail: MAIL, RCPT, DATA, the text; commit `sending`; the final dot; the answer; commit the outcome. A process
that dies before the dot has sent nothing; one that dies after it leaves one mail in doubt. See `store.ledger`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mail.answers import Answer, Verdict, judge
from mail.configuration import ConfigurationBad
from mail.crash_points import reached
from mail.mailbox import NETWORK, Connection, InDoubt, MailboxFault
from mail.pace import Pace
from mail.password import PasswordError, TypedForAnother, told_to
from mail.patience import Patience
from mail.refused_sender import named
from mail.run_result import Halt, Outcome, RunResult
from mail.streaks import Streak
from mail.trust import pinned
from mail.written_down import require_room, write_down
from store.clock import stamp
from store.errors import DiskFull, StoreError
from store.ledger import Trace
from store.mailbox import MailboxState

if TYPE_CHECKING:
    from mail.errand import Errand
    from mail.lock import OutboxLock
    from mail.signals import Stop
    from mail.sms_runner import SmsRunner
    from store.ledger import Ledger, Outgoing
    from store.mailbox import MailboxSettings

PASSWORD = "password"
"""The mailbox's reason where no password is known: a command of this machine gives none."""
_BATCH = 20
_LOSSES = 4
"""How many lines in a row may break before the run says that there is no network."""

_DOUBTS = 3
"""How many lines in a row may break after the dot before a person has to look: each makes a doubt."""

_BUSY, _QUOTA = timedelta(minutes=5), timedelta(hours=1)


class Runner:
    """Sends under the lock until nothing more can be done; `go` once."""

    def __init__(self, errand: Errand, ledger: Ledger, lock: OutboxLock, stop: Stop, texts: SmsRunner) -> None:
        self._errand, self._ledger, self._lock, self._stop = errand, ledger, lock, stop
        self._texts = texts
        self._clock = errand.store.clock
        self._patience = Patience(errand, ledger, stop, texts)
        self._pace = Pace(ledger, stop)
        self._streak = Streak()
        self._connection: Connection | None = None
        self._losses = self._doubts_in_a_row = self._left = 0
        self._sent = self._failed = self._found = self._missing = 0
        self._doubts: set[int] = set()
        self._reached: tuple[object, ...] = ()

    def go(self) -> RunResult:
        """Send the mails and then the SMS, and write the run and its end down."""
        self._ledger.begin(self._errand.how)
        reached("started")
        end = Halt(Outcome.STOPPED, "error")
        try:
            end = self._until_the_end()
        except DiskFull:
            end = Halt(Outcome.STOPPED, "disk_full")
            raise
        finally:
            self._hang_up()
            with suppress(StoreError):  # a full disk has been told of already, or is about to be
                self._ledger.end(end.outcome.value, end.reason, self._sent + self._texts.sent)
        due = self._ledger.due()
        return RunResult(
            end.outcome,
            sent=self._sent,
            failed=self._failed,
            in_doubt=len(self._doubts & {doubt.id for doubt in self._errand.store.deliveries.doubts()}),
            due=due.now,
            next_at=due.next_at,
            until=end.until,
            reason=end.reason,
            answer=end.answer,
            found=self._found,
            missing=self._missing,
            sms=self._texts.result(),
        )

    def _until_the_end(self) -> Halt:
        while True:
            try:
                self._send_what_is_due()
                end = Halt(Outcome.DONE)
            except Halt as halt:
                end = halt
            except (PasswordError, ConfigurationBad):
                self._hang_up()
                self._texts.send()  # they need no password of the mailbox
                raise
            self._hang_up()
            if end.outcome not in (Outcome.STOPPED, Outcome.CLOCK):
                self._texts.send()
                if self._stop.asked and self._ledger.due().sms:
                    end = Halt(Outcome.STOPPED)
            if end.outcome not in (Outcome.STOPPED, Outcome.NO_NETWORK):
                self._look_up()
            again = self._patience.again_at(end)
            if again is None:
                return end
            self._lock.waits(stamp(again), end.reason if end.outcome is Outcome.NO_NETWORK else "")
            self._patience.wait(again, for_mails=end.outcome is Outcome.DONE)
            self._lock.waits("")
            if self._stop.asked:
                return end if end.outcome is Outcome.DONE else Halt(Outcome.STOPPED)

    def _look_up(self) -> None:
        looked = self._errand.look_up()
        self._found += looked.found
        self._missing = looked.missing

    # What is due

    def _send_what_is_due(self) -> None:
        while True:
            state, mails = self._ledger.next_mails(_BATCH)
            if not mails:
                self._heed_clock()
                return
            self._heed(state)
            self._heed_settings()
            for mail in mails:
                if self._stop.asked:
                    raise Halt(Outcome.STOPPED)
                if not self._may_go_now():
                    break
                self._send(mail, state)
                if not self._ledger.undisturbed():
                    break  # a pause, an opt-out, a test that goes first: look again before the next mail is offered

    def _heed(self, state: MailboxState) -> None:
        if state.state == "ok":
            return
        waits_for_a_person = state.until is None and state.reason != "operator"
        if waits_for_a_person and (self._errand.how != "tick" or state.reason == PASSWORD):
            return  # it was perhaps put right: the server will say, or the password's command, which no server hears of
        raise Halt(Outcome(state.state), state.reason, state.answer, state.until)

    def _heed_settings(self) -> None:
        """Hang up where the mailbox is set otherwise now: the next mail goes the new way, under its limits."""
        settings = self._ledger.mailbox()[0]
        if self._connection is not None and (settings is None or _way(settings) != self._reached):
            self._hang_up()
            self._left = 0

    def _heed_clock(self) -> None:
        behind, due = self._ledger.clock_behind(), self._ledger.due()
        if behind is not None and (due.next_at is not None or due.sms):
            raise Halt(Outcome.CLOCK, until=behind)

    def _may_go_now(self) -> bool:
        """Take one mail from what the limits leave; False where one has to look again at what is to be sent."""
        if self._left <= 0:
            settings, _state, budget = self._ledger.mailbox()
            if settings is None or budget is None:
                raise Halt(Outcome.NO_MAILBOX)
            self._heed_clock()
            if min(budget.hour, budget.day) <= 0:
                raise Halt(Outcome.QUOTA, "limits", "", budget.more_at)
            self._pace.set(settings.per_minute)
            # Only this process sends, so the count needs no new reading for each mail; limits may be changed meanwhile.
            self._left = min(budget.hour, budget.day, _BATCH)
        if not self._pace.wait():
            return False
        require_room(self._errand.store.path)
        self._left -= 1
        return True

    # One mail

    def _send(self, mail: Outgoing, state: MailboxState) -> None:
        try:
            connection = self._connection or self._connect(state)
            date_header = mail.date_header or _date_header(self._clock.now().astimezone(self._clock.zone))
            answer = connection.offer(self._ledger.whole(mail), date_header)
        except MailboxFault as fault:
            self._fault(fault, mail)
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
        self._pace.sent()
        reached("before_dot")
        try:
            answer = connection.finish()
        except InDoubt as doubt:
            self._doubt(mail, doubt.trace)
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

    def _doubt(self, mail: Outgoing, trace: Trace) -> None:
        self._drop()
        self._doubts.add(mail.id)
        self._doubts_in_a_row += 1
        self._losses += 1
        write_down(lambda: self._ledger.in_doubt(mail.id, trace))
        if self._doubts_in_a_row >= _DOUBTS:
            self._pause("doubts", trace)
        if self._losses >= _LOSSES:
            raise Halt(Outcome.NO_NETWORK, "lost")

    def _answered(self, mail: Outgoing, answer: Answer) -> None:
        verdict = judge(answer)
        self._doubts_in_a_row = 0
        if verdict is Verdict.TAKEN:
            write_down(lambda: self._ledger.sent(mail.id, _trace(answer)))
            self._sent += 1
            self._losses = 0
            self._streak.ends()
            self._patience.rewarded()
        elif verdict in (Verdict.RECIPIENT_NEVER, Verdict.RECIPIENT_LATER, Verdict.GREYLISTED):
            self._refused(mail, answer)
        else:
            self._fault(MailboxFault(verdict.value, _trace(answer)), mail)

    def _refused(self, mail: Outgoing, answer: Answer) -> None:
        verdict = judge(answer)
        never = verdict is Verdict.RECIPIENT_NEVER
        if never:
            write_down(lambda: self._ledger.failed(mail.id, "refused", _trace(answer)))
            self._failed += 1
        else:
            greylisted = verdict is Verdict.GREYLISTED
            write_down(lambda: self._ledger.refused_for_now(mail.id, _trace(answer), greylisted=greylisted))
        if self._streak.goes_on(mail.address.casefold(), answer, verdict):
            self._streak.ends()
            if never:
                self._pause("refusals", _trace(answer))
            self._pause("busy", _trace(answer), stamp(self._clock.now() + _BUSY))

    def _pause(self, reason: str, trace: Trace, until: str | None = None) -> None:
        """What was said to one recipient after the other concerns them all: nobody else is tried."""
        state = MailboxState("paused", until, reason, trace.answer)
        write_down(lambda: self._ledger.mailbox_fault(trace, state))
        raise Halt(Outcome.PAUSED, reason, trace.answer, until)

    # The mailbox

    def _connect(self, state: MailboxState) -> Connection:
        settings = self._ledger.mailbox()[0]
        if settings is None:
            raise Halt(Outcome.NO_MAILBOX)
        pin = pinned(self._errand.store.path, settings.host)
        # A token is asked for when the line stands; nobody keeps a server waiting while typing a password.
        secret = (lambda: self._secret(settings)) if settings.login == "xoauth2" else self._secret(settings)
        self._connection, self._reached = Connection(settings, secret, pin=pin), _way(settings)
        if state.state != "ok":
            self._ledger.mailbox_works()
        if state.reason == "refusals":
            self._streak.began_before(state.answer)
        elif state.reason == "doubts":
            self._doubts_in_a_row = _DOUBTS - 1
        reached("after_login")
        return self._connection

    def _secret(self, settings: MailboxSettings) -> str:
        try:
            return self._errand.secret(settings)
        except (PasswordError, ConfigurationBad) as error:
            # Whoever started this run may be gone; the state says to everybody why nothing goes out.
            why = "typed_for_another" if isinstance(error, TypedForAnother) else PASSWORD
            state = MailboxState("login_refused", None, why)
            if self._ledger.mailbox()[1] != state:  # each tick tries again
                write_down(lambda: self._ledger.mailbox_fault(Trace("password", None, ""), state))
            raise

    def _fault(self, fault: MailboxFault, mail: Outgoing) -> None:
        """Write a fault down and end the run, unless another line may do better."""
        established = self._connection is not None
        if fault.kind == "sender":
            trace = fault.trace
            fault.trace = replace(trace, answer=named(mail, trace.phase, trace.answer))
        self._drop()
        halt = self._halt_for(fault)
        # A login that was good once may have lapsed (a token, a long wait): the next line shows whether it is refused.
        passing = fault.kind == "lost" or (established and fault.kind in ("timeout", "busy", "login"))
        passing = passing and self._losses + 1 < _LOSSES
        kept = None
        if not passing and halt.outcome is not Outcome.NO_NETWORK:
            kept = MailboxState(halt.outcome.value, halt.until, fault.kind, fault.trace.answer)
        write_down(lambda: self._ledger.mailbox_fault(fault.trace, kept, mail.id if established else None))
        self._losses += 1
        if not passing:
            raise halt

    def _halt_for(self, fault: MailboxFault) -> Halt:
        now = self._clock.now()
        answer = fault.trace.answer
        if fault.kind in NETWORK:
            return Halt(Outcome.NO_NETWORK, fault.kind, answer)
        if fault.kind in ("login", "no_login"):
            return Halt(Outcome.LOGIN_REFUSED, fault.kind, answer)
        if fault.kind == "quota":
            return Halt(Outcome.QUOTA, fault.kind, answer, stamp(now + _QUOTA))
        until = stamp(now + _BUSY) if fault.kind == "busy" else None
        return Halt(Outcome.PAUSED, fault.kind, answer, until)

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.drop()
            self._connection = None

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.quit()
            self._connection = None


def _way(settings: MailboxSettings) -> tuple[object, ...]:
    """What a connection was made for."""
    return (*told_to(settings), settings.address, settings.identities)


def _trace(answer: Answer) -> Trace:
    return Trace(answer.phase, answer.code, answer.text)


def _date_header(moment: datetime) -> str:
    from email.utils import format_datetime

    return format_datetime(moment)
