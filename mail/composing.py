"""From a draft to the outbox: the preview, the test mail, and freezing a message with everybody who gets it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING

from mail.by_channel import require_paper
from mail.channel_preview import ChannelPreview, ChannelShown, channel_preview
from mail.crash_points import reached
from mail.freezing import TRIES, channels_of, deliveries, reach_of, render, sms_deliveries
from mail.frozen import FrozenPreview
from mail.letters import Letters, coded, read_letters, require_draft, still_so
from mail.preview import Preview, Shown
from mail.refused import NoDraft
from mail.spool import Spool
from mail.trials import queue_tests, test_addresses
from store.delivery_queue import insert_deliveries
from store.enclosures import forget_tests
from store.errors import ChangedElsewhere, Invalid
from store.message_freezing import mark_queued
from store.message_rows import load_message
from store.reach import Recipient
from store.rights import Right
from store.voucher_offers import insert_vouchers

if TYPE_CHECKING:
    from store.handle import Store
    from store.message_records import Message
    from store.transaction import Transaction

__all__ = [
    "ChannelPreview",
    "ChannelShown",
    "FrozenPreview",
    "Preview",
    "Queued",
    "Shown",
    "channel_preview",
    "freeze",
    "preview",
    "queue_tests",
    "test_addresses",
]


@dataclass(frozen=True, slots=True)
class Queued:
    """What was put into the outbox: how many mails and SMS, and the members (one row each) who have to be called.

    `letters` and `csv` count the members who are to be written to by a letter or by another tool.
    """

    mails: int
    call_list: tuple[Recipient, ...]
    sms: int = 0
    letters: int = 0
    csv: int = 0


def preview(store: Store, message_id: int) -> Preview | FrozenPreview:
    """The message as each recipient will get it, those that look wrong first; once it is sent, as they got it.

    Needs the right `messages.see`. Raises `NotFound`, `TextRefused` for a text that cannot be read, and what the
    segment raises.
    """
    message = store.messages.get(message_id)
    if message.queued_at is not None:
        return FrozenPreview(store, message)
    return Preview(read_letters(store, message_id, Right.MESSAGES_SEE), store)


def freeze(
    store: Store,
    message_id: int,
    progress: Callable[[int, int], None] | None = None,
    *,
    seen: Message | None = None,
    send_before: datetime | None = None,
    due: bool = False,
) -> Queued:
    """Make every mail of a draft and put it into the outbox; nothing is sent by this.

    Needs the right `messages.send`. The mails are rendered outside any transaction; one transaction then checks that
    message and recipients are still those that were rendered, and stores all of it or nothing. `progress` is told
    how many mails of how many are rendered; what it raises stops all of it, with nothing stored. With `seen`, as
    somebody looked at it, nothing else goes out: no other words, no other files, no other offer. `send_before` is the
    naive local moment after which no mail goes, for a message that says none itself. With `due` it goes only while it
    is kept for an hour that has come, else `NoDraft`. Raises the errors of `mail.refused`, `NotFound`, `Invalid` for
    the Reply-To or a `send_before` that has passed, and `ChangedElsewhere` for another one than `seen`, or when the
    message is changed all the time.
    """
    for _try in range(TRIES):
        letters = _limited(read_letters(store, message_id, Right.MESSAGES_SEND), send_before)
        _require_ready(store, letters, seen, due=due)
        tail = letters.tail(store)
        with store.reading() as t:
            letters = coded(t, letters)
        limit = letters.message.send_before
        before = None if limit is None else store.clock.to_utc(limit)
        require_paper(letters)
        texts = sms_deliveries(letters, message_id, before)
        with Spool() as spool:
            made = render(letters, spool, progress)
            with store.writing() as t:
                t.require(Right.MESSAGES_SEND)
                _require_its_turn(store, load_message(t, message_id), due=due)
                if still_so(t, store, letters):
                    mark_queued(t, letters.message, reach_of(letters), channels_of(letters))
                    mails = deliveries(letters, made, spool, message_id, before)
                    insert_deliveries(t, chain(mails, texts), tail=tail)
                    letters.measuring.keep(t, message_id)
                    insert_vouchers(t, message_id, letters.facts.vouchers)
                    forget_tests(t, message_id)
                    queued = _queued(letters)
                    _journal(t, letters.message, queued)
                    reached("message_written")
                else:
                    continue
        reached("message_queued")
        return queued
    raise ChangedElsewhere("message", message_id)


def _require_ready(store: Store, letters: Letters, seen: Message | None, *, due: bool) -> None:
    """Raise what keeps a message from going, before any of its mails is made."""
    _require_its_turn(store, letters.message, due=due)
    if seen is not None and not letters.message.is_as(seen):
        raise ChangedElsewhere("message", letters.message.id or 0)
    _require_time_left(store, letters.message)
    letters.require_sendable()
    letters.require_audience()


def _require_its_turn(store: Store, message: Message, *, due: bool) -> None:
    require_draft(message)
    if due and (message.send_at is None or store.clock.to_utc(message.send_at) > store.clock.now()):
        raise NoDraft(message.state.value)


def _queued(letters: Letters) -> Queued:
    others = letters.others
    calls = tuple(recipient for recipient in letters.recipients if recipient.channel == "call")
    return Queued(len(letters.envelopes), calls, len(others.sms), len(others.letters), len(others.rows))


def _journal(t: Transaction, message: Message, queued: Queued) -> None:
    detail = {} if message.expected_mails is None else {"expected": message.expected_mails}
    further = {"sms": queued.sms, "letters": queued.letters, "csv": queued.csv}
    detail |= {name: count for name, count in further.items() if count}
    t.journal("message.queued", message.id, mails=queued.mails, **detail)


def _require_time_left(store: Store, message: Message) -> None:
    """Raise `Invalid` where all mails would be held as too late at once."""
    limit = message.send_before
    if limit is not None and store.clock.to_utc(limit) <= store.clock.now():
        raise Invalid("send_before", limit.isoformat(timespec="minutes"), "past")


def _limited(letters: Letters, send_before: datetime | None) -> Letters:
    if send_before is None or letters.message.send_before is not None:
        return letters
    return replace(letters, message=replace(letters.message, send_before=send_before))
