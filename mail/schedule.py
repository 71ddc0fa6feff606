"""Messages kept for an hour: frozen when it has come, in the name of whoever kept them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mail import composing
from store import Store
from store.errors import StoreError

if TYPE_CHECKING:
    from store.messages import Kept


@dataclass(frozen=True, slots=True)
class NotQueued:
    """A message whose hour has come and that cannot be sent; it stays kept, and every run says so again."""

    message: Kept
    error: StoreError


def queue_due(store: Store) -> tuple[NotQueued, ...]:
    """Put every message whose hour has come into the outbox and return those for which it failed, and why.

    Who gets a message is counted now. It goes out in the name of the operator who kept it, if that one still may send.
    """
    failed = []
    for kept in store.messages.due():
        try:
            keeper = Store(store.path, kept.login, store.clock.now)
            try:
                composing.freeze(keeper, kept.id)
            finally:
                keeper.close()
        except StoreError as error:
            failed.append(NotQueued(kept, error))
    return tuple(failed)
