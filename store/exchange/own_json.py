"""Our own JSON file of members, read as the table that the CSV file of them is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from store.exchange.own_files import own_table
from store.exchange.own_members import COLUMNS, OwnMember, Refused, Said, cells
from store.people import EmailState, Member, Person

_JSON = re.compile(r'\s*(?:\[\s*[{\]]|\{\s*")')


def is_json(text: str) -> bool:
    """Whether a text begins as a list or an object does; no header of a table begins so."""
    return _JSON.match(text) is not None


def as_table(text: str) -> str | None:
    """The text of the CSV file that holds the same members; None when it is not what `export members` has written."""
    try:
        return own_table(COLUMNS, [cells(_whole(plain)) for plain in json.loads(text)])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def _whole(plain: Mapping[str, Any]) -> OwnMember:
    people = plain["people"]
    texts: dict[str, Any] = {f.name: str(plain.get(f.name) or "") for f in fields(Member) if f.type == "str"}
    member = Member(
        people=tuple(map(_person, people)),
        **texts,
        joined_on=date.fromisoformat(plain["joined_on"]) if plain["joined_on"] else None,
        vip=bool(plain["vip"]),
        tags=tuple(map(str, plain["tags"])),
        id=plain["id"],
        archived=bool(plain["archived"]),
    )
    return OwnMember(
        member,
        tuple((str(other["source"]), str(other["id"])) for other in plain["external_ids"]),
        tuple(tuple(Said(**said) for said in person["preferences"]) for person in people),
        tuple(tuple(Refused(**refused) for refused in person["refused"]) for person in people),
        str(plain["archived"] or ""),
    )


def _person(plain: Mapping[str, Any]) -> Person:
    texts = {name: str(plain[name] or "") for name in ("first_name", "last_name", "email", "phone", "mobile")}
    return Person(**texts, email_state=EmailState(plain["email_state"]))  # type: ignore[arg-type]
