"""The call-back list: who ordered by phone last time, and has not yet this time."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import TYPE_CHECKING

from store import member_search
from store.clock import Clock, unstamp
from store.distributions import get_distribution
from store.errors import Invalid
from store.household import load_member
from store.lists.records import CALL_STATES, CallBack
from store.order_lines import lines_of
from store.order_lists import entered, holds

if TYPE_CHECKING:
    from store.order_lines import OWN
    from store.transaction import Transaction


def call_backs(t: Transaction, clock: Clock, own: OWN, distribution_id: int) -> tuple[CallBack, ...]:
    """Who to call for a distribution, by name. Raises `NotFound`.

    "Last time" is the latest distribution before it that is over and was not cancelled. For who may see some catalogues
    only, both times are counted by the lines of these.
    """
    get_distribution(t, clock, distribution_id)
    last = _last_before(t, clock, distribution_id)
    if last is None:
        return ()
    rows = t.all(
        f"""SELECT o.id, o.member_id, b.id IS NOT NULL AS basket, cb.state, cb.at, e.name AS by_name
        FROM orders o JOIN members m ON m.id = o.member_id AND m.archived_at IS NULL
        LEFT JOIN orders b ON b.member_id = o.member_id AND b.distribution_id = :distribution AND b.state = 'basket'
            AND {entered(own, "b")}
        LEFT JOIN call_backs cb ON cb.member_id = o.member_id AND cb.distribution_id = :distribution
        LEFT JOIN operators e ON e.id = cb.operator_id
        WHERE o.distribution_id = :last AND o.state = 'confirmed' AND o.channel = 'phone' AND {holds(own)}
            AND NOT EXISTS (SELECT 1 FROM orders k WHERE k.distribution_id = :distribution
                AND k.member_id = o.member_id AND k.state = 'confirmed' AND {holds(own, "k")})
        ORDER BY m.sort_key, m.id""",
        {"distribution": distribution_id, "last": last["id"]},
    )
    members = {
        row.id: row for row in member_search.rows(t, [row["member_id"] for row in rows], names_only=own is not None)
    }
    lines = lines_of(t, [row["id"] for row in rows], own)
    return tuple(
        CallBack(
            member_id=row["member_id"],
            member=members[row["member_id"]].name,
            phone=members[row["member_id"]].phone,
            mobile=members[row["member_id"]].mobile,
            last_day=date.fromisoformat(last["day"]),
            last=tuple((line.product, line.quantity) for line in lines.get(row["id"], ()) if line.quantity),
            basket=bool(row["basket"]),
            state=row["state"],
            at=None if row["at"] is None else unstamp(row["at"]),
            by=row["by_name"],
        )
        for row in rows
    )


def _last_before(t: Transaction, clock: Clock, distribution_id: int) -> sqlite3.Row | None:
    return t.one(
        """SELECT l.id, l.day FROM distributions l JOIN distributions d ON d.id = :distribution
        WHERE l.cancelled_at IS NULL AND l.id <> d.id AND l.day || l.starts_at <= d.day || d.starts_at
            AND l.day || 'T' || l.ends_at <= :wall
        ORDER BY l.day DESC, l.starts_at DESC, l.id DESC LIMIT 1""",
        {"distribution": distribution_id, "wall": clock.to_wall(t.now).isoformat(timespec="minutes")},
    )


def mark_call(t: Transaction, clock: Clock, distribution_id: int, member_id: int, state: str | None) -> None:
    """Write down what came of calling a member; None takes it back. Raises `NotFound` or `Invalid`; one journal row."""
    if state is not None and state not in CALL_STATES:
        raise Invalid("call", state, "unknown")
    get_distribution(t, clock, distribution_id)
    load_member(t, member_id)
    t.execute("DELETE FROM call_backs WHERE distribution_id = ? AND member_id = ?", (distribution_id, member_id))
    if state is not None:
        t.insert(
            "call_backs",
            distribution_id=distribution_id,
            member_id=member_id,
            state=state,
            at=t.stamp,
            operator_id=t.actor.id,
        )
    t.journal("call.marked", member_id, distribution=distribution_id, state=state)
