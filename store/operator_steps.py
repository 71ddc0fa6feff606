"""What a change of an operator or of a role consists of, inside the transaction."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from store import roles
from store.catalogues import get_catalogue
from store.delivery_records import DECISIONS
from store.errors import Invalid
from store.folding import fold
from store.operators import find_operator, formerly
from store.rights import AUTOMATIC, PRODUCER, ROLES, Grant, Operator, Right, told

if TYPE_CHECKING:
    from store.transaction import Transaction

LOGIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}")
"""A login stands in the forced command of a key: nothing in it may look like an option, or need quotes.

Those of a directory are not in small letters everywhere, and may have a domain.
"""
LONGEST_NAME = 60


def add(t: Transaction, login: str, role: str, catalogues: tuple[int, ...], described: Mapping[str, Any]) -> int:
    """`Operators.add`; `described` by the columns of `operators`."""
    return _id(_insert(t, {"login": login, **described}, wanted_grants(t, role, (), catalogues), role))


def wanted_grants(
    t: Transaction, role: str | None, rights: tuple[Right, ...], catalogues: tuple[int, ...]
) -> frozenset[Grant]:
    """A role's rights, or without one `rights`; `orders` on the named catalogues only, where there are any."""
    own = tuple(get_catalogue(t, catalogue_id).id for catalogue_id in catalogues)
    if role is not None:
        grants = roles.grants_of(t, role, own)
        if own and not roles.named_catalogues(grants):
            raise Invalid("role", role, "no_orders")
        return grants
    return roles.granted(rights, own)


def save(
    t: Transaction, login: str | None, said: Mapping[str, Any], grants: frozenset[Grant] | None, role: str | None
) -> str:
    """`Operators.save`; `said` by the columns of `operators`. Returns the login."""
    if login is None:
        return _insert(t, said, grants or frozenset(), role).login
    if grants is not None:
        _give(t, _active(t, login), grants, role)
    return describe(t, login, said).login


def _insert(t: Transaction, said: Mapping[str, Any], grants: frozenset[Grant], role: str | None) -> Operator:
    values = {field: _CHECKS[field](t, value) for field, value in said.items()}
    operator_id = t.insert("operators", **values)
    roles.give(t, operator_id, grants, role)
    t.journal("operator.added", operator_id, role=role, rights=told(grants))
    return find_operator(t, values["login"])


def set_rights(
    t: Transaction, login: str, role: str | None, given: tuple[Grant, ...], taken: tuple[Grant, ...]
) -> Operator:
    """`Operators.set_rights`."""
    operator = _active(t, login)
    for right, catalogue_id in (*given, *taken):
        if catalogue_id is not None:
            if right is not Right.ORDERS:
                raise Invalid("right", right.value, "everywhere")
            get_catalogue(t, catalogue_id)
    begin = operator.grants if role is None else _of_role(t, role, operator, given)
    after = _given(_taken(begin, taken), given)
    has = role or operator.role
    _give(t, operator, after, has if has is not None and roles.has_role(t, after, has) else None)
    return find_operator(t, login)


def _give(t: Transaction, operator: Operator, after: frozenset[Grant], role: str | None) -> None:
    if (after, role) != (operator.grants, operator.role):
        roles.give(t, _id(operator), after, role)
        roles.require_admin_left(t)
        t.journal("operator.rights", operator.id, before=told(operator.grants), after=told(after), role=role)


def describe(t: Transaction, login: str, said: Mapping[str, Any]) -> Operator:
    """`Operators.describe`; `said` by the columns of `operators`."""
    operator = _active(t, login)
    changed = {}
    for field, value in said.items():
        now = getattr(operator, field)
        if value != now and (after := _CHECKS[field](t, value, operator.id)) != now:
            changed[field] = after
    if not changed:
        return operator
    if "login" in changed:
        _rename(t, operator, changed["login"])
    assignments = ", ".join(f"{field} = :{field}" for field in changed)
    t.execute(f"UPDATE operators SET {assignments} WHERE id = :id", {**changed, "id": operator.id})
    former = {"former": operator.login} if "login" in changed else {}
    t.journal("operator.described", operator.id, fields=sorted(changed), **former)
    return find_operator(t, changed.get("login", login))


def remove(t: Transaction, login: str) -> None:
    """`Operators.remove`."""
    operator = _active(t, login)
    t.execute("UPDATE operators SET active = 0 WHERE id = ?", (operator.id,))
    roles.require_admin_left(t)
    t.journal("operator.removed", operator.id)


