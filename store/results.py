"""What messages brought: who came back, turnover, quantities and margin, beside what came without them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.result_records import Curves, ResultRecipient, ResultRow, Results

if TYPE_CHECKING:
    from store.handle import Store

__all__ = ["AllResults", "Curves", "ResultRecipient", "ResultRow", "Results"]


class AllResults:
    """Reading needs the right `messages.see`; money is shown with `results.money` only, and None without it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(
        self, *, imported: bool | None = None, automatic: bool | None = None, limit: int | None = None
    ) -> tuple[ResultRow, ...]:
        """The messages that went out, the latest first: all of them, or only those that are imported, or automatic.

        What was cancelled before anything of it went is left out; what was put away is not.
        """
        raise NotImplementedError

    def of(self, message_id: int) -> Results:
        """What a message brought until today, with its curves; raises `NotFound`, also for one that did not go out."""
        raise NotImplementedError

    def curves(self, message_id: int) -> Curves:
        """The curves of `of` alone."""
        return self.of(message_id).curves

    def recipients(self, message_id: int) -> tuple[ResultRecipient, ...]:
        """The people a message was meant for, by name, but for those who had refused it; raises as `of`."""
        raise NotImplementedError
