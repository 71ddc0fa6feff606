"""Importing members: a file is read whole, compared with the group, then stored in one transaction or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.exchange.columns import BadRow
from store.exchange.mappings import save_mapping
from store.exchange.members.formats import MAPPED, MemberFormat, fields_by_header, recognise_members
from store.exchange.members.plan import MemberPlan
from store.exchange.members.reading import IncomingMember, MemberReader
from store.exchange.opening import opened
from store.exchange.progress import Progress, Tally
from store.exchange.report import Answers, ImportReport
from store.exchange.tables import ImportFile, Table
from store.household import group_country
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction

_READING = 0.6
"""Which part of the work is reading the rows; nearly all of the rest is comparing them."""


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

    Known members get what the file says and lose nothing; what a person refused stays refused. `mapping` says what
    each column is (see `mappings.FIELDS`) and is remembered for files with the same header. A row that may be somebody
    who is known is not stored without an answer to its question, whose key is the row's line: an id adds the row to
    that member, who is brought back if archived, `NEW` adds it as another member. `progress` is told (rows done, rows
    in all) at most a hundred times.

    Needs the right `members`. Raises `ImportUnreadable` for a file that is none of members, `Invalid` ("mapping") for
    a mapping that does not fit, `NotFound` for an answer that names nobody.
    """
    with store.reading() as t:
        t.require(Right.MEMBERS)
        country = group_country(t)
        table, known, fields = _read(t, file, mapping)
    reader = MemberReader(table, fields, known, country, store.clock.today())
    lines = len(table.lines) - table.first
    tally = Tally(lines, progress)
    rows = list(tally.count(reader.rows(), lines, 0, _READING))

    def compared(t: Transaction) -> MemberPlan:
        t.require(Right.MEMBERS)
        plan = MemberPlan(t, known, reader.ignored, answers or {})
        plan.leave_out([row for row in rows if isinstance(row, BadRow)])
        open_rows = [row for row in rows if isinstance(row, IncomingMember) and not plan.settle(row)]
        for row in tally.count(open_rows, len(open_rows), _READING, 1):
            plan.take(row)
        plan.finish()
        plan.report.bad_rows = reader.bad_rows()
        return plan

    def carry_out(t: Transaction, plan: MemberPlan) -> None:
        plan.carry_out(remembered=mapping is not None and save_mapping(t, "members", table.keys, mapping))

    return store.planned(compared, None if dry_run else carry_out).report


def _read(
    t: Transaction, file: ImportFile, mapping: tuple[str, ...] | None
) -> tuple[Table, MemberFormat, tuple[str, ...]]:
    """The file with its format and the field of each column."""
    table, known, said = opened(t, "members", file, recognise_members, mapping)
    return (table, MAPPED, said) if known is None else (table, known, fields_by_header(known, table.keys))
