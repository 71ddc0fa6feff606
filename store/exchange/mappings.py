"""Files that no format knows: what each of their columns is, guessed, said by a person, and remembered."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import islice

from store.errors import Invalid
from store.exchange.column_names import CELLS, SYNONYMS
from store.exchange.columns import ADDED
from store.exchange.tables import Table
from store.transaction import Transaction

_PERSON = ("first_name", "last_name", "name", "email", "phone", "mobile")

FIELDS: Mapping[str, tuple[str, ...]] = {
    "members": (
        *_PERSON,
        *("address1", "address2", "postal_code", "city", "address", "country", "language"),
        *("pickup_place", "joined_on", "vip", "tags", "notes"),
        *(f"{field}2" for field in _PERSON),
    ),
    "products": (
        *("name", "reference", "price", "unit", "base_quantity", "catalogue", "producer"),
        *("cost", "stock", "weighed", "decimal", "active"),
    ),
    "orders": (
        *("member", "member_id", "email", "phone", "product", "reference"),
        *("quantity", "price", "catalogue", "producer", "date"),
    ),
}
"""What a column can be, by kind of file.

Of members: `name` is first and last name in one cell, perhaps of two people ("GUÉRIN Hélène et François"); `email` and
`phone` may hold several; `address` is street, postal code and town in one cell; a 2 at the end means the second person.
Of orders: `member` is a name, `member_id` the number in the system that wrote the file.
"""

LOOKED_AT = 50
"""Rows whose cells `guess` looks at."""


def guess(kind: str, table: Table) -> tuple[str, ...]:
    """What each column seems to be, "" where it says nothing: by its name in four languages, else by its cells.

    No field is given twice, but to a second e-mail or phone.
    """
    columns = [""] * len(table.keys)
    rows = [record.cells for record in islice(table.records(), LOOKED_AT) if record.cells]
    for place, key in enumerate(table.keys):
        named = SYNONYMS[kind].get(key, "")
        if named:
            columns[place] = _free(named, columns)
    for place in range(len(columns)):
        cells = [cells[place] for cells in rows if place < len(cells) and cells[place]]
        if not columns[place] and kind in ("members", "orders"):
            field = next((name for name, looks in CELLS if cells and _most(cells, looks)), "")
            columns[place] = _free(field, columns) if field in FIELDS[kind] else ""
    if kind == "members":
        _whole_names(columns, rows)
    return tuple(columns)


def _most(cells: list[str], looks: re.Pattern[str]) -> bool:
    return sum(1 for cell in cells if looks.search(cell)) * 2 > len(cells)


def _free(field: str, taken: list[str]) -> str:
    """The field, or the one that a second column of that kind is; "" when that is taken too."""
    further = {"email": ("email2",), "phone": ("mobile", "phone2"), "mobile": ("mobile2",), "address1": ("address2",)}
    return next((name for name in (field, *further.get(field, ())) if name not in taken), "")


def _whole_names(columns: list[str], rows: list[tuple[str, ...]]) -> None:
    """Settle what a column called "name" means: the last name beside a first name, both where it stands alone."""
    if "name" in columns and "first_name" in columns and "last_name" not in columns:
        columns[columns.index("name")] = "last_name"
    for alone, other in (("last_name", "first_name"), ("first_name", "last_name")):
        if alone in columns and other not in columns and "name" not in columns:
            place = columns.index(alone)
            cells = [cells[place] for cells in rows if place < len(cells) and cells[place]]
            if sum(" " in cell for cell in cells) * 2 > len(cells):
                columns[place] = "name"


def problem(kind: str, columns: tuple[str, ...]) -> str:
    """Why files cannot be read by this mapping, or "".

    Codes: "unknown:<field>", "twice:<field>"; of members "no_name" (nor e-mail nor phone); of products "no_name",
    "no_price"; of orders "no_member", "no_product", "no_quantity".
    """
    given = [field for field in columns if field]
    for field in given:
        if field not in FIELDS[kind]:
            return f"unknown:{field}"
        if given.count(field) > 1:
            return f"twice:{field}"
    for any_of, code in _NEEDED[kind]:
        if not any_of & set(given):
            return code
    return ""


_NEEDED = {
    "members": ((frozenset(_PERSON), "no_name"),),
    "products": ((frozenset({"name"}), "no_name"), (frozenset({"price"}), "no_price")),
    "orders": (
        (frozenset({"member", "member_id", "email", "phone"}), "no_member"),
        (frozenset({"product", "reference"}), "no_product"),
        (frozenset({"quantity"}), "no_quantity"),
    ),
}


def load_mapping(t: Transaction, kind: str, keys: tuple[str, ...]) -> tuple[str, ...] | None:
    """What was said before of a file with these header keys, or of the one whose bad rows these are.

    None when nothing was, or a newer cabas said it.
    """
    stored = t.value("SELECT columns FROM import_mappings WHERE kind = ? AND header = ?", (kind, _header(keys)))
    if stored is None:
        whole = load_mapping(t, kind, keys[: -len(ADDED)]) if keys[-len(ADDED) :] == ADDED else None
        return None if whole is None else (*whole, *("" for _ in ADDED))
    columns = tuple(str(column) for column in json.loads(stored))
    return columns if len(columns) == len(keys) and not problem(kind, columns) else None


def save_mapping(t: Transaction, kind: str, keys: tuple[str, ...], columns: tuple[str, ...]) -> bool:
    """Remember what a file's columns are, and say whether that is news; raises `Invalid("mapping", …)`."""
    require_mapping(kind, keys, columns)
    if load_mapping(t, kind, keys) == columns:
        return False
    t.execute(
        """INSERT INTO import_mappings (kind, header, columns, at, operator_id) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (kind, header) DO UPDATE SET columns = excluded.columns, at = excluded.at,
               operator_id = excluded.operator_id""",
        (kind, _header(keys), json.dumps(columns), t.stamp, t.actor.id),
    )
    return True


def require_mapping(kind: str, keys: tuple[str, ...], columns: tuple[str, ...]) -> None:
    """Raise `Invalid("mapping", …)` with `problem`'s code, or "width", for a mapping that cannot be used."""
    code = "width" if len(columns) != len(keys) else problem(kind, columns)
    if code:
        raise Invalid("mapping", ", ".join(columns), code)


def _header(keys: tuple[str, ...]) -> str:
    return json.dumps(keys, ensure_ascii=False)
