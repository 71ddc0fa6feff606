"""The people who use cabas."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from store.errors import Invalid, UnknownOperator
from store.rights import AUTOMATIC, ROLES, Grant, Operator, Right, told

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction


def load_operator(conn: sqlite3.Connection | Transaction, login: str) -> Operator:
    """The active operator with this login and the rights of this moment; raises `UnknownOperator`."""
    if login == AUTOMATIC.login:
        return AUTOMATIC
    row = conn.execute(
        "SELECT id, login, name, language, member_id, email FROM operators WHERE login = ? AND active = 1",
        (login,),
    ).fetchone()
    if row is None:
        raise UnknownOperator(login)
    grants = conn.execute("SELECT name, catalogue_id FROM rights WHERE operator_id = ?", (row["id"],)).fetchall()
    return Operator(**row, grants=frozenset((Right(g["name"]), g["catalogue_id"]) for g in grants))


class Operators:
    """Adding operators and giving or taking rights needs the right `admin`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def me(self) -> Operator:
        """The one who acts, with the rights of this moment."""
        with self._store.reading() as t:
            return t.actor

    def all(self) -> list[Operator]:
        """The active operators by name; only an admin reads the others' e-mails."""
        with self._store.reading() as t:
            logins = t.all("SELECT login FROM operators WHERE active = 1 ORDER BY name")
            found = [load_operator(t, row["login"]) for row in logins]
            if t.actor.may(Right.ADMIN):
                return found
            return [one if one.id == t.actor.id else replace(one, email=None) for one in found]

    def add(
        self,
        login: str,
        name: str,
        role: str,
        *,
        catalogues: Iterable[int] = (),
        language: str | None = None,
        email: str | None = None,
        member_id: int | None = None,
    ) -> int:
        """Add an operator with a role's rights and return the id.

        With `catalogues` the right `orders` is given on those only; a producer needs some. Raises `Invalid` for an
        unknown role or a login that is taken, `NotFound` for an unknown catalogue.
        """
        from store.catalogues import get_catalogue

        with self._store.writing() as t:
            t.require(Right.ADMIN)
            own = tuple(get_catalogue(t, catalogue_id).id for catalogue_id in dict.fromkeys(catalogues))
            if role not in ROLES:
                raise Invalid("role", role, "unknown")
            if login == AUTOMATIC.login or t.one("SELECT 1 FROM operators WHERE login = ?", (login,)):
                raise Invalid("login", login, "taken")
            if role == "producer" and not own:
                raise Invalid("catalogue", "", "needed")
            operator_id = t.insert(
                "operators", login=login, name=name, language=language, email=email, member_id=member_id
            )
            give_role(t, operator_id, role, own)
            t.journal("operator.added", operator_id, role=role)
        return operator_id

    def set_rights(
        self, login: str, *, role: str | None = None, give: Iterable[Grant] = (), take: Iterable[Grant] = ()
    ) -> Operator:
        """Give and take rights, beginning with those of a `role` where one is named; the operator as it is then.

        A right is given on one catalogue (only `orders` can be) or, with None, on all, and taken from one, or
        altogether. Raises `Invalid` for an unknown role ("role"), a right that is not there to be taken or has no
        catalogues, or that nobody else has where it is `admin` ("right": "not_had", "everywhere", "last"), and for a
        producer without a catalogue; `UnknownOperator`, `NotFound`.
        """
        from store.catalogues import get_catalogue

        given, taken = tuple(give), tuple(take)
        with self._store.writing() as t:
            t.require(Right.ADMIN)
            operator = load_operator(t, login)
            for right, catalogue_id in (*given, *taken):
                if catalogue_id is not None:
                    if right is not Right.ORDERS:
                        raise Invalid("right", right.value, "everywhere")
                    get_catalogue(t, catalogue_id)
            after = _given(_taken(operator.grants if role is None else _of_role(role, given), taken), given)
            if Right.ADMIN not in {right for right, _catalogue in after} and _only_admin(t, operator):
                raise Invalid("right", Right.ADMIN.value, "last")
            if after != operator.grants:
                t.execute("DELETE FROM rights WHERE operator_id = ?", (operator.id,))
                for right, catalogue_id in sorted(after, key=lambda grant: (grant[0], grant[1] or 0)):
                    t.insert("rights", operator_id=operator.id, name=right.value, catalogue_id=catalogue_id)
                t.journal("operator.rights", operator.id, before=told(operator.grants), after=told(after))
            return load_operator(t, login)

    def describe(
        self, login: str, *, language: str | None = None, email: str | None = None, member_id: int | None = None
    ) -> None:
        """Change what is known of an operator (None leaves it); others than oneself need the right `admin`."""
        with self._store.writing() as t:
            if login != t.actor.login:
                t.require(Right.ADMIN)
            operator = load_operator(t, login)
            t.execute(
                """UPDATE operators SET language = coalesce(?, language), email = coalesce(?, email),
                member_id = coalesce(?, member_id) WHERE id = ?""",
                (language, email, member_id, operator.id),
            )
            t.journal("operator.described", operator.id)


def _of_role(role: str, given: tuple[Grant, ...]) -> frozenset[Grant]:
    if role not in ROLES:
        raise Invalid("role", role, "unknown")
    if role == "producer":
        if not any(right is Right.ORDERS and catalogue_id is not None for right, catalogue_id in given):
            raise Invalid("catalogue", "", "needed")
        return frozenset()
    return frozenset((right, None) for right in ROLES[role])


def _taken(grants: frozenset[Grant], taken: tuple[Grant, ...]) -> frozenset[Grant]:
    for right, catalogue_id in taken:
        gone = {one for one in grants if one[0] is right and catalogue_id in (None, one[1])}
        if not gone:
            raise Invalid("right", right.value, "not_had")
        grants -= gone
    return grants


def _given(grants: frozenset[Grant], given: tuple[Grant, ...]) -> frozenset[Grant]:
    """What is given on all catalogues needs no row for each."""
    grants |= set(given)
    everywhere = {right for right, catalogue_id in grants if catalogue_id is None}
    return frozenset(one for one in grants if one[1] is None or one[0] not in everywhere)


def _only_admin(t: Transaction, operator: Operator) -> bool:
    others = """SELECT 1 FROM rights r JOIN operators o ON o.id = r.operator_id
        WHERE o.active = 1 AND r.name = ? AND o.id <> ?"""
    return t.one(others, (Right.ADMIN.value, operator.id)) is None


def give_role(t: Transaction, operator_id: int, role: str, catalogues: tuple[int, ...] = ()) -> None:
    """Give a role's rights; `orders` on the named catalogues only, where there are any."""
    for right in ROLES[role]:
        places: tuple[int | None, ...] = catalogues if right is Right.ORDERS and catalogues else (None,)
        for catalogue_id in places:
            t.insert("rights", operator_id=operator_id, name=right.value, catalogue_id=catalogue_id)
