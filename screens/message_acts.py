"""What is done to a message as a whole from the list of messages and from its own screen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from store.message_records import MessageState
from templates.words import _, ngettext

if TYPE_CHECKING:
    from datetime import datetime

    from screens.base import HouseScreen
    from store import Store
    from store.delivery_records import DeliveryCounts
    from store.message_records import MessageRow


class Standing(Protocol):
    """A message or its line in a list."""

    @property
    def state(self) -> MessageState: ...
    @property
    def archived_at(self) -> datetime | None: ...


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


def may_send(message: Standing) -> bool:
    """Whether it can be sent from where it is: a draft."""
    return message.state is MessageState.DRAFT


def may_wait(message: Standing) -> bool:
    """Whether it can be kept for an hour, or for another one."""
    return message.state in (MessageState.DRAFT, MessageState.SCHEDULED)


def open_send(screen: HouseScreen[Any], message_id: int) -> None:
    """The last look at a draft; from there to the sending."""
    screen.go("send", partial(_sent, screen, message_id), message_id=message_id)


def open_hour(screen: HouseScreen[Any], message: Standing, message_id: int) -> None:
    """Ask for which hour to keep a message: a draft after the last look, a kept one at once."""
    if message.state is MessageState.DRAFT:
        screen.go("send", partial(_sent, screen, message_id), message_id=message_id, later=True)
    else:
        kept = {True: MessageState.SCHEDULED}
        screen.go("schedule", lambda yes: _sent(screen, message_id, kept.get(yes)), message_id=message_id)


def _sent(screen: HouseScreen[Any], message_id: int, state: MessageState | None) -> None:
    if state is MessageState.QUEUED:
        screen.go(follows(screen.store, message_id), message_id=message_id)
    elif state is MessageState.SCHEDULED:
        from screens.schedule import tell_kept

        tell_kept(screen.house, message_id)


def follows(store: Store, message_id: int) -> str:
    """The screen on which one follows what was put into the outbox: where nothing is sent, that of its people."""
    return "sending" if store.deliveries.counts(message_id).total else "message"


def stop_question(message: Standing, counts: DeliveryCounts) -> str:
    """What is asked before it is stopped."""
    if message.state is MessageState.SCHEDULED:
        return _("Take the message back to the drafts? Enter does it, Esc leaves it.")
    return ngettext(
        "{n} mail has not gone yet. Enter cancels it for good.",
        "{n} mails have not gone yet. Enter cancels them for good.",
        counts.ready,
    ).format(n=counts.ready)


def stop(store: Store, message_id: int, state: MessageState) -> str:
    """Stop a message and return what came of it; raises `Invalid` when it has left this state meanwhile."""
    if state is MessageState.SCHEDULED:
        store.messages.unschedule(message_id)
        return _("It is a draft again and goes only when somebody sends it.")
    number = store.messages.cancel(message_id)
    return ngettext("{n} mail is cancelled.", "{n} mails are cancelled.", number).format(n=number)
