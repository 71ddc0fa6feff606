"""What is done to a message as a whole from the list of messages and from its own screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from store.message_records import MessageState
from templates.words import _, ngettext

if TYPE_CHECKING:
    from datetime import datetime

    from store import Store
    from store.deliveries import DeliveryCounts
    from store.message_records import MessageRow


class Standing(Protocol):
    """A message or its line in a list."""

    @property
    def title(self) -> str: ...
    @property
    def state(self) -> MessageState: ...
    @property
    def archived_at(self) -> datetime | None: ...


def title_of(message: Standing) -> str:
    """What a message is called, also where it is called nothing."""
    return message.title or _("(no subject)")


def may_stop(message: Standing, counts: DeliveryCounts) -> bool:
    """Whether something of it is still to go."""
    return message.state is MessageState.SCHEDULED or (message.state is MessageState.QUEUED and counts.ready > 0)


def may_put_away(message: Standing, counts: DeliveryCounts) -> bool:
    """Whether it is over and still in the list of the others."""
    over = message.state in (MessageState.QUEUED, MessageState.CANCELLED)
    return over and message.archived_at is None and not (counts.ready or counts.unfinished)


def may_have_calls(row: MessageRow, counts: DeliveryCounts) -> bool:
    """Whether its call list may hold anybody: who has no e-mail, or whose mail reached nobody."""
    return row.unreachable + counts.failed + counts.bounced + counts.held > 0


def stop_question(message: Standing, counts: DeliveryCounts) -> str:
    """What is asked before it is stopped."""
    if message.state is MessageState.SCHEDULED:
        return _("Take the message back to the drafts? Enter does it, Esc leaves it.")
    return ngettext(
        "{n} mail has not gone yet. Hold it? Enter holds it, Esc lets it go.",
        "{n} mails have not gone yet. Hold them? Enter holds them, Esc lets them go.",
        counts.ready,
    ).format(n=counts.ready)


def stop(store: Store, message_id: int, state: MessageState) -> str:
    """Stop a message and return what came of it; raises `Invalid` when it has left this state meanwhile."""
    if state is MessageState.SCHEDULED:
        store.messages.unschedule(message_id)
        return _("It is a draft again and goes only when somebody sends it.")
    held = store.messages.cancel(message_id)
    return ngettext("{n} mail is held.", "{n} mails are held.", held).format(n=held)
