"""What the things are called that rows of the journal are about: looked up for a page of rows at once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from store.delivery_records import TITLE, shown_name
from store.journal_records import Entry, kind_of
from store.people import EmailState, Person, erased_name, household_name
from store.rights import Right
from store.transaction import Transaction

Row = dict[str, Any]

_NAMED = {
    "message": f"SELECT m.id, {TITLE} AS name FROM messages m",
    "starter": "SELECT m.id, m.label AS name FROM starters m",
    "segment": "SELECT m.id, m.name FROM segments m",
    "workflow": "SELECT m.id, m.title AS name FROM workflows m",
    "distribution": "SELECT m.id, m.day AS name FROM distributions m",
    "catalogue": "SELECT m.id, m.name FROM catalogues m",
    "producer": "SELECT m.id, m.name FROM producers m",
    "product": "SELECT m.id, m.name FROM products m",
    "promotion": """SELECT m.id, coalesce(p.name, c.name) AS name FROM promotions m
        LEFT JOIN products p ON p.id = m.product_id LEFT JOIN catalogues c ON c.id = m.catalogue_id""",
    "operator": "SELECT m.id, m.name FROM operators m",
}
_OF_MESSAGES = ("message", "starter", "segment", "workflow", "delivery", "came_back")


def told(t: Transaction, rows: Sequence[sqlite3.Row]) -> tuple[Entry, ...]:
    """Rows of the journal with the names of what they are about, as far as the actor may know them now."""
    found = [_entry(row) for row in rows]
    orders = _orders(t, found)
    mails = _mails(t, found)
    for entry in found:
        entry["member_id"] = _member_of(entry, orders, mails)
    members = _members(t, (entry["member_id"] for entry in found if entry["member_id"]))
    names = {kind: _names(t, kind, found) for kind in _NAMED}
    days = names["distribution"]
    for entry in found:
        kind, subject, detail = entry["kind"], entry["subject_id"], entry["detail"]
        if kind in ("member", "order"):
            entry["subject"] = members.get(entry["member_id"], "")
        elif kind in ("delivery", "came_back"):
            entry["subject"] = members.get(entry["member_id"], "") or mails.get((kind, subject), ("", None))[0]
        elif kind:
            entry["subject"] = names[kind].get(subject, "")
        if kind == "order":
            entry["also"] = days.get(detail.get("distribution"), "") or orders.get(subject, ("", None, ""))[2]
        elif "member" in detail and kind == "message":
            entry["also"] = members.get(entry["member_id"], "")
        else:
            for word in ("catalogue", "product", "distribution"):
                entry["also"] = entry["also"] or names[word].get(detail.get(word), "")
    return tuple(Entry(**entry) for entry in found)


def _entry(row: sqlite3.Row) -> Row:
    detail = json.loads(row["detail"]) if row["detail"] else {}
    return {**row, "detail": detail, "kind": kind_of(row["action"]), "member_id": None, "subject": "", "also": ""}


def _ids(found: Iterable[Row], kind: str) -> str:
    """As JSON, the ids of the things of a kind that rows are about, by their subject or in their detail."""
    ids = {entry["subject_id"] for entry in found if entry["kind"] == kind}
    ids |= {entry["detail"].get(kind) for entry in found}
    return json.dumps([one for one in ids if isinstance(one, int)])


def _names(t: Transaction, kind: str, found: Sequence[Row]) -> Mapping[Any, str]:
    if kind in _OF_MESSAGES and not t.actor.may(Right.MESSAGES_SEE):
        return {}
    rows = t.all(f"{_NAMED[kind]} WHERE m.id IN (SELECT value FROM json_each(?))", (_ids(found, kind),))
    return {row["id"]: str(row["name"]) for row in rows}


def _orders(t: Transaction, found: Sequence[Row]) -> Mapping[Any, tuple[str, int | None, str]]:
    """Since when an order is there, whose it is, and the day of its distribution."""
    rows = t.all(
        """SELECT o.id, o.created_at, o.member_id, d.day FROM orders o JOIN distributions d ON d.id = o.distribution_id
        WHERE o.id IN (SELECT value FROM json_each(?))""",
        (_ids(found, "order"),),
    )
    return {row["id"]: (row["created_at"], row["member_id"], row["day"]) for row in rows}


def _mails(t: Transaction, found: Sequence[Row]) -> Mapping[Any, tuple[str, int | None]]:
    """By kind and id, whom a mail was for or what came back concerns: a name or an address, and the member."""
    if not t.actor.may(Right.MESSAGES_SEE):
        return {}
    mails = t.all(
        """SELECT d.id, d.name, d.address, (SELECT min(member_id) FROM delivery_people WHERE delivery_id = d.id
            HAVING count(DISTINCT member_id) = 1) AS member_id
        FROM deliveries d WHERE d.id IN (SELECT value FROM json_each(?))""",
        (_ids(found, "delivery"),),
    )
    returns = t.all(
        "SELECT id, address, member_id FROM came_back WHERE id IN (SELECT value FROM json_each(?))",
        (_ids(found, "came_back"),),
    )
    return {
        **{("delivery", row["id"]): (shown_name(row), row["member_id"]) for row in mails},
        **{("came_back", row["id"]): (row["address"], row["member_id"]) for row in returns},
    }


def _member_of(
    entry: Row,
    orders: Mapping[Any, tuple[str, int | None, str]],
    mails: Mapping[Any, tuple[str, int | None]],
) -> int | None:
    """The member that a row is about; of an order the one whose it was when the row was written."""
    named = entry["detail"].get("member")
    if isinstance(named, int):
        return named
    if entry["kind"] == "member":
        return entry["subject_id"]  # type: ignore[no-any-return]
    if entry["kind"] == "order":
        since, member_id, _day = orders.get(entry["subject_id"], ("", None, ""))
        return member_id if since <= entry["at"] else None
    return mails.get((entry["kind"], entry["subject_id"]), ("", None))[1]


def _members(t: Transaction, ids: Iterable[int]) -> Mapping[Any, str]:
    """The members' names as one says them, of one that was merged the name of who stayed.

    Who sees names and phones only is not told of e-mails.
    """
    sees_all = t.actor.may(Right.MEMBERS) or t.actor.may(Right.ORDERS)
    if not sees_all and not t.actor.may_somewhere(Right.ORDERS):
        return {}
    rows = t.all(
        """SELECT m.id, m.erased_at, p.first_name, p.last_name, p.email, p.phone
        FROM members m LEFT JOIN people p ON p.member_id = coalesce(m.merged_into, m.id)
        WHERE m.id IN (SELECT value FROM json_each(?)) ORDER BY m.id, p.position""",
        (json.dumps(sorted(set(ids))),),
    )
    people: dict[int, list[Person]] = {}
    for row in rows:
        here = people.setdefault(row["id"], [])
        if row["first_name"] is not None:
            email = row["email"] if sees_all else ""
            here.append(Person(row["first_name"], row["last_name"], email, EmailState.UNKNOWN, row["phone"]))
    erased = {row["id"] for row in rows if row["erased_at"]}
    return {id_: erased_name() if id_ in erased else _spoken(tuple(those)) for id_, those in people.items()}


def _spoken(people: tuple[Person, ...]) -> str:
    """ "Odette Maréchal", "Hélène & François Guérin"; without names as in a list."""
    if not all(person.first_name and person.last_name for person in people):
        return household_name(people)
    *others, last = people or (Person(),)
    if all(person.last_name == last.last_name for person in others):
        return " & ".join([*(person.first_name for person in others), last.name])
    return " & ".join(person.name for person in people)
