"""Our own file of members, "cabas": every column, and how its cells are written and read again without loss.

A file is a table with a header, cells separated by `;`, quoted by the rules of CSV where they have to be, UTF-8 with
its mark. A note may go on over several lines, so that it is read as CSV, not line by line. Columns may stand in any
order, and those that are missing say nothing. No cell needs another one to be understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import unquote

from store.errors import Invalid
from store.exchange.cells import flag
from store.exchange.formulas import undefused
from store.people import TEXTS, EmailState, Member, Person
from store.preferences import CHANNELS, EVERYTHING, KINDS

NAME = "cabas"
"""What the format is called in reports of imports."""

PERSON = ("first_name", "last_name", "email", "email_state", "phone", "mobile")
SAID = tuple(f"{channel}_{kind}" for channel in CHANNELS for kind in KINDS)
"""A person's preferences, a column each: "email_targeted", …; of the second person with a 2, as every column."""

COLUMNS = (
    "id",
    *PERSON,
    *(f"{name}2" for name in PERSON),
    *TEXTS,
    *("joined_on", "vip", "tags", "notes", "archived", "external_ids"),
    *(name for suffix in ("", "2") for name in (f"refused{suffix}", *(f"{said}{suffix}" for said in SAID))),
)
REQUIRED = ("first_name", "last_name", "email_state", "external_ids")
"""A file with all of these columns is one of ours."""

_STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
_SAID = re.compile(rf"(yes|no)(?: ({_STAMP}))?(?: \(([^()\s]*)\))?(?: (.*))?", re.DOTALL)
_REFUSED = re.compile(rf"(\w+)(?: ({_STAMP}))?(?: (.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said about one kind of message on one channel.

    `since` is a UTC stamp ("" where a file does not tell), `by` the login of the operator who wrote it down.
    """

    channel: str
    kind: str
    allowed: bool
    since: str = ""
    by: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A kind of mail (or "all") that the person's address refuses for good: a row of `suppressions`."""

    kind: str
    since: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class OwnMember:
    """A member with all that belongs to it. `member.id` is its id in the group that wrote the file.

    `external_ids` are (source, id); `said` and `refused` have one entry for each of `member.people`; `archived_at` is a
    UTC stamp, empty where it is not known when.
    """

    member: Member
    external_ids: tuple[tuple[str, str], ...] = ()
    said: tuple[tuple[Said, ...], ...] = ()
    refused: tuple[tuple[Refused, ...], ...] = ()
    archived_at: str = ""


def cells(own: OwnMember) -> tuple[str, ...]:
    """The cells of a member, in the order of `COLUMNS`, not defused yet."""
    member = own.member
    given: dict[str, str] = {name: getattr(member, name) for name in TEXTS}
    given |= {
        "id": "" if member.id is None else str(member.id),
        "joined_on": member.joined_on.isoformat() if member.joined_on else "",
        "vip": "yes" if member.vip else "",
        "tags": ", ".join(map(_escaped, member.tags)),
        "notes": member.notes,
        "archived": (own.archived_at or "yes") if member.archived else "",
        "external_ids": ", ".join(f"{_escaped(source)}={_escaped(i)}" for source, i in own.external_ids),
    }
    for suffix, place in (("", 0), ("2", 1)):
        if place < len(member.people):
            given |= {f"{name}{suffix}": str(getattr(member.people[place], name)) for name in PERSON}
        for said in own.said[place] if place < len(own.said) else ():
            given[f"{said.channel}_{said.kind}{suffix}"] = _said_cell(said)
        if place < len(own.refused):
            given[f"refused{suffix}"] = ", ".join(map(_refused_cell, own.refused[place]))
    return tuple(given.get(name, "") for name in COLUMNS)


def read(row: Mapping[str, str]) -> OwnMember:
    """The member of a row, from its cells by column name as they stand in the file; missing ones say nothing.

    The people are as written: `household.checked` works out the rest. Raises `Invalid` with the column's name for a
    cell that cannot be read.
    """
    given = {name: undefused(cell.strip()) for name, cell in row.items() if cell.strip()}
    people, said, refused = [], [], []
    for suffix in ("", "2"):
        person = _person(given, suffix)
        if suffix and not person.listed:
            break
        people.append(person)
        said.append(tuple(s for name in SAID if (s := _read_said(given, name, suffix))))
        refused.append(tuple(_read_refused(given.get(f"refused{suffix}", ""), f"refused{suffix}")))
    archived = given.get("archived", "")
    texts: dict[str, Any] = {name: given.get(name, "") for name in TEXTS}
    member = Member(
        people=tuple(people),
        **texts,
        joined_on=_read_day(given.get("joined_on", "")),
        vip=flag(given.get("vip", "")),
        tags=tuple(tag for tag in map(_unescaped, given.get("tags", "").split(",")) if tag),
        notes=given.get("notes", ""),
        id=int(i) if (i := given.get("id", "")).isascii() and i.isdigit() and len(i) < 19 else None,
        archived=flag(archived),
    )
    stamped = archived if re.fullmatch(_STAMP, archived) else ""
    return OwnMember(member, _read_ids(given.get("external_ids", "")), tuple(said), tuple(refused), stamped)


def _person(given: Mapping[str, str], suffix: str) -> Person:
    state = given.get(f"email_state{suffix}", EmailState.UNKNOWN.value).lower()
    if state not in {known.value for known in EmailState}:
        raise Invalid(f"email_state{suffix}", state, "unknown")
    texts = {name: given.get(f"{name}{suffix}", "") for name in PERSON if name != "email_state"}
    return Person(**texts, email_state=EmailState(state))  # type: ignore[arg-type]


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid("date", text, "syntax") from error


def _said_cell(said: Said) -> str:
    """ "no 2026-11-21T20:04:00.000000Z (marie) by phone": what, since when, by whom, source."""
    words = ["yes" if said.allowed else "no"]
    if said.since:
        words.append(said.since)
    by = said.by if re.fullmatch(r"[^()\s]*", said.by) else ""
    return " ".join([*words, f"({by})", *([_escaped(said.source)] if said.source else [])])


def _read_said(given: Mapping[str, str], name: str, suffix: str) -> Said | None:
    cell = given.get(f"{name}{suffix}")
    if cell is None:
        return None
    found = _SAID.fullmatch(cell)
    if found is None:
        raise Invalid(f"{name}{suffix}", cell, "yes_or_no")
    channel, _, kind = name.partition("_")
    return Said(channel, kind, found[1] == "yes", found[2] or "", found[3] or "", _unescaped(found[4] or ""))


def _refused_cell(refused: Refused) -> str:
    return " ".join(word for word in (refused.kind, refused.since, _escaped(refused.source)) if word)


def _read_refused(cell: str, column: str) -> Iterable[Refused]:
    for item in filter(None, map(str.strip, cell.split(","))):
        found = _REFUSED.fullmatch(item)
        if found is None or found[1] not in (EVERYTHING, *KINDS):
            raise Invalid(column, item, "unknown")
        yield Refused(found[1], found[2] or "", _unescaped(found[3] or ""))


def _read_ids(cell: str) -> tuple[tuple[str, str], ...]:
    pairs = (item.partition("=") for item in cell.split(",") if "=" in item)
    return tuple((_unescaped(source), _unescaped(i)) for source, _, i in pairs if source.strip() and i.strip())


def _escaped(text: str) -> str:
    """A text that can stand among others in a cell: what separates them is written as in an address of the web."""
    return "".join(f"%{ord(c):02X}" if c in "%,=\n\r\t" else c for c in text)


def _unescaped(text: str) -> str:
    return unquote(text.strip())
