"""Whether everything in a group's file agrees with everything else."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction

_MOST = 20
"""So many sentences of SQLite's own are enough."""


@dataclass(frozen=True, slots=True)
class Damage:
    """What does not agree: a `kind`, how often, and what tells a person who mends it (ids, or SQLite's words).

    "pages": the file itself (SQLite's integrity_check) · "references": rows that speak of rows that are not there, by
    table · "search": members who are not found by what is known of them · "amounts": orders that are not worth what
    their lines are · "filled": orders of which it is noted wrongly whether anything is in them · "sent": mails that
    count as sent although nobody ever sent them · "home": mails that wait in a file that has no home.
    """

    kind: str
    count: int
    detail: str


def damages(conn: sqlite3.Connection) -> tuple[Damage, ...]:
    """What SQLite finds: damaged pages and broken references; those that depend on damaged pages are not looked for.

    Reads the whole file.
    """
    try:
        said = [str(row[0]) for row in conn.execute(f"PRAGMA integrity_check({_MOST})")]
    except sqlite3.DatabaseError as error:
        said = [str(error)]
    if said != ["ok"]:
        return (Damage("pages", len(said), "; ".join(" ".join(one.split()) for one in said)),)
    broken = Counter(str(row[0]) for row in conn.execute("PRAGMA foreign_key_check"))
    return tuple(Damage("references", count, table) for table, count in broken.items())


def look_through(store: Store) -> tuple[Damage, ...]:
    """Everything that does not agree in the group's file; empty for nothing. Needs the right `admin`.

    Reads all of it, while others work. Raises the file errors of `store.errors`.
    """
    from contextlib import closing

    from store.file import connect, faults_explained

    store.operators.me().require(Right.ADMIN)
    with faults_explained(store.path), closing(connect(store.path)) as conn:
        found = damages(conn)
    if found:
        return found
    with store.reading() as t:
        return tuple(damage for kind, sql in _DISAGREE.items() if (damage := _of(t, kind, sql))) + _search(t)


_DISAGREE = {
    "amounts": """SELECT id FROM orders o WHERE amount <>
        (SELECT coalesce(sum(l.amount), 0) FROM order_lines l WHERE l.order_id = o.id)""",
    "filled": """SELECT id FROM orders o WHERE state = 'confirmed' AND filled <>
        EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND l.quantity > 0)""",
    "sent": """SELECT id FROM deliveries d WHERE state IN ('sent', 'bounced')
        AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.delivery_id = d.id)""",
    "home": """SELECT id FROM deliveries WHERE state = 'ready'
        AND NOT EXISTS (SELECT 1 FROM settings WHERE key = 'outbox.home')""",
}
"""By the kind of damage, the ids of what does not agree."""


def _of(t: Transaction, kind: str, sql: str) -> Damage | None:
    ids = [int(row[0]) for row in t.all(sql)]
    return Damage(kind, len(ids), _some(ids)) if ids else None


def _some(ids: list[int]) -> str:
    return ", ".join(map(str, sorted(ids)[:_MOST])) + (", …" if len(ids) > _MOST else "")


def _search(t: Transaction) -> tuple[Damage, ...]:
    """Members whom the search does not know, or knows by something else, and what it knows of nobody."""
    from store.household import load_members
    from store.member_search import found_by

    indexed = {
        row["rowid"]: (row["words"], row["mail"], row["parts"])
        for row in t.all(
            """SELECT s.rowid, s.words, s.mail, p.words AS parts
            FROM member_search s LEFT JOIN member_parts p ON p.rowid = s.rowid"""
        )
    }
    living = {which: member for which, member in load_members(t).items() if not member.archived}
    wrong = [which for which, member in living.items() if indexed.pop(which, None) != found_by(member)]
    wrong += list(indexed)
    return (Damage("search", len(wrong), _some(wrong)),) if wrong else ()
