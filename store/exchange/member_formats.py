"""The files that members come from: one entry of `FORMATS` is one system's file, known by its header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from store.errors import ImportUnreadable, Invalid
from store.exchange.tables import Record, Table
from store.household import checked
from store.people import Member, Person


@dataclass(frozen=True, slots=True)
class MemberFormat:
    """One system's file of members.

    `columns` maps a `header_key` to what the cell is: "id", "email", "postal_code", …, of the second person with a 2
    at the end. A file is of this format when it has all of `required`. `source` names the system whose ids these are
    (empty: the file has none that last).
    """

    name: str
    required: frozenset[str]
    columns: Mapping[str, str]
    source: str = ""


@dataclass(frozen=True, slots=True)
class IncomingMember:
    """A row that can be imported: the member as it would be stored, with its id in the other system."""

    line: int
    external_id: str
    member: Member


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be imported. `reason`: "cells" (`value`: how many), "quotes", "email", "date", "name"."""

    line: int
    reason: str
    value: str = ""


CAGETTE_LEGACY = MemberFormat(
    "cagette",
    frozenset({"id", "firstname", "lastname", "prenomduconjoint"}),
    {
        "id": "id",
        "firstname": "first_name",
        "lastname": "last_name",
        "email": "email",
        "telephone": "phone",
        "prenomduconjoint": "first_name2",
        "nomduconjoint": "last_name2",
        "emailduconjoint": "email2",
        "telephoneduconjoint": "phone2",
        "address1": "address1",
        "address2": "address2",
        "codepostal": "postal_code",
        "commune": "city",
    },
    source="cagette",
)
CAMAP = MemberFormat(
    "camap",
    frozenset({"id", "prenom", "nom", "prenompartenaire"}),
    {
        "id": "id",
        "prenom": "first_name",
        "nom": "last_name",
        "email": "email",
        "telephone": "phone",
        "prenompartenaire": "first_name2",
        "nompartenaire": "last_name2",
        "emailpartenaire": "email2",
        "telephonepartenaire": "phone2",
        "adresse1": "address1",
        "adresse2": "address2",
        "codepostal": "postal_code",
        "ville": "city",
    },
    source="camap",
)
CAGETTE_IMPORT = MemberFormat(
    "cagette-import",
    frozenset({"prenom", "nom", "prenomconjoint"}),
    {
        "prenom": "first_name",
        "nom": "last_name",
        "email": "email",
        "telephoneportable": "phone",  # most hold a landline, whatever the column says
        "prenomconjoint": "first_name2",
        "nomconjoint": "last_name2",
        "emailconjoint": "email2",
        "telephoneportableconjoint": "phone2",
        "adresse1": "address1",
        "adresse2": "address2",
        "codepostal": "postal_code",
        "ville": "city",
    },
)
_SIMPLE_PERSON = ("first_name", "last_name", "email", "phone", "mobile")
_SIMPLE_HOUSEHOLD = (
    "address1",
    "address2",
    "postal_code",
    "city",
    "country",
    "language",
    "pickup_place",
    "joined_on",
    "tags",
    "notes",
)
SIMPLE = MemberFormat(
    "simple",
    frozenset(),
    {
        name.replace("_", ""): name
        for name in (*_SIMPLE_PERSON, *(f"{name}2" for name in _SIMPLE_PERSON), *_SIMPLE_HOUSEHOLD)
    },
)
_TEXTS = tuple(name for name in _SIMPLE_HOUSEHOLD if name not in ("joined_on", "tags"))
_SECOND = tuple(f"{name}2" for name in _SIMPLE_PERSON)
FORMATS = (CAGETTE_LEGACY, CAMAP, CAGETTE_IMPORT, SIMPLE)
"""Every known format, the more demanding first."""


def recognise(keys: tuple[str, ...]) -> MemberFormat | None:
    """The format that a file's header keys tell, whatever their order; None when it is none of members."""
    found = set(keys)
    for known in FORMATS[:-1]:
        if known.required <= found:
            return known
    named = found & {"firstname", "lastname"}
    # An e-mail alone says whose file it is only where nothing else stands beside it.
    if named or ("email" in found and found <= SIMPLE.columns.keys()):
        return SIMPLE
    return None


class MemberReader:
    """Turns the rows of one file into members; raises `ImportUnreadable` for a column that is there twice."""

    def __init__(self, table: Table, known: MemberFormat, country: str) -> None:
        places = [(i, known.columns[key]) for i, key in enumerate(table.keys) if key in known.columns]
        self._places = {field: i for i, field in places}
        if len(self._places) < len(places):
            twice = next(f for i, f in places if self._places[f] != i)
            raise ImportUnreadable(table.path, "twice", table.header[self._places[twice]])
        self.ignored = tuple(
            cell for cell, key in zip(table.header, table.keys, strict=True) if key and key not in known.columns
        )
        self._width = len(table.header)
        self._may_be_short = known is SIMPLE
        self._country = country

    def read(self, record: Record) -> IncomingMember | BadRow:
        """The member that a row tells of, or what is wrong with the row."""
        if record.cells is None:
            return BadRow(record.line, "quotes")
        cells = record.cells
        while len(cells) > self._width and not cells[-1]:
            cells = cells[:-1]
        if len(cells) > self._width or (len(cells) < self._width and not self._may_be_short):
            return BadRow(record.line, "cells", f"{len(cells)}/{self._width}")
        given = {field: cells[i] for field, i in self._places.items() if i < len(cells) and cells[i]}
        try:
            member = checked(_member(given), self._country)
        except Invalid as error:
            return BadRow(record.line, error.field, error.value)
        return IncomingMember(record.line, given.get("id", ""), member)


def _member(given: Mapping[str, str]) -> Member:
    people = [_person(given, "")]
    if any(name in given for name in _SECOND):
        people.append(_person(given, "2"))
    texts: dict[str, Any] = {name: given[name] for name in _TEXTS if name in given}
    if "joined_on" in given:
        texts["joined_on"] = _day(given["joined_on"])
    if "tags" in given:
        texts["tags"] = tuple(given["tags"].split(","))
    return Member(people=tuple(people), **texts)


def _person(given: Mapping[str, str], suffix: str) -> Person:
    return Person(
        first_name=given.get(f"first_name{suffix}", ""),
        last_name=given.get(f"last_name{suffix}", ""),
        email=given.get(f"email{suffix}", ""),
        phone=given.get(f"phone{suffix}", ""),
        mobile=given.get(f"mobile{suffix}", ""),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid("date", text, "syntax") from error
