"""Lists of messages, of whom they were meant for, and of what a member got."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import TYPE_CHECKING

from store.clock import unstamp
from store.message_calls import BY_CALL
from store.message_records import Kept, MessageRow, MessageState, ReceivedRow, RecipientRow
from store.message_rows import local, moment
from store.opted_out import last_refused, refusals
from store.people import erased_name
from store.reach import MEMBER_TO_CALL

if TYPE_CHECKING:
    from store.people import Preference
    from store.transaction import Transaction


def kept_messages(t: Transaction) -> tuple[Kept, ...]:
    """The messages that are kept for an hour, come or not, in the order of their hours."""
    rows = t.all(
        """SELECT m.id, m.label, m.subject, m.send_at, o.login
        FROM messages m JOIN operators o ON o.id = m.scheduled_by
        WHERE m.state = 'scheduled' ORDER BY m.send_at, m.id"""
    )
    return tuple(
        Kept(
            id=row["id"],
            title=row["label"] or row["subject"],
            send_at=datetime.fromisoformat(row["send_at"]),
            login=row["login"],
        )
        for row in rows
    )


def message_rows(
    t: Transaction,
    state: MessageState | None,
    archived: bool | None,
    automatic: bool | None = False,
    *,
    unfinished: bool = False,
    latest: int | None = None,
) -> list[MessageRow]:
    """See `Messages.all`."""
    rows = t.all(
        _MESSAGES,
        {
            "state": state,
            "archived": archived,
            "automatic": automatic,
            "unfinished": unfinished,
            "latest": -1 if latest is None else latest,
        },
    )
    counts: dict[int, dict[str, int]] = {}
    for row in t.all(
        """SELECT message_id, state, count(*) AS n FROM deliveries
        WHERE kind = 'message' AND message_id IN (SELECT value FROM json_each(?)) GROUP BY message_id, state""",
        (json.dumps([row["id"] for row in rows]),),
    ):
        counts.setdefault(row["message_id"], {})[row["state"]] = row["n"]
    return [_message_row(row, counts.get(row["id"], {})) for row in rows]


_MESSAGES = f"""SELECT m.id, m.label, m.subject, m.state, m.changed_at, m.send_at, m.send_before, m.queued_at,
        m.paused, m.kind, m.service_reason <> '' AS service, m.expected_mails, m.archived_at, m.imported_at,
        m.channels, coalesce(o.name, '') AS changer, coalesce(w.title, '') AS workflow,
        (SELECT count(*) FROM recipients r WHERE r.message_id = m.id AND {BY_CALL}) AS calls
    FROM messages m LEFT JOIN operators o ON o.id = m.changed_by
    LEFT JOIN occurrences e ON e.id = m.occurrence_id LEFT JOIN workflow_steps s ON s.id = e.step_id
    LEFT JOIN workflows w ON w.id = s.workflow_id
    WHERE (:state IS NULL OR m.state = :state) AND (:archived IS NULL OR (m.archived_at IS NOT NULL) = :archived)
        AND m.workflow_step_id IS NULL
        AND (:automatic IS NULL OR (m.occurrence_id IS NOT NULL) = :automatic)
        AND (NOT :unfinished OR EXISTS (SELECT 1 FROM deliveries d WHERE d.message_id = m.id
            AND d.kind = 'message' AND d.state IN ('ready', 'sending', 'unknown')))
    ORDER BY coalesce(m.queued_at, m.changed_at) DESC, m.id DESC LIMIT :latest"""


def _message_row(row: sqlite3.Row, counts: dict[str, int]) -> MessageRow:
    from store.delivery_records import DeliveryCounts

    return MessageRow(
        id=row["id"],
        title=row["label"].strip() or row["subject"].strip(),
        state=MessageState(row["state"]),
        changed_at=unstamp(row["changed_at"]),
        changed_by=row["changer"],
        send_at=local(row["send_at"]),
        send_before=local(row["send_before"]),
        queued_at=moment(row["queued_at"]),
        unreachable=row["calls"],
        counts=DeliveryCounts(**counts),
        kind=row["kind"],
        service=bool(row["service"]),
        expected_mails=row["expected_mails"],
        archived_at=moment(row["archived_at"]),
        paused=bool(row["paused"]),
        workflow=row["workflow"],
        imported=row["imported_at"] is not None,
        channels=tuple(json.loads(row["channels"])),
    )


def recipient_rows(t: Transaction, message_id: int) -> list[RecipientRow]:
    """See `Messages.recipients`."""
    refused = _refused(t, message_id)
    return [
        RecipientRow(
            member_id=row["member_id"],
            name=row["name"],
            reach=row["reach"],
            phone=row["phone"],
            address=row["address"],
            delivery_state=row["delivery_state"],
            reason=row["reason"],
            at=moment(row["state_at"]),
            refused=refused.get(row["member_id"]),
            channel=row["channel"],
            handed_at=moment(row["handed_at"]),
            gone=bool(row["gone"]),
        )
        for row in t.all(
            f"""SELECT r.member_id, r.reach, coalesce(r.channel, '') AS channel, r.handed_at,
                m.archived_at IS NOT NULL AS gone, coalesce(d.address, '') AS address,
                coalesce(d.state, '') AS delivery_state, coalesce(d.reason, '') AS reason, d.state_at,
                iif(m.erased_at IS NOT NULL, :erased, coalesce(d.name,
                    (SELECT group_concat(trim(p.first_name || ' ' || p.last_name), ', ')
                    FROM people p WHERE p.member_id = r.member_id), '')) AS name,
                {MEMBER_TO_CALL} AS phone
            FROM recipients r JOIN members m ON m.id = r.member_id
            LEFT JOIN (SELECT DISTINCT dp.member_id, d.id, d.name, d.address, d.state, d.reason, d.state_at
                FROM deliveries d JOIN delivery_people dp ON dp.delivery_id = d.id
                WHERE d.message_id = :id AND d.kind = 'message') d ON d.member_id = r.member_id
            WHERE r.message_id = :id ORDER BY m.sort_key, r.member_id, d.id""",
            {"id": message_id, "erased": erased_name()},
        )
    ]


def _refused(t: Transaction, message_id: int) -> dict[int, Preference | None]:
    """What keeps a message from each member who was left out of it for not wanting such mails."""
    people = {
        row["id"]: row["member_id"]
        for row in t.all(
            """SELECT p.id, p.member_id FROM recipients r JOIN people p ON p.member_id = r.member_id
            WHERE r.message_id = ? AND r.reach = 'opted_out'""",
            (message_id,),
        )
    }
    if not people:
        return {}
    (message,) = t.all("SELECT kind, service_reason, channels FROM messages WHERE id = ?", (message_id,))
    found: dict[int, list[Preference]] = {}
    channels, service = json.loads(message["channels"]), bool(message["service_reason"])
    for person_id, said in refusals(t, list(people), message["kind"], service=service, channels=channels).items():
        found.setdefault(people[person_id], []).append(said)
    return {member_id: last_refused(said) for member_id, said in found.items()}


def received_rows(t: Transaction, member_id: int) -> tuple[ReceivedRow, ...]:
    """See `Messages.of_member`."""
    rows = t.all(
        """SELECT r.message_id, r.reach, coalesce(r.channel, '') AS channel, coalesce(m.queued_at, m.changed_at) AS at,
            m.imported_at IS NOT NULL AS imported, coalesce(nullif(trim(m.label), ''), trim(m.subject)) AS title,
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
            channel=row["channel"],
            states=tuple(row["states"].split(",")) if row["states"] else (),
            imported=bool(row["imported"]),
        )
        for row in rows
    )
