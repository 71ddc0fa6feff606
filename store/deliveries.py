"""The deliveries of the outbox: queueing them, counting them, and what people decide about them.

What the runner does with them while it sends is in `store.ledger`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store import home
from store.delivery_decisions import Which, decide
from store.delivery_records import (
    DECISIONS,
    DELIVERY,
    RELEASED,
    DeliveryCounts,
    DeliveryRow,
    Doubt,
    Due,
    Run,
    delivery_row,
)
from store.errors import Invalid, NotFound
from store.reach import TO_CALL
from store.rights import QUEUES_MAIL, Right

if TYPE_CHECKING:
    from store.delivery_history import DeliveryStory
    from store.handle import Store
    from store.transaction import Transaction

GOING = """state = 'ready' AND NOT (kind = 'message' AND EXISTS (
    SELECT 1 FROM messages WHERE messages.id = deliveries.message_id AND messages.paused = 1))"""
"""The condition of what goes as soon as its time comes; a paused message waits, its tests do not."""
MAIL, TEXT = "deliveries.channel = 'email'", "deliveries.channel = 'sms'"
"""The conditions that tell mails from SMS."""


class Deliveries:
    """Seeing needs the right `messages.see`, deciding `messages.send`; counts are open to all."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def counts(self, message_id: int | None = None) -> DeliveryCounts:
        """How many are in each state: of one message (its tests apart), or in the whole outbox."""
        with self._store.reading() as t:
            return delivery_counts(t, message_id)

    def due(self) -> Due:
        """What waits to be sent, paused messages apart: mails, and SMS by themselves."""
        with self._store.reading() as t:
            return due(t)

    def clock_behind(self) -> str | None:
        """The last attempt's moment (UTC stamp) where it lies ahead: nothing is sent until it is adopted. Else None."""
        with self._store.reading() as t:
            return home.clock_behind(t)

    def of_message(self, message_id: int, state: str | None = None) -> tuple[DeliveryRow, ...]:
        """The deliveries of a message by name, or those in one state."""
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            rows = t.all(
                f"SELECT {DELIVERY} FROM deliveries d WHERE kind = 'message' AND message_id = ?"
                " AND (? IS NULL OR state = ?) ORDER BY name, id",
                (message_id, state, state),
            )
        return tuple(delivery_row(row) for row in rows)

    def unknown(self) -> tuple[DeliveryRow, ...]:
        """Those of which nobody can know whether they arrived, the oldest first."""
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            rows = t.all(f"SELECT {DELIVERY} FROM deliveries d WHERE state = 'unknown' ORDER BY state_at, id")
        return tuple(delivery_row(row) for row in rows)

    def doubts(self) -> tuple[Doubt, ...]:
        """The same for the program that looks the mails up: no names, and no SMS. Needs a right that queues mails."""
        with self._store.reading() as t:
            t.actor.require_any(QUEUES_MAIL)
            rows = t.all(
                f"SELECT id, message_ref, token, state_at FROM deliveries WHERE state = 'unknown' AND {MAIL}"
                " ORDER BY state_at, id"
            )
        return tuple(Doubt(**row) for row in rows)

    def phone(self, delivery_id: int) -> str:
        """A phone of whom a delivery is for, as the group's country writes it; empty when none is known.

        Of a recap to a producer's own address, the producer's, as it was typed.
        """
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            found = t.value(
                f"SELECT {TO_CALL} FROM delivery_people dp JOIN people p ON p.id = dp.person_id"
                " WHERE dp.delivery_id = ? AND p.phone || p.mobile <> '' ORDER BY p.position LIMIT 1",
                (delivery_id,),
            ) or t.value(
                "SELECT pr.phone FROM recap_deliveries rd JOIN recaps r ON r.id = rd.recap_id"
                " JOIN catalogues c ON c.id = r.catalogue_id JOIN producers pr ON pr.id = c.producer_id"
                " WHERE rd.delivery_id = ?",
                (delivery_id,),
            )
        return str(found or "")

    def last_answers(self, message_id: int | None = None, limit: int = 5) -> tuple[DeliveryRow, ...]:
        """The last answers about deliveries (of a message), the newest first; what a person decided is none.

        `state_at` is the answer's moment, `reason` the attempt's phase.
        """
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            rows = t.all(
                "SELECT d.id, d.message_id, d.kind, d.name, d.address, d.state, a.phase AS reason, a.at AS state_at,"
                " a.answer, d.next_at, d.channel, d.parts FROM attempts a JOIN deliveries d ON d.id = a.delivery_id"
                " WHERE a.phase NOT IN ('dot', 'request', 'again', 'sent', 'held')"
                " AND (? IS NULL OR (d.kind = 'message' AND d.message_id = ?)) ORDER BY a.id DESC LIMIT ?",
                (message_id, message_id, limit),
            )
        return tuple(delivery_row(row) for row in rows)

    def last_run(self) -> Run | None:
        """The run that goes on, or the last one."""
        with self._store.reading() as t:
            row = t.one(
                "SELECT r.started_at, r.ended_at, coalesce(o.name, '') AS operator, r.how, r.outcome, r.answer, r.sent"
                " FROM runs r LEFT JOIN operators o ON o.id = r.operator_id ORDER BY r.id DESC LIMIT 1"
            )
        return None if row is None else Run(**row)

    def resolve(self, which: Which, as_: str) -> int:
        """Settle what is in doubt, one, several or all: count it as "sent", or send the same mail "again".

        Returns how many. Raises `NotFound` for one that is not in doubt, `Invalid` for another word.
        """
        if as_ not in ("sent", "again"):
            raise Invalid("resolution", as_, "unknown")
        return self._decide(which, ("unknown", "sent" if as_ == "sent" else "ready"), f"delivery.{as_}")

    def retry(self, which: Which, message_id: int | None = None, *, reason: str | None = None) -> int:
        """Try what failed again: one, several or all (of a message, for one `reason` only); returns how many.

        What a producer was told anew stays.
        """
        return self._decide(which, ("failed", "ready"), "delivery.retried", message_id, of_reason=reason)

    def hold(self, which: Which, message_id: int | None = None) -> int:
        """Keep what waits from being sent: one, several or all (of a message); returns how many."""
        return self._decide(which, ("ready", "held"), "delivery.held", message_id, reason="operator")

    def release(self, which: Which, message_id: int | None = None, *, reason: str | None = None) -> int:
        """Let what is held go: one, several or all (of a message, for one `reason` only), late or not; how many.

        What is held because the person refused or was erased, or because the message was cancelled, stays, and what a
        producer was told anew; of several, also what would go to an address that does not work.
        """
        return self._decide(
            which, ("held", "ready"), "delivery.released", message_id, reason=RELEASED, of_reason=reason
        )

    def pause(self, message_id: int) -> None:
        """Send no more of a message until `resume`; the mail under way is finished."""
        self._set_paused(message_id, 1)

    def resume(self, message_id: int) -> None:
        """Go on with a paused message."""
        self._set_paused(message_id, 0)

    def _set_paused(self, message_id: int, paused: int) -> None:
        with self._store.writing() as t:
            t.require(Right.MESSAGES_SEND)
            if not t.execute("UPDATE messages SET paused = ? WHERE id = ?", (paused, message_id)).rowcount:
                raise NotFound("message", str(message_id))
            t.journal("message.paused" if paused else "message.resumed", message_id)

    def _decide(
        self,
        which: Which,
        states: tuple[str, str],
        action: str,
        message_id: int | None = None,
        *,
        reason: str = "",
        of_reason: str | None = None,
    ) -> int:
        with self._store.writing() as t:
            t.require(Right.MESSAGES_SEND)
            return decide(t, which, states, action, reason=reason, message_id=message_id, of_reason=of_reason)

    def found(self, delivery_id: int, where: str) -> bool:
        """A mail in doubt was found in the folder `where` of the mailbox: it was sent. False: it is not in doubt.

        Needs a right that queues mails.
        """
        return self._arrived(delivery_id, "found", where)

    def note_answered(self, delivery_id: int) -> bool:
        """Somebody answered a mail in doubt: it arrived. Nothing is kept of the answer. False: it is not in doubt.

        Needs a right that queues mails.
        """
        return self._arrived(delivery_id, "answered", "")

    def _arrived(self, delivery_id: int, phase: str, answer: str) -> bool:
        with self._store.writing() as t:
            t.actor.require_any(QUEUES_MAIL)
            settled = arrived(t, delivery_id, phase, answer)
            if settled:
                t.journal(f"delivery.{phase}", delivery_id)
        return settled

    def story(self, delivery_id: int) -> DeliveryStory:
        """Everything that is known of one mail; raises `NotFound`."""
        from store.delivery_history import story

        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return story(t, delivery_id)


