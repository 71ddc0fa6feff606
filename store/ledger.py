"""The outbox as its runner sees it: each step of a sending as one transaction, never lost, never twice.

This is about mails; SMS, which go in the same run, are in `store.sms_ledger`.

Only the process that holds the outbox's lock may use it. The steps of one mail are `next_mails`, `claim` just before
the final dot, then one outcome. Everything before `claim` may be repeated; after it only the server's answer, or a
person, says what became of the mail. Each step leaves rows in `attempts`, which are never changed; the journal gets the
run.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from store import file, home
from store.clock import stamp, unstamp
from store.deliveries import GOING, MAIL, due, record_attempt
from store.delivery_records import COPIED, RELEASED, Due
from store.enclosures import tail_of
from store.mailbox import Budget, MailboxSettings, MailboxState, budget, mailbox_settings, set_state, stored_state
from store.refusals import reason_to_hold
from store.rights import QUEUES_MAIL
from store.transaction import Transaction
from store.withdrawing import say_late

if TYPE_CHECKING:
    from store.handle import Store

BACKOFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 240))
"""How long after its first, second, … refusal for the moment a mail is tried again; the last one repeats."""

GREYLISTED = timedelta(minutes=5)
"""The least wait after greylisting: servers that do it want to see patience."""

GIVE_UP = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail about to be sent. `date_header` is None before the first attempt; `mime` is all the rest.

    Where the mail has files, `Ledger.whole` puts in the `tail` that follows it: CRLF line ends, no line that begins
    with a dot.
    """

    id: int
    address: str
    envelope_from: str
    token: str
    mime: bytes
    date_header: str | None
    enclosure_id: int | None = None
    tail: bytes = b""


@dataclass(frozen=True, slots=True)
class Trace:
    """What a server said, and when in the talk: `code` None where no answer came."""

    phase: str
    code: int | None
    answer: str


