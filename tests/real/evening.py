"""The evening of a day's work: whether the file holds what everybody saw as stored, all of it, once, and no more."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.real.colleague import Book

DEEDS = ("order.", "member.", "operator.", "message.written", "message.queued", "export.", "backup.made")
"""What the journal has one row of for each deed; steps of typing have many."""
STEPS = ("basket.", "unfinished.", "message.edited", "outbox.")

Lines = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Evening:
    """The group's file after work, and what is known of the day without it."""

    file: Path
    book: Book
    callers: frozenset[str]
    """Who had a key."""
    members: frozenset[str]
    """Who was a member in the morning, each of whom gets the day's message."""
    accepted: Counter[str]
    """How often the mail server took a mail for an address."""
    doubts: int
    """How many mails may be in doubt: one for each time that somebody who sent was killed."""
    late: frozenset[str]
    """Products whose catalogue was closed."""

    def faults(self) -> list[str]:
        """What is not as it has to be, in words; empty when the day can be called one."""
        with closing(sqlite3.connect(self.file)) as conn:
            conn.row_factory = sqlite3.Row
            found = [
                *self._file(conn),
                *self._orders(conn),
                *self._changes(conn),
                *self._members(conn),
                *self._messages(conn),
                *self._mails(conn),
                *self._journal(conn),
            ]
        return found

    def _file(self, conn: sqlite3.Connection) -> Iterable[str]:
        said = conn.execute("PRAGMA integrity_check").fetchone()[0]
        yield from [] if said == "ok" else [f"the file: {said}"]
        strays = conn.execute("PRAGMA foreign_key_check").fetchall()
        yield from [f"leads nowhere: {tuple(stray)}" for stray in strays]

    # -- orders

    def _orders(self, conn: sqlite3.Connection) -> Iterable[str]:
        there = {"confirmed": defaultdict(dict), "basket": defaultdict(dict)}
        for row in conn.execute(_LINES):
            there[row["state"]][row["name"]][row["reference"]] = row["quantity"] // 1000
        orders = {name: lines for name, lines in self.book.orders.items() if lines}
        baskets = {name: self.book.orders.get(name, {}) | lines for name, lines in self.book.baskets.items() if lines}
        yield from _differences("order", orders, there["confirmed"])
        yield from _differences("basket", baskets, there["basket"])

    def _changes(self, conn: sqlite3.Connection) -> Iterable[str]:
        """What was changed adds up to what is there; amounts and lateness are those of the lines."""
        reached: dict[tuple[int, int], int] = {}
        for row in conn.execute("SELECT * FROM order_changes ORDER BY id"):
            line = (row["order_id"], row["product_id"])
            if row["before"] != reached.get(line, 0):
                yield f"a change of line {line} begins at {row['before']}, not {reached.get(line, 0)}"
            reached[line] = row["after"]
        for row in conn.execute(_LINES):
            line = (row["order_id"], row["product_id"])
            if row["state"] == "confirmed" and row["quantity"] != reached.get(line, 0):
                yield f"line {line} has {row['quantity']}, its changes come to {reached.get(line, 0)}"
            if row["state"] == "confirmed" and row["late"] != (row["reference"] in self.late):
                yield f"line {line} is late: {row['late']}"
        for row in conn.execute("""SELECT id FROM orders o WHERE amount <> (
            SELECT coalesce(sum(amount), 0) FROM order_lines WHERE order_id = o.id)"""):
            yield f"order {row['id']} has another amount than its lines"

    # -- members and messages

    def _members(self, conn: sqlite3.Connection) -> Iterable[str]:
        rows = conn.execute("SELECT last_name, phone_shown FROM people").fetchall()
        there = Counter(row["last_name"] for row in rows)
        yield from _differences("member", dict.fromkeys({*self.members, *self.book.phones}, 1), there)
        phones = {row["last_name"]: row["phone_shown"] for row in rows if row["phone_shown"]}
        yield from _differences("phone", self.book.phones, phones)

    def _messages(self, conn: sqlite3.Connection) -> Iterable[str]:
        rows = conn.execute("SELECT subject, text FROM messages WHERE state = 'draft'").fetchall()
        yield from _differences("draft", Counter(self.book.drafts.items()), Counter(map(tuple, rows)))

    def _mails(self, conn: sqlite3.Connection) -> Iterable[str]:
        rows = conn.execute("SELECT address, state FROM deliveries").fetchall()
        wanted = Counter(f"{name.lower()}@exemple.fr" for name in self.members)
        yield from _differences("mail", wanted, Counter(row["address"] for row in rows))
        states = Counter(row["state"] for row in rows)
        if states["sent"] + states["unknown"] != len(rows) or states["unknown"] > self.doubts:
            yield f"mails are {dict(states)}"
        for row in rows:
            times = self.accepted[row["address"]]
            if times not in ((1,) if row["state"] == "sent" else (0, 1)):
                yield f"{row['address']} is {row['state']} and came {times} times"
        if strangers := set(self.accepted) - set(wanted):
            yield f"mails to nobody: {strangers}"

    # -- the journal

    def _journal(self, conn: sqlite3.Connection) -> Iterable[str]:
        rows = conn.execute(_JOURNAL).fetchall()
        numbers = [row["id"] for row in rows]
        if numbers != list(range(1, len(rows) + 1)):
            yield f"rows of the journal are gone: {set(range(1, max(numbers))) - set(numbers)}"
        those = [row for row in rows if row["login"] in self.callers]
        for row in those:
            if not row["action"].startswith((*DEEDS, *STEPS)):
                yield f"nobody spoke of {tuple(row)}"
        # Where two had one order open and cabas was updated at that moment, either may have confirmed it.
        surplus = _deeds(those) - self.book.deeds
        yield from _differences("deed", self.book.deeds, _deeds(those) - (surplus & self.book.doubts))

    def faults_of_copy(self, copy: Path, before: Counter[tuple[str, str, str]]) -> list[str]:
        """What is not right with a copy of the day: it holds what was done before, and nothing that was never done."""
        with closing(sqlite3.connect(copy)) as conn, closing(sqlite3.connect(self.file)) as whole:
            conn.row_factory = whole.row_factory = sqlite3.Row
            theirs = [row for row in conn.execute(_JOURNAL) if row["login"] in self.callers]
            ours = [row for row in whole.execute(_JOURNAL) if row["login"] in self.callers]
            found = [*self._file(conn), *self._changes(conn)]
        # Not what it is about: a draft has another subject by now.
        if [tuple(row)[:-1] for row in theirs] != [tuple(row)[:-1] for row in ours[: len(theirs)]]:
            found.append("the copy tells another story")
        if missed := before - _deeds(theirs):
            found.append(f"the copy lacks {missed}")
        return found


