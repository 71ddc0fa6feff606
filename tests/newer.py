"""A file as the next release may leave it, while this one works on it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from store.schema import LATEST


def bring_up_to_date(path: Path) -> None:
    """Do what a further migration may do: add."""
    with closing(sqlite3.connect(path)) as conn:
        migrate(conn)
        conn.commit()


def migrate(conn: sqlite3.Connection) -> None:
    """The same within somebody's transaction."""
    for table in ("unfinished", "orders", "messages", "journal", "deliveries"):
        conn.execute(f"ALTER TABLE {table} ADD COLUMN of_tomorrow TEXT NOT NULL DEFAULT ''")
    conn.execute("CREATE TABLE of_tomorrow (id INTEGER PRIMARY KEY) STRICT")
    conn.execute(f"PRAGMA user_version = {LATEST + 1}")
