"""Opening a file of one kind: where its header stands, which format it is of, or what a person said of its columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from store.exchange.columns import unknown_header
from store.exchange.mappings import load_mapping, require_mapping
from store.exchange.tables import ImportFile, Table, read_table
from store.transaction import Transaction

Format = TypeVar("Format")
Recognise = Callable[[tuple[str, ...]], Format | None]
"""The format that header keys tell, or None."""


def table_of(t: Transaction, kind: str, file: ImportFile, recognise: Recognise[Format]) -> Table:
    """The file cut into header and rows; its header is one that a format or a remembered mapping of the kind knows."""
    return read_table(file, lambda keys: recognise(keys) is not None or load_mapping(t, kind, keys) is not None)


def opened(
    t: Transaction, kind: str, file: ImportFile, recognise: Recognise[Format], mapping: tuple[str, ...] | None
) -> tuple[Table, Format | None, tuple[str, ...]]:
    """The file with its format, or (None) with what a person said of each column, now or before.

    What a person said counts more than what the header looks like. Raises `ImportUnreadable` for a file that nobody
    knows, and `Invalid` for a `mapping` that cannot be used.
    """
    table = table_of(t, kind, file, recognise)
    said = mapping if mapping is not None else load_mapping(t, kind, table.keys)
    if said is not None:
        require_mapping(kind, table.keys, said)
        return table, None, said
    known = recognise(table.keys)
    if known is None:
        raise unknown_header(table)
    return table, known, ()
