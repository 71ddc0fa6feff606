"""Producers and the catalogues they offer to the group."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.errors import Ambiguous, Invalid, NotFound
from store.folding import fold, folded
from store.products import Product, get_product, insert_product, list_products
from store.rights import Right

if TYPE_CHECKING:
    from collections.abc import Iterable

    from store.handle import Store
    from store.transaction import Transaction

HOUR = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Producer:
    """Who grows or makes what a catalogue offers; `member_id` where the producer is a member too."""

    id: int
    name: str
    member_id: int | None
    email: str
    phone: str


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


class Catalogues:
    """Everybody who works here may read them; changes need the right `orders`, for products on their catalogue."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self, *, inactive: bool = False) -> tuple[Catalogue, ...]:
        """The catalogues by name."""
        with self._store.reading() as t:
            return tuple(list_catalogues(t, inactive=inactive))

    def get(self, catalogue_id: int) -> Catalogue:
        """One catalogue; raises `NotFound`."""
        with self._store.reading() as t:
            return get_catalogue(t, catalogue_id)

    def resolve(self, text: str) -> int:
        """The id of the catalogue meant by an id, its name, its producer's, or a unique beginning of one."""
        with self._store.reading() as t:
            return resolve_catalogue(t, text)

    def producers(self) -> tuple[Producer, ...]:
        """The producers by name."""
        with self._store.reading() as t:
            rows = t.all("SELECT id, name, member_id, email, phone FROM producers ORDER BY name")
            return tuple(Producer(**row) for row in rows)

    def contacts(self, catalogue_id: int) -> tuple[int, ...]:
        """The members who speak for a catalogue."""
        with self._store.reading() as t:
            rows = t.all(
                "SELECT member_id FROM catalogue_contacts WHERE catalogue_id = ? ORDER BY member_id", (catalogue_id,)
            )
            return tuple(row["member_id"] for row in rows)

    def products(self, catalogue_ids: Iterable[int] | None = None, *, inactive: bool = False) -> tuple[Product, ...]:
        """Products by catalogue and order of display; of the named catalogues where given."""
        wanted = None if catalogue_ids is None else frozenset(catalogue_ids)
        with self._store.reading() as t:
            return tuple(list_products(t, wanted, active=not inactive))

    def product(self, product_id: int) -> Product:
        """One product; raises `NotFound`."""
        with self._store.reading() as t:
            return get_product(t, product_id)

    def producer_called(self, name: str, *, email: str = "", phone: str = "") -> int:
        """The id of the producer of this name, in whatever case; where there is none it is added. Raises `Invalid`."""
        known = next((one.id for one in self.producers() if folded(one.name) == folded(name)), None)
        return self.add_producer(name, email=email, phone=phone) if known is None else known

    def add_producer(self, name: str, *, member_id: int | None = None, email: str = "", phone: str = "") -> int:
        """Add a producer and return the id; raises `Invalid` when the name is empty or taken."""
        with self._store.writing() as t:
            t.require(Right.ORDERS)
            name = _new_name(t, "producers", name)
            producer_id = t.insert("producers", name=name, member_id=member_id, email=email, phone=phone)
            t.journal("producer.added", producer_id)
        return producer_id

    def add_catalogue(
        self,
        name: str,
        producer_id: int,
        currency: str,
        closes_days_before: int | None = None,
        closes_at: str | None = None,
        *,
        opens_days_before: int | None = None,
        opens_at: str | None = None,
        contacts: Iterable[int] = (),
    ) -> int:
        """Add a catalogue and return the id; `contacts` are members who speak for it.

        Raises `Invalid`, and `NotFound` for an unknown producer.
        """
        with self._store.writing() as t:
            t.require(Right.ORDERS)
            if t.one("SELECT 1 FROM producers WHERE id = ?", (producer_id,)) is None:
                raise NotFound("producer", str(producer_id))
            name = _new_name(t, "catalogues", name)
            for field, days, hour in (
                ("opens_at", opens_days_before, opens_at),
                ("closes_at", closes_days_before, closes_at),
            ):
                if (days is None) != (hour is None) or (hour is not None and not HOUR.fullmatch(hour)):
                    raise Invalid(field, str(hour), "not_an_hour")
            if not currency.strip():
                raise Invalid("currency", currency, "empty")
            values: dict[str, Any] = {"opens_days_before": opens_days_before, "opens_at": opens_at}
            values |= {"closes_days_before": closes_days_before, "closes_at": closes_at}
            catalogue_id = t.insert(
                "catalogues", name=name, producer_id=producer_id, currency=currency.strip(), **values
            )
            for member_id in contacts:
                t.insert("catalogue_contacts", catalogue_id=catalogue_id, member_id=member_id)
            t.journal("catalogue.added", catalogue_id)
        return catalogue_id

    def add_product(self, catalogue_id: int, name: str, price: int, **values: Any) -> int:
        """Add a product and return the id; `values` as `insert_product` takes them. Raises `Invalid`."""
        with self._store.writing() as t:
            t.require(Right.ORDERS, catalogue_id)
            get_catalogue(t, catalogue_id)
            product_id = insert_product(t, catalogue_id, name, price, **values)
            t.journal("product.added", product_id)
        return product_id


_SELECT = """SELECT c.id, c.name, c.producer_id, p.name AS producer_name, c.currency, c.opens_days_before, c.opens_at,
    c.closes_days_before, c.closes_at, c.active, c.version
    FROM catalogues c JOIN producers p ON p.id = c.producer_id"""


def list_catalogues(t: Transaction, *, inactive: bool = False) -> list[Catalogue]:
    """The catalogues by name."""
    return [_catalogue(row) for row in t.all(f"{_SELECT} WHERE c.active >= ? ORDER BY c.name", (int(not inactive),))]


def get_catalogue(t: Transaction, catalogue_id: int) -> Catalogue:
    """One catalogue; raises `NotFound`."""
    row = t.one(f"{_SELECT} WHERE c.id = ?", (catalogue_id,))
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


def _catalogue(row: sqlite3.Row) -> Catalogue:
    return Catalogue(**{**dict(row), "active": bool(row["active"])})


def _new_name(t: Transaction, table: str, name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid("name", name, "empty")
    if t.one(f"SELECT 1 FROM {table} WHERE name = ?", (name,)):
        raise Invalid("name", name, "taken")
    return name
