"""Messages as the file keeps them: reading one, writing a draft, and what has to be true of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from store.channels import CHANNELS
from store.clock import unstamp
from store.errors import ChangedElsewhere, Invalid, NotFound
from store.message_files import files_of
from store.message_records import Message, MessageState
from store.segments import Segment
from templates.words import LANGUAGES

if TYPE_CHECKING:
    from store.clock import Clock
    from store.transaction import Transaction

SUBJECT_LIMIT = 400
"""Characters of a subject; a mail program shows 60."""

TEXT_LIMIT = 200_000
"""Characters of a draft's text: what is pasted is kept first and shortened then; a mail takes a tenth of it."""

SMS_LIMIT = 2_000
"""Characters of a draft's SMS: what is pasted is kept first and shortened then; a phone takes a tenth of it well."""

KINDS = ("targeted", "opening", "last_call", "pickup", "automatic")
"""What a message is, and so whose opt-out counts."""
CALLED = ("opening", "last_call", "pickup")
"""The kinds of which, sent by a workflow, who has no e-mail is told on the phone."""

_LIMITS = {
    "subject": SUBJECT_LIMIT,
    "label": SUBJECT_LIMIT,
    "text": TEXT_LIMIT,
    "letter_text": TEXT_LIMIT,
    "call_text": TEXT_LIMIT,
    "sms_text": SMS_LIMIT,
    "from_name": SUBJECT_LIMIT,
    "reply_to": SUBJECT_LIMIT,
    "service_reason": SUBJECT_LIMIT,
}


def load_message(t: Transaction, message_id: int) -> Message:
    """A message inside a transaction; raises `NotFound`."""
    row = t.one(
        """SELECT m.*, coalesce(c.name, '') AS changer, coalesce(q.name, '') AS queuer, coalesce(x.name, '') AS tester,
            coalesce(k.name, '') AS keeper
        FROM messages m LEFT JOIN operators c ON c.id = m.changed_by LEFT JOIN operators q ON q.id = m.queued_by
        LEFT JOIN operators x ON x.id = m.tested_by LEFT JOIN operators k ON k.id = m.scheduled_by WHERE m.id = ?""",
        (message_id,),
    )
    if row is None:
        raise NotFound("message", str(message_id))
    message = replace(_message(row), files=files_of(t, message_id))
    return replace(message, tested_same=row["tested_hash"] == message.fingerprint)


def insert_message(t: Transaction, clock: Clock, message: Message, before: Message | None = None) -> int:
    """Write a draft (a copy of `before`); raises `Invalid` for what no mail can carry or what is not there."""
    check_message(t, clock, message, before)
    by = {"created_at": t.stamp, "created_by": t.actor.id, "changed_at": t.stamp, "changed_by": t.actor.id}
    return t.insert("messages", id=unused_id(t), **_columns(message), **by)


def unused_id(t: Transaction) -> int:
    """One that no message ever had: a saved segment, or whoever has it on the screen, may name a deleted draft."""
    last = """SELECT max(coalesce((SELECT max(id) FROM messages), 0),
        coalesce((SELECT max(subject_id) FROM journal WHERE action = 'message.deleted'), 0))"""
    return int(t.value(last)) + 1


def update_message(t: Transaction, clock: Clock, message: Message) -> None:
    """Write a changed draft; raises `Invalid`, and `ChangedElsewhere` when it is not the one that was read any more."""
    message_id = message.id or 0
    check_message(t, clock, message, require_state(t, message_id, MessageState.DRAFT))
    columns = _columns(message)
    changed = t.execute(
        f"""UPDATE messages SET {", ".join(f"{name} = :{name}" for name in columns)},
            changed_at = :at, changed_by = :by, version = version + 1
            WHERE id = :id AND version = :version""",
        {**columns, "id": message_id, "version": message.version, "at": t.stamp, "by": t.actor.id},
    ).rowcount
    if not changed:
        raise ChangedElsewhere("message", message_id)


def touch(t: Transaction, message_id: int) -> None:
    """Say that somebody changed something beside the words; who types them is not disturbed by it."""
    values = (t.stamp, t.actor.id, message_id)
    t.execute("UPDATE messages SET changed_at = ?, changed_by = ? WHERE id = ?", values)


def require_state(t: Transaction, message_id: int, *states: MessageState) -> Message:
    """The message, if it is in one of these states; raises `NotFound` and `Invalid`."""
    message = load_message(t, message_id)
    if message.state not in states:
        raise Invalid("message_state", message.state.value, "not_draft")
    return message


def refuse_step(message: Message) -> None:
    """Raise `Invalid` for the words of a workflow's step: it is no message, each time a copy of it becomes one."""
    if message.workflow_step_id is not None:
        raise Invalid("message_state", message.state.value, "workflow_step")


def set_state(t: Transaction, message_id: int, state: MessageState, **columns: str | int | None) -> None:
    """Put a message into a state, with what goes along with it; the journal row is the caller's."""
    values: Mapping[str, str | int | None] = {"state": state.value, **columns}
    t.execute(
        f"UPDATE messages SET {', '.join(f'{name} = :{name}' for name in values)}, version = version + 1"
        " WHERE id = :message",
        {**values, "message": message_id},
    )


