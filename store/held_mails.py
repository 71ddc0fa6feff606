"""Why mails are held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.clock import stamp
from store.delivery_records import COPIED
from store.rights import Right
from store.senders import LATELY, OTHER_SENDER

if TYPE_CHECKING:
    from store.handle import Store


def held_lately(store: Store) -> int:
    """How many mails were held lately that a person may let go: by hand, in a copied file, or with another sender."""
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        return int(
            t.value(
                "SELECT count(*) FROM deliveries WHERE state = 'held' AND reason IN ('operator', ?, ?)"
                " AND state_at >= ?",
                (COPIED, OTHER_SENDER, stamp(t.now - LATELY)),
            )
        )


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
