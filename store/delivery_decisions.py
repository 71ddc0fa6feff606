"""What people decide about mails: try again, hold, let go, settle a doubt."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Literal

from store.delivery_records import ASTRAY, FOR_GOOD, RELEASED
from store.errors import NotFound, OtherSender
from store.senders import OWN, is_foreign
from store.withdrawing import let_write_anew

if TYPE_CHECKING:
    import sqlite3

    from store.transaction import Transaction

Which = int | Collection[int] | Literal["all"]
"""One mail, several, or all that can be meant."""

_TOLD_ANEW = """EXISTS (SELECT 1 FROM recap_deliveries rd JOIN recaps r ON r.id = rd.recap_id
    JOIN recaps later USING (distribution_id, catalogue_id)
    WHERE rd.delivery_id = deliveries.id AND later.id > r.id AND (later.kind = 'recap' OR (r.kind = 'supplement'
        AND NOT EXISTS (SELECT 1 FROM order_changes h WHERE h.recap_id = r.id))))"""
"""The condition of a mail to a producer who has been told the same since, or what holds now instead."""

_OLD = """EXISTS (SELECT 1 FROM messages m WHERE m.id = deliveries.message_id AND deliveries.kind = 'message'
    AND m.withdrawn_at IS NOT NULL)"""
"""The condition of a mail of a workflow whose words may not hold any more."""

_ASTRAY = f"state = 'held' AND reason IN {ASTRAY}"
"""The condition of a mail that is held because of where it is addressed to."""


def decide(
    t: Transaction,
    which: Which,
    states: tuple[str, str],
    action: str,
    *,
    reason: str = "",
    message_id: int | None = None,
    of_reason: str | None = None,
) -> int:
    """Bring mails from the first of two `states` into the second, and return how many; the right is the caller's.

    Of several or all, those that cannot be meant are left out: other states, held for good, erased, told anew, and
    those to an address that was changed or does not work, unless for that reason; and of what is let go those written
    from an address that the mailbox does not have. Instead of a workflow's mail whose words may not hold any more its
    people are written to anew. `of_reason` leaves out those that are in their state for another
    reason. Raises `NotFound`, and `OtherSender`, for one.
    """
    from_, to = states
    one = isinstance(which, int)
    ids = None if isinstance(which, str) else json.dumps([which] if isinstance(which, int) else list(which))
    asked = {"state": from_, "to": to, "one": one, "ids": ids, "message": message_id, "of_reason": of_reason}
    rows = t.all(
        f"SELECT id, channel, envelope_from, {OWN} AS own, {_OLD} AS old FROM deliveries WHERE state = :state"
        " AND (:ids IS NULL OR id IN (SELECT value FROM json_each(:ids)))"
        " AND (:message IS NULL OR message_id = :message) AND (:of_reason IS NULL OR reason = :of_reason)"
        " AND NOT (state = 'held' AND reason IN (SELECT value FROM json_each(:for_good)))"
        # The text of a mail to somebody who was erased is gone.
        " AND (:to <> 'ready' OR length(mime) > 0)"
        f" AND NOT (:to = 'ready' AND state <> 'unknown' AND {_TOLD_ANEW})"
        f" AND (:one OR reason = :of_reason OR NOT ({_ASTRAY}))",
        {**asked, "for_good": json.dumps(FOR_GOOD)},
    )
    if not rows and one:
        raise NotFound("delivery", str(which))
    if states == ("held", "ready"):
        rows = _own(rows, one=one)
    _carry_out(t, rows, to, reason)
    if rows:
        of = {} if message_id is None else {"message": message_id}
        t.journal(action, which if isinstance(which, int) else None, count=len(rows), **of)
    return len(rows)


def _carry_out(t: Transaction, rows: list[sqlite3.Row], to: str, reason: str) -> None:
    """Bring these mails into a state; instead of a workflow's old words new ones are written."""
    anew = {row["id"] for row in rows if row["old"] and to == "ready"}
    t.execute_many(
        "UPDATE deliveries SET state = ?, reason = ?, state_at = ?, next_at = ?, tries = 0,"
        " send_before = iif(? = ?, NULL, send_before) WHERE id = ?",
        ((to, reason, t.stamp, t.stamp, reason, RELEASED, row["id"]) for row in rows if row["id"] not in anew),
    )
    for delivery_id in anew:
        let_write_anew(t, delivery_id)
    t.execute_many(
        "INSERT INTO attempts (delivery_id, at, phase, answer) VALUES (?, ?, ?, ?)",
        ((row["id"], t.stamp, "again" if to == "ready" else to, t.actor.login) for row in rows),
    )


def _own(rows: list[sqlite3.Row], *, one: bool) -> list[sqlite3.Row]:
    """Those written from an address that the mailbox has; raises `OtherSender` where it is about one that is not."""
    mails = [row for row in rows if row["channel"] == "email"]
    foreign = {row["id"] for row in mails if is_foreign(row["envelope_from"], row["own"])}
    if foreign and one:
        raise OtherSender(rows[0]["envelope_from"])
    return [row for row in rows if row["id"] not in foreign]
