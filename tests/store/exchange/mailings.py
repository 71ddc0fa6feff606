"""Importing files of old mailings in tests, and what is here of them then."""

from __future__ import annotations

from pathlib import Path

from store import Store
from store.exchange.messages import import_messages
from store.exchange.report import ImportReport
from store.exchange.tables import ImportFile


def take(store: Store, text: str, **options: object) -> ImportReport:
    return import_messages(store, ImportFile(Path("old.csv"), text.encode()), **options)  # type: ignore[arg-type]


def stored(store: Store) -> dict[str, tuple[set[int], dict[str, tuple[str, int]]]]:
    """By title whom each old mailing reached, and its figures."""
    return {
        row.title: (
            {one.member_id for one in store.messages.recipients(row.id)},
            {one.name: (one.currency, one.value) for one in store.results.of(row.id).figures},
        )
        for row in store.results.all(imported=True)
    }
