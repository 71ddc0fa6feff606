"""The tables of a group's file, as append-only migrations.

A released migration never changes. New ones only add: a column never changes its meaning, so that a session that still
runs the former program keeps working until it is restarted. The number of migrations is the file's `user_version`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

LATEST = 8
"""How many migrations this program knows; a file with more was written by a newer cabas."""

_MIGRATIONS = {
    "m001_the_main_job": ("group", "members", "offer", "orders", "messages"),
    "m002_moving_in": ("moving",),
    "m003_the_phone_desk": ("telling",),
    "m004_the_right_words": ("writing",),
    "m005_what_comes_back": ("answering",),
    "m006_the_shared_server": ("sharing",),
    "m007_by_itself": ("automatic",),
    "m008_what_it_brought": ("results",),
}
"""Each with its files in `store.tables`; the statements are there under the file's name in capitals."""


def migrations() -> Migrations:
    """The migrations in their order, made on demand because sqlite-utils is slow to import."""
    from sqlite_utils import Migrations

    known = Migrations("cabas")
    for name, rooms in _MIGRATIONS.items():
        _register(known, name, rooms)
    return known


def _register(known: Migrations, name: str, rooms: tuple[str, ...]) -> None:
    @known(name=name)
    def migrate(db: Database) -> None:
        for room in rooms:
            for statement in getattr(import_module(f"store.tables.{room}"), room.upper()):
                db.execute(statement)
