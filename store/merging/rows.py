"""The rows that a merge touches, before and afterwards, and putting them back.

A snapshot is taken of all that speaks of the two members, before the merge and after it; what differs is kept with the
merge. Undoing compares and puts back the columns that the merge changed, and no others: an order that went over and got
a line since goes back with that line.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from store.errors import MergeChanged
from store.household import place_people
from store.transaction import Transaction

Row = dict[str, Any]
Rows = dict[str, dict[str, Row]]
"""Rows by table, and by their key as JSON."""
Kept = dict[str, list[Row]]


@dataclass(frozen=True, slots=True)
class _Table:
    """What of a table speaks of the members `:ids`, with the addresses `:hashes`.

    `strict`: where a row was changed since, the merge cannot be undone; else that row stays as it is now.
    """

    name: str
    key: tuple[str, ...]
    where: str
    columns: str = "*"
    strict: bool = True


_MINE = "member_id IN (SELECT value FROM json_each(:ids))"
_ORDERS = f"order_id IN (SELECT id FROM orders WHERE {_MINE})"
_PICKED = """LIKE '%"member"%'"""
_TABLES = (
    _Table("members", ("id",), "id IN (SELECT value FROM json_each(:ids))"),
    _Table("people", ("id",), _MINE),
    _Table("preferences", ("person_id", "channel", "kind"), f"person_id IN (SELECT id FROM people WHERE {_MINE})"),
    _Table("orders", ("id",), _MINE),
    _Table("order_lines", ("id",), _ORDERS),
    _Table("basket_entries", ("id",), _ORDERS),
    _Table("order_changes", ("id",), _MINE),
    _Table(
        "suppressions",
        ("address_hash", "kind"),
        "address_hash IN (SELECT value FROM json_each(:hashes))",
        strict=False,
    ),
    _Table("external_ids", ("source", "external_id"), _MINE, strict=False),
    _Table("catalogue_contacts", ("catalogue_id", "member_id"), _MINE, strict=False),
    _Table("producers", ("id",), _MINE, "id, member_id", strict=False),
    _Table("operators", ("id",), _MINE, "id, member_id", strict=False),
    _Table("recipients", ("message_id", "member_id"), _MINE, strict=False),
    _Table("call_backs", ("distribution_id", "member_id"), _MINE, strict=False),
    _Table("delivery_people", ("delivery_id", "person_id"), _MINE, strict=False),
    _Table("measures", ("delivery_id", "person_id", "what"), _MINE, strict=False),
    _Table("vouchers", ("id",), _MINE, "id, member_id, order_id, off_in", strict=False),
    _Table("occurrences", ("id",), _MINE, "id, member_id", strict=False),
    _Table("came_back", ("id",), _MINE, "id, member_id, person_id, state, decided_at, decided_by, undo", strict=False),
    _Table(
        "deliveries",
        ("id",),
        f"id IN (SELECT delivery_id FROM delivery_people WHERE {_MINE})",
        "id, state, reason, state_at",
        strict=False,
    ),
    _Table(
        "import_answers",
        ("kind", "source", "key"),
        "kind = 'member' AND target_id IN (SELECT value FROM json_each(:ids))",
        strict=False,
    ),
    _Table("segments", ("id",), f"definition {_PICKED}", "id, definition", strict=False),
    _Table(
        "messages",
        ("id",),
        f"state IN ('draft', 'scheduled') AND segment {_PICKED}",
        "id, segment",
        strict=False,
    ),
)
_VERSIONED = ("members", "orders", "segments", "messages")
_UNCOMPARED = {("orders", "amount"), *((name, "version") for name in _VERSIONED)}
"""An order's amount is kept by triggers, a version counts on with every write."""


def snapshot(t: Transaction, ids: Sequence[int], hashes: Sequence[str]) -> Rows:
    """Every row that speaks of these members, or refuses mail for these addresses."""
    given = {"ids": json.dumps(list(ids)), "hashes": json.dumps(list(hashes))}
    found: Rows = {}
    for table in _TABLES:
        rows = t.all(f"SELECT {table.columns} FROM {table.name} WHERE {table.where}", given)
        found[table.name] = {_key(table, dict(row)): _compared(table, dict(row)) for row in rows}
    return found