def bring_back(t: Transaction, login: str) -> Operator:
    """`Operators.bring_back`."""
    operator = find_operator(t, login)
    if operator.active:
        raise Invalid("operator", operator.name, "not_gone")
    _free_name(t, operator.name)
    t.execute("UPDATE operators SET active = 1 WHERE id = ?", (operator.id,))
    if operator.role is not None:
        own = roles.named_catalogues(operator.grants)
        grants = roles.grants_of(t, operator.role, own)
        # Without `orders` in the role now, the catalogues are lost: when the role has it again it would be on all.
        lost = own and not roles.named_catalogues(grants)
        roles.give(t, _id(operator), grants, None if lost else operator.role)
    t.journal("operator.brought_back", operator.id)
    return find_operator(t, login)


def set_role(t: Transaction, name: str, rights: tuple[Right, ...]) -> tuple[Operator, ...]:
    """`Operators.set_role`."""
    role = roles.name_of(t, name)
    logins = "SELECT login FROM operators WHERE role = ? AND active = 1 ORDER BY name, login"
    having = [find_operator(t, row["login"]) for row in t.all(logins, (role,))]
    roles.change(t, role, rights, having)
    return tuple(find_operator(t, one.login) for one in having)


def forget_role(t: Transaction, name: str) -> tuple[Operator, ...]:
    """`Operators.forget_role`."""
    role = roles.name_of(t, name)
    if role in ROLES:
        return set_role(t, role, ROLES[role])
    roles.forget(t, role)
    return ()


def _active(t: Transaction, login: str) -> Operator:
    operator = find_operator(t, login)
    if not operator.active:
        raise Invalid("operator", operator.name, "gone")
    return operator


def _id(operator: Operator) -> int:
    assert operator.id is not None  # it was read from the file
    return operator.id


def _free_name(t: Transaction, name: str, of: int | None = None) -> str:
    """The name as it is kept; two of one name could not be told apart where it is said who did something."""
    text = " ".join(name.split())
    if not text:
        raise Invalid("name", "", "empty")
    if len(text) > LONGEST_NAME:
        raise Invalid("name", str(len(text)), "too_long")
    others = t.all("SELECT name FROM operators WHERE active = 1 AND id IS NOT ?", (of,))
    if any(fold(row["name"]) == fold(text) for row in others):
        raise Invalid("name", text, "taken")
    return text


def _free_login(t: Transaction, login: str, of: int | None = None) -> str:
    """The login, if it is one, and nobody else has or had it: an old key would open cabas as whoever gets it now.

    In capital or small letters: "Marie" beside "marie" is a trap.
    """
    if not LOGIN.fullmatch(login):
        raise Invalid("login", login, "syntax")
    row = t.one("SELECT active FROM operators WHERE lower(login) = lower(?) AND id IS NOT ?", (login, of))
    if login.lower() == AUTOMATIC.login or row is not None:
        raise Invalid("login", login, "taken" if row is None or row["active"] else "gone")
    if any(had != of for had in formerly(t, login)):
        raise Invalid("login", login, "former")
    return login


def _language(_t: Transaction, language: str | None, _of: int | None = None) -> str | None:
    from templates.words import LANGUAGES

    if language and language not in LANGUAGES:
        raise Invalid("language", language, "unknown")
    return language or None


def _email(_t: Transaction, email: str | None, _of: int | None = None) -> str | None:
    from store.addresses import email_key

    text = (email or "").strip()
    if text:
        email_key(text)
    return text or None


def _member(t: Transaction, member_id: int | None, _of: int | None = None) -> int | None:
    from store.household import load_member

    if member_id is None:
        return None
    member = load_member(t, member_id)
    if member.erased or t.value("SELECT merged_into FROM members WHERE id = ?", (member_id,)):
        raise Invalid("member", member.name, "gone")
    return member_id


_CHECKS: dict[str, Callable[..., Any]] = {
    "login": _free_login,
    "name": _free_name,
    "language": _language,
    "email": _email,
    "member_id": _member,
}
"""What each column of `operators` keeps of what is said of it, by somebody's id; raises `Invalid` and `NotFound`."""


def _rename(t: Transaction, operator: Operator, login: str) -> None:
    """Only where an admin is left who can make the line for the new login's key, and in the ledger's decisions."""
    if operator.may(Right.ADMIN) and not roles.is_admin_left(t, besides=operator.id):
        raise Invalid("login", operator.login, "last")
    # The ledger keeps the login of who decided.
    t.execute(
        "UPDATE attempts SET answer = ? WHERE answer = ? AND phase IN (SELECT value FROM json_each(?))",
        (login, operator.login, json.dumps(DECISIONS)),
    )


def _of_role(t: Transaction, role: str, operator: Operator, given: tuple[Grant, ...]) -> frozenset[Grant]:
    named = roles.named_catalogues(given)
    if not named and role == PRODUCER and (Right.ORDERS, None) not in given:
        named = roles.named_catalogues(operator.grants)
    return roles.grants_of(t, role, named)


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
