"""Importing old mailings of other systems: a file is read whole, compared with what is here, then stored whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.exchange.columns import BadRow, Columns, left_out, records_of
from store.exchange.mappings import save_mapping
from store.exchange.messages.formats import MessageFormat, columns_of, mapped, recognise_messages
from store.exchange.messages.gathering import gathered
from store.exchange.messages.plan import MessagePlan
from store.exchange.messages.reading import IncomingMailing, MailingReader
from store.exchange.messages.recipients import RecipientDirectory
from store.exchange.opening import opened
from store.exchange.progress import Progress, counted
from store.exchange.report import Answers, ImportedRow, ImportReport
from store.exchange.tables import ImportFile, Table
from store.rights import Right
from store.settings import load_group
from store.transaction import Transaction

if TYPE_CHECKING:
    from store.handle import Store


def import_messages(
    store: Store,
    file: ImportFile,
    *,
    dry_run: bool = False,
    mapping: tuple[str, ...] | None = None,
    answers: Answers | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Import the old mailings of a file, or (`dry_run`) say what that would do.

    A row is a mailing, or one person that a mailing went to: then all rows of one date and label are one. Whom the
    file names is looked for among the members (`RecipientDirectory`), and never becomes one. The same file twice
    changes nothing; another file's figures replace those that were there, and members are added, never taken away.
    Nothing is asked, so that `answers` are not needed. Needs the right `messages.write`. Raises `ImportUnreadable`,
    and `Invalid` for a mapping that cannot be used.
    """
    with store.reading() as t:
        t.require(Right.MESSAGES_WRITE)
        table, known, columns = _open(t, file, mapping)
        currency = load_group(t).currency
    records = {record.line: record for record in records_of(table, exact=True)}
    reader = MailingReader(columns, currency, store.clock.today(), records.values())
    rows = [reader.read(record) for record in records.values()]
    mailings, refused = gathered(row for row in rows if isinstance(row, IncomingMailing))
    bad = sorted([*refused, *(row for row in rows if isinstance(row, BadRow))], key=lambda row: row.line)

    def compared(t: Transaction) -> tuple[ImportReport, MessagePlan]:
        t.require(Right.MESSAGES_WRITE)
        report = ImportReport("messages", known.name, columns.ignored)
        plan = MessagePlan(t, store.clock, RecipientDirectory(t), report)
        for mailing in counted(mailings, progress):
            plan.take(mailing)
        for row in bad:
            title = reader.title(records[row.line])
            report.tell(ImportedRow(row.line, "bad", title, reason=row.reason, value=row.value, column=row.column))
        report.details.sort(key=lambda row: row.line)
        report.bad_rows = left_out(table, [(records[row.line], row) for row in bad])
        return report, plan

    def carry_out(t: Transaction, made: tuple[ImportReport, MessagePlan]) -> None:
        remembered = mapping is not None and save_mapping(t, "messages", table.keys, mapping)
        made[1].carry_out(remembered=remembered)

    return store.planned(compared, None if dry_run else carry_out)[0]


def _open(t: Transaction, file: ImportFile, mapping: tuple[str, ...] | None) -> tuple[Table, MessageFormat, Columns]:
    table, known, said = opened(t, "messages", file, recognise_messages, mapping)
    return (table, *mapped(table, said)) if known is None else (table, known, columns_of(table))
