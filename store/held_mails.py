"""Why mails are held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store


def held_reasons(store: Store, message_id: int | None = None) -> dict[str, int]:
    """How many mails are held for each reason, of one message (its tests too) or in the whole outbox, most first.

    Needs the right `messages.see`.
    """
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        rows = t.all(
            """SELECT coalesce(reason, '') AS reason, count(*) AS mails FROM deliveries
            WHERE state = 'held' AND (:message IS NULL OR message_id = :message) GROUP BY 1 ORDER BY 2 DESC, 1""",
            {"message": message_id},
        )
    return {row["reason"]: row["mails"] for row in rows}
