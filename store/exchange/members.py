"""Importing members: a file is read whole, compared with the group, then stored in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from store.errors import ImportUnreadable
from store.exchange.member_changes import merged
from store.exchange.member_formats import BadRow, IncomingMember, MemberFormat, MemberReader, recognise
from store.exchange.member_matching import Directory, Match
from store.exchange.report import Answers, ImportedRow, ImportReport
from store.exchange.tables import ImportFile, read_table
from store.household import checked, group_country, insert_members, load_member, update_member
from store.people import Member
from store.rights import Right
from store.transaction import Transaction

if TYPE_CHECKING:
    from store.handle import Store

Progress = Callable[[int, int], None]
"""Told how many rows of how many are done."""


def import_members(
    store: Store,
    file: ImportFile,
    *,
    dry_run: bool = False,
    mapping: tuple[str, ...] | None = None,
    answers: Answers | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import the members of a file, or (`dry_run`) say what that would do.

    Known members get what the file says and lose nothing; what a person refused stays refused. Needs the right
    `members`; raises `ImportUnreadable` for a file that is none of members. `progress` is told (rows done, rows in
    all) at most a hundred times.
    """
    table = read_table(file, lambda keys: recognise(keys) is not None)
    known = recognise(table.keys)
    if known is None:
        raise ImportUnreadable(file.path, "header", ", ".join(cell for cell in table.header if cell)[:200])
    with store.reading() as t:
        t.require(Right.MEMBERS)
        country = group_country(t)
    reader = MemberReader(table, known, country)
    rows = [reader.read(record) for record in table.records()]
    with store.reading() if dry_run else store.writing() as t:
        t.require(Right.MEMBERS)
        plan = _Plan(t, known, reader.ignored)
        for row in rows:
            plan.take(row)
        if not dry_run:
            plan.carry_out()
    return plan.report


class _Plan:
    """Compares the rows with the group one after the other; `carry_out` writes what came of it."""

    def __init__(self, t: Transaction, known: MemberFormat, ignored: tuple[str, ...]) -> None:
        self._t = t
        self._source = known.source
        self._directory = Directory(t, known.source)
        self._members: dict[int, Member] = {}
        self._changed: dict[int, None] = {}
        self._merged: set[int] = set()
        self._lines: dict[int, int] = {}
        self._attached: list[tuple[str, int]] = []
        self.report = ImportReport("members", known.name, ignored)

    def take(self, row: IncomingMember | BadRow) -> None:
        """Decide what becomes of one row."""
        if isinstance(row, BadRow):
            self.report.bad += 1
            self.report.details.append(ImportedRow(row.line, "bad", reason=row.reason, value=row.value))
            return
        external_id = row.external_id if self._source else ""
        match = self._directory.match(row.member, external_id)
        if match.member_id is not None:
            self._merge(row, external_id, match.member_id)
        elif match.candidates:
            self._candidate(row, external_id, match)
        else:
            self._add(row, external_id)

    def _add(self, row: IncomingMember, external_id: str) -> None:
        member_id = -1 - len(self._members)
        self._members[member_id] = row.member
        self._changed[member_id] = None
        self._lines[member_id] = row.line
        self._directory.add(member_id, row.member, external_id)
        self._attach(external_id, member_id)
        self.report.new += 1
        self.report.details.append(ImportedRow(row.line, "new", row.member.name))

    def _merge(self, row: IncomingMember, external_id: str, member_id: int) -> None:
        member, fields, overwrites = merged(self._member(member_id), row.member)
        earlier = self._lines.setdefault(member_id, row.line)
        if fields and overwrites and earlier != row.line:
            # Two rows that contradict each other would undo each other at every import.
            self._list(row, Match(None, (member_id,), "line"), str(earlier))
            return
        self._attach(external_id, member_id)
        if not fields:
            self.report.same += 1
            return
        self._members[member_id] = member
        self._changed[member_id] = None
        self._merged.add(member_id)
        self._directory.add(member_id, member, external_id)
        self.report.changed += 1
        self.report.details.append(ImportedRow(row.line, "changed", member.name, fields))

    def _candidate(self, row: IncomingMember, external_id: str, match: Match) -> None:
        """A row that may be a known member and says nothing that is not known of it leaves no question."""
        if len(match.candidates) == 1 and match.why in ("phone", "name", "phone and name"):
            member_id = match.candidates[0]
            if not merged(self._member(member_id), row.member)[1]:
                self._attach(external_id, member_id)
                self.report.same += 1
                return
        self._list(row, match)

    def _list(self, row: IncomingMember, match: Match, value: str = "") -> None:
        candidates = tuple((i, self._member(i).name) for i in match.candidates[:5])
        self.report.candidates += 1
        self.report.details.append(
            ImportedRow(row.line, "candidate", row.member.name, reason=match.why, value=value, candidates=candidates)
        )

    def _attach(self, external_id: str, member_id: int) -> None:
        if external_id and (member_id < 0 or not self._directory.has_id(member_id)):
            self._directory.attach(member_id, external_id)
            self._attached.append((external_id, member_id))

    def _member(self, member_id: int) -> Member:
        if member_id not in self._members:
            self._members[member_id] = load_member(self._t, member_id)
        return self._members[member_id]

    def carry_out(self) -> None:
        """Write the plan down; where nothing changes, nothing is written."""
        country = group_country(self._t)
        for member_id in self._merged:
            self._members[member_id] = checked(self._members[member_id], country)
        new = [i for i in self._changed if i < 0]
        stored = dict(zip(new, insert_members(self._t, [self._members[i] for i in new]), strict=True))
        for member_id in self._changed:
            if member_id > 0:
                update_member(self._t, self._members[member_id])
        self._t.execute_many(
            "INSERT INTO external_ids (source, external_id, member_id) VALUES (?, ?, ?)",
            [(self._source, external_id, stored.get(i, i)) for external_id, i in self._attached],
        )
        if self._changed or self._attached:
            report = self.report
            self._t.journal(
                "members.imported", None, format=report.format, new=report.new, changed=report.changed, bad=report.bad
            )
