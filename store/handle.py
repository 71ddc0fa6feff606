"""`Store`: the one handle on a group's file."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from store import file, migrate
from store.clock import Clock, stamp, utc_now
from store.connections import Connections
from store.errors import NotAGroupFile
from store.operators import Operators, load_again, load_operator
from store.rights import Operator
from store.settings import Group, Settings
from store.transaction import Transaction
from templates.words import dates

if TYPE_CHECKING:
    from store.backups import Backups
    from store.came_back import WhatCameBack
    from store.catalogues import Catalogues
    from store.deliveries import Deliveries
    from store.distributions import Distributions
    from store.inbox_bookmarks import InboxBookmarks
    from store.journal import Journal
    from store.lists import Lists
    from store.mailbox import Mailbox
    from store.measuring import Measuring
    from store.members import Members
    from store.messages import Messages
    from store.occurrences import Occurrences
    from store.orders import Orders
    from store.promotions import Promotions
    from store.results import AllResults
    from store.segments import Segments
    from store.sms_gateway import SmsGateway
    from store.unfinished import Unfinished
    from store.vouchers import Vouchers
    from store.workflows import Workflows

Plan = TypeVar("Plan")
PLANNED_BESIDE = 3
"""How often a long change is planned while others may write, before it keeps them waiting for that too."""


class Store:
    """A group's file as one actor sees it: `store.members`, `store.orders`, … each part has its own file.

    Opening brings an older file up to date (after a backup) and keeps one idle connection, so that the write-ahead
    log is not folded back at every close. `actor` is an operator's login or `"automatic"`; rights are looked up in
    every transaction, so that one taken away is gone at once, and the operator stays the same under another login.
    `inside`: one came by a key over the SSH line, and sees no exports but the own ones.
    Raises the file errors of `store.errors` and `UnknownOperator`.
    """

    def __init__(self, path: Path, actor: str, now: Callable[[], datetime] = utc_now) -> None:
        self.path = path
        self.inside = False
        self.backup = migrate.bring_up_to_date(path)
        self._connections = Connections(path)
        self._idle = file.connect(path, shared=True)
        try:
            with file.faults_explained(path):
                self._actor = load_operator(self._idle, actor)
                self.clock = Clock(self._zone(), now)
                dates.go_by(self.clock.today)
        except BaseException:
            self._idle.close()
            raise

    def _zone(self) -> str:
        row = self._idle.execute("SELECT value FROM settings WHERE key = 'group'").fetchone()
        if row is None:
            raise NotAGroupFile(self.path)
        return str(json.loads(row[0])["timezone"])

    @property
    def actor(self) -> str:
        """The login of the one who acts, as it was when they last did something."""
        return self._actor.login

    @property
    def actor_id(self) -> int | None:
        """The operator's id, which stays when the login is changed and is never anybody else's; None: automatic."""
        return self._actor.id

    def _acting(self, conn: sqlite3.Connection) -> Operator:
        self._actor = load_again(conn, self._actor)
        return self._actor

    @classmethod
    def create(
        cls,
        path: Path,
        group: Group,
        login: str,
        name: str | None = None,
        *,
        mode: int = 0o600,
        now: Callable[[], datetime] = utc_now,
    ) -> Store:
        """Create a group's file whose first operator is `login`, a coordinator; raises `FileExists`."""
        from store.roles import give, grants_of

        def fill(conn: sqlite3.Connection) -> None:
            t = Transaction(conn, load_operator(conn, "automatic"), now())
            t.insert("settings", key="group", value=json.dumps(asdict(group), ensure_ascii=False))
            operator_id = t.insert("operators", login=login, name=name or login)
            give(t, operator_id, grants_of(t, "coordinator"), "coordinator")
            t.journal("group.created")

        migrate.create(path, fill, mode)
        return cls(path, login, now)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A consistent view of the file."""
        with self._unit_of_work(writes=False) as t:
            yield t

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A change that is stored whole at the end, or not at all."""
        with self._unit_of_work(writes=True) as t:
            yield t

    @contextmanager
    def _unit_of_work(self, *, writes: bool) -> Iterator[Transaction]:
        with self._connections.one() as conn, file.unit_of_work(conn, self.path, writes=writes):
            yield Transaction(conn, self._acting(conn), self.clock.now())

    def planned(
        self, plan: Callable[[Transaction], Plan], carry_out: Callable[[Transaction, Plan], None] | None
    ) -> Plan:
        """Work a long change out while others write, then write it in one go; returns what `plan` made.

        `plan` only reads, and is called again when the group was changed meanwhile. The transaction that it is given
        is the one of `carry_out` too; without that nothing is written.
        """
        if carry_out is None:
            with self.reading() as t:
                return plan(t)
        with self._connections.one() as conn:
            for _attempt in range(PLANNED_BESIDE):
                with file.unit_of_work(conn, self.path, writes=False):
                    seen = _last_change(conn)
                    t = Transaction(conn, self._acting(conn), self.clock.now())
                    worked_out = plan(t)
                with file.unit_of_work(conn, self.path, writes=True):
                    if _last_change(conn) == seen:
                        carry_out(t, worked_out)
                        return worked_out
            with file.unit_of_work(conn, self.path, writes=True):
                t = Transaction(conn, self._acting(conn), self.clock.now())
                worked_out = plan(t)
                carry_out(t, worked_out)
                return worked_out

    def change_number(self) -> int:
        """The number of the last change: when it is the same as before, nothing has changed."""
        if isinstance(self._idle, file.OnlyToLook):  # it would see no change
            with self.reading() as t:
                return _last_change(t)
        with file.faults_explained(self.path):
            return _last_change(self._idle)

    def version(self) -> int:
        """Up to which migration the file is brought by now; where a newer program did it, see `file.keeping_typed`."""
        with file.faults_explained(self.path):
            return file.version(self._idle)

    def stamp(self) -> str:
        """The present moment as the file keeps it."""
        return stamp(self.clock.now())

    def close(self) -> None:
        """Close what is open; the store cannot be used afterwards."""
        self._connections.close()
        self._idle.close()

    @cached_property
    def settings(self) -> Settings:
        """What is set for the whole group."""
        return Settings(self)

    @cached_property
    def operators(self) -> Operators:
        """The people who use cabas."""
        return Operators(self)

    @cached_property
    def members(self) -> Members:
        """The households, their people and preferences."""
        from store.members import Members

        return Members(self)

    @cached_property
    def catalogues(self) -> Catalogues:
        """Producers, catalogues and products."""
        from store.catalogues import Catalogues

        return Catalogues(self)

    @cached_property
    def promotions(self) -> Promotions:
        """Lower prices for some days."""
        from store.promotions import Promotions

        return Promotions(self)

    @cached_property
    def vouchers(self) -> Vouchers:
        """What messages give away, and what orders took of it."""
        from store.vouchers import Vouchers

        return Vouchers(self)

    @cached_property
    def distributions(self) -> Distributions:
        """Pick-up days with their catalogues."""
        from store.distributions import Distributions

        return Distributions(self)

    @cached_property
    def orders(self) -> Orders:
        """Baskets and orders."""
        from store.orders import Orders

        return Orders(self)

    @cached_property
    def lists(self) -> Lists:
        """Lists of a distribution: orders, recaps, the pick-up sheet, call-backs."""
        from store.lists import Lists

        return Lists(self)

    @cached_property
    def unfinished(self) -> Unfinished:
        """What is half typed when the line drops."""
        from store.unfinished import Unfinished

        return Unfinished(self)

    @cached_property
    def segments(self) -> Segments:
        """Who is meant: segments, their counts and members."""
        from store.segments import Segments

        return Segments(self)

    @cached_property
    def messages(self) -> Messages:
        """Messages from draft to archive."""
        from store.messages import Messages

        return Messages(self)

    @cached_property
    def occurrences(self) -> Occurrences:
        """What goes out by itself: planned, missed, skipped, over."""
        from store.occurrences import Occurrences

        return Occurrences(self)

    @cached_property
    def results(self) -> AllResults:
        """What messages brought."""
        from store.results import AllResults

        return AllResults(self)

    @cached_property
    def deliveries(self) -> Deliveries:
        """The ledger of the outbox."""
        from store.deliveries import Deliveries

        return Deliveries(self)

    @cached_property
    def workflows(self) -> Workflows:
        """What goes out by itself."""
        from store.workflows import Workflows

        return Workflows(self)

    @cached_property
    def came_back(self) -> WhatCameBack:
        """Bounces and answers that say STOP."""
        from store.came_back import WhatCameBack

        return WhatCameBack(self)

    @cached_property
    def inbox(self) -> InboxBookmarks:
        """How far the mailbox was read, and how that went."""
        from store.inbox_bookmarks import InboxBookmarks

        return InboxBookmarks(self)

    @cached_property
    def journal(self) -> Journal:
        """Who did what, and when."""
        from store.journal import Journal

        return Journal(self)

    @cached_property
    def backups(self) -> Backups:
        """Backups of the file, and which of them are kept."""
        from store.backups import Backups

        return Backups(self)

    @cached_property
    def measuring(self) -> Measuring:
        """Whether opens and clicks are counted, and what was."""
        from store.measuring import Measuring

        return Measuring(self)

    @cached_property
    def mailbox(self) -> Mailbox:
        """The group's mailbox: server, limits and present state."""
        from store.mailbox import Mailbox

        return Mailbox(self)

    @cached_property
    def sms(self) -> SmsGateway:
        """What the group says of its SMS, and whether they can go."""
        from store.sms_gateway import SmsGateway

        return SmsGateway(self)


def _last_change(conn: sqlite3.Connection | Transaction) -> int:
    return int(conn.execute("SELECT coalesce(max(id), 0) FROM journal").fetchone()[0])


def unix_login() -> str:
    """The login of the account that runs this process."""
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name
