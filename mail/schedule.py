"""Messages kept for an hour: frozen when it has come, in the name of whoever kept them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mail.audience import audience_note
from mail.composing import freeze
from mail.letters import letters_of
from mail.refused import KeeperMayNot, LimitPassed, NoDraft, TooLate
from store import Store
from store.errors import NotAllowed, StoreError, UnknownOperator
from store.kept import cancel_too_late, keeper_of
from store.message_rows import load_message
from store.operators import load_operator
from store.rights import Right

if TYPE_CHECKING:
    from store.messages import Kept


@dataclass(frozen=True, slots=True)
class AtItsHour:
    """What became of a message whose hour has come.

    Without `error` its `mails` are in the outbox; `note` is a sentence when they are far more or fewer than when it was
    kept. With `TooLate` it was cancelled; with any other error it stays kept, and every run says so again.
    """

    message: Kept
    mails: int = 0
    note: str = ""
    error: StoreError | None = None


def queue_due(store: Store) -> tuple[AtItsHour, ...]:
    """Put every message whose hour has come into the outbox and tell what became of each, the longest waiting first.

    Who gets a message is counted now. It goes out in the name of the operator who kept it, if that one still may send;
    past its `send_before` it does not go at all. Needs any right that queues mails. Of two who do this at once, one
    finds nothing left to do.
    """
    limits = store.settings.limits()
    done = []
    for kept in store.messages.due():
        try:
            with store.reading() as t:
                if keeper_of(t, kept.id) is None:
                    continue  # it was taken back, and perhaps deleted
                message = load_message(t, kept.id)
            late = message.send_before
            if late is not None and store.clock.to_utc(late) <= store.clock.now():
                if cancel_too_late(store, message):
                    done.append(AtItsHour(kept, error=TooLate(late)))
                continue
            keeper = Store(store.path, kept.login, store.clock.now)
            try:
                queued = freeze(keeper, kept.id, due=True)
            finally:
                keeper.close()
            mails = queued.mails + queued.sms
            done.append(AtItsHour(kept, mails, audience_note(message, mails, limits)))
        except NoDraft:
            continue  # somebody was faster: another run, or whoever took it back or sent it by hand
        except (NotAllowed, UnknownOperator):
            done.append(AtItsHour(kept, error=KeeperMayNot(message.scheduled_by)))
        except StoreError as error:
            done.append(AtItsHour(kept, error=error))
    return tuple(done)


def obstacle(store: Store, message_id: int) -> StoreError | None:
    """What would keep a kept message from going if its hour were now; None: nothing to be seen, or it is not kept.

    Nothing of it may go any more, who kept it may not send, the text, the sender or the mailbox is not as it must be,
    or nobody would get it. A text that only fails for one recipient is found when the mails are made. Needs the right
    `messages.see`.
    """
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        login = keeper_of(t, message_id)
        if login is None:
            return None
        message = load_message(t, message_id)
        if message.send_before is not None and store.clock.to_utc(message.send_before) <= store.clock.now():
            return LimitPassed(message.send_before)
        try:
            load_operator(t, login).require(Right.MESSAGES_SEND)
        except (NotAllowed, UnknownOperator):
            return KeeperMayNot(message.scheduled_by)
        try:
            letters = letters_of(t, store, message)
            letters.require_sendable()
            letters.require_audience()
        except StoreError as error:
            return error
    return None
