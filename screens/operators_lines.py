"""What the list of operators says: read from the store in a thread, then put into lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

from screens.roles_words import rights_had, role_or_rights
from screens.widgets.plain import plain
from screens.widgets.table import cell
from store.errors import StoreError
from store.roles import named_catalogues
from templates.words import _, languages, ngettext

if TYPE_CHECKING:
    from store import Store
    from store.rights import Operator

NAMES = 3
"""So many of several things are named."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An operator, the name of the member they are linked to ("": none), and the catalogues they are limited to."""

    operator: Operator
    member: str
    catalogues: tuple[str, ...]


def read_operators(store: Store) -> tuple[Listed, ...]:
    """Read those at work, and then those who were removed."""
    names = {one.id: one.name for one in store.catalogues.all(inactive=True)}
    found = []
    for operator in store.operators.all(gone=True):
        own = (names[one] for one in named_catalogues(operator.grants) if one in names)
        found.append(Listed(operator, member_name(store, operator), tuple(sorted(own))))
    return tuple(found)


def member_name(store: Store, operator: Operator) -> str:
    """The name of the member somebody is linked to, where one may see it."""
    if operator.member_id is None:
        return ""
    try:
        return store.members.get(operator.member_id).name
    except StoreError:
        return ""


def row_of(row: Listed) -> list[object]:
    """A line of the list; dimmed, and with the word, for who was removed."""
    operator = row.operator
    style = "" if operator.active else "dim"
    may = role_or_rights(operator) if operator.active else _("removed")
    if row.catalogues and operator.active:
        may = _("{role}: {catalogues}").format(role=may, catalogues=", ".join(row.catalogues))
    return [cell(text, style) for text in (operator.name, operator.login, may, row.member, operator.language or "")]


def described(row: Listed) -> Content:
    """The marked one: what they may do and where, who they are, and how they come in."""
    operator = row.operator
    may = _("May: {rights}").format(rights=rights_had(operator))
    if row.catalogues:
        may += " · " + _("orders of {catalogues}").format(catalogues=", ".join(row.catalogues))
    who = [row.member or _("no member"), operator.email or _("no e-mail")]
    who.append(languages.name(operator.language) if operator.language else _("the group's language"))
    lines = [
        Content.assemble(plain(operator.name, "bold"), plain(f" · {role_or_rights(operator)}")),
        plain(may),
        plain(" · ".join(who)),
    ]
    if operator.active:
        lines.append(plain(key_words(operator.login), "dim"))
    return Content("\n").join(lines)


def key_words(login: str) -> str:
    """How somebody's key is made: only at the machine."""
    return _("Their SSH key, at the machine: cabas operator key {login} FILE.pub").format(login=login)


def removed_words(operator: Operator) -> str:
    """That somebody is out, and how they come back."""
    return _("{name} is removed: x brings them back.").format(name=operator.name)


def stops_words(operator: Operator, kept: tuple[str, ...]) -> str:
    """What does not go any more without somebody."""
    titles = ", ".join(_("“{title}”").format(title=title or _("without a title")) for title in kept[:NAMES])
    more = ", …" if len(kept) > NAMES else ""
    said = ngettext(
        "{n} message kept by {name} will not go: {titles}",
        "{n} messages kept by {name} will not go: {titles}",
        len(kept),
    )
    return said.format(n=len(kept), name=operator.name, titles=titles + more)
