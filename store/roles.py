"""Roles: named sets of rights that a group can change, and those who have them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.errors import Invalid, NotFound
from store.folding import folded
from store.rights import PRODUCER, ROLES, Grant, Operator, Right, told

if TYPE_CHECKING:
    from store.transaction import Transaction

LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Role:
    """A named set of rights. `comes`: with cabas; `changed`: from what it was then; `operators`: how many have it."""

    name: str
    rights: tuple[Right, ...]
    comes: bool
    changed: bool
    operators: int


def all_roles(t: Transaction) -> tuple[Role, ...]:
    """Those that come with cabas in their order, then the group's own by name."""
    own = {row["name"]: _read(row["rights"]) for row in t.all("SELECT name, rights FROM roles ORDER BY name")}
    had = {row["role"]: row["n"] for row in t.all(f"SELECT role, count(*) AS n {_ACTIVE} GROUP BY role")}
    return tuple(
        Role(name, own.get(name, ROLES.get(name, ())), name in ROLES, name in own and name in ROLES, had.get(name, 0))
        for name in dict.fromkeys((*ROLES, *own))
    )


_ACTIVE = "FROM operators WHERE active = 1 AND role IS NOT NULL"


def _read(text: str) -> tuple[Right, ...]:
    names = set(json.loads(text))  # a newer cabas may know others
    return tuple(right for right in Right if right.value in names)


def rights_of(conn: sqlite3.Connection | Transaction, role: str) -> tuple[Right, ...]:
    """The present rights of a role; raises `NotFound` with those that there are."""
    row = conn.execute("SELECT rights FROM roles WHERE name = ?", (role,)).fetchone()
    if row is not None:
        return _read(row["rights"])
    if role not in ROLES:
        own = conn.execute("SELECT name FROM roles ORDER BY name").fetchall()
        raise NotFound("role", role, tuple(dict.fromkeys((*ROLES, *(there["name"] for there in own)))))
    return ROLES[role]


def grants_of(t: Transaction, role: str, catalogues: Iterable[int] = ()) -> frozenset[Grant]:
    """A role's rights as they are given to somebody, `orders` on the named catalogues only where there are any.

    A producer needs some: raises `Invalid`; `NotFound` for an unknown role.
    """
    rights, named = rights_of(t, role), tuple(catalogues)
    if role == PRODUCER and not named:
        raise Invalid("catalogue", "", "needed")
    return granted(rights, named)


def granted(rights: Collection[Right], catalogues: Collection[int]) -> frozenset[Grant]:
    """Rights as they are given to somebody: `orders` on the named catalogues only, where there are any."""
    everywhere = {(right, None) for right in rights if right is not Right.ORDERS or not catalogues}
    return frozenset(everywhere | {(Right.ORDERS, one) for one in catalogues if Right.ORDERS in rights})


def has_role(t: Transaction, grants: frozenset[Grant], role: str) -> bool:
    """Whether these are the rights of the role, and no others."""
    try:
        return grants == grants_of(t, role, named_catalogues(grants))
    except (Invalid, NotFound):
        return False


def named_catalogues(grants: Iterable[Grant]) -> tuple[int, ...]:
    """The catalogues on which rights are given by name."""
    return tuple(sorted({catalogue for _right, catalogue in grants if catalogue is not None}))


def give(t: Transaction, operator_id: int, grants: frozenset[Grant], role: str | None) -> None:
    """Give an operator these rights in the place of all former ones; the caller asks `require_admin_left`."""
    t.execute("DELETE FROM rights WHERE operator_id = ?", (operator_id,))
    for right, catalogue_id in sorted(grants, key=lambda grant: (grant[0], grant[1] or 0)):
        t.insert("rights", operator_id=operator_id, name=right.value, catalogue_id=catalogue_id)
    t.execute("UPDATE operators SET role = ? WHERE id = ?", (role, operator_id))


def is_admin_left(t: Transaction, besides: int | None = None) -> bool:
    """Whether anybody who uses cabas can change rights, besides an operator where one is named."""
    left = """SELECT 1 FROM rights r JOIN operators o ON o.id = r.operator_id
        WHERE o.active = 1 AND r.name = ? AND r.catalogue_id IS NULL AND o.id IS NOT ?"""
    return t.one(left, (Right.ADMIN.value, besides)) is not None


def require_admin_left(t: Transaction) -> None:
    """Raise `Invalid("right", "admin", "last")` where nobody would be left who can change rights: nothing is stored."""
    if not is_admin_left(t):
        raise Invalid("right", Right.ADMIN.value, "last")


def same_role(one: str, other: str) -> bool:
    """Whether two names mean one role: "Phone desk" is `phone_desk`."""
    return folded(one) == folded(other)


def name_of(t: Transaction, name: str) -> str:
    """The role that is meant: one that there is, however it is written, else the name of a new one.

    Raises `Invalid("name", …)` for one that is empty, too long, or cannot be shown on a line.
    """
    asked = " ".join(name.split())
    for there in (role.name for role in all_roles(t)):
        if same_role(there, asked):
            return there
    if not folded(asked):
        raise Invalid("name", "", "empty")
    if len(asked) > LONGEST_NAME:
        raise Invalid("role", str(len(asked)), "too_long")
    if not asked.isprintable():
        raise Invalid("role", asked, "unprintable")
    return asked


def change(t: Transaction, role: str, rights: Iterable[Right], having: Iterable[Operator]) -> None:
    """Give a role, new or not, other rights, and them to all those who have it at this moment.

    Raises `Invalid`: "orders" taken from producers, or from who has it on named catalogues only ("limited": they would
    get it on all when the role has it again), and where no admin would be left.
    """
    after, those = tuple(right for right in Right if right in set(rights)), tuple(having)
    if Right.ORDERS not in after:
        if role == PRODUCER:
            raise Invalid("role", role, "orders")
        if limited := [one.name for one in those if named_catalogues(one.grants)]:
            raise Invalid("role", ", ".join(limited), "limited")
    known = {one.name: one.rights for one in all_roles(t)}
    before = known.get(role)
    if before == after:
        return
    t.execute("DELETE FROM roles WHERE name = ?", (role,))
    if ROLES.get(role) != after:
        t.insert("roles", name=role, rights=json.dumps([right.value for right in after]))
    for one in those:
        if one.id is not None:
            give(t, one.id, grants_of(t, role, named_catalogues(one.grants)), role)
    require_admin_left(t)
    was = None if before is None else told(frozenset((right, None) for right in before))
    now = told(frozenset((right, None) for right in after))
    t.journal("role.changed", role=role, before=was, after=now, operators=[one.id for one in those])


def forget(t: Transaction, role: str) -> None:
    """Drop a role that was made here; raises `Invalid` for one that somebody has ("in_use"), `NotFound`."""
    rights_of(t, role)
    if t.one("SELECT 1 FROM operators WHERE role = ? AND active = 1", (role,)):
        raise Invalid("role", role, "in_use")
    t.execute("UPDATE operators SET role = NULL WHERE role = ?", (role,))
    t.execute("DELETE FROM roles WHERE name = ?", (role,))
    t.journal("role.forgotten", role=role)
