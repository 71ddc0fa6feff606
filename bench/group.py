"""The groups that are measured: the example group, and one with very many members."""

from __future__ import annotations

from pathlib import Path
from random import Random

from store import Store
from store.members import add_member
from store.people import EmailState, Member, Person
from store.settings import Group
from tui.demo.group import build
from tui.demo.names import FIRST_NAMES_FR, FIRST_NAMES_IT, LAST_NAMES_FR, LAST_NAMES_IT
from tui.demo.telling import COORDINATOR, today

SYLLABLES = "ba be co da du fi ga jo ka le lo ma mi na no pa ri ro sa ta ti vo".split()


def example(folder: Path) -> Path:
    """The example group's file, as the demo makes it."""
    file = folder / "example.cabas"
    build(file, today(), 20, "en")
    return file


def person(random: Random) -> Person:
    """Somebody of a large group; the first syllable of the name makes enough different ones."""
    first = random.choice(FIRST_NAMES_FR + FIRST_NAMES_IT)
    last = random.choice(LAST_NAMES_FR + LAST_NAMES_IT) + "-" + "".join(random.choices(SYLLABLES, k=3)).capitalize()
    number = random.randrange(10_000)
    return Person(
        first,
        last,
        email=f"membre{random.randrange(10**9)}@exemple.fr",
        email_state=EmailState.HAS,
        mobile=f"06 39 98 {number // 100:02} {number % 100:02}",
    )


def large(folder: Path, members: int) -> Store:
    """A group of so many members, opened."""
    random = Random(members)
    store = Store.create(folder / f"members-{members}.cabas", Group("Coopérative"), COORDINATOR)
    with store.writing() as t:
        for _ in range(members):
            add_member(t, Member((person(random),), postal_code="44119", city="Treillières"))
    return store
