"""The list of catalogues, with figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.catalogue_records import COLUMNS, TABLES, Catalogue
from store.rights import Right

if TYPE_CHECKING:
    from store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class CatalogueRow(Catalogue):
    """A catalogue in the list of them; `products` counts those that can be ordered, `contacts` who speaks for it."""

    products: int
    contacts: int


def catalogue_rows(t: Transaction, *, inactive: bool) -> list[CatalogueRow]:
    """The catalogues by name with their figures; a producer's own only."""
    found = t.all(
        f"""SELECT {COLUMNS},
            (SELECT count(*) FROM products s WHERE s.catalogue_id = c.id AND s.active = 1) AS products,
            (SELECT count(*) FROM catalogue_contacts k WHERE k.catalogue_id = c.id) AS contacts
        FROM {TABLES} WHERE c.active >= ? ORDER BY c.active DESC, c.name""",
        (int(not inactive),),
    )
    own = t.actor.catalogues(Right.ORDERS)
    return [
        CatalogueRow(**{**dict(row), "active": bool(row["active"])}) for row in found if not own or row["id"] in own
    ]
