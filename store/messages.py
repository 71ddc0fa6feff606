"""Messages from draft to archive."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from store.clock import unstamp
from store.errors import ChangedElsewhere, Invalid, NotFound
from store.message_records import Kept, Message, MessageRow, MessageState, ReceivedRow, RecipientRow
from store.people import erased_name
from store.reach import MEMBER_TO_CALL
from store.rights import Right
from store.segments import Segment

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction

__all__ = ["Kept", "Message", "MessageRow", "MessageState", "Messages", "ReceivedRow", "RecipientRow"]

SUBJECT_LIMIT = 400
"""Characters of a subject; a mail program shows 60."""

TEXT_LIMIT = 20_000
"""Characters of a text: what one reads in a mail, and what a template may cost."""


class Messages:
    """Reading needs the right `messages.see`, changing `messages.write`; sending is in `mail.composing`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def new(self, segment: Segment, subject: str = "", text: str = "", label: str = "", **rest: Any) -> int:
        """Write a draft and return its id; `rest` are further fields of `Message`. Raises `Invalid`."""
        message = Message(segment=segment, subject=subject, text=text, label=label, **rest)
        with self._store.writing() as t:
            t.require(Right.MESSAGES_WRITE)
            message_id = _insert(t, message)
            t.journal("message.written", message_id)
        return message_id

    def get(self, message_id: int) -> Message:
        """A message; raises `NotFound`."""
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return load_message(t, message_id)

    def save(self, message: Message) -> Message:
        """Store a changed draft and return it with its new version.

        Raises `ChangedElsewhere` when somebody saved it meanwhile, `Invalid` when it is no draft any more, `NotFound`.
        """
        if message.id is None:
            raise NotFound("message", "")
        with self._store.writing() as t:
            t.require(Right.MESSAGES_WRITE)
            _require_state(t, message.id, MessageState.DRAFT)
            values = {**_columns(message), "id": message.id, "version": message.version}
            changed = t.execute(
                f"""UPDATE messages SET {", ".join(f"{name} = :{name}" for name in _columns(message))},
                    changed_at = :at, changed_by = :by, version = version + 1
                    WHERE id = :id AND version = :version""",
                {**values, "at": t.stamp, "by": t.actor.id},
            ).rowcount
            if not changed:
                raise ChangedElsewhere("message", message.id)
            t.journal("message.edited", message.id)
            return load_message(t, message.id)

    def delete(self, message_id: int) -> None:
        """Delete a draft; its test mails stay in the outbox. What was sent is archived, never deleted: `Invalid`."""
        with self._store.writing() as t:
            t.require(Right.MESSAGES_WRITE)
            _require_state(t, message_id, MessageState.DRAFT)
            t.execute("UPDATE deliveries SET message_id = NULL WHERE message_id = ? AND kind = 'test'", (message_id,))
            t.execute("DELETE FROM messages WHERE id = ?", (message_id,))
            t.journal("message.deleted", message_id)

    def duplicate(self, message_id: int) -> int:
        """Write a new draft with the same words and segment, and return its id; dates and hours start empty."""
        with self._store.writing() as t:
            t.require(Right.MESSAGES_WRITE)
            message = load_message(t, message_id)
            blank = replace(message, counts_from=None, closes_on=None, send_at=None, send_before=None)
            copy_id = _insert(t, replace(blank, distribution_id=None))
            t.journal("message.written", copy_id, copy_of=message_id)
        return copy_id

    def schedule(self, message_id: int, wall: datetime) -> Message:
        """Keep a draft for a local hour; raises `Invalid` when the hour has passed. Nothing is frozen before it."""
        with self._store.writing() as t:
            t.require(Right.MESSAGES_SEND)
            _require_state(t, message_id, MessageState.DRAFT, MessageState.SCHEDULED)
            if self._store.clock.to_utc(wall) <= t.now:
                raise Invalid("send_at", wall.isoformat(timespec="minutes"), "past")
            _set_state(t, message_id, MessageState.SCHEDULED, wall.isoformat(timespec="minutes"))
            t.execute("UPDATE messages SET scheduled_by = ? WHERE id = ?", (t.actor.id, message_id))
            t.journal("message.scheduled", message_id, at=wall.isoformat(timespec="minutes"))
            return load_message(t, message_id)

    def due(self) -> tuple[Kept, ...]:
        """The messages kept for an hour that has come, the longest waiting first."""
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEND)
            rows = t.all(
                """SELECT m.id, m.label, m.subject, m.send_at, o.login
                FROM messages m JOIN operators o ON o.id = m.scheduled_by
                WHERE m.state = 'scheduled' ORDER BY m.send_at, m.id"""
            )
        kept = [
            Kept(row["id"], row["label"] or row["subject"], datetime.fromisoformat(row["send_at"]), row["login"])
            for row in rows
        ]
        now = self._store.clock.now()
        return tuple(message for message in kept if self._store.clock.to_utc(message.send_at) <= now)

    def cancel(self, message_id: int) -> int:
        """Hold what of a message has not gone yet and return how many mails that is; a scheduled one is a draft again.

        Raises `Invalid` for one that is neither queued nor scheduled.
        """
        from store.deliveries import hold_waiting

        with self._store.writing() as t:
            t.require(Right.MESSAGES_SEND)
            state = load_message(t, message_id).state
            if state not in (MessageState.QUEUED, MessageState.SCHEDULED):
                raise Invalid("message_state", state.value, "not_queued")
            after = MessageState.DRAFT if state is MessageState.SCHEDULED else MessageState.CANCELLED
            _set_state(t, message_id, after, None)
            held = hold_waiting(t, message_id)
            t.journal("message.cancelled", message_id, held=held)
        return held

    def all(self, state: MessageState | None = None) -> list[MessageRow]:
        """The messages, the last touched first, each with how far its mails got."""
        from store.deliveries import DeliveryCounts

        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            rows = t.all(
                """SELECT m.id, m.label, m.subject, m.state, m.changed_at, m.send_at, m.queued_at,
                    coalesce(o.name, '') AS changer,
                    (SELECT count(*) FROM recipients r WHERE r.message_id = m.id AND r.reach = 'unreachable') AS calls
                FROM messages m LEFT JOIN operators o ON o.id = m.changed_by
                WHERE :state IS NULL OR m.state = :state
                ORDER BY coalesce(m.queued_at, m.changed_at) DESC, m.id DESC""",
                {"state": state},
            )
            counts: dict[int, dict[str, int]] = {}
            for row in t.all(
                """SELECT message_id, state, count(*) AS n FROM deliveries
                WHERE kind = 'message' GROUP BY message_id, state"""
            ):
                counts.setdefault(row["message_id"], {})[row["state"]] = row["n"]
        return [
            MessageRow(
                id=row["id"],
                title=row["label"].strip() or row["subject"].strip(),
                state=MessageState(row["state"]),
                changed_at=unstamp(row["changed_at"]),
                changed_by=row["changer"],
                send_at=datetime.fromisoformat(row["send_at"]) if row["send_at"] else None,
                queued_at=_moment(row["queued_at"]),
                unreachable=row["calls"],
                counts=DeliveryCounts(**counts.get(row["id"], {})),
            )
            for row in rows
        ]

    def drafts(self) -> list[MessageRow]:
        """The drafts, the last touched first."""
        return self.all(MessageState.DRAFT)

    def recipients(self, message_id: int) -> list[RecipientRow]:
        """Whom a frozen message was meant for, by name, each with what became of the mail."""
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            return [
                RecipientRow(**row)
                for row in t.all(
                    f"""SELECT r.member_id, r.reach, coalesce(d.address, '') AS address,
                        coalesce(d.state, '') AS delivery_state, coalesce(d.reason, '') AS reason,
                        iif(m.erased_at IS NOT NULL, :erased, coalesce(d.name,
                            (SELECT group_concat(trim(p.first_name || ' ' || p.last_name), ', ')
                            FROM people p WHERE p.member_id = r.member_id), '')) AS name,
                        {MEMBER_TO_CALL} AS phone
                    FROM recipients r JOIN members m ON m.id = r.member_id
                    LEFT JOIN (SELECT DISTINCT dp.member_id, d.id, d.name, d.address, d.state, d.reason
                        FROM deliveries d JOIN delivery_people dp ON dp.delivery_id = d.id
                        WHERE d.message_id = :id AND d.kind = 'message') d ON d.member_id = r.member_id
                    WHERE r.message_id = :id ORDER BY m.sort_key, r.member_id, d.id""",
                    {"id": message_id, "erased": erased_name()},
                )
            ]

    def of_member(self, member_id: int) -> tuple[ReceivedRow, ...]:
        """The frozen messages that a member was meant to get, the latest first."""
        with self._store.reading() as t:
            t.require(Right.MESSAGES_SEE)
            rows = t.all(
                """SELECT r.message_id, r.reach, coalesce(m.queued_at, m.changed_at) AS at,
                    coalesce(nullif(trim(m.label), ''), trim(m.subject)) AS title,
                    (SELECT group_concat(state) FROM (SELECT DISTINCT d.state FROM delivery_people dp
                        JOIN deliveries d ON d.id = dp.delivery_id AND d.message_id = r.message_id
                            AND d.kind = 'message'
                        WHERE dp.member_id = r.member_id ORDER BY d.id)) AS states
                FROM recipients r JOIN messages m ON m.id = r.message_id
                WHERE r.member_id = ? ORDER BY at DESC, m.id DESC""",
                (member_id,),
            )
        return tuple(
            ReceivedRow(
                message_id=row["message_id"],
                title=row["title"],
                at=unstamp(row["at"]),
                reach=row["reach"],
                states=tuple(row["states"].split(",")) if row["states"] else (),
            )
            for row in rows
        )


