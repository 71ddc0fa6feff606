"""Producers and catalogues as everyone above the store sees them, and how they are found."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from store.errors import Ambiguous, NotFound
from store.folding import fold, folded
from store.rights import Right

if TYPE_CHECKING:
    from store.transaction import Transaction

HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Producer:
    """Who grows or makes what a catalogue offers; `member_id` where the producer is a member too.

    The recap goes to `email`. Who takes orders for none of the producer's catalogues reads no e-mail and no phone.
    """

    id: int
    name: str
    member_id: int | None
    email: str
    phone: str
    version: int = 1


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What one producer offers to the group, and when orders for it open and close: so many days before a
    distribution, at a local hour (`HH:MM`). None means that it is open from the start, or until the distribution."""

    id: int
    name: str
    producer_id: int
    producer_name: str
    currency: str
    opens_days_before: int | None
    opens_at: str | None
    closes_days_before: int | None
    closes_at: str | None
    active: bool
    version: int


COLUMNS = """c.id, c.name, c.producer_id, p.name AS producer_name, c.currency, c.opens_days_before, c.opens_at,
    c.closes_days_before, c.closes_at, c.active, c.version"""
TABLES = "catalogues c JOIN producers p ON p.id = c.producer_id"


def list_catalogues(t: Transaction, *, inactive: bool = False) -> list[Catalogue]:
    """The catalogues by name."""
    found = t.all(f"SELECT {COLUMNS} FROM {TABLES} WHERE c.active >= ? ORDER BY c.name", (int(not inactive),))
    return [_catalogue(row) for row in found]


def get_catalogue(t: Transaction, catalogue_id: int) -> Catalogue:
    """One catalogue; raises `NotFound`."""
    row = t.one(f"SELECT {COLUMNS} FROM {TABLES} WHERE c.id = ?", (catalogue_id,))
    if row is None:
        raise NotFound("catalogue", str(catalogue_id))
    return _catalogue(row)


def resolve_catalogue(t: Transaction, text: str) -> int:
    """The id of the catalogue meant by `text` (see `Catalogues.resolve`); raises `NotFound` or `Ambiguous`."""
    catalogues = list_catalogues(t, inactive=True)
    wanted = folded(text)

    def begins(name: str) -> bool:
        return bool(wanted) and folded(name).startswith(wanted)

    for found in (
        [c for c in catalogues if fold(c.name) == fold(text.strip())],
        [c for c in catalogues if str(c.id) == text.strip()],
        [c for c in catalogues if fold(c.producer_name) == fold(text.strip())],
        [c for c in catalogues if begins(c.name) or begins(c.producer_name)],
    ):
        if len(found) == 1:
            return found[0].id
        if found:
            raise Ambiguous("catalogue", text, tuple(c.name for c in found))
    raise NotFound("catalogue", text)


def list_producers(t: Transaction) -> list[Producer]:
    """The producers by name, each with as much as the actor may know."""
    found = [Producer(**row) for row in t.all(f"SELECT {_PRODUCER} FROM producers ORDER BY name")]
    own = t.actor.catalogues(Right.ORDERS)
    if own is None:
        return found
    offers = t.all("SELECT id, producer_id FROM catalogues")
    mine = {row["producer_id"] for row in offers if row["id"] in own}
    return [one if one.id in mine else replace(one, email="", phone="") for one in found]


def get_producer(t: Transaction, producer_id: int) -> Producer:
    """One producer, with as much as the actor may know; raises `NotFound`."""
    found = next((one for one in list_producers(t) if one.id == producer_id), None)
    if found is None:
        raise NotFound("producer", str(producer_id))
    return found


_PRODUCER = "id, name, member_id, email, phone, version"


def _catalogue(row: sqlite3.Row) -> Catalogue:
    return Catalogue(**{**dict(row), "active": bool(row["active"])})
