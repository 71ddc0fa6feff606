"""What the Sending screen knows: the ledger at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from screens.delivery_words import Failures, failures
from screens.sender_words import foreign_words
from screens.start_sending import is_starting
from store.clock import stamp
from store.delivery_lists import Going, going_now, mails_in, next_to_go, texts_waiting
from store.delivery_records import ASTRAY, COPIED, FOR_GOOD, DeliveryCounts
from store.senders import foreign_mails

if TYPE_CHECKING:
    from mail.lock import Holder
    from store import Store
    from store.delivery_records import DeliveryRow, Due, Run
    from store.mailbox import Budget, MailboxSettings, MailboxState
    from store.message_records import Kept, Message
    from store.sms_gateway import SmsSettings

ANSWERS = 5
SILENCE = timedelta(seconds=20)
"""A server that takes longer to answer is told of."""
RECENT = timedelta(days=3)
"""Of the whole outbox, only what failed or was held since is tried again or let go together: never an old message."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The ledger at one moment: of a `message`, or (None) of all that is not over.

    `clock_behind` is a UTC stamp that lies ahead: the machine's clock was put back, and nothing is sent. `held` are the
    mails that may be let go, `held_copied` of them may have gone out from another file; `failed` may be tried again.
    `foreign` says what is to be done about mails that are written from an address which the mailbox does not have.
    `silent_since` is the UTC stamp since which the server has not answered; `before` is what goes before the message.
    Of what waits `texts` are SMS; `gateway` is how those stand.
    """

    message: Message | None
    going: tuple[Going, ...]
    counts: DeliveryCounts
    due: Due
    settings: MailboxSettings | None
    state: MailboxState
    left: Budget | None
    holder: Holder | None
    starting: bool
    run: Run | None
    at_home: bool
    clock_behind: str | None
    answers: tuple[DeliveryRow, ...]
    doubts: tuple[DeliveryRow, ...]
    phone: str
    failed: tuple[Failures, ...] = ()
    held: tuple[int, ...] = ()
    foreign: tuple[str, ...] = ()
    held_copied: int = 0
    silent_since: str = ""
    before: Going | None = None
    kept: tuple[Kept, ...] = ()
    texts: int = 0
    gateway: SmsSettings | None = None

    @property
    def waiting(self) -> int:
        """How many mails are still to go."""
        return self.counts.ready + self.counts.sending

    @property
    def mails_wait(self) -> bool:
        """Whether mails are still to go, not only SMS, which need no mailbox."""
        return self.waiting > self.texts

    @property
    def going_on(self) -> int:
        """How many of them go as things stand: what is paused goes with nobody."""
        if self.stopped:
            return 0
        return self.waiting - sum(one.counts.ready for one in self.going if one.paused)

    @property
    def paused(self) -> bool:
        """Whether the message was paused, or there is one only and it was."""
        return self.message.paused if self.message is not None else False

    @property
    def all_paused(self) -> bool:
        """Whether a person paused everything."""
        return self.state.reason == "operator"

    @property
    def stopped(self) -> bool:
        """Whether a person paused the message or the mailbox."""
        return self.paused or self.all_paused

    @property
    def at_work(self) -> bool:
        """Whether somebody is sending, not only waiting to go on."""
        return self.holder is not None and not self.holder.waits


Marks = tuple[object, ...]


def read_again(store: Store, message_id: int | None, before: Marks) -> tuple[Marks, Outlook | None]:
    """The outlook, or None where nothing can have changed since `before`; and what to hand in the next time.

    It changes with the file, with what a sending does, with who sends, and with the minute: waits and limits end.
    """
    from mail.lock import holder
    from store.run_progress import last_step

    minute = store.clock.wall().replace(second=0, microsecond=0)
    marks = (store.change_number(), last_step(store), holder(store.path), is_starting(store), minute)
    return marks, None if marks == before else read_outlook(store, message_id)


def read_outlook(store: Store, message_id: int | None) -> Outlook:
    """Read the ledger; a mail that a dead run left between dot and answer is put in doubt."""
    from mail.lock import at_home, holder
    from mail.outbox import settle

    settle(store)
    doubts = tuple(row for row in store.deliveries.unknown() if message_id in (None, row.message_id))
    foreign = foreign_mails(store, message_id)
    stay = {id_ for ids in foreign.values() for id_ in ids}
    held = [row for row in _held(store, message_id) if row.id not in stay]
    going = going_now(store) if message_id is None else ()
    counts = _summed(going) if message_id is None else store.deliveries.counts(message_id)
    return Outlook(
        message=store.messages.get(message_id) if message_id is not None else None,
        going=going,
        counts=counts,
        due=store.deliveries.due(),
        settings=store.mailbox.get(),
        state=store.mailbox.state(),
        left=store.mailbox.budget(),
        starting=is_starting(store),
        holder=holder(store.path),
        run=store.deliveries.last_run(),
        at_home=at_home(store),
        clock_behind=store.deliveries.clock_behind(),
        answers=store.deliveries.last_answers(message_id, ANSWERS),
        doubts=doubts,
        phone=store.deliveries.phone(doubts[0].id) if doubts else "",
        failed=_failed(store, message_id),
        held=tuple(row.id for row in held),
        foreign=tuple(foreign_words(foreign)),
        held_copied=sum(row.reason == COPIED for row in held),
        silent_since=_silent_since(store, message_id) if counts.sending else "",
        before=_before(store, message_id) if message_id is not None and counts.ready and not counts.sending else None,
        texts=texts_waiting(store, message_id),
        gateway=store.sms.standing(),
        kept=tuple(kept for kept in store.messages.kept() if message_id in (None, kept.id)),
    )


def _summed(going: tuple[Going, ...]) -> DeliveryCounts:
    states = DeliveryCounts.__slots__
    return DeliveryCounts(**{state: sum(getattr(one.counts, state) for one in going) for state in states})


def _failed(store: Store, message_id: int | None) -> tuple[Failures, ...]:
    return failures(mails_in(store, "failed", message_id, since=_since(store, message_id)))


def _held(store: Store, message_id: int | None) -> list[DeliveryRow]:
    rows = mails_in(store, "held", message_id, since=_since(store, message_id))
    return [row for row in rows if row.address and row.reason not in (*FOR_GOOD, *ASTRAY)]


def _silent_since(store: Store, message_id: int | None) -> str:
    """Since when the server has owed an answer to what was handed over; "" while that is usual."""
    asked = min((row.state_at for row in mails_in(store, "sending", message_id)), default="")
    return asked if asked and asked < stamp(store.clock.now() - SILENCE) else ""


def _before(store: Store, message_id: int) -> Going | None:
    """What goes before a message's mails; None where they are next."""
    first = next_to_go(store)
    return next((one for one in going_now(store) if one.message_id == first), None) if first != message_id else None


def _since(store: Store, message_id: int | None) -> str:
    return "" if message_id is not None else stamp(store.clock.now() - RECENT)
