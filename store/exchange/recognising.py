"""What a file is, before anything is compared: which kind, which system's, and what its columns are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from store.exchange.mappings import FIELDS, guess, load_mapping, problem
from store.exchange.members.formats import MemberFormat, recognise_members
from store.exchange.messages.formats import MessageFormat, recognise_messages
from store.exchange.opening import Recognise, table_of
from store.exchange.orders.formats import OrderFormat, recognise_orders
from store.exchange.products.formats import ProductFormat, recognise_products
from store.exchange.tables import ImportFile, Table, read_table

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction

MAPPED = "mapped"
"""The format of a file whose columns a person named before."""

KINDS = ("messages", "members", "orders", "products")
"""In the order in which they are tried: a list of mailings with their recipients is one of members too, a supplier's
list of what was ordered one of products."""

SAMPLED = 10
"""Rows that a `Look` shows."""

_RECOGNISE: Mapping[str, Recognise[MemberFormat | ProductFormat | OrderFormat | MessageFormat]] = {
    "members": recognise_members,
    "products": recognise_products,
    "orders": recognise_orders,
    "messages": recognise_messages,
}


@dataclass(frozen=True, slots=True)
class Look:
    """What can be said of a file.

    `kind` is "members", "products", "orders" or "messages", "" where nothing tells. `format` is the system's name or
    `MAPPED`; "" where a person has to say what `columns` are: then those are a guess (see `mappings.guess`). `sample`
    are the cells of the first rows, as wide as the header; `rows` how many there are. `needs` is what the file cannot
    say: "distribution", "catalogue".
    """

    kind: str
    format: str
    header: tuple[str, ...]
    keys: tuple[str, ...]
    columns: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    rows: int
    needs: tuple[str, ...] = ()


def table_to_map(store: Store, file: ImportFile, kind: str) -> Table:
    """The file cut where an import of this kind will cut it, for a person to say what its columns are."""
    with store.reading() as t:
        return table_of(t, kind, file, _RECOGNISE[kind])


def look(store: Store, file: ImportFile, kind: str = "") -> Look:
    """Look at a file, of any kind or of the `kind` that the caller wants; raises `ImportUnreadable`."""
    with store.reading() as t:
        for wanted in (kind,) if kind else KINDS:
            table, known = _known(t, file, wanted)
            if known:
                return _look(table, wanted, known, load_mapping(t, wanted, table.keys) or ())
    table = read_table(file)
    guesses = {name: guess(name, table) for name in ((kind,) if kind else FIELDS)}
    likely = max(guesses, key=lambda name: (not problem(name, guesses[name]), sum(map(bool, guesses[name]))))
    told = kind or ("" if problem(likely, guesses[likely]) else likely)
    return _look(table, told, "", guesses[likely])


def _known(t: Transaction, file: ImportFile, kind: str) -> tuple[Table, str]:
    """The file read as one of `kind`, with its format, "" where it is none."""
    table = table_of(t, kind, file, _RECOGNISE[kind])
    if load_mapping(t, kind, table.keys) is not None:
        return table, MAPPED
    known = _RECOGNISE[kind](table.keys)
    return table, known.name if known else ""


def _look(table: Table, kind: str, known: str, columns: tuple[str, ...]) -> Look:
    width = len(table.header)
    cells = ((*(record.cells or ()), *("",) * width)[:width] for record in islice(table.records(), SAMPLED))
    return Look(kind, known, table.header, table.keys, columns, tuple(cells), sum(1 for _ in table.records()))
