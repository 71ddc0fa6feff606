"""The tables of a group's file, as append-only migrations.

A released migration never changes. New ones only add: a column never changes its meaning, so that a session that still
runs the former program keeps working until it is restarted. The number of migrations is the file's `user_version`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

LATEST = 7
"""How many migrations this program knows; a file with more was written by a newer cabas."""


def migrations() -> Migrations:
    """The migrations in their order, made on demand because sqlite-utils is slow to import."""
    from sqlite_utils import Migrations

    known = Migrations("cabas")

    @known()
    def m001_the_main_job(db: Database) -> None:
        from store.tables import group, members, messages, offer, orders

        for room in (group.GROUP, members.MEMBERS, offer.OFFER, orders.ORDERS, messages.MESSAGES):
            for statement in room:
                db.execute(statement)

    @known()
    def m002_moving_in(db: Database) -> None:
        from store.tables.moving import MOVING

        for statement in MOVING:
            db.execute(statement)

    @known()
    def m003_the_phone_desk(db: Database) -> None:
        from store.tables.telling import TELLING

        for statement in TELLING:
            db.execute(statement)

    @known()
    def m004_the_right_words(db: Database) -> None:
        from store.tables.writing import WRITING

        for statement in WRITING:
            db.execute(statement)

    @known()
    def m005_what_comes_back(db: Database) -> None:
        from store.tables.answering import ANSWERING

        for statement in ANSWERING:
            db.execute(statement)

    @known()
    def m006_the_shared_server(db: Database) -> None:
        from store.tables.sharing import SHARING

        for statement in SHARING:
            db.execute(statement)

    @known()
    def m007_by_itself(db: Database) -> None:
        from store.tables.automatic import AUTOMATIC

        for statement in AUTOMATIC:
            db.execute(statement)

    return known