def check_message(t: Transaction, clock: Clock, message: Message, before: Message | None) -> None:
    """Raise `Invalid` for what cannot be kept; what was right when it was said (`before`) is not asked again."""
    for field, limit in _LIMITS.items():
        if len(value := str(getattr(message, field))) > limit:
            raise Invalid(field, str(len(value)), "too_long")
    if message.language not in ("", *LANGUAGES):
        raise Invalid("language", message.language, "unknown")
    if message.kind not in KINDS:
        raise Invalid("kind", message.kind, "unknown")
    if not message.channels or set(message.channels) - set(CHANNELS):
        raise Invalid("channels", ", ".join(message.channels), "unknown" if message.channels else "empty")
    if message.service_reason and not one_line(message.service_reason):
        raise Invalid("service_reason", "", "empty")
    if message.counts_from and message.closes_on and message.closes_on < message.counts_from:
        raise Invalid("closes_on", message.closes_on.isoformat(), "before_counts_from")
    if message.distribution_id is not None and (before is None or before.distribution_id != message.distribution_id):
        _check_distribution(t, message.distribution_id)
    if message.from_address and (before is None or before.from_address != message.from_address):
        _check_sender(t, one_line(message.from_address))
    if message.send_before and (before is None or before.send_before != message.send_before):
        _check_before(t, clock, message.send_before)


def _check_distribution(t: Transaction, distribution_id: int) -> None:
    if t.one("SELECT 1 FROM distributions WHERE id = ?", (distribution_id,)) is None:
        raise Invalid("distribution", str(distribution_id), "unknown")


def _check_sender(t: Transaction, address: str) -> None:
    """Only as an identity of the mailbox a mail goes out; while there is none, any address will do."""
    from store.addresses import email_key
    from store.mailbox import mailbox_settings

    try:
        email_key(address)
    except Invalid as error:
        raise Invalid("from_address", address, "syntax") from error
    mailbox = mailbox_settings(t)
    if mailbox and address.lower() not in (own.lower() for own in (mailbox.address, *mailbox.identities)):
        raise Invalid("from_address", address, "identity")


def _check_before(t: Transaction, clock: Clock, wall: datetime) -> None:
    if clock.to_utc(wall) <= t.now:
        raise Invalid("send_before", wall.isoformat(timespec="minutes"), "past")


def _columns(message: Message) -> dict[str, Any]:
    """What an operator may change, as the file keeps it."""
    return {
        "label": one_line(message.label),
        "subject": one_line(message.subject),
        "text": _lines(message.text),
        "sms_text": _lines(message.sms_text),
        "letter_text": _lines(message.letter_text),
        "call_text": _lines(message.call_text),
        "channels": json.dumps([name for name in CHANNELS if name in message.channels]),
        "language": message.language,
        "segment": message.segment.to_json(),
        "kind": message.kind,
        "from_address": one_line(message.from_address),
        "from_name": one_line(message.from_name),
        "reply_to": one_line(message.reply_to),
        "service_reason": one_line(message.service_reason),
        "distribution_id": message.distribution_id,
        "counts_from": message.counts_from.isoformat() if message.counts_from else None,
        "closes_on": message.closes_on.isoformat() if message.closes_on else None,
        "send_before": local_text(message.send_before),
    }


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def one_line(text: str) -> str:
    """`text` on one line, without control characters, which no mail header may carry."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _message(row: sqlite3.Row) -> Message:
    return Message(
        id=row["id"],
        label=row["label"],
        subject=row["subject"],
        text=row["text"],
        sms_text=row["sms_text"],
        letter_text=row["letter_text"],
        call_text=row["call_text"],
        channels=tuple(json.loads(row["channels"])),
        language=row["language"],
        segment=Segment.from_json(row["segment"]),
        kind=row["kind"],
        from_address=row["from_address"],
        from_name=row["from_name"],
        reply_to=row["reply_to"],
        service_reason=row["service_reason"],
        distribution_id=row["distribution_id"],
        counts_from=date.fromisoformat(row["counts_from"]) if row["counts_from"] else None,
        closes_on=date.fromisoformat(row["closes_on"]) if row["closes_on"] else None,
        send_at=local(row["send_at"]),
        send_before=local(row["send_before"]),
        state=MessageState(row["state"]),
        paused=bool(row["paused"]),
        tested_at=moment(row["tested_at"]),
        tested_by=row["tester"],
        created_at=unstamp(row["created_at"]),
        changed_at=unstamp(row["changed_at"]),
        changed_by=row["changer"],
        queued_at=moment(row["queued_at"]),
        queued_by=row["queuer"],
        expected_mails=row["expected_mails"],
        scheduled_by=row["keeper"],
        archived_at=moment(row["archived_at"]),
        workflow_step_id=row["workflow_step_id"],
        occurrence_id=row["occurrence_id"],
        catalogue_id=row["catalogue_id"],
        promotion_id=row["promotion_id"],
        imported_at=moment(row["imported_at"]),
        version=row["version"],
    )


def moment(text: str | None) -> datetime | None:
    """A UTC stamp as an aware moment."""
    return unstamp(text) if text else None


def local(text: str | None) -> datetime | None:
    """A local moment as the file keeps it."""
    return datetime.fromisoformat(text) if text else None


def local_text(moment: datetime | None) -> str | None:
    """A local moment as the file is to keep it."""
    return None if moment is None else moment.isoformat(timespec="minutes")
