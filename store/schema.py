"""The tables of a group's file, as append-only migrations.

A released migration never changes. New ones only add: a column never changes its meaning, so that a session that still
runs the former program keeps working until it is restarted. The number of migrations is the file's `user_version`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

LATEST = 7
"""How many migrations this program knows; a file with more was written by a newer cabas."""

_MIGRATIONS = {
    "m001_the_main_job": "group:GROUP members:MEMBERS offer:OFFER orders:ORDERS messages:MESSAGES",
    "m002_moving_in": "moving:MOVING",
    "m003_the_phone_desk": "telling:TELLING",
    "m004_the_right_words": "writing:WRITING",
    "m005_what_comes_back": "answering:ANSWERING",
    "m006_the_shared_server": "sharing:SHARING",
    "m007_by_itself": "automatic:AUTOMATIC",
}
"""Each with the statements that it carries out, by their file in `store.tables`."""


def migrations() -> Migrations:
    """The migrations in their order, made on demand because sqlite-utils is slow to import."""
    from sqlite_utils import Migrations

    known = Migrations("cabas")
    for name, rooms in _MIGRATIONS.items():
        _register(known, name, rooms)
    return known


def _register(known: Migrations, name: str, rooms: str) -> None:
    @known(name=name)
    def migrate(db: Database) -> None:
        for room in rooms.split():
            module, _, statements = room.partition(":")
            for statement in getattr(import_module(f"store.tables.{module}"), statements):
                db.execute(statement)
