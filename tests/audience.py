"""A group whose members are reached in every way there is, for tests of messages. Invented people only."""

from __future__ import annotations

from dataclasses import dataclass

from store import Store
from store.mailbox import MailboxSettings
from store.people import Member, Person
from tests import offering

HOSTILE = "Prix [/] <b>*{{ 7*7 }}"


@dataclass(frozen=True)
class Audience:
    """Ids by a short name."""

    members: dict[str, int]
    offering: offering.Offering


def fill(store: Store, *, mailbox: bool = True) -> Audience:
    """Two at one address, two at two, a name that looks like markup, no first name, French, Italian, no e-mail."""
    sold = offering.fill(store)
    households = {
        "guerin": _member(("Hélène", "Guérin", "guerin@exemple.fr"), ("François", "Guérin", "guerin@exemple.fr")),
        "benali": _member(
            ("Aïcha", "Benali", "aicha@exemple.fr"), ("Paul", "Dupont", "paul.d@exemple.fr"), language="fr"
        ),
        "rossi": _member(("Chiara", "Rossi", "chiara@exemple.fr"), language="it"),
        "hostile": _member((HOSTILE, "[@click=app.bell]", "prix@exemple.fr")),
        "nameless": _member(("", "Club 🧀", "club@exemple.fr")),
        "silent": _member(("Zoé", "Petit", "zoe@exemple.fr")),
    }
    members = {**sold.members, **{name: store.members.add(member) for name, member in households.items()}}
    refuses = store.members.get(members["silent"]).people[0].id
    assert refuses is not None
    store.members.set_preference(refuses, "email", "targeted", False, "phone")
    if mailbox:
        store.mailbox.set(MailboxSettings("localhost", 1025, "none", "amap", "amap@exemple.fr", ("bureau@exemple.fr",)))
    return Audience(members, sold)


def _member(*people: tuple[str, str, str], language: str = "") -> Member:
    return Member(people=tuple(Person(*person) for person in people), language=language)
