"""What a group's file holds, to see whether an import changed anything at all."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from store import Store
from store.exchange.report import ImportReport
from store.members import Member


def dump(store: Store) -> list[str]:
    """Every row of every table."""
    with closing(sqlite3.connect(store.path)) as conn:
        return list(conn.iterdump())


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    """New, changed, same, candidates, bad."""
    return report.new, report.changed, report.same, report.candidates, report.bad


def everything(store: Store) -> list[Member]:
    return [store.members.get(row.id) for row in store.members.search("", limit=1000).rows]


def only(store: Store, text: str) -> Member:
    return store.members.get(store.members.resolve(text))


@contextmanager
def fresh(new_file: Path, folder: Path) -> Iterator[Store]:
    """A new group's file, for each of many examples in one test."""
    with TemporaryDirectory(dir=folder) as place:
        store = Store(Path(shutil.copy(new_file, place)), "marie")
        yield store
        store.close()
