"""An operator as the fields of a form, and back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from screens.form import Problem
from screens.member_form import Fields
from screens.roles_words import RIGHT_FIELDS, RIGHT_NAMES, field_of
from store.catalogues import Catalogue
from store.errors import Invalid
from store.folding import fold, folded_words
from store.rights import PRODUCER, Operator, Right
from store.roles import Role, named_catalogues
from templates.words import LANGUAGES, N_, _, languages

if TYPE_CHECKING:
    from store import Store

OWN = ""
"""The role of who has rights of their own."""

LABELS = {
    "name": N_("Name"),
    "login": N_("Login"),
    "language": N_("Language"),
    "email": N_("E-mail"),
    "member": N_("Member"),
    "role": N_("Role"),
    **{field_of(right): name for right, name in RIGHT_NAMES.items()},
    "catalogues": N_("Catalogues"),
}
DESCRIBED = ("name", "login", "language", "email", "member")
GIVEN = ("role", *RIGHT_FIELDS, "catalogues")
WRONG = {"catalogue": "catalogues_line", "member": "member_line", "right": "admin", "operator": "name"}
"""The field to go to for what the store names otherwise."""


@dataclass(frozen=True)
class Around:
    """What is known beside the operator: all roles and catalogues, and the others, removed ones too."""

    roles: tuple[Role, ...]
    catalogues: tuple[Catalogue, ...]
    others: tuple[Operator, ...]

    def rights_of(self, role: str) -> tuple[Right, ...]:
        """The rights of a role as they were read; none where there is no such role."""
        return next((one.rights for one in self.roles if one.name == role), ())

    def catalogue(self, catalogue_id: int) -> str:
        """What a catalogue is called; its number where one may not see it."""
        return next((one.name for one in self.catalogues if one.id == catalogue_id), str(catalogue_id))

    def catalogues_found(self, text: str) -> list[tuple[int, str]]:
        """The catalogues that a text means: each of its words begins one of the name's."""
        wanted = folded_words(text)
        return [
            (one.id, one.name)
            for one in self.catalogues
            if wanted and all(any(word.startswith(w) for word in folded_words(one.name)) for w in wanted)
        ]


def around(store: Store, operator: Operator | None) -> Around:
    """Read what is known beside an operator, or beside a new one."""
    own = None if operator is None else operator.id
    return Around(
        roles=store.operators.roles(),
        catalogues=tuple(store.catalogues.all(inactive=True)),
        others=tuple(one for one in store.operators.all(gone=True) if one.id != own),
    )


def fields_of(operator: Operator | None, known: Around) -> Fields:
    """What the form shows; a new one begins on the phone desk, where most do."""
    role = "phone_desk" if operator is None else operator.role or OWN
    had = set(known.rights_of(role))
    if operator is not None:
        had = {right for right, _catalogue in operator.grants}
    own = named_catalogues(operator.grants) if operator is not None else ()
    return {
        "name": operator.name if operator else "",
        "login": operator.login if operator else "",
        "language": (operator.language or "") if operator else "",
        "email": (operator.email or "") if operator else "",
        "member": str(operator.member_id or "") if operator else "",
        "role": role,
        **{name: right in had for name, right in RIGHT_FIELDS.items()},
        "catalogues": ",".join(map(str, own)),
    }


def rights_in(fields: Fields) -> set[Right]:
    """The rights that are ticked."""
    return {right for name, right in RIGHT_FIELDS.items() if fields.get(name)}


def unticked(fields: Fields) -> list[Problem]:
    """That nothing is ticked, where nothing is."""
    said = _("Tick what they may do: one right at least.")
    return [] if rights_in(fields) else [Problem(next(iter(RIGHT_FIELDS)), said, at_save=True)]


def languages_offered() -> list[tuple[str, str]]:
    """The languages that cabas speaks to an operator, the group's first."""
    return [("", _("the group's")), *((code, languages.name(code)) for code in LANGUAGES)]


def catalogues_in(fields: Fields) -> list[int]:
    """The catalogues that orders are limited to; none: they are taken of all."""
    limited = Right.ORDERS in rights_in(fields)
    return [int(part) for part in str(fields["catalogues"]).split(",") if part and limited]


def problems(fields: Fields, known: Around) -> list[Problem]:
    """What cannot be stored."""
    found = []
    name, login = " ".join(str(fields["name"]).split()), str(fields["login"]).strip()
    if not name:
        found.append(Problem("name", _("A name is needed."), at_save=True))
    elif any(fold(name) == fold(one.name) for one in known.others if one.active):
        found.append(Problem("name", _("There is one called “{value}” already.").format(value=name)))
    if not login:
        found.append(Problem("login", _("A login is needed: a short name in small letters."), at_save=True))
    else:
        found += _login_problems(login, known)
    found += unticked(fields)
    if fields["role"] == PRODUCER and not catalogues_in(fields):
        said = _("A producer takes orders of named catalogues only: choose one.")
        found.append(Problem("catalogues_line", said, at_save=True))
    return found


def _login_problems(login: str, known: Around) -> list[Problem]:
    from screens.errors import words_for
    from store.operator_steps import LOGIN

    other = next((one for one in known.others if one.login == login), None)
    reason = "" if LOGIN.fullmatch(login) else "syntax"
    if other is not None or login == "automatic":
        reason = "gone" if other is not None and not other.active else "taken"
    return [Problem("login", words_for(Invalid("login", login, reason)))] if reason else []


def proposed_login(name: str) -> str:
    """A login for who is called so: the first name."""
    words = folded_words(name)
    return re.sub(r"[^a-z0-9]", "", words[0])[:32] if words else ""


def saver(store: Store, operator: Operator | None, before: Fields, typed: Fields) -> Callable[[], int]:
    """What writes down what was typed anew, in one go; returns the operator's id."""
    said: dict[str, Any] = {
        name: str(typed[name]).strip() for name in DESCRIBED if operator is None or typed[name] != before[name]
    }
    if "member" in said:
        said["member_id"] = int(said.pop("member") or 0) or None
    given: dict[str, Any] = {}
    if operator is None or any(typed[name] != before[name] for name in GIVEN):
        role = str(typed["role"]) or None
        given = {"role": role, "catalogues": catalogues_in(typed)}
        if role is None:
            given["rights"] = rights_in(typed)
    login = None if operator is None else operator.login
    return lambda: store.operators.save(login, said, **given).id or 0
