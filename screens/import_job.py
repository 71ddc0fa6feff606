"""One file on its way in: what is known of it, the import itself, dry or real, and the rows that stay out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from screens.import_words import bad_rows_csv
from store.errors import StoreError
from store.rights import Right
from templates.words import N_, _

if TYPE_CHECKING:
    from store import Store
    from store.exchange.recognising import Look
    from store.exchange.report import Answers, ImportReport
    from store.exchange.tables import ImportFile

KINDS = {"members": N_("members"), "products": N_("products"), "orders": N_("orders"), "messages": N_("old mailings")}
"""What a file can hold, and what it is called."""
NEEDS = {
    "members": Right.MEMBERS,
    "products": Right.ORDERS,
    "orders": Right.ORDERS,
    "messages": Right.MESSAGES_WRITE,
}
"""Who may import it; on some catalogues is enough."""

Progress = Callable[[int, int], None]


class Left(Exception):
    """Nobody waits for the check any more: it ends."""


@dataclass(frozen=True, slots=True)
class ImportJob:
    """What is imported and how.

    `keys` are those of the file's header, by which it is found again; `mapping` says what each column is, None where
    the format says it. `distribution_id` and `catalogue_id` are what the file cannot say; None until somebody does.
    """

    file: ImportFile
    kind: str
    keys: tuple[str, ...] = ()
    mapping: tuple[str, ...] | None = None
    distribution_id: int | None = None
    catalogue_id: int | None = None

    @classmethod
    def of(cls, file: ImportFile, look: Look) -> ImportJob:
        """The job for a file whose format is known."""
        return cls(file, look.kind, look.keys)

    def cells(self, line: int) -> tuple[tuple[str, str], ...]:
        """A row as it stands in the file: header and cell of what is filled in."""
        from store.exchange.tables import read_table

        table = read_table(self.file, lambda keys: keys == self.keys)
        for record in table.records():
            if record.line == line:
                cells = zip(table.header, record.cells or (), strict=False)
                return tuple((name, value) for name, value in cells if name and value)
            if record.line > line:
                break
        return ()

    def run(self, store: Store, answers: Answers, progress: Progress, *, dry_run: bool) -> ImportReport:
        """Import the file, or (`dry_run`) say what that would do; raises what the imports raise."""
        if self.kind == "members":
            from store.exchange.members import import_members

            return import_members(
                store, self.file, dry_run=dry_run, mapping=self.mapping, answers=answers, progress=progress
            )
        if self.kind == "products":
            from store.exchange.products import import_products

            return import_products(
                store,
                self.file,
                catalogue_id=self.catalogue_id,
                dry_run=dry_run,
                mapping=self.mapping,
                answers=answers,
                progress=progress,
            )
        if self.kind == "messages":
            from store.exchange.messages import import_messages

            return import_messages(
                store, self.file, dry_run=dry_run, mapping=self.mapping, answers=answers, progress=progress
            )
        from store.exchange.orders import import_orders

        return import_orders(
            store,
            self.file,
            distribution_id=self.distribution_id,
            catalogue_id=self.catalogue_id,
            dry_run=dry_run,
            mapping=self.mapping,
            answers=answers,
            progress=progress,
        )


@dataclass(frozen=True, slots=True)
class Stored:
    """What was stored, and where the bad rows are: None without any, or (`lost`) where they could not be written."""

    report: ImportReport
    bad_rows: Path | None = None
    lost: BaseException | None = None


def store_import(store: Store, job: ImportJob, answers: Answers, progress: Progress) -> Stored:
    """Import, all or nothing; then write the bad rows to a file. Raises what the import raises: nothing is stored."""
    report = job.run(store, answers, progress, dry_run=False)
    if not report.bad:
        return Stored(report)
    try:
        return Stored(report, write_bad_rows(store, job, report))
    except (StoreError, OSError) as error:
        return Stored(report, None, error)


def write_bad_rows(store: Store, job: ImportJob, report: ImportReport) -> Path:
    """Write the bad rows to a CSV file in the exports folder, and return where it is."""
    from store.exchange.export_folder import Export, write_export

    name = _("{name}-bad-rows.csv").format(name=job.file.path.stem or "import")
    return write_export(store, Export(name, bad_rows_csv(report), report.bad))