def differences(before: Rows, after: Rows) -> tuple[Kept, Kept]:
    """What differs: of a changed row its key and the columns that changed, else the whole row."""
    was: Kept = {}
    now: Kept = {}
    for table in _TABLES:
        old, new = before[table.name], after[table.name]
        for key in old.keys() | new.keys():
            one, other = old.get(key), new.get(key)
            if one is not None and other is not None:
                changed = [name for name in one if name in table.key or one[name] != other[name]]
                if len(changed) == len(table.key):
                    continue
                one, other = ({name: row[name] for name in changed} for row in (one, other))
            if one is not None:
                was.setdefault(table.name, []).append(one)
            if other is not None:
                now.setdefault(table.name, []).append(other)
    return was, now


def put_back(t: Transaction, before: Kept, after: Kept) -> None:
    """Put back what `differences` found; raises `MergeChanged` where a row that counts was changed since."""
    plan = [_Undoing(t, table, before.get(table.name, ()), after.get(table.name, ())) for table in _TABLES]
    try:
        for table in reversed(plan):
            table.remove()
        for table in plan:
            table.change()
        for table in plan:
            table.restore()
    except sqlite3.IntegrityError as error:
        raise MergeChanged("member") from error


class _Undoing:
    """What is put back in one table."""

    def __init__(self, t: Transaction, table: _Table, before: Sequence[Row], after: Sequence[Row]) -> None:
        self.t = t
        self.table = table
        was, now = ({_key(table, row): row for row in rows} for rows in (before, after))
        self.added = [row for key, row in now.items() if key not in was and self._unchanged(row)]
        self.changed = [was[key] for key, row in now.items() if key in was and self._unchanged(row)]
        self.removed = [row for key, row in was.items() if key not in now and self._free(row)]

    def _found(self, row: Row) -> Row | None:
        where = " AND ".join(f"{name} = :{name}" for name in self.table.key)
        found = self.t.one(
            f"SELECT * FROM {self.table.name} WHERE {where}", {name: row[name] for name in self.table.key}
        )
        return None if found is None else dict(found)

    def _unchanged(self, row: Row) -> bool:
        found = self._found(row)
        return self._or_stop(found is not None and all(found[name] == value for name, value in row.items()), row)

    def _free(self, row: Row) -> bool:
        return self._or_stop(self._found(row) is None, row)

    def _or_stop(self, right: bool, row: Row) -> bool:
        if not right and self.table.strict:
            raise MergeChanged(_WORD[self.table.name], _day(self.t, self.table.name, row))
        return right

    def remove(self) -> None:
        """Delete what the merge added."""
        for row in self.added:
            where = " AND ".join(f"{name} = :{name}" for name in self.table.key)
            self.t.execute(f"DELETE FROM {self.table.name} WHERE {where}", {name: row[name] for name in self.table.key})

    def change(self) -> None:
        """Give changed rows their former values."""
        if self.table.name == "people":
            places = {}
            for row in self.changed:
                now = {**(self._found(row) or {}), **row}
                places[now["id"]] = (now["member_id"], now["position"])
            place_people(self.t, places)
        for row in self.changed:
            values = [f"{name} = :{name}" for name in row if name not in self.table.key]
            if self.table.name in _VERSIONED:
                values.append("version = version + 1")
            where = " AND ".join(f"{name} = :{name}" for name in self.table.key)
            self.t.execute(f"UPDATE {self.table.name} SET {', '.join(values)} WHERE {where}", row)

    def restore(self) -> None:
        """Write back what the merge took away."""
        for row in self.removed:
            self.t.insert(self.table.name, **row)


_WORD = {
    "members": "member",
    "people": "member",
    "preferences": "preference",
    "orders": "order",
    "order_lines": "order",
    "basket_entries": "order",
    "order_changes": "order",
}


def _day(t: Transaction, table: str, row: Row) -> date | None:
    """The day of the distribution that a changed order is for."""
    if _WORD[table] != "order":
        return None
    if table == "orders":
        order_id = row["id"]
    else:
        order_id = row.get("order_id") or t.value(f"SELECT order_id FROM {table} WHERE id = ?", (row["id"],))
    day = t.value(
        "SELECT d.day FROM orders o JOIN distributions d ON d.id = o.distribution_id WHERE o.id = ?", (order_id,)
    )
    return None if day is None else date.fromisoformat(day)


def _key(table: _Table, row: Mapping[str, Any]) -> str:
    return json.dumps([row[name] for name in table.key])


def _compared(table: _Table, row: Row) -> Row:
    return {name: value for name, value in row.items() if (table.name, name) not in _UNCOMPARED}
