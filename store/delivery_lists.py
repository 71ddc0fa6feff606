"""Mails in a list: those of a message, or of the whole outbox, by state and by a name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.deliveries import GOING
from store.delivery_records import DELIVERY, TITLE, DeliveryCounts, DeliveryRow, delivery_row, shown_name
from store.folding import fold
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


@dataclass(frozen=True, slots=True)
class Going:
    """A message that is not over: mails of it wait, are being sent or in doubt; `message_id` None: tests and recaps.

    `counts` has all of a message's mails, of the others only those that are not over.
    """

    message_id: int | None
    title: str
    paused: bool
    counts: DeliveryCounts


def going_now(store: Store) -> tuple[Going, ...]:
    """What is not over, the message that was queued last first. Needs the right `messages.see`."""
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        rows = t.all(
            f"""SELECT m.id, {TITLE} AS title, m.paused, d.state, count(*) AS n
            FROM deliveries d JOIN messages m ON m.id = d.message_id
            WHERE d.kind = 'message' AND m.id IN (SELECT message_id FROM deliveries
                WHERE state IN ('ready', 'sending', 'unknown') AND kind = 'message')
            GROUP BY m.id, d.state ORDER BY m.queued_at DESC, m.id DESC"""
        )
        others = t.all(
            """SELECT NULL AS id, '' AS title, 0 AS paused, state, count(*) AS n FROM deliveries
            WHERE kind <> 'message' AND state IN ('ready', 'sending', 'unknown') GROUP BY state"""
        )
    found: dict[int | None, dict[str, int]] = {}
    about = {}
    for row in [*rows, *others]:
        about[row["id"]] = (row["title"], bool(row["paused"]))
        found.setdefault(row["id"], {})[row["state"]] = row["n"]
    return tuple(Going(key, *about[key], DeliveryCounts(**counts)) for key, counts in found.items())


def listed_mails(
    store: Store,
    message_id: int | None = None,
    *,
    member_id: int | None = None,
    state: str = "",
    text: str = "",
    limit: int = MOST,
) -> MailList:
    """Mails of a message by name (its tests apart), of a member or of the whole outbox, what happened last first.

    Of a member are all mails to any of its people, as it is now. In one `state` only, with a name or address that
    contains `text` (accents and capitals apart). Needs the right `messages.see`.
    """
    these, values = _these(message_id, member_id)
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        counts = t.all(f"SELECT d.state, count(*) FROM deliveries d WHERE {these} GROUP BY d.state", values)
        rows = t.all(
            f"""SELECT {DELIVERY} FROM deliveries d WHERE {these} {"AND d.state = :state" if state else ""}
            ORDER BY {"d.state_at DESC, d.id DESC" if message_id is None else "d.name, d.id"} LIMIT :limit""",
            # Who looks for a name looks through all: accents are folded here, not by the database.
            {**values, "state": state, "limit": -1 if text else limit},
        )
        titles = {row[0]: row[1] for row in t.all(f"SELECT m.id, {TITLE} FROM messages m")}
    of_state = DeliveryCounts(**{row[0]: row[1] for row in counts})
    total = getattr(of_state, state) if state else of_state.total
    if wanted := fold(text):
        rows = [row for row in rows if wanted in fold(f"{shown_name(row)} {row['address']}")]
        total = len(rows)
    mails = tuple(ListedMail(delivery_row(row), titles.get(row["message_id"], "")) for row in rows[:limit])
    return MailList(mails, total, of_state)


def next_to_go(store: Store) -> int | None:
    """The message of what goes next, mail or SMS, paused ones apart; None: a test or a recap does, or nothing."""
    with store.reading() as t:
        found = t.one(
            f"""SELECT iif(kind = 'message', message_id, NULL) FROM deliveries WHERE state = 'sending' OR ({GOING})
            ORDER BY state <> 'sending', channel <> 'email', kind = 'message', next_at, id LIMIT 1"""
        )
    return None if found is None else found[0]


def texts_waiting(store: Store, message_id: int | None = None) -> int:
    """How many SMS wait or are being sent: of a message, or of the whole outbox. Needs the right `messages.see`."""
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        return int(
            t.value(
                "SELECT count(*) FROM deliveries WHERE state IN ('ready', 'sending') AND channel = 'sms'"
                " AND (:message IS NULL OR kind = 'message' AND message_id = :message)",
                {"message": message_id},
            )
        )


def mails_in(store: Store, state: str, message_id: int | None = None, *, since: str = "") -> tuple[DeliveryRow, ...]:
    """The mails in a state since no earlier than a UTC stamp: of a message (its tests apart), or of the whole outbox.

    Needs the right `messages.see`.
    """
    these, values = _these(message_id, None)
    with store.reading() as t:
        t.require(Right.MESSAGES_SEE)
        rows = t.all(
            f"""SELECT {DELIVERY} FROM deliveries d
            WHERE {these} AND d.state = :state AND d.state_at >= :since ORDER BY d.id""",
            {**values, "state": state, "since": since},
        )
    return tuple(delivery_row(row) for row in rows)


def _these(message_id: int | None, member_id: int | None) -> tuple[str, dict[str, object]]:
    """The condition of a message's mails, a member's or all; not one for every case, so that indexes are used."""
    if message_id is not None:
        return "d.kind = 'message' AND d.message_id = :message", {"message": message_id}
    if member_id is not None:
        return "d.id IN (SELECT delivery_id FROM delivery_people WHERE member_id = :member)", {"member": member_id}
    return "1", {}
