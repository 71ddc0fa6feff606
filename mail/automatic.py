"""What workflows send: each occurrence that is due, put into the outbox once.

What is due is found anew every time, and what became of it is one row that its step and its key know for ever: that
row, the message, its mails and its call list are stored in one transaction, or nothing is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from mail.automatic_letters import FAULT, is_recap, read_due, reason_of, still_due
from mail.automatic_recaps import queue_recap_due, recap_due
from mail.crash_points import reached
from mail.freezing import TRIES, deliveries, render
from mail.lock import at_home
from mail.spool import Spool
from mail.went import Went
from store import Store
from store.automatic_writing import (
    has_leftovers,
    hold_leftovers,
    state_without_mails,
    under_way,
    without_loss,
    write_message,
    write_nobody,
    write_over,
)
from store.delivery_queue import insert_deliveries
from store.errors import (
    ChangedElsewhere,
    DiskFull,
    FileLocked,
    FileNewer,
    FileUnreadable,
    Invalid,
    NotAGroupFile,
    NotFound,
    StoreError,
)
from store.occurrence_planning import LATE
from store.occurrence_records import CAN_GO, Occurrence, OccurrenceState
from store.occurrences import due_occurrences, find_occurrence, write_occurrence
from store.rights import AUTOMATIC, QUEUES_MAIL, Right

if TYPE_CHECKING:
    from mail.letters import Letters
    from store.transaction import Transaction

PER_TICK = 500
"""So many go at one tick, the longest waiting first: the others wait for the next, and the outbox has its turn."""

REFUSED = 20
"""After so many of one step that cannot be made it is asked whether any could, and what they say is not asked again."""

_OVER = (OccurrenceState.MISSED, OccurrenceState.SKIPPED)
_OF_THE_FILE = (DiskFull, FileLocked, FileNewer, FileUnreadable, NotAGroupFile)
"""What is in the way of all of them alike."""
BY_HAND = (*CAN_GO, *_OVER, OccurrenceState.NOBODY)
"""What somebody can send: all but what is in the outbox."""


def queue_automatic(store: Store) -> tuple[Went, ...]:
    """Put every occurrence that is due into the outbox, write down what is too late, and tell what became of each.

    The longest waiting first, `PER_TICK` at most. It acts as the machine itself; whoever starts it needs any right that
    queues mails, and is told nothing where they may not see messages. In a file that was copied or restored
    nothing is done. Of two who do this at once, one finds nothing left to do. What nobody has thought of keeps only its
    own step or occurrence from going, and is raised at the end.
    """
    store.operators.me().require_any(QUEUES_MAIL)
    faults: list[Exception] = []
    with store.reading() as t:
        due = due_occurrences(t, store.clock, faults)
    if not at_home(store):
        return ()
    done: tuple[Went, ...] = ()
    if due:
        reached("workflows_found")
        with _machine(store) as machine:
            done = tuple(_all(machine, due, faults))
    if faults:
        raise faults[0]
    return done if store.operators.me().may(Right.MESSAGES_SEE) else ()


def would_go(store: Store) -> tuple[Went, ...]:
    """What `queue_automatic` would do now; nothing is written. Needs the right `messages.see`."""
    store.operators.me().require(Right.MESSAGES_SEE)
    with store.reading() as t:
        due = without_loss(t, due_occurrences(t, store.clock))
    return tuple(_would(store, occurrence) for occurrence in due)


def for_next_tick(went: Iterable[Went]) -> int:
    """How many of those of `would_go` have to wait for the next tick: `PER_TICK` go at one."""
    goes = [one for one in went if one.error is None and one.occurrence.state not in _OVER]
    return max(0, len(goes) - PER_TICK)


def obstacle(store: Store, occurrence: Occurrence) -> StoreError | None:
    """What would keep an occurrence from going if its moment were now; None: nothing that can be seen so early.

    The first of its mails is made; a text that only fails for another recipient is found when all are. Needs the right
    `messages.see`.
    """
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        try:
            ready = _ready(t, store, occurrence)
            if not isinstance(ready, int) and ready.envelopes:
                ready.post(ready.envelopes[0], "TOKEN")
        except StoreError as error:
            return error
    return None


def send_now(store: Store, step_id: int, key: str) -> Went:
    """Put an occurrence into the outbox in somebody's name, before its moment, or although it was missed or skipped.

    Needs the right `messages.send`. Raises `NotFound("occurrence", key)` for one that is gone, and
    `Invalid("occurrence", key, …)`: "queued" where it is in the outbox already, "copied" in a file that was copied or
    restored. What else is in the way is the `error` of what is returned.
    """
    with store.reading() as t:
        t.require(Right.MESSAGES_SEND)
        occurrence = find_occurrence(t, store.clock, step_id, key)
    if occurrence is None:
        raise NotFound("occurrence", key)
    if not at_home(store):
        raise Invalid("occurrence", key, "copied")
    went = _one(store, occurrence, by_hand=True)
    if went is None:
        raise Invalid("occurrence", key, "queued")
    return went


@contextmanager
def _machine(store: Store) -> Iterator[Store]:
    """The file as the machine itself has it, at the same clock."""
    if store.actor_id is None:
        yield store
        return
    with closing(Store(store.path, AUTOMATIC.login, store.clock.now)) as machine:
        yield machine


def _all(store: Store, due: Iterable[Occurrence], faults: list[Exception]) -> Iterator[Went]:
    over = [occurrence for occurrence in due if occurrence.state in _OVER]
    yield from _put_away(store, over)
    gone, refused, hopeless = 0, Counter[int](), set[int]()
    for occurrence in due:
        step = occurrence.step.id
        if occurrence.state not in CAN_GO or step in hopeless:
            continue
        if refused[step] >= REFUSED and _is_of_step(store, occurrence):
            hopeless.add(step)
            continue
        try:
            went = _one(store, occurrence)
        except _OF_THE_FILE:
            raise
        except Exception as fault:
            faults.append(fault)
            continue
        if went is not None:
            refused[step] += went.error is not None
            gone += went.error is None
            yield went
        if gone == PER_TICK:
            return


def _put_away(store: Store, over: list[Occurrence]) -> list[Went]:
    """Write down what is too late to go, or told by a newer one."""
    if not over:
        return []
    reasons = _reasons(store, over)
    with store.writing() as t:
        now = [one for one in due_occurrences(t, store.clock) if one.state in _OVER]
        now = [replace(one, reason=reasons.get(_known(one), LATE)) if _is_late(one) else one for one in now]
        written = write_over(t, now)
        reached("workflows_missed")
    return [Went(one) for one in written]


def _reasons(store: Store, over: list[Occurrence]) -> dict[tuple[int, str], str]:
    """What kept each from going in time, where that is still to be seen; of many of one step, as of those before."""
    found: dict[tuple[int, str], str] = {}
    looked, last = Counter[int](), dict[int, str]()
    for one in filter(_is_late, over):
        looked[one.step.id] += 1
        if looked[one.step.id] <= REFUSED:
            last[one.step.id] = _reason(store, one)
        found[_known(one)] = last[one.step.id]
    return found


def _reason(store: Store, occurrence: Occurrence) -> str:
    try:
        error = _made(store, occurrence).error
    except _OF_THE_FILE:
        raise
    except Exception:
        return FAULT
    return LATE if error is None else reason_of(error)


def _known(occurrence: Occurrence) -> tuple[int, str]:
    return occurrence.step.id, occurrence.key


def _is_late(occurrence: Occurrence) -> bool:
    """Whether it could have gone in time."""
    return occurrence.state is OccurrenceState.MISSED and occurrence.reason == LATE


def _is_of_step(store: Store, occurrence: Occurrence) -> bool:
    """Whether what keeps it from going keeps all of its step: it is seen without making a mail."""
    try:
        with store.reading() as t:
            _ready(t, store, occurrence)
    except StoreError:
        return True
    return False


def _ready(t: Transaction, store: Store, occurrence: Occurrence) -> Letters | int:
    """The letters that the machine would make of it, of a recap how many mails; raises what keeps it from going.

    Who looks may lack the right to what a producer is told: it goes all the same.
    """
    machine = t.told_by(AUTOMATIC, t.now)
    if is_recap(occurrence):
        return recap_due(machine, store, occurrence)
    letters = read_due(machine, store, occurrence).letters
    letters.require_sendable()
    return letters


def _would(store: Store, occurrence: Occurrence) -> Went:
    return _made(store, occurrence) if occurrence.state in CAN_GO else Went(occurrence)


def _made(store: Store, occurrence: Occurrence) -> Went:
    """What would be made of it, whether or not it is too late."""
    try:
        with store.reading() as t:
            ready = _ready(t, store, occurrence)
        if isinstance(ready, int):
            return Went(occurrence, ready)
        with Spool() as spool:
            return Went(occurrence, len(render(ready, spool)))
    except StoreError as error:
        return Went(occurrence, error=error)


def _one(store: Store, occurrence: Occurrence, *, by_hand: bool = False) -> Went | None:
    """Put an occurrence into the outbox if it can still go; None: somebody was faster, or it was moved meanwhile."""
    states = BY_HAND if by_hand else CAN_GO
    queue = queue_recap_due if is_recap(occurrence) else _queue
    try:
        for _try in range(TRIES):
            with store.reading() as t:
                now = find_occurrence(t, store.clock, occurrence.step.id, occurrence.key)
                if now is None or now.state not in states or under_way(t, now):
                    return None
                if now.due > t.now and not by_hand:
                    return None
                leftovers = has_leftovers(t, now)
            if leftovers:
                with store.writing() as t:
                    hold_leftovers(t, now)
            went = queue(now, store)
            if went is not None:
                reached("workflow_queued")
                return went
        raise ChangedElsewhere("occurrence", occurrence.step.id)
    except _OF_THE_FILE:
        raise
    except StoreError as error:
        return Went(occurrence, error=error)


def _queue(occurrence: Occurrence, store: Store) -> Went | None:
    """Put an occurrence to members into the outbox; None: something has changed since it was read."""
    with store.reading() as t:
        due = read_due(t, store, occurrence)
    letters = due.letters
    letters.require_sendable()
    tail = letters.tail(store)
    with Spool() as spool:
        made = render(letters, spool)
        with store.writing() as t:
            if not still_due(t, store, due):
                return None
            state = OccurrenceState.QUEUED if made else state_without_mails(occurrence)
            message_id = occurrence.message_id
            if made or due.calls_only:
                occurrence_id = write_occurrence(t, occurrence, state, mails=len(made))
                message_id = write_message(t, store.clock, occurrence_id, letters.message, due.reach, len(made))
                insert_deliveries(t, deliveries(letters, made, spool, message_id, due.send_before), tail=tail)
                letters.measuring.keep(t, message_id)
            else:
                occurrence_id = write_nobody(t, occurrence)
            reached("workflow_written")
    gone = replace(occurrence, state=state, id=occurrence_id, message_id=message_id, mails=occurrence.mails + len(made))
    return Went(gone, len(made))
