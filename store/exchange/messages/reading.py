"""From a row of a file of old mailings to what it says: which mailing, its figures, and whom it went to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TypeVar

from store.errors import Invalid
from store.exchange.cells import LARGEST, day, number, rounded
from store.exchange.columns import BadRow, Columns
from store.exchange.formulas import undefused
from store.exchange.messages.formats import COUNTS, PERSON, QUANTITY, SUMS
from store.exchange.messages.sums import cents, currency_of, decimal_sign, unmistakable
from store.exchange.tables import Record
from store.folding import fold
from store.message_rows import SUBJECT_LIMIT, one_line
from store.phones import digits

Figures = dict[str, tuple[str, int]]
"""By name the currency ("" for none) and the value: a count, cents or thousandths."""

_NOTHING = frozenset(("-", "–", "—", "?", "n/a", "na", "nc", "n.c.", "n.d.", "nd"))
_YES = frozenset(("yes", "oui", "si", "true", "vrai", "x", "ja"))
_NO = frozenset(("no", "non", "false", "faux", "nein"))
_BETWEEN, _COMMA = re.compile(r"[;|\n\t]+"), re.compile(r",+")
_IN_BRACKETS = re.compile(r"(.*?)<([^<>]+@[^<>]+)>", re.DOTALL)
HEADING = 40
"""Letters of a heading that a report shows."""
ID_DIGITS = 7
"""A number of no more digits is one that a system gave a member; longer ones are of telephones."""


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom a mailing went to, as the file names them; `text` is that in one line, for who is not found."""

    line: int
    text: str
    name: str = ""
    email: tuple[str, ...] = ()
    phone: tuple[str, ...] = ()
    member_id: str = ""


@dataclass(frozen=True, slots=True)
class IncomingMailing:
    """One row: the mailing that it is about, and the `people` it names; `of_person`: as one who has a row of their own.

    `closes_on` is None where the row does not say.
    """

    line: int
    day: date
    label: str
    subject: str
    source: str
    closes_on: date | None
    figures: Figures
    people: tuple[Named, ...]
    of_person: bool


_T = TypeVar("_T")


class _BadCell(Exception):
    """A cell of the column that is this field cannot be read, and why."""

    def __init__(self, field: str, why: Invalid) -> None:
        super().__init__(field, why)
        self.field = field
        self.why = why


class MailingReader:
    """Turns the rows of one file into what they say; `currency` is the group's, where a sum does not say in which.

    All `records` are looked at for how the file writes its decimals.
    """

    def __init__(self, columns: Columns, currency: str, today: date, records: Iterable[Record]) -> None:
        self._columns = columns
        self._currency = currency
        self._today = today
        self._decimals = decimal_sign(
            given[field] for given in map(self._given, records) for field in (*SUMS, QUANTITY) if field in given
        )
        self._of_person = "recipients" not in columns.fields and bool(columns.fields.intersection(PERSON))

    def read(self, record: Record) -> IncomingMailing | BadRow:
        """What a row says, or what is wrong with it."""
        try:
            given = {field: undefused(cell) for field, cell in self._columns.read(record).items()}
            return self._row(record.line, {f: cell for f, cell in given.items() if cell.lower() not in _NOTHING})
        except Invalid as error:
            return BadRow(record.line, error.field, error.value)
        except _BadCell as bad:
            heading = one_line(self._columns.header(bad.field))[:HEADING]
            return BadRow(record.line, bad.why.field, bad.why.value, heading)

    def _given(self, record: Record) -> dict[str, str]:
        """A row's cells; none of a damaged row."""
        try:
            return self._columns.read(record)
        except Invalid:
            return {}

    def title(self, record: Record) -> str:
        """What a row that cannot be read calls its mailing, as far as that can be told."""
        given = self._given(record)
        return one_line(undefused(given.get("label") or given.get("subject") or ""))[:SUBJECT_LIMIT]

    def _row(self, line: int, given: Mapping[str, str]) -> IncomingMailing:
        label, subject = one_line(given.get("label", "")), one_line(given.get("subject", ""))
        if not label and not subject:
            raise Invalid("no_label", "", "empty")
        if max(len(label), len(subject)) > SUBJECT_LIMIT:
            raise Invalid("too_long", f"{(label or subject)[:40]}…", "too_long")
        sent = _read("date", given, day) if "date" in given else day("")
        if sent > self._today:
            raise Invalid("future", given["date"], "future")
        closes_on = _read("closes_on", given, day) if "closes_on" in given else None
        if closes_on is not None and closes_on < sent:
            raise Invalid("closes_on", given["closes_on"], "before")
        return IncomingMailing(
            line=line,
            day=sent,
            label=label,
            subject=subject,
            source=one_line(given.get("source", "")),
            closes_on=closes_on,
            figures=self._figures(given),
            people=tuple(self._people(line, given)),
            of_person=self._of_person,
        )

    def _people(self, line: int, given: Mapping[str, str]) -> Iterator[Named]:
        if "recipients" in given:
            yield from named_in(line, given["recipients"])
        elif self._of_person and (one := _person(line, given)) is not None:
            yield one

    def _figures(self, given: Mapping[str, str]) -> Figures:
        found: Figures = {name: ("", _read(field, given, _count)) for field, name in COUNTS.items() if field in given}
        if QUANTITY in given:
            found[QUANTITY] = ("", _read(QUANTITY, given, self._quantity))
        for field in SUMS:
            if field in given:
                found[field] = _read(field, given, partial(self._sum, field, given.get("currency", "")))
        return found

    def _sum(self, field: str, currency: str, cell: str) -> tuple[str, int]:
        value = cents(cell, self._decimals, may_be_negative=field == "margin")
        return currency_of(cell, currency, self._columns.header(field), self._currency), value

    def _quantity(self, cell: str) -> int:
        value = rounded(unmistakable(cell, QUANTITY, self._decimals, whole_cents=False) * 1000)
        if value < 0:
            raise Invalid(QUANTITY, cell, "negative")
        return value


