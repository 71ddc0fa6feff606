"""Importing members: a file is read whole, compared with the group, then stored in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from store.exchange.columns import BadRow, unknown_header
from store.exchange.mappings import load_mapping, require_mapping, save_mapping
from store.exchange.member_formats import MAPPED, MemberFormat, fields_by_header, recognise
from store.exchange.member_plan import MemberPlan
from store.exchange.member_reading import IncomingMember, MemberReader
from store.exchange.report import Answers, ImportReport
from store.exchange.tables import ImportFile, Table, read_table
from store.household import group_country
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction

Progress = Callable[[int, int], None]
"""Told how many rows of how many are done."""

_Row = TypeVar("_Row")
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
    tally = _Tally(lines, progress)
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

    if not dry_run:
        return store.planned(compared, carry_out).report
    with store.reading() as t:
        return compared(t).report


def _read(
    t: Transaction, file: ImportFile, mapping: tuple[str, ...] | None
) -> tuple[Table, MemberFormat, tuple[str, ...]]:
    """The file with its format and the field of each column; what a person said of it counts more than its header."""
    table = read_table(file, lambda keys: recognise(keys) is not None or load_mapping(t, "members", keys) is not None)
    said = mapping if mapping is not None else load_mapping(t, "members", table.keys)
    if said is not None:
        require_mapping("members", table.keys, said)
        return table, MAPPED, said
    known = recognise(table.keys)
    if known is None:
        raise unknown_header(table)
    return table, known, fields_by_header(known, table.keys)


class _Tally:
    """Tells how far an import is, about ninety times in all."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total = total
        self._progress = progress

    def count(self, rows: Iterable[_Row], number: int, begin: float, end: float) -> Iterator[_Row]:
        """The rows one by one; reading them is the work between two parts of the whole."""
        step = number // 45 + 1
        for done, row in enumerate(rows):
            if self._progress is not None and done % step == 0:
                self._progress(int(self._total * (begin + (end - begin) * done / number)), self._total)
            yield row
        if self._progress is not None and end == 1:
            self._progress(self._total, self._total)
