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
    "messages": (
        *("date", "label", "subject", "closes_on", "recipients", *_PERSON, "email2", "member_id"),
        *("total", "selected", "with_email", "with_mobile", "sent", "failed", "bounced", "opened", "clicked"),
        *("opted_out", "came_back", "orders", "turnover", "margin", "currency", "quantity"),
        *("vouchers", "voucher_sum", "source"),
    ),
}
"""What a column can be, by kind of file.

Of members: `name` is first and last name in one cell, perhaps of two people ("GUÉRIN Hélène et François"); `email` and
`phone` may hold several; `address` is street, postal code and town in one cell; a 2 at the end means the second person.
Of orders: `member` is a name, `member_id` the number in the system that wrote the file.
Of messages: `recipients` names them all in one cell; else the person's columns name one, and there are as many rows.
What follows are figures, `source` is the system that sent them.
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
            field = _free(named, columns)
            columns[place] = field if field in FIELDS[kind] else ""
    for place in range(len(columns)):
        cells = [cells[place] for cells in rows if place < len(cells) and cells[place]]
        if not columns[place] and cells and _most(cells, _DAY):  # a phone number may look much alike
            columns[place] = _free("date", columns) if kind == "messages" else ""
        elif not columns[place] and kind != "products":
            field = next((name for name, looks in CELLS if cells and _most(cells, looks)), "")
            columns[place] = _free(field, columns) if field in FIELDS[kind] else ""
    if kind == "messages":
        _mailings(columns, rows)
    if kind in ("members", "messages"):
        _whole_names(columns, rows)
    return tuple(columns)


def _mailings(columns: list[str], rows: list[tuple[str, ...]]) -> None:
    """Settle what may be a figure or name people, by its cells, and what may be a mailing's name or a person's."""
    for place, field in enumerate(columns):
        cells = [cells[place] for cells in rows if place < len(cells) and cells[place]]
        if field in _COUNTED and cells and all(map(_COUNT.fullmatch, cells)):
            columns[place] = "" if _COUNTED[field] in columns else _COUNTED[field]
        elif (
            field == "email"
            and "recipients" not in columns
            and sum(cell.count("@") > 1 for cell in cells) * 2 > len(cells)
        ):
            columns[place] = "recipients"
    whole = "recipients" in columns or not {"first_name", *_COUNTED} & set(columns)
    named = next((field for field in ("name", "last_name") if field in columns), "")
    if whole and named and not {"label", "subject"} & set(columns):
        columns[columns.index(named)] = "label"
    if "recipients" in columns:
        columns[:] = ["" if field in (*_PERSON, "email2", "member_id") else field for field in columns]


_COUNT = re.compile(r"\d{1,6}")
_COUNTED = {"email": "with_email", "mobile": "with_mobile", "recipients": "selected"}
"""What a column is that holds numbers, not addresses."""


_DAY = re.compile(r"^(?:\d{1,2}[./-](?:0?[1-9]|1[0-2])[./-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2})(?:[\sT,]|$)", re.ASCII)


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
    "no_price"; of orders "no_member", "no_product", "no_quantity"; of messages "no_date", "no_label".
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
    "messages": ((frozenset({"date"}), "no_date"), (frozenset({"label", "subject"}), "no_label")),
}


def load_mapping(t: Transaction, kind: str, keys: tuple[str, ...]) -> tuple[str, ...] | None:
    """What was said before of a file with these header keys, or of the one whose bad rows these are.

    None when nothing was, or a newer cabas said it.
    """
    stored = _stored(t, kind, _header(keys))
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
    if kind == "messages":
        said = {**_of_messages(t), _header(keys): columns}
        t.execute(
            "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (_SETTING, json.dumps(said, ensure_ascii=False)),
        )
        return True
    t.execute(
        """INSERT INTO import_mappings (kind, header, columns, at, operator_id) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (kind, header) DO UPDATE SET columns = excluded.columns, at = excluded.at,
               operator_id = excluded.operator_id""",
        (kind, _header(keys), json.dumps(columns), t.stamp, t.actor.id),
    )
    return True


_SETTING = "import.messages"
"""Where it is remembered for files of old mailings: the table of the others takes no further kind."""


def _of_messages(t: Transaction) -> dict[str, list[str]]:
    stored = t.value("SELECT value FROM settings WHERE key = ?", (_SETTING,))
    return dict(json.loads(stored)) if stored else {}


def _stored(t: Transaction, kind: str, header: str) -> str | None:
    if kind == "messages":
        said = _of_messages(t).get(header)
        return None if said is None else json.dumps(said)
    found: str | None = t.value("SELECT columns FROM import_mappings WHERE kind = ? AND header = ?", (kind, header))
    return found


def require_mapping(kind: str, keys: tuple[str, ...], columns: tuple[str, ...]) -> None:
    """Raise `Invalid("mapping", …)` with `problem`'s code, or "width", for a mapping that cannot be used."""
    code = "width" if len(columns) != len(keys) else problem(kind, columns)
    if code:
        raise Invalid("mapping", ", ".join(columns), code)


def _header(keys: tuple[str, ...]) -> str:
    return json.dumps(keys, ensure_ascii=False)