class Ledger:
    """A connection of its own for one run; close it at the end. Raises the file errors of `store.errors`.

    Needs a right that queues mails (`store.rights.QUEUES_MAIL`) at the start; it is not asked again while the run goes
    on.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._actor = store.operators.me()
        self._actor.require_any(QUEUES_MAIL)
        self._conn = file.connect(store.path)
        self._run: int | None = None
        self._version = 0
        self._synced: bool | None = None
        self._tail: tuple[int | None, bytes] = (None, b"")

    def close(self) -> None:
        """Close the connection."""
        self._conn.close()

    @contextlib.contextmanager
    def transaction(self, *, writes: bool, synced: bool = True, of_newer: bool = False) -> Iterator[Transaction]:
        """A transaction of the run's own connection, for its mails and its SMS (`store.sms_ledger`)."""
        if synced != self._synced:
            self._conn.execute(f"PRAGMA synchronous = {'FULL' if synced else 'NORMAL'}")
            self._synced = synced
        with file.unit_of_work(self._conn, self._store.path, writes=writes, of_newer=of_newer):
            yield Transaction(self._conn, self._actor, self._store.clock.now())

    @contextlib.contextmanager
    def outcome_transaction(self) -> Iterator[Transaction]:
        """Committed without waiting for the disk, which the next claim's commit does for both.

        A killed process loses nothing by it. After a power cut the mail is found claimed and put in doubt, which is
        the truth as far as anybody can know it then. It halves what a mail costs on a slow disk.

        What became of a mail is written to a file that a newer program has brought up to date meanwhile, too: nobody
        else could ever know. The next claim is refused there.
        """
        with self.transaction(writes=True, synced=False, of_newer=True) as t:
            yield t

    # The run

    def begin(self, how: str) -> None:
        """Write the run down."""
        here = home.present_home(self._store.path)
        with self.transaction(writes=True) as t:
            self._run = t.insert(
                "runs",
                started_at=t.stamp,
                machine=here.machine,
                inode=here.inode,
                operator_id=self._actor.id,
                how=how,
            )
            t.journal("outbox.run_started", self._run)

    def end(self, outcome: str, answer: str, sent: int) -> None:
        """Write down how the run ended; in a newer program's file, too."""
        with self.transaction(writes=True, of_newer=True) as t:
            t.execute(
                "UPDATE runs SET ended_at = ?, outcome = ?, answer = ?, sent = ? WHERE id = ?",
                (t.stamp, outcome, answer, sent, self._run),
            )
            t.journal("outbox.run_ended", self._run, outcome=outcome, sent=sent)

    def at_home(self, last_attempt: int | None) -> bool:
        """Whether this file may send, or was copied or restored (`store.home.is_home`)."""
        with self.transaction(writes=False) as t:
            return home.is_home(t, self._store.path, last_attempt)

    def adopt(self, *, hold: bool) -> int:
        """Make this file the one that sends, by this machine's clock; with `hold` what waits is held.

        Returns how many wait, or were held.
        """
        with self.transaction(writes=True) as t:
            home.set_home(t, home.present_home(self._store.path))
            if home.accept_clock(t):
                # By the former clock; the longest wait of a mail is that of its last refusal.
                t.execute(
                    "UPDATE deliveries SET next_at = ? WHERE state = 'ready' AND next_at > ?",
                    (t.stamp, stamp(t.now + BACKOFF[-1])),
                )
                for table in ("mailbox", "sms_gateway"):
                    t.execute(f"UPDATE {table} SET until = ? WHERE until > ?", (t.stamp, stamp(t.now + BACKOFF[-1])))
            if hold:
                waiting = t.execute(
                    "UPDATE deliveries SET state = 'held', reason = ?, state_at = ? WHERE state = 'ready'",
                    (COPIED, t.stamp),
                ).rowcount
            else:
                waiting = t.value("SELECT count(*) FROM deliveries WHERE state = 'ready'")
            t.journal("outbox.adopted", waiting=waiting, held=hold)
        return int(waiting)

    def settle_orphans(self) -> int:
        """Put what a dead run left between the dot and the answer in doubt, and return how many there are."""
        with self.transaction(writes=True) as t:
            ids = [row[0] for row in t.all("SELECT id FROM deliveries WHERE state = 'sending'")]
            for delivery_id in ids:
                note_outcome(t, delivery_id, "unknown", "interrupted", Trace("orphan", None, ""))
            t.execute("UPDATE runs SET ended_at = ?, outcome = 'died' WHERE ended_at IS NULL", (t.stamp,))
            if ids:
                t.journal("outbox.in_doubt", count=len(ids))
        return len(ids)

    def clock_behind(self) -> str | None:
        """The moment of the last mail (UTC stamp), where it lies ahead: this machine's clock was put back since.

        None where it does not, or `adopt` has accepted it. Limits and waits would be reckoned wrongly until then.
        """
        with self.transaction(writes=False) as t:
            return home.clock_behind(t)

    def last_attempt(self) -> int:
        """The number of the last attempt, for the lock file to remember."""
        return int(self._conn.execute("SELECT coalesce(max(id), 0) FROM attempts").fetchone()[0])

    # What to send

    def mailbox(self) -> tuple[MailboxSettings | None, MailboxState, Budget | None]:
        """The mailbox's settings, the state it was put into, and what its limits leave."""
        with self.transaction(writes=False) as t:
            return mailbox_settings(t), stored_state(t), budget(t)

    def due(self) -> Due:
        """What waits to be sent."""
        with self.transaction(writes=False) as t:
            return due(t)

    def next_mails(self, limit: int) -> tuple[MailboxState, tuple[Outgoing, ...]]:
        """The mailbox's state and the mails to send now: tests and recaps first, then in the order they were queued.

        Those that may not go any more are held, with the reason.
        """
        while True:
            with self.transaction(writes=False) as t:
                self._version = self._data_version()
                rows = t.all(
                    "SELECT id, address, envelope_from, token, mime, date_header, enclosure_id FROM deliveries"
                    f" WHERE {GOING} AND {MAIL} AND next_at <= ? ORDER BY kind = 'message', next_at, id LIMIT ?",
                    (t.stamp, limit),
                )
                state = stored_state(t)
                reasons = {row["id"]: reason for row in rows if (reason := reason_to_hold(t, row["id"]))}
            if reasons:
                with self.transaction(writes=True) as t:
                    for delivery_id, reason in reasons.items():
                        hold_one(t, delivery_id, reason)
            if len(reasons) < len(rows) or not rows:
                return state, tuple(Outgoing(**row) for row in rows if row["id"] not in reasons)

    def whole(self, mail: Outgoing) -> Outgoing:
        """The mail with its files, which are kept from one mail to the next: they may be many megabytes."""
        if mail.enclosure_id is None:
            return mail
        if mail.enclosure_id != self._tail[0]:
            with self.transaction(writes=False) as t:
                self._tail = (mail.enclosure_id, tail_of(t, mail.enclosure_id))
        return replace(mail, tail=self._tail[1])

    def undisturbed(self) -> bool:
        """Whether nobody else has changed the file since `next_mails`: what it said then is still so.

        It spares the next mail a reading, not the questions of `claim`.
        """
        with file.faults_explained(self._store.path):
            return self._data_version() == self._version

    def _data_version(self) -> int:
        # Another number after another connection's commit, not after one's own: https://sqlite.org/pragma.html
        return int(self._conn.execute("PRAGMA data_version").fetchone()[0])

    # One mail

    def claim(self, delivery_id: int, date_header: str) -> int | None:
        """Commit that the final dot is about to go; returns the attempt's number.

        None: the mail may not go any more; close the line without the dot.
        """
        with self.transaction(writes=True) as t:
            return claim_one(t, delivery_id, "dot", date_header=date_header)

    def sent(self, delivery_id: int, trace: Trace) -> None:
        """The server took the mail."""
        with self.outcome_transaction() as t:
            note_outcome(t, delivery_id, "sent", "", trace)

    def in_doubt(self, delivery_id: int, trace: Trace) -> None:
        """The line broke between the dot and the answer: nobody can know."""
        with self.outcome_transaction() as t:
            note_outcome(t, delivery_id, "unknown", "interrupted", trace)

    def failed(self, delivery_id: int, reason: str, trace: Trace) -> None:
        """The server refused the mail for good."""
        with self.outcome_transaction() as t:
            note_outcome(t, delivery_id, "failed", reason, trace)

    def refused_for_now(self, delivery_id: int, trace: Trace, *, greylisted: bool) -> None:
        """The server refused the mail for the moment: try again later, or give up after three days."""
        with self.outcome_transaction() as t:
            first = t.value(
                "SELECT min(at) FROM attempts WHERE delivery_id = ? AND at <= ? AND id > (SELECT coalesce(max(id), 0)"
                " FROM attempts WHERE delivery_id = ? AND phase = 'again')",
                (delivery_id, stamp(t.now + home.AHEAD), delivery_id),
            )
            tries = t.value("SELECT tries FROM deliveries WHERE id = ?", (delivery_id,))
            # Three days in which a laptop was closed are no three days of trying.
            if first is not None and t.now - unstamp(first) >= GIVE_UP and tries >= len(BACKOFF):
                note_outcome(t, delivery_id, "failed", "gave_up", trace)
                return
            wait = BACKOFF[min(tries, len(BACKOFF) - 1)]
            note_outcome(t, delivery_id, "ready", "later", trace)
            t.execute(
                "UPDATE deliveries SET tries = tries + 1, next_at = ? WHERE id = ? AND state = 'ready'",
                (stamp(t.now + (max(wait, GREYLISTED) if greylisted else wait)), delivery_id),
            )

    def mailbox_fault(self, trace: Trace, state: MailboxState | None, delivery_id: int | None = None) -> None:
        """Something is wrong with the mailbox or the way to it; `delivery_id` is the mail under way, if any.

        That one is ready as before, behind the others: should it be the cause after all, it does not stop them.
        `state` is the mailbox's from now on, None: as it was.
        """
        with self.transaction(writes=True, of_newer=delivery_id is not None) as t:
            if delivery_id is None:
                record_attempt(t, None, trace.phase, trace.code, trace.answer)
            else:
                note_outcome(t, delivery_id, "ready", "", trace)
                t.execute("UPDATE deliveries SET next_at = ? WHERE id = ? AND state = 'ready'", (t.stamp, delivery_id))
            if state is not None:
                set_state(t, state)

    def mailbox_works(self) -> None:
        """The mailbox let us in: forget what was wrong before, but not a person's pause."""
        with self.transaction(writes=True) as t:
            if stored_state(t).reason != "operator":
                set_state(t, MailboxState())