def load_message(t: Transaction, message_id: int) -> Message:
    """A message inside a transaction; raises `NotFound`."""
    row = t.one(
        """SELECT m.*, coalesce(c.name, '') AS changer, coalesce(q.name, '') AS queuer, coalesce(x.name, '') AS tester
        FROM messages m LEFT JOIN operators c ON c.id = m.changed_by LEFT JOIN operators q ON q.id = m.queued_by
        LEFT JOIN operators x ON x.id = m.tested_by WHERE m.id = ?""",
        (message_id,),
    )
    if row is None:
        raise NotFound("message", str(message_id))
    return _message(row)


def mark_queued(t: Transaction, message: Message, reach: dict[int, str]) -> None:
    """Freeze a message inside the transaction that writes its deliveries; `reach` per member is its call list.

    Raises `ChangedElsewhere` when the message is not the one that was rendered any more.
    """
    changed = t.execute(
        """UPDATE messages SET state = 'queued', queued_at = :at, queued_by = :by, version = version + 1
        WHERE id = :id AND version = :version AND state IN ('draft', 'scheduled')""",
        {"at": t.stamp, "by": t.actor.id, "id": message.id, "version": message.version},
    ).rowcount
    if not changed or message.id is None:
        raise ChangedElsewhere("message", message.id or 0)
    t.execute_many(
        "INSERT INTO recipients (message_id, member_id, reach) VALUES (?, ?, ?)",
        [(message.id, member_id, how) for member_id, how in reach.items()],
    )


