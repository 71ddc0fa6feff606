"""`--map COLUMN=FIELD`: what the columns of a file are that no format knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.import_fields import problem_words
from templates.words import _
from tui.output import WRONG_USE, Ended

if TYPE_CHECKING:
    from store import Store
    from store.exchange.tables import ImportFile


def mapping_of(store: Store, kind: str, file: ImportFile, maps: tuple[str, ...]) -> tuple[str, ...] | None:
    """The field of each column: the ones that are named, the others as they look; None where none is named.

    A column is named as in the file or by its place from 1; "-" for a field leaves it out. Raises `Ended`.
    """
    if not maps:
        return None
    from store.exchange.mappings import FIELDS, guess, problem
    from store.exchange.recognising import table_to_map
    from store.exchange.tables import header_key

    table = table_to_map(store, file, kind)
    said: dict[int, str] = {}
    for text in maps:
        column, equals, field = text.rpartition("=")
        place = _place(column, table.keys, header_key(column))
        if not equals or place is None:
            columns = ", ".join(cell for cell in table.header if cell)
            raise Ended(
                _("--map {text}: there is no such column. The file has: {columns}").format(text=text, columns=columns),
                WRONG_USE,
            )
        field = field.strip()
        if field not in ("", "-", *FIELDS[kind]):
            raise Ended(
                _("--map {text}: there is no such field. Possible: {fields}").format(
                    text=text, fields=", ".join(FIELDS[kind])
                ),
                WRONG_USE,
            )
        said[place] = "" if field == "-" else field
    guessed = guess(kind, table)
    mapping = tuple(
        said[place] if place in said else ("" if field in said.values() else field)
        for place, field in enumerate(guessed)
    )
    if code := problem(kind, mapping):
        raise Ended(problem_words(kind, code), WRONG_USE)
    return mapping


def _place(column: str, keys: tuple[str, ...], key: str) -> int | None:
    if key and keys.count(key) == 1:
        return keys.index(key)
    if column.strip().isdecimal() and 0 < int(column) <= len(keys):
        return int(column) - 1
    return None
