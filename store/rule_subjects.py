"""The things rules speak of: kinds of parameters, and finding catalogues, distributions, products and messages.

A thing is found by its id (an integer) or by its name (text): first exactly, else without case and accents. A
distribution is found by id, by its day or as `next` and `last`; a draft only where no other message is called so.
Raises `NotFound` and `Ambiguous`.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from store.distributions import resolve_distribution
from store.errors import Ambiguous, NotFound
from store.folding import fold
from store.near_names import near
from store.segment_steps import Value

if TYPE_CHECKING:
    from store.transaction import Transaction

NEXT, LAST = "next", "last"


class Kind(StrEnum):
    """What a parameter is: how its words are read, and which choices there are."""

    MONTHS = "months"
    DATE = "date"
    NUMBER = "number"
    MONEY = "money"
    CATALOGUE = "catalogue"
    DISTRIBUTION = "distribution"
    PRODUCT = "product"
    MESSAGE = "message"
    TAG = "tag"
    CITY = "city"
    LANGUAGE = "language"
    PREFIX = "prefix"
    MEMBERS = "members"


NAMED = {
    Kind.CATALOGUE: "SELECT id, name FROM catalogues ORDER BY active DESC, name",
    Kind.PRODUCT: "SELECT id, name FROM products ORDER BY active DESC, name, id",
    Kind.MESSAGE: """SELECT id, coalesce(nullif(label, ''), subject) AS name, state = 'draft' AS unsent,
        occurrence_id IS NOT NULL AS automatic FROM messages WHERE workflow_step_id IS NULL ORDER BY id DESC""",
}
"""Where the things with a name are, those in use first."""


def find(t: Transaction, kind: Kind, value: Value, wall: datetime) -> int:
    """The id of a catalogue, distribution, product or message; `wall` is the group's present wall time."""
    if kind is Kind.DISTRIBUTION:
        return resolve_distribution(t, wall, str(value))
    rows = t.all(NAMED[kind])
    if isinstance(value, int):
        found = [row["id"] for row in rows if row["id"] == value]
    else:
        found = [row["id"] for row in rows if row["name"] == value]
        found = found or [row["id"] for row in rows if fold(row["name"]) == fold(str(value))]
    if len(found) > 1 and kind is Kind.MESSAGE:
        # What a workflow sends is called the same each time; a copy that is being written like what was sent.
        found = [row["id"] for row in rows if row["id"] in found and not row["automatic"]] or found
        found = [row["id"] for row in rows if row["id"] in found and not row["unsent"]] or found
    if not found:
        named = (row["name"] for row in rows)
        raise NotFound(kind.value, str(value), () if isinstance(value, int) else near(str(value), named))
    if len(found) > 1:
        raise Ambiguous(kind.value, str(value), tuple(str(id_) for id_ in found))
    return int(found[0])
