"""The SQL conditions of the rules about addresses, messages and what came of them, as in `store.rule_conditions`."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

from store.addresses import address_hash
from store.channels import texts
from store.errors import StoreError
from store.preferences import EVERYTHING, KEPT, STOP
from store.rule_subjects import Kind
from store.segment_steps import Rule, Segment

if TYPE_CHECKING:
    from store.rule_conditions import Scope
    from store.transaction import Transaction

USABLE = "p.email_state = 'has' AND p.email_key <> ''"
"""Of a person `p`: there is an address that mail can go to."""
HAS_EMAIL = f"EXISTS (SELECT 1 FROM people p WHERE p.member_id = m.id AND {USABLE})"
BAD_EMAIL = "EXISTS (SELECT 1 FROM people p WHERE p.member_id = m.id AND p.email_state IN ('placeholder', 'bounced'))"
WRITTEN = "'ready', 'sending', 'sent', 'unknown'"
"""The states of a mail that its people have, will have, or may have."""
KEPT_AT_ONCE = 60
"""Messages kept for an hour whose own segments one segment looks into; those of further ones count as not sent."""


def takes(scope: Scope, kind: str, *, service: bool = False) -> str:
    """Of a person `p`: there is a usable address, and mail of this kind is not refused; see `store.reach`."""
    stopped = scope.bind(suppressed(scope.t, kind, service=service))
    source = f" AND f.source = {scope.bind(STOP)}" if service else ""
    return f"""({USABLE} AND NOT EXISTS (SELECT 1 FROM preferences f WHERE f.person_id = p.id AND f.channel = 'email'
        AND f.kind = {scope.bind(kind)} AND f.allowed = 0{source})
        AND p.email_key NOT IN (SELECT value FROM json_each({stopped})))"""


def wants_no_news(scope: Scope, rule: Rule) -> str:
    """There is an address, and each one refuses mail that is meant for some members only; see `store.reach`."""
    return f"""({HAS_EMAIL} AND NOT EXISTS (SELECT 1 FROM people p WHERE p.member_id = m.id
        AND {takes(scope, "targeted")}))"""


def received(scope: Scope, rule: Rule) -> str:
    """A mail or SMS of the message to one of the people whose state is sent: bounced, held or in doubt is not received.

    An old mailing of another system was received by all its recipients: its file says no more.
    """
    message = scope.thing(Kind.MESSAGE, rule)
    sent = _delivered(message, "'sent'")
    return f"({sent} OR {_imported(message)})"


def not_received(scope: Scope, rule: Rule) -> str:
    """No delivery of the message that is sent."""
    return f"NOT ({received(scope, rule)})"


def written_to(scope: Scope, rule: Rule) -> str:
    """A mail or SMS of the message that is sent, waits, is on its way, or nobody knows.

    Of a message kept for its hour: whom its segment reaches by mail or SMS now; of an old mailing: all its recipients.
    """
    message = scope.message(rule)
    condition = f"({_delivered(scope.bind(message), WRITTEN)} OR {_imported(scope.bind(message))})"
    row = scope.t.one(
        "SELECT segment, kind, service_reason, channels FROM messages WHERE id = ? AND state = 'scheduled'", (message,)
    )
    if row is None:
        return condition
    reached = scope.bind(_will_be_reached(scope, message, row))
    return f"({condition} OR m.id IN (SELECT value FROM json_each({reached})))"


def _will_be_reached(scope: Scope, message: int, row: sqlite3.Row) -> list[int]:
    """The members whom a kept message reaches by mail or SMS now.

    Asked for beforehand: segments that speak of each other's messages would become one endless statement.
    """
    key = (*scope.inside, message)
    # Two kept messages may each leave out whom the other one reaches.
    if message in scope.inside or (key not in scope.kept and len(scope.kept) >= KEPT_AT_ONCE):
        return []
    if key not in scope.kept:
        scope.kept[key] = []
        scope.kept[key] = _reached_by(type(scope)(scope.t, scope, message), row)
    return scope.kept[key]


def _reached_by(scope: Scope, row: sqlite3.Row) -> list[int]:
    from store.segment_sql import select_segment

    try:
        chosen = select_segment(scope, Segment.from_json(row["segment"]))
    except StoreError:  # a distribution that it speaks of is gone: at its hour it reaches nobody either
        return []
    people = f"SELECT p.member_id FROM people p WHERE p.member_id IN ({chosen})"
    service, channels = bool(row["service_reason"]), json.loads(row["channels"])
    open_to = takes(scope, row["kind"], service=service) if "email" in channels else "0"
    if "sms" in channels:
        # With e-mail, only who has no address that works gets an SMS: who refused every mail is not written to.
        open_to += f" OR {texts(scope, row['kind'], service=service)}"
        if "email" in channels:
            open_to += f""" AND NOT EXISTS (SELECT 1 FROM people u WHERE u.member_id = p.member_id
                AND {USABLE.replace("p.", "u.")})"""
    return [found[0] for found in scope.t.all(f"{people} AND ({open_to})", scope.bound)]


def opened(scope: Scope, rule: Rule) -> str:
    """A mail of the message was opened, or a link in it clicked; known only of people who allowed to be measured."""
    return _measured(scope, rule, "'opened', 'clicked'")


def clicked(scope: Scope, rule: Rule) -> str:
    """A link in a mail of the message was clicked; known only of people who allowed to be measured."""
    return _measured(scope, rule, "'clicked'")


def voucher_unused(scope: Scope, rule: Rule) -> str:
    """A voucher of the message that is open and can be used today; its last day is included."""
    today = scope.bind(scope.wall.date().isoformat())
    return f"""m.id IN (SELECT member_id FROM vouchers WHERE message_id = {scope.thing(Kind.MESSAGE, rule)}
        AND state = 'open' AND coalesce(valid_until >= {today}, 1))"""


def _delivered(message: str, states: str) -> str:
    return f"""m.id IN (SELECT dp.member_id FROM deliveries d JOIN delivery_people dp ON dp.delivery_id = d.id
        WHERE d.message_id = {message} AND d.state IN ({states}) AND d.kind = 'message')"""


def _imported(message: str) -> str:
    return f"""m.id IN (SELECT r.member_id FROM recipients r
        JOIN messages i ON i.id = r.message_id AND i.imported_at IS NOT NULL
        WHERE r.message_id = {message} AND r.reach = 'email')"""


def _measured(scope: Scope, rule: Rule, what: str) -> str:
    return f"""m.id IN (SELECT x.member_id FROM deliveries d JOIN measures x ON x.delivery_id = d.id
        WHERE d.message_id = {scope.thing(Kind.MESSAGE, rule)} AND d.kind = 'message' AND x.what IN ({what}))"""


def suppressed(t: Transaction, kind: str, *, service: bool = False) -> str:
    """The addresses, as a JSON list, that refuse a kind for good: the file knows only what they hash to.

    A `service` message is not stopped by what an operator wrote down, only by STOP.
    """
    rows = t.all(
        "SELECT address_hash FROM suppressions WHERE kind IN (?, ?) AND NOT (? AND source = ?)",
        (kind, EVERYTHING, service, KEPT),
    )
    stopped = {row[0] for row in rows}
    if not stopped:
        return "[]"
    keys = t.all("SELECT DISTINCT email_key FROM people WHERE email_key <> ''")
    return json.dumps([row[0] for row in keys if address_hash(row[0]) in stopped])
