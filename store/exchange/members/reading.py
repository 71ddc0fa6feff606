"""Rows of a file of members, each turned into the household that it tells of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from store.errors import Invalid
from store.exchange import own_members
from store.exchange.cells import day
from store.exchange.columns import BadRow, Columns, left_out
from store.exchange.formulas import undefused
from store.exchange.members import cells
from store.exchange.members.formats import OWN, MemberFormat
from store.exchange.members.names import whole_names
from store.exchange.members.people import SECOND, household, plain
from store.exchange.own_members import OwnMember
from store.exchange.tables import Record, Table
from store.folding import folded_words
from store.household import checked
from store.people import Member, Person

_TEXTS = ("address1", "address2", "postal_code", "city", "country", "pickup_place")
_SEVERAL = re.compile(r"[/&+;,<|=\"\n]|\s(?:et|and|und|ed?|y|ou|or|o)\s|^\d*$", re.IGNORECASE)
_ONE_PHONE = re.compile(r"(?:0\d(?:[ .-]?\d\d){4})?", re.ASCII)
_TOTALS = frozenset(("total", "totaux", "totale", "totals", "summe", "gesamt"))
_TOTALS_BEGIN = frozenset("tsg0123456789")


@dataclass(frozen=True, slots=True)
class IncomingMember:
    """A row that can be imported: the member as it would be stored.

    `external_id` is its id in the other system (of our own files: in the group that wrote it), `household` what is
    common to the rows of one household. `damaged` is a phone number that a spreadsheet destroyed: the member has none.
    `others` are members that the row only names. `own` is what only our own files say.
    """

    line: int
    external_id: str
    member: Member
    household: str = ""
    damaged: str = ""
    others: tuple[Member, ...] = ()
    own: OwnMember | None = None


class MemberReader:
    """Turns the rows of one file into members; raises `ImportUnreadable` for a field that is there twice."""

    def __init__(self, table: Table, fields: tuple[str, ...], known: MemberFormat, country: str, today: date) -> None:
        self._table = table
        self._columns = Columns(table, fields, may_be_short=known.may_be_short)
        self.ignored = self._columns.ignored
        self._known = known
        self._country = country
        self._today = today
        self._bad: list[tuple[Record, BadRow]] = []
        self._couples = not self._columns.fields & {*SECOND}
        names = next((key for key, field in zip(table.keys, fields, strict=True) if field == "name"), "")
        self._last_first = not names.startswith(("prenom", "first", "vorname", "given")) and names != "name"

    def rows(self) -> Iterator[IncomingMember | BadRow]:
        """Every row, but a header that is there again."""
        for record in self._table.records(exact=self._known is OWN):
            if record.cells != self._table.header:
                row = self._read(record)
                if isinstance(row, BadRow):
                    self._bad.append((record, row))
                yield row

    def bad_rows(self) -> list[tuple[str, ...]]:
        """The bad ones of the rows that were read, for a file of their own."""
        return left_out(self._table, self._bad)

    def _read(self, record: Record) -> IncomingMember | BadRow:
        try:
            given = self._columns.read(record)
            if self._known is OWN:
                return self._own(record.line, given)
            return self._member(record.line, given)
        except Invalid as error:
            if self._known is OWN and error.field not in ("email", "date", "name", "cells", "quotes"):
                return BadRow(record.line, "cell", f"{error.field}: {error.value}")
            return BadRow(record.line, error.field, error.value)

    def _own(self, line: int, given: Mapping[str, str]) -> IncomingMember:
        own = own_members.read(given)
        member = checked(own.member, self._country)
        return IncomingMember(line, given.get("id", ""), member, own=own)

    def _member(self, line: int, given: dict[str, str]) -> IncomingMember:
        for field, cell in given.items():
            if cell[0] == "'":
                given[field] = undefused(cell)
        texts: dict[str, Any] = {name: given[name] for name in _TEXTS if name in given}
        notes, damaged = [given["notes"]] if "notes" in given else [], ""
        if self._is_plain(given):
            people = [plain(given, "")]
            if any(name in given for name in SECOND):
                people.append(plain(given, "2"))
        else:
            found = household(given, self._country, couples=self._couples, last_first=self._last_first)
            people, damaged = found.people, "; ".join(found.damaged)
            notes += found.rest
        texts |= self._others(given)
        member = checked(Member(people=tuple(people), notes="\n".join(notes), **texts), self._country)
        _refuse_total(member.people[0])
        names = whole_names(given["other"], last_first=True) if "other" in given else []
        other = (checked(_named(names), self._country),) if any("".join(name) for name in names) else ()
        return IncomingMember(line, given.get("id", ""), member, given.get("household", ""), damaged, other)

    def _is_plain(self, given: Mapping[str, str]) -> bool:
        """Whether every cell about people holds one thing, as nearly all do: reading those takes half the time."""
        get = given.get
        if not ("first_name" in given or "last_name" in given) or "name2" in given:
            return False
        if self._couples and _SEVERAL.search(get("first_name", "-")):
            return False
        return all(_ONE_PHONE.fullmatch(get(field, "")) for field in ("phone", "mobile", "phone2", "mobile2")) and all(
            not email or (email.count("@") == 1 and not _SEVERAL.search(email))
            for email in (get("email", ""), get("email2", ""))
        )

    def _others(self, given: Mapping[str, str]) -> dict[str, Any]:
        """What is no text of its own: address in one cell, dates, tags, star."""
        texts: dict[str, Any] = {}
        if "address" in given:
            texts |= cells.address(given["address"])
        if "joined_on" in given:
            texts["joined_on"] = day(given["joined_on"])
        if "left_on" in given:
            texts["archived"] = day(given["left_on"]) <= self._today
        if "tags" in given:
            texts["tags"] = cells.tags(given["tags"])
        if "language" in given:
            texts["language"] = cells.language(given["language"])
        if "vip" in given:
            texts["vip"] = cells.yes(given["vip"])
        return texts


def _named(names: list[tuple[str, str]]) -> Member:
    return Member(people=tuple(Person(first_name=first, last_name=last) for first, last in names))


def _refuse_total(person: Person) -> None:
    """Raise `Invalid("a_total", …)` for a sum at the end of a list: "TOTAL 45"."""
    if person.email or person.phone or person.listed[:1].lower() not in _TOTALS_BEGIN:
        return
    words = folded_words(person.name)
    if any(word in _TOTALS for word in words) and all(word in _TOTALS or word.isdigit() for word in words):
        raise Invalid("a_total", person.name, "total")
