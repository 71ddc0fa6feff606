"""The outbox for whoever sends: one run of it, and what may be done about it while nobody is sending.

What a run does with each mail is in `mail.runner`, what it commits in `store.ledger`.
"""

from __future__ import annotations

from contextlib import closing, suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from mail.errand import Errand, Told, tell_nobody
from mail.lock import Busy, OutboxLock, at_home
from mail.password import Secret
from mail.run_result import Outcome, RunResult
from mail.runner import Runner
from mail.signals import stopping
from mail.sms_runner import SmsRunner
from store.automatic_writing import miss_restored
from store.errors import StoreError
from store.ledger import Ledger
from store.rights import QUEUES_MAIL, Right

if TYPE_CHECKING:
    from store.handle import Store


def run(
    store: Store,
    password: Secret,
    *,
    how: str = "command",
    patience: timedelta = timedelta(0),
    told: Told = tell_nobody,
) -> RunResult:
    """Queue the messages whose hour has come, and send until nothing is due or something is in the way.

    `password` is called when the first connection is made; where tokens are used that last an hour, for each one. With
    `patience` the run waits for what becomes possible within that time (the next try of a mail, the next hour's limit).
    `how` is "command", "app" or "tick"; a tick does not try again what only a person can have put right. `told` hears
    what became of each kept message. SMS go after the mails (`mail.sms_runner`). At the end the mailbox's Sent folder
    is searched for what is in doubt. Needs any right that queues mails. Raises `NotAllowed`, the store's file errors,
    and what `password` raises.
    """
    errand = Errand(store, password, how, patience, told)
    if at_home(store):
        errand.queue_kept()  # before the lock: whoever sends already takes them, too
    try:
        lock = OutboxLock(store.path, store.actor, name=store.operators.me().name)
    except Busy as busy:
        return RunResult(Outcome.BUSY, holder=busy.holder)
    with lock, closing(Ledger(store)) as ledger, stopping() as stop:
        if not ledger.at_home(lock.last_attempt):
            return RunResult(Outcome.COPIED, due=ledger.due().now)
        ledger.settle_orphans()
        lock.remember(ledger.last_attempt())
        waiting = ledger.due()
        behind = ledger.clock_behind()
        if behind is not None and (waiting.next_at is not None or waiting.sms):
            return RunResult(Outcome.CLOCK, due=waiting.now, next_at=waiting.next_at, until=behind)
        texts = SmsRunner(errand, ledger, lock, stop)
        if not waiting.now and not patience and not texts.ready():
            looked, next_at = errand.look_up(), waiting.next_at
            sms = texts.result()
            return RunResult(Outcome.DONE, next_at=next_at, found=looked.found, missing=looked.missing, sms=sms)
        return Runner(errand, ledger, lock, stop, texts).go()


def settle(store: Store) -> None:
    """Put in doubt what a dead run left between dot and answer, unless somebody is sending or this one may not."""
    if store.deliveries.counts().sending and store.operators.me().may_any(QUEUES_MAIL):
        with suppress(Busy), OutboxLock(store.path, store.actor, tries=1) as lock, closing(Ledger(store)) as ledger:
            ledger.settle_orphans()
            if lock.last_attempt is not None:
                lock.remember(max(lock.last_attempt, ledger.last_attempt()))


def adopt(store: Store, *, hold: bool = False) -> int:
    """Let a copied or restored file send, or one on a machine whose clock was put back.

    What was kept for an hour that has come counts as waiting, what a workflow was to send by now as missed: the other
    file may have sent it. Returns how many mails wait, or with `hold` were held. Needs the right `messages.send`.
    Raises `Busy`.
    """
    store.operators.me().require(Right.MESSAGES_SEND)
    if not at_home(store):
        with store.writing() as t:
            miss_restored(t, store.clock)
    _queue_or_take_back(store)
    name = store.operators.me().name
    with OutboxLock(store.path, store.actor, name=name) as lock, closing(Ledger(store)) as ledger:
        ledger.settle_orphans()
        waiting = ledger.adopt(hold=hold)
        lock.remember(ledger.last_attempt())
    return waiting


def _queue_or_take_back(store: Store) -> None:
    """Put what was kept for an hour that has come among what waits; what cannot be made is a draft again."""
    from mail.schedule import queue_due

    for done in queue_due(store):
        if done.error is not None:
            with suppress(StoreError):  # cancelled, as too late
                store.messages.unschedule(done.message.id)
