"""A test mail from a screen: queued, sent by the runner, remembered on the message."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from screens.start_sending import start_sending
from templates.words import _

if TYPE_CHECKING:
    from screens.base import HouseScreen
    from store import Store
    from store.message_records import Message


def own_address(store: Store) -> str:
    """The operator's own address: the one noted for them, else that of the member they are; may be empty."""
    me = store.operators.me()
    if me.email:
        return me.email
    if me.member_id is None:
        return ""
    return next((p.email for p in store.members.get(me.member_id).people if p.email_state == "has"), "")


def send_test(
    screen: HouseScreen[Any],
    message_id: int,
    address: str,
    done: Callable[[Message], None],
    as_member: int | None = None,
) -> None:
    """Put a test into the outbox and start the sending; `done` gets the message that now knows of it."""
    from mail import composing

    store = screen.store

    def queue() -> tuple[Message, bool]:
        composing.queue_test(store, message_id, address, as_member)
        # Here, not once it is told: the screen may have been left by then.
        return store.messages.get(message_id), start_sending(store)

    def queued(result: tuple[Message, bool]) -> None:
        message, started = result
        done(message)
        if started:
            screen.say(_("The test is on its way to {address}.").format(address=address))
        else:
            screen.go("sending")

    screen.write(queue, queued)