def delivery_counts(t: Transaction, message_id: int | None = None) -> DeliveryCounts:
    """`Deliveries.counts` inside a transaction."""
    where, values = ("", ()) if message_id is None else ("WHERE kind = 'message' AND message_id = ?", (message_id,))
    rows = t.all(f"SELECT state, count(*) FROM deliveries {where} GROUP BY state", values)
    return DeliveryCounts(**{row[0]: row[1] for row in rows})


def due(t: Transaction) -> Due:
    """`Deliveries.due` inside a transaction."""
    now = t.value(f"SELECT count(*) FROM deliveries WHERE {GOING} AND {MAIL} AND next_at <= ?", (t.stamp,))
    next_at = t.value(f"SELECT min(next_at) FROM deliveries WHERE {GOING} AND {MAIL}")
    return Due(now, next_at, t.value(f"SELECT count(*) FROM deliveries WHERE {GOING} AND {TEXT}"))


def arrived(t: Transaction, delivery_id: int, phase: str, answer: str = "") -> bool:
    """A mail in doubt was sent, as `phase` ("found", "answered") shows; False: it is not in doubt.

    The journal is the caller's.
    """
    settled = t.execute(
        "UPDATE deliveries SET state = 'sent', reason = '', state_at = ? WHERE id = ? AND state = 'unknown'",
        (t.stamp, delivery_id),
    )
    if settled.rowcount:
        record_attempt(t, delivery_id, phase, answer=answer)
    return settled.rowcount == 1


def record_attempt(
    t: Transaction,
    delivery_id: int | None,
    phase: str,
    code: int | None = None,
    answer: str = "",
    *,
    counted: bool = False,
) -> int:
    """Write down one step of a mail, or of the mailbox (None), and return its number; `counted` uses up the limits.

    What a server says of somebody who was erased meanwhile is not kept: it would name the address.
    """
    if (
        answer
        and phase not in DECISIONS
        and t.value("SELECT length(mime) = 0 FROM deliveries WHERE id = ?", (delivery_id,))
    ):
        answer = ""
    return t.insert(
        "attempts", delivery_id=delivery_id, at=t.stamp, phase=phase, code=code, answer=answer, counted=int(counted)
    )