def named_in(line: int, cell: str) -> Iterator[Named]:
    """Everybody whom a cell names, one after the other: addresses, numbers, names or ids."""
    for part in _parts(cell):
        text = " ".join(part.split())
        if not text:
            continue
        if found := _IN_BRACKETS.fullmatch(text):
            yield Named(line, text, name=found[1].strip(" \"'"), email=(found[2].strip(),))
        elif "@" in text:
            addresses = tuple(word.strip("<>()\"'") for word in text.split() if "@" in word)
            yield from (Named(line, address, email=(address,)) for address in addresses)
        elif any(c.isalpha() for c in text):
            yield Named(line, text, name=text)
        elif len(digits(text)) > ID_DIGITS:
            yield Named(line, text, phone=(text,))
        else:
            yield Named(line, text, member_id=text.lstrip("#"))


def _parts(cell: str) -> Iterator[str]:
    """What stands between the separators; a comma may stand inside a name where there is another separator."""
    parts = _BETWEEN.split(cell)
    for part in parts:
        inside = len(parts) > 1 and "@" not in part and any(c.isalpha() for c in part)
        yield from (part,) if inside else _COMMA.split(part)


def _person(line: int, given: Mapping[str, str]) -> Named | None:
    """Who has a row of their own; None where it names nobody."""
    name = given.get("name", "") or f"{given.get('first_name', '')} {given.get('last_name', '')}".strip()
    cells = (given.get("email", ""), given.get("email2", ""))
    emails = tuple(one for cell in cells for part in named_in(line, cell) for one in part.email)
    phones = tuple(cell for cell in (given.get("mobile", ""), given.get("phone", "")) if cell)
    member_id = given.get("member_id", "")
    text = " ".join(part for part in (name, *emails[:1], *(() if emails else phones[:1])) if part) or member_id
    if not text:
        return None
    return replace(Named(line, " ".join(text.split())), name=name, email=emails, phone=phones, member_id=member_id)


def _count(cell: str) -> int:
    said = fold(cell).strip()
    if said in _YES or said in _NO:
        return int(said in _YES)
    value = number(cell, "count")
    if value < 0 or value != value.to_integral_value() or value > LARGEST:
        raise Invalid("count", cell, "not_a_count")
    return int(value)


def _read(field: str, given: Mapping[str, str], read: Callable[[str], _T]) -> _T:
    """What a cell says; raises `_BadCell`."""
    try:
        return read(given[field])
    except Invalid as error:
        raise _BadCell(field, error) from error
