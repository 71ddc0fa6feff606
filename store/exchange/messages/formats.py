"""The files that old mailings come from: tables of two shapes, known by the names of their columns."""

from __future__ import annotations

from dataclasses import dataclass

from store.exchange.column_names import SYNONYMS
from store.exchange.columns import Columns
from store.exchange.mappings import guess
from store.exchange.tables import Table

COUNTS = {
    **{"total": "members", "selected": "selected", "with_email": "email", "with_mobile": "mobile"},
    **{name: name for name in ("sent", "failed", "bounced", "opened", "clicked", "opted_out", "came_back", "orders")},
    "vouchers": "vouchers",
}
"""Columns that count, and the names of the figures."""
SUMS = ("turnover", "margin", "voucher_sum")
QUANTITY = "quantity"
PERSON = ("name", "first_name", "last_name", "email", "email2", "phone", "mobile", "member_id")


@dataclass(frozen=True, slots=True)
class MessageFormat:
    """One system's file of mailings; there is only one that is known by itself, as its columns are called."""

    name: str


SIMPLE = MessageFormat("simple")
MAPPED = MessageFormat("mapped")

_TELLING = frozenset(
    "recipients closes_on selected sent failed bounced opened clicked opted_out came_back vouchers".split()
)
"""Fields that only a file of mailings has."""
_CALLED_SO = frozenset("label subject mailing campaign campagne campagna newsletter objet oggetto".split())
"""Headings that are enough beside a date and a person."""
_OTHERS = frozenset(
    key for field in ("product", "price", "catalogue") for key, named in SYNONYMS["orders"].items() if named == field
)
"""Headings of orders: such a file is none of mailings."""


def recognise_messages(keys: tuple[str, ...]) -> MessageFormat | None:
    """The format, where a header's keys say the date and the name of mailings, and something that only these have."""
    there = frozenset(keys)
    fields = {SYNONYMS["messages"].get(key, "") for key in keys}
    if "date" not in fields or there & _OTHERS:
        return None
    named = fields & {"label", "subject"} or (fields & {"name", "last_name"} and "recipients" in fields)
    person = fields & set(PERSON) and there & _CALLED_SO
    return SIMPLE if named and (fields & _TELLING or person) else None


def columns_of(table: Table) -> Columns:
    """The columns of a file that is known by their names."""
    return Columns(table, guess("messages", table), may_be_short=True)


def mapped(table: Table, mapping: tuple[str, ...]) -> tuple[MessageFormat, Columns]:
    """A file whose columns a person named, in the words of `mappings.FIELDS`."""
    return MAPPED, Columns(table, mapping, may_be_short=True)