def mark_tested(t: Transaction, message: Message) -> None:
    """Remember who tested which words; a test is no change of the message."""
    t.execute(
        "UPDATE messages SET tested_at = ?, tested_by = ?, tested_hash = ? WHERE id = ?",
        (t.stamp, t.actor.id, message.fingerprint, message.id),
    )


def _insert(t: Transaction, message: Message) -> int:
    return t.insert(
        "messages",
        **_columns(message),
        created_at=t.stamp,
        created_by=t.actor.id,
        changed_at=t.stamp,
        changed_by=t.actor.id,
    )


def _columns(message: Message) -> dict[str, Any]:
    """What an operator may change, as the file keeps it; raises `Invalid` for what no mail can carry."""
    for field, value, limit in (
        ("subject", message.subject, SUBJECT_LIMIT),
        ("label", message.label, SUBJECT_LIMIT),
        ("text", message.text, TEXT_LIMIT),
    ):
        if len(value) > limit:
            raise Invalid(field, str(len(value)), "too_long")
    return {
        "label": _one_line(message.label),
        "subject": _one_line(message.subject),
        "text": message.text.replace("\r\n", "\n").replace("\r", "\n"),
        "segment": message.segment.to_json(),
        "kind": message.kind,
        "from_address": _one_line(message.from_address),
        "from_name": _one_line(message.from_name),
        "reply_to": _one_line(message.reply_to),
        "service_reason": message.service_reason,
        "distribution_id": message.distribution_id,
        "counts_from": message.counts_from.isoformat() if message.counts_from else None,
        "closes_on": message.closes_on.isoformat() if message.closes_on else None,
        "send_before": message.send_before.isoformat(timespec="minutes") if message.send_before else None,
    }


def _one_line(text: str) -> str:
    """`text` without line breaks and control characters, which no mail header may carry."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _require_state(t: Transaction, message_id: int, *states: MessageState) -> None:
    state = load_message(t, message_id).state
    if state not in states:
        raise Invalid("message_state", state.value, "not_draft")


def _set_state(t: Transaction, message_id: int, state: MessageState, send_at: str | None) -> None:
    t.execute(
        "UPDATE messages SET state = ?, send_at = ?, version = version + 1 WHERE id = ?",
        (state.value, send_at, message_id),
    )


def _message(row: sqlite3.Row) -> Message:
    message = Message(
        id=row["id"],
        label=row["label"],
        subject=row["subject"],
        text=row["text"],
        segment=Segment.from_json(row["segment"]),
        kind=row["kind"],
        from_address=row["from_address"],
        from_name=row["from_name"],
        reply_to=row["reply_to"],
        service_reason=row["service_reason"],
        distribution_id=row["distribution_id"],
        counts_from=date.fromisoformat(row["counts_from"]) if row["counts_from"] else None,
        closes_on=date.fromisoformat(row["closes_on"]) if row["closes_on"] else None,
        send_at=datetime.fromisoformat(row["send_at"]) if row["send_at"] else None,
        send_before=datetime.fromisoformat(row["send_before"]) if row["send_before"] else None,
        state=MessageState(row["state"]),
        paused=bool(row["paused"]),
        tested_at=_moment(row["tested_at"]),
        tested_by=row["tester"],
        created_at=unstamp(row["created_at"]),
        changed_at=unstamp(row["changed_at"]),
        changed_by=row["changer"],
        queued_at=_moment(row["queued_at"]),
        queued_by=row["queuer"],
        version=row["version"],
    )
    return replace(message, tested_same=row["tested_hash"] == message.fingerprint)


def _moment(text: str | None) -> datetime | None:
    return unstamp(text) if text else None
