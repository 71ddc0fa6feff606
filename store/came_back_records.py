"""What came back of the mails, as everyone above the store sees it: bounces, and answers that say STOP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from store.people import erased_name
from store.reach import MEMBER_TO_CALL, TO_CALL

if TYPE_CHECKING:
    import sqlite3

    from store.transaction import Transaction


class Kind(StrEnum):
    """What a mail that came back says."""

    HARD = "hard"  # a bounce: there is no such address
    SOFT = "soft"  # a bounce: it did not arrive this time
    UNCLEAR = "unclear"  # a bounce that no program can read
    STOP = "stop"  # with the mail's own token: counts at once
    STOP_WORD = "stop_word"  # a word that says so: a person decides


STOPS = (Kind.STOP, Kind.STOP_WORD)
COMPLAINT = "spam"
"""The status of a STOP_WORD that nobody wrote: the provider tells that the mail was called spam."""


@dataclass(frozen=True, slots=True)
class Note:
    """A mail that was read in the inbox, to be noted. `digest` tells it from every other mail.

    `received_at` is a UTC stamp; `address` the one that could not be reached, or that wrote; `status` a bounce's, as
    "5.1.1" (RFC 3463), or `COMPLAINT`; `said` the server's words, or the line that says STOP.
    """

    digest: str
    kind: Kind
    received_at: str
    address: str
    delivery_id: int | None = None
    status: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class CameBack:
    """A mail that came back. Stamps are UTC.

    `title` is its message's, `name` and `phone` those of whom that was for, `address` the one that could not be
    reached, or that wrote. `state`: "open" (somebody has to decide), "done" or "dismissed"; `decided_at`, `by`: when
    and by which operator (None and "" where it was done by itself). `undoable`: that decision can be taken back, unless
    things changed since. `unreached`: the person still has this address, and gets no mail there. `in_a_row`: the how
    many-th message to the address this is of those that all came back, one after the other, for the moment.
    """

    id: int
    kind: Kind
    received_at: str
    noted_at: str
    delivery_id: int | None
    message_id: int | None
    title: str
    member_id: int | None
    person_id: int | None
    name: str
    address: str
    status: str
    said: str
    topic: str
    state: str
    decided_at: str | None
    by: str
    phone: str = ""
    undoable: bool = False
    unreached: bool = False
    in_a_row: int = 1


BACK = """EXISTS (SELECT 1 FROM came_back b WHERE b.delivery_id = d.id AND b.kind IN ('hard', 'soft', 'unclear')
    AND b.state = 'done')"""
"""The condition of a mail `d` that came back, which counts for its address."""
_IN_A_ROW = f"""iif(c.kind = 'soft' AND c.state = 'done', (SELECT count(*) FROM (
    SELECT sum(NOT back) OVER (ORDER BY last DESC) AS broken FROM (
        SELECT max(a.id) AS last, min({BACK}) AS back
        FROM deliveries d JOIN attempts a ON a.delivery_id = d.id AND a.counted = 1
        WHERE d.address_key = c.address_key AND d.kind = 'message' AND d.state IN ('sent', 'bounced')
        GROUP BY d.message_id)
    WHERE last <= (SELECT max(id) FROM attempts WHERE delivery_id = c.delivery_id AND counted = 1))
    WHERE broken = 0), 1)"""


def came_back_rows(t: Transaction, where: str, values: Mapping[str, Any], limit: int = -1) -> tuple[CameBack, ...]:
    """Those that a condition on `came_back c` finds, the newest first; `limit` -1: all."""
    rows = t.all(
        f"""SELECT c.id, c.kind, c.received_at, c.noted_at, c.delivery_id, d.message_id,
            coalesce(nullif(trim(g.label), ''), trim(g.subject), '') AS title, c.member_id, c.person_id,
            CASE WHEN c.address = '' THEN :erased
                ELSE coalesce(nullif(d.name, ''), nullif(trim(p.first_name || ' ' || p.last_name), ''), '') END AS name,
            c.address, c.status, c.said, c.topic, c.state, c.decided_at, coalesce(o.name, '') AS "by",
            coalesce(nullif({TO_CALL}, ''), iif(m.id IS NULL, '', {MEMBER_TO_CALL}), '') AS phone,
            c.undo <> '' AS undoable,
            coalesce(p.email_state = 'bounced' AND p.email_key = c.address_key, 0) AS unreached,
            max(1, {_IN_A_ROW}) AS in_a_row
        FROM came_back c LEFT JOIN deliveries d ON d.id = c.delivery_id LEFT JOIN messages g ON g.id = d.message_id
        LEFT JOIN people p ON p.id = c.person_id LEFT JOIN members m ON m.id = c.member_id
        LEFT JOIN operators o ON o.id = c.decided_by
        WHERE {where} ORDER BY c.received_at DESC, c.id DESC LIMIT :limit""",
        {**values, "erased": erased_name(), "limit": limit},
    )
    return tuple(_record(row) for row in rows)


def _record(row: sqlite3.Row) -> CameBack:
    flags = {name: bool(row[name]) for name in ("undoable", "unreached")}
    return CameBack(**{**row, **flags, "kind": Kind(row["kind"])})
