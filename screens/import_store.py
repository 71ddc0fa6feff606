"""Storing an import, and the file of bad rows that goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from screens.import_words import bad_rows_csv
from store.errors import StoreError
from templates.words import _

if TYPE_CHECKING:
    from screens.import_job import ImportJob, Progress
    from store import Store
    from store.exchange.report import Answers, ImportReport


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
