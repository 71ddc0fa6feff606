"""Mails in a list: those of a message, or of the whole outbox, by state and by a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.deliveries import DeliveryCounts, DeliveryRow
from store.folding import fold
from store.people import erased_name
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store

MOST = 500
"""So many mails are listed at once: nobody reads more, and a name or a state finds the others."""


@dataclass(frozen=True, slots=True)
class ListedMail:
    """A mail in a list, and what its message is called ("" for a recap or a test of a draft that is gone)."""

    delivery: DeliveryRow
    title: str


@dataclass(frozen=True, slots=True)
class MailList:
    """The first mails that match, how many match in all, and how many there are in each state whoever is looked for."""

    mails: tuple[ListedMail, ...]
    total: int
    counts: DeliveryCounts


def listed_mails(
    store: Store,
    message_id: int | None = None,
    *,
    state: str = "",
    text: str = "",
    since: str = "",
    limit: int = MOST,
) -> MailList:
    """Mails of a message by name (its tests apart), or of the whole outbox, what happened last first.

    In one `state` only, with a name or address that contains `text` (accents and capitals apart), in their state not
    before the UTC stamp `since`. Needs the right `messages.see`.
    """
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        of_message = "(:message IS NULL OR (d.kind = 'message' AND d.message_id = :message)) AND d.state_at >= :since"
        values = {"message": message_id, "state": state, "since": since}
        counts = t.all(f"SELECT d.state, count(*) FROM deliveries d WHERE {of_message} GROUP BY d.state", values)
        rows = t.all(
            f"""SELECT d.id, d.message_id, d.kind, iif(d.address = '', :erased, d.name) AS name, d.address, d.state,
                d.reason, d.state_at, d.answer, d.next_at FROM deliveries d
            WHERE {of_message} AND (:state = '' OR d.state = :state)
            ORDER BY {"d.state_at DESC, d.id DESC" if message_id is None else "d.name, d.id"}""",
            {**values, "erased": erased_name()},
        )
        named = t.all("SELECT id, coalesce(nullif(trim(label), ''), trim(subject)) AS title FROM messages")
    titles: dict[int, str] = {row["id"]: row["title"] for row in named}
    wanted = fold(text)
    found = [row for row in rows if not wanted or wanted in fold(f"{row['name']} {row['address']}")]
    mails = tuple(ListedMail(DeliveryRow(**row), titles.get(row["message_id"], "")) for row in found[:limit])
    return MailList(mails, len(found), DeliveryCounts(**{row[0]: row[1] for row in counts}))
