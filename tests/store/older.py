"""A file as a released version of cabas left it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from store import Store

SCHEMAS = Path(__file__).with_name("schemas")
MIGRATIONS = (
    "m001_the_main_job",
    "m002_moving_in",
    "m003_the_phone_desk",
    "m004_the_right_words",
    "m005_what_comes_back",
    "m006_the_shared_server",
    "m007_by_itself",
    "m008_what_it_brought",
)


def older_file(path: Path, version: int, like: Store) -> Path:
    """Make one, of the group and the operators of another file, with one member, Durand."""
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        conn.executescript((SCHEMAS / f"{version}.sql").read_text(encoding="utf-8"))
        for number, name in enumerate(MIGRATIONS[:version]):
            conn.execute("INSERT INTO _sqlite_migrations VALUES (?, 'cabas', ?, '2026-01-01')", (number + 1, name))
        conn.execute(f"PRAGMA user_version = {version}")
        conn.execute("ATTACH ? AS present", (str(like.path),))
        conn.execute("INSERT INTO operators (id, login, name) SELECT id, login, name FROM present.operators")
        for table in ("settings", "rights"):
            conn.execute(f"INSERT INTO {table} SELECT * FROM present.{table}")
        conn.execute("INSERT INTO members (id, city, sort_key) VALUES (1, 'Nantes', 'durand')")
        conn.execute("INSERT INTO people (member_id, position, last_name) VALUES (1, 1, 'Durand')")
    return path