def _deeds(rows: Iterable[sqlite3.Row]) -> Counter[tuple[str, str, str]]:
    return Counter((row["login"], row["action"], row["what"] or "") for row in rows if row["action"].startswith(DEEDS))


def _differences(what: str, wanted: Mapping[object, object], there: Mapping[object, object]) -> Iterable[str]:
    for key in sorted({*wanted, *there}, key=str):
        if wanted.get(key) != there.get(key):
            yield f"{what} {key}: {wanted.get(key)} was seen as stored, {there.get(key)} is there"


_LINES = """SELECT o.state, o.id AS order_id, l.product_id, person.last_name AS name, p.reference, l.quantity, l.late
    FROM order_lines l JOIN orders o ON o.id = l.order_id JOIN products p ON p.id = l.product_id
    JOIN people person ON person.member_id = o.member_id AND person.position = 1 WHERE l.quantity > 0"""

_JOURNAL = """SELECT j.id, at, login, action, CASE
        WHEN action LIKE 'order.%' THEN (
            SELECT last_name FROM people WHERE member_id = json_extract(detail, '$.member') AND position = 1)
        WHEN action LIKE 'member.%' THEN (SELECT last_name FROM people WHERE member_id = subject_id AND position = 1)
        WHEN action LIKE 'message.%' THEN (SELECT subject FROM messages WHERE id = subject_id)
        WHEN action LIKE 'operator.%' THEN (SELECT login FROM operators WHERE id = subject_id)
    END AS what
    FROM journal j LEFT JOIN operators o ON o.id = j.operator_id ORDER BY j.id"""