def claim_one(
    t: Transaction, delivery_id: int, phase: str, *, date_header: str | None = None, where: str = "state = 'ready'"
) -> int | None:
    """Write down that a mail or SMS is about to be handed over; returns the attempt's number.

    None: it may not go any more, and is held where there is a reason, or it is not as `where` says.
    """
    if reason := reason_to_hold(t, delivery_id):
        hold_one(t, delivery_id, reason)
        return None
    taken = t.execute(
        "UPDATE deliveries SET state = 'sending', reason = iif(reason = ?, reason, ''), answer = '',"
        f" state_at = ?, date_header = coalesce(date_header, ?) WHERE id = ? AND {where}",
        (RELEASED, t.stamp, date_header, delivery_id),
    )
    if taken.rowcount != 1:
        return None
    # Counted now, not at the answer: one whose answer is never seen has used up the limits, or is paid for.
    return record_attempt(t, delivery_id, phase, counted=True)


def note_outcome(t: Transaction, delivery_id: int, state: str, reason: str, trace: Trace) -> None:
    """Write down what became of a mail or SMS; not over what a person did meanwhile to one that was not claimed."""
    # One that was let go stays so.
    t.execute(
        "UPDATE deliveries SET reason = iif(:state = 'ready' AND reason = :released, reason, :reason),"
        " state = :state, answer = :answer, state_at = :at WHERE id = :id AND state IN ('ready', 'sending')",
        {
            "id": delivery_id,
            "state": state,
            "reason": reason,
            "released": RELEASED,
            "answer": trace.answer,
            "at": t.stamp,
        },
    )
    record_attempt(t, delivery_id, trace.phase, trace.code, trace.answer)


def hold_one(t: Transaction, delivery_id: int, reason: str) -> None:
    """Hold what waits; its occurrence is told where it came too late."""
    t.execute(
        "UPDATE deliveries SET state = 'held', reason = ?, state_at = ? WHERE id = ? AND state = 'ready'",
        (reason, t.stamp, delivery_id),
    )
    if reason == "too_late":
        say_late(t, delivery_id)
