"""The people who use cabas."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from store.errors import NotFound, UnknownOperator
from store.rights import AUTOMATIC, Grant, Operator, Right

if TYPE_CHECKING:
    from store.handle import Store
    from store.roles import Role
    from store.transaction import Transaction


class Keep(Enum):
    """What is not said stays as it is."""

    KEEP = "keep"


KEEP: Final = Keep.KEEP
_RIGHTS = {right.value: right for right in Right}
_COLUMNS = "id, login, name, language, member_id, email, role, active"


def load_operator(conn: sqlite3.Connection | Transaction, login: str) -> Operator:
    """The active operator with this login and the rights of this moment; raises `UnknownOperator`."""
    if login == AUTOMATIC.login:
        return AUTOMATIC
    row = conn.execute(f"SELECT {_COLUMNS} FROM operators WHERE login = ?", (login,)).fetchone()
    if row is None or not row["active"]:
        raise UnknownOperator(login, removed=row is not None, now="" if row else _present_login(conn, login))
    return _operator(conn, row)


def load_again(conn: sqlite3.Connection, known: Operator) -> Operator:
    """The same operator at this moment, whatever the login is by now; raises `UnknownOperator` for one removed."""
    if known.id is None:
        return known
    row = conn.execute(f"SELECT {_COLUMNS} FROM operators WHERE id = ? AND active = 1", (known.id,)).fetchone()
    if row is None:
        raise UnknownOperator(known.login, removed=True)
    return _operator(conn, row)


def formerly(conn: sqlite3.Connection | Transaction, login: str) -> list[int]:
    """The ids of the operators, removed or not, who had this login before, in capital or small letters."""
    rows = conn.execute(
        """SELECT DISTINCT subject_id FROM journal
        WHERE action = 'operator.described' AND lower(json_extract(detail, '$.former')) = lower(?)""",
        (login,),
    )
    return [row["subject_id"] for row in rows]


def _present_login(conn: sqlite3.Connection | Transaction, former: str) -> str:
    rows = [
        conn.execute("SELECT login FROM operators WHERE id = ?", (had,)).fetchone() for had in formerly(conn, former)
    ]
    return str(rows[0]["login"]) if rows else ""


def find_operator(conn: sqlite3.Connection | Transaction, login: str) -> Operator:
    """The operator with this login, removed or not; raises `NotFound`."""
    row = conn.execute(f"SELECT {_COLUMNS} FROM operators WHERE login = ?", (login,)).fetchone()
    if row is None:
        raise NotFound("operator", login)
    return _operator(conn, row)


def _operator(conn: sqlite3.Connection | Transaction, row: sqlite3.Row) -> Operator:
    grants = conn.execute("SELECT name, catalogue_id FROM rights WHERE operator_id = ?", (row["id"],)).fetchall()
    return Operator(
        **{**dict(row), "active": bool(row["active"])},
        # A newer cabas may know other rights: here they open nothing.
        grants=frozenset((_RIGHTS[g["name"]], g["catalogue_id"]) for g in grants if g["name"] in _RIGHTS),
    )


def _seen_by(actor: Operator, operator: Operator) -> Operator:
    own = operator.id == actor.id or actor.may(Right.ADMIN)
    return operator if own else replace(operator, email=None, member_id=None)


class Operators:
    """Who uses cabas, and what they may do: everybody sees it, and to change it needs the right `admin`.

    Whatever would leave nobody with that right raises `Invalid("right", "admin", "last")` and changes nothing.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def me(self) -> Operator:
        """The one who acts, with the rights of this moment."""
        with self._store.reading() as t:
            return t.actor

    def all(self, *, gone: bool = False) -> list[Operator]:
        """The active operators by name, and then, with `gone`, those who were removed.

        Only an admin reads the others' e-mails, and which members they are.
        """
        with self._store.reading() as t:
            rows = t.all(
                f"SELECT {_COLUMNS} FROM operators WHERE active = 1 OR ? ORDER BY active DESC, name, login", (gone,)
            )
            return [_seen_by(t.actor, _operator(t, row)) for row in rows]

    def get(self, login: str) -> Operator:
        """One operator, removed or not, as `all` shows them; raises `NotFound`."""
        with self._store.reading() as t:
            return _seen_by(t.actor, find_operator(t, login))

    def kept_messages(self, login: str) -> tuple[str, ...]:
        """The titles of the messages that are kept for an hour in an operator's name: without them none of it goes."""
        from store.message_lists import kept_messages

        with self._store.reading() as t:
            if login != t.actor.login:
                t.require(Right.ADMIN)
            return tuple(kept.title for kept in kept_messages(t) if kept.login == login)

    def runs_by_itself(self, login: str) -> bool:
        """Whether the machine does in this name what it does by itself: it is that of the account that has the file.

        Without this operator `cabas tick` sends nothing there, reads nothing and makes no backup.
        """
        import pwd

        try:
            return login == pwd.getpwuid(self._store.path.stat().st_uid).pw_name
        except (KeyError, OSError):
            return False

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

        With `catalogues` the right `orders` is given on those only; a producer needs some. Raises `Invalid` for a
        login that is taken ("gone": by somebody who was removed and can be brought back; "former": somebody had it, and
        perhaps a key for it) or no login ("syntax"), for a
        role that takes no orders ("role", "no_orders"), and as `describe`; `NotFound` for an unknown role, catalogue
        or member.
        """
        from store import operator_steps

        described = {"name": name, "language": language, "email": email, "member_id": member_id}
        with self._store.writing() as t:
            t.require(Right.ADMIN)
            return operator_steps.add(t, login, role, tuple(dict.fromkeys(catalogues)), described)

    def set_rights(
        self, login: str, *, role: str | None = None, give: Iterable[Grant] = (), take: Iterable[Grant] = ()
    ) -> Operator:
        """Give and take rights, beginning with those of a `role` where one is named; the operator as it is then.

        A right is given on one catalogue (only `orders` can be) or, with None, on all, and taken from one, or
        altogether. With a role, catalogues that are given limit its `orders` to them; a producer keeps those of
        before. The role is noted as long as its rights are all they have, on whatever catalogues. Raises `Invalid`
        for a right that is not there to be taken or has no catalogues ("right": "not_had", "everywhere"), a producer
        without a catalogue, somebody removed ("operator", "gone"); `NotFound`.
        """
        from store import operator_steps

        with self._store.writing() as t:
            t.require(Right.ADMIN)
            return operator_steps.set_rights(t, login, role, tuple(give), tuple(take))

    def describe(
        self,
        login: str,
        *,
        name: str | Keep = KEEP,
        new_login: str | Keep = KEEP,
        language: str | Keep | None = KEEP,
        email: str | Keep | None = KEEP,
        member_id: int | Keep | None = KEEP,
    ) -> Operator:
        """Change what is known of an operator, and return it; `KEEP` leaves, None and "" clear.

        Everybody changes their own language and e-mail; all else needs the right `admin`. Several operators may be
        linked to one member: both people of a household can be volunteers. A new login needs a new line for each key
        of theirs; the only admin keeps the login, or nobody could make that line. Raises `Invalid` ("name": "empty",
        "too_long", "taken"; "login": "syntax", "taken", "gone", "last"; "language", "email"; "member": "gone" for one
        that was erased or merged into another; "operator", "gone"), `NotFound`.
        """
        from store import operator_steps

        said = {"name": name, "login": new_login, "language": language, "email": email, "member_id": member_id}
        with self._store.writing() as t:
            if login != t.actor.login or not KEEP is name is new_login is member_id:
                t.require(Right.ADMIN)
            return operator_steps.describe(
                t, login, {field: value for field, value in said.items() if value is not KEEP}
            )

    def save(
        self,
        login: str | None,
        said: Mapping[str, Any],
        *,
        role: str | None = None,
        rights: Iterable[Right] | None = None,
        catalogues: Iterable[int] = (),
    ) -> Operator:
        """Store all that a form says of an operator, or with no `login` of a new one, in one go; needs `admin`.

        `said` has what is new of `login`, `name`, `language`, `email`, `member_id`; of a new one login and name are
        needed. They get the rights of the `role`, else `rights` as their own, with neither they keep what they have;
        `orders` on the named catalogues only, where there are any. Raises what `add`, `describe`, `set_rights` do.
        """
        from store import operator_steps

        with self._store.writing() as t:
            t.require(Right.ADMIN)
            grants = None
            if role is not None or rights is not None:
                own = tuple(dict.fromkeys(catalogues))
                grants = operator_steps.wanted_grants(t, role, tuple(rights or ()), own)
            return find_operator(t, operator_steps.save(t, login, said, grants, role))

    def remove(self, login: str) -> None:
        """Let somebody use cabas no more, at once; what they did stays theirs, and they can be brought back.

        Messages that they keep for an hour do not go while they are gone. Raises `Invalid("operator", name, "gone")`
        for somebody removed already, `NotFound`.
        """
        from store import operator_steps

        with self._store.writing() as t:
            t.require(Right.ADMIN)
            operator_steps.remove(t, login)

    def bring_back(self, login: str) -> Operator:
        """Let somebody who was removed use cabas again, with the rights that their role has now, or their own ones.

        Raises `Invalid("operator", name, "not_gone")`, `Invalid("name", …, "taken")` where somebody else has the name
        by now, `NotFound`.
        """
        from store import operator_steps

        with self._store.writing() as t:
            t.require(Right.ADMIN)
            return operator_steps.bring_back(t, login)

    def note_key(self, login: str, fingerprint: str, *, removed: bool = False) -> None:
        """Leave a row of an SSH key that opens cabas as this operator from now on, or, `removed`, no more.

        The key itself is in the account's `authorized_keys`. Raises `NotFound`.
        """
        with self._store.writing() as t:
            t.require(Right.ADMIN)
            action = "operator.key_removed" if removed else "operator.key"
            t.journal(action, find_operator(t, login).id, fingerprint=fingerprint)

    def roles(self) -> tuple[Role, ...]:
        """Those that come with cabas, then the group's own by name, each with its present rights."""
        from store.roles import all_roles

        with self._store.reading() as t:
            return all_roles(t)

    def set_role(self, name: str, rights: Iterable[Right]) -> tuple[Operator, ...]:
        """Give a role, or a new one, these rights, and them at once to the active operators who have it: those.

        Raises `Invalid`: "role" where `orders` would be taken from producers ("orders") or from who has it on named
        catalogues only ("limited", their names), or of its name ("too_long", "unprintable"; "name", "empty").
        """
        from store import operator_steps

        with self._store.writing() as t:
            t.require(Right.ADMIN)
            return operator_steps.set_role(t, name, tuple(rights))

    def forget_role(self, name: str) -> tuple[Operator, ...]:
        """Give a role the rights that it comes with, or drop one that was made here; who has it.

        Raises `NotFound`, `Invalid` for one that was made here and somebody has ("in_use"), and as `set_role`.
        """
        from store import operator_steps

        with self._store.writing() as t:
            t.require(Right.ADMIN)
            return operator_steps.forget_role(t, name)
