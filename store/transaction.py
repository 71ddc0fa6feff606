"""One unit of work on the group's file, handed from part to part."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from store.clock import stamp
from store.errors import NotFound
from store.rights import Operator, Right

Parameters = Sequence[Any] | Mapping[str, Any]


class Transaction:
    """An open transaction with the one who acts and the moment it happens at.

    A part that needs another part's work hands it this object, so that a change is stored whole or not at all.
    """

    def __init__(self, conn: sqlite3.Connection, actor: Operator, now: datetime) -> None:
        self._conn = conn
        self.actor = actor
        self.now = now
        self.stamp = stamp(now)

    def told_by(self, actor: Operator, now: datetime) -> Transaction:
        """The same unit of work, for what somebody did at another moment: an import, or the example group's past."""
        return Transaction(self._conn, actor, now)

    def execute(self, sql: str, parameters: Parameters = ()) -> sqlite3.Cursor:
        """Carry out one statement; raises `NotFound` for a number beyond all that SQLite can count to."""
        try:
            return self._conn.execute(sql, parameters)
        except OverflowError as error:
            values = parameters.values() if isinstance(parameters, Mapping) else parameters
            # Somebody typed it as an id: nothing has it.
            raise NotFound("number", str(max(value for value in values if isinstance(value, int)))) from error

    def execute_many(self, sql: str, rows: Iterable[Parameters]) -> None:
        """Carry out one statement for each row."""
        self._conn.executemany(sql, rows)

    def all(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        """Every row, fetched: an unfinished cursor would hold a lock."""
        return self.execute(sql, parameters).fetchall()

    def one(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        """The first row, or None."""
        row: sqlite3.Row | None = self.execute(sql, parameters).fetchone()
        return row

    def value(self, sql: str, parameters: Parameters = ()) -> Any:
        """The first column of the first row, or None."""
        row = self.one(sql, parameters)
        return None if row is None else row[0]

    def insert(self, table: str, **values: Any) -> int:
        """Insert one row and return its id."""
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        # Table and column names come from our own code, never from data.
        cursor = self._conn.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)
        return int(cursor.lastrowid or 0)

    def require(self, right: Right, catalogue_id: int | None = None) -> None:
        """Raise `NotAllowed` unless the actor has the right now."""
        self.actor.require(right, catalogue_id)

    def journal(self, action: str, subject_id: int | None = None, **detail: Any) -> None:
        """Write the change's one row in the journal: `action` as "member.edited", `detail` without personal data."""
        self.insert(
            "journal",
            at=self.stamp,
            operator_id=self.actor.id,
            action=action,
            subject_id=subject_id,
            detail=json.dumps(detail, ensure_ascii=False) if detail else None,
        )
