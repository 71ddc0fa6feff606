"""Keys that reach the members' list, or a member's form, in one packet act on what was meant."""

from __future__ import annotations

import getpass
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from store import Store
from store.people import Member, Person
from store.segments import parse
from store.settings import Group
from tests.terminal import CABAS, Terminal

NAMES = ("Aubert Luc", "Benali Aïcha", "Durand Paul", "Maréchal Odette", "Rossi Chiara")
DOWN = "\x1b[B"
F2, F8, CLEAR = "\x1bOQ", "\x1b[19~", "\x15"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store.create(tmp_path / "group.cabas", Group("AMAP des Oiseaux"), getpass.getuser(), "Marie")
    for name in NAMES:
        last, first = name.split()
        made.members.add(Member(people=(Person(first, last, f"{last.lower()}@exemple.fr" if last > "B" else ""),)))
    return made


def terminal(store: Store, term: str = "xterm-256color") -> Terminal:
    environment = {"CABAS_CONFIG": str(store.path.with_name("none.toml")), "LANG": "C", "TERM": term}
    return Terminal([*CABAS, "--file", str(store.path)], environment)


def vips(store: Store) -> list[str]:
    return [row.name for row in store.members.search("", limit=99, segment=parse("nobody + vip")).rows]


def until(found: Callable[[], object], wanted: object) -> None:
    end = time.monotonic() + 20
    while found() != wanted:
        assert time.monotonic() < end, found()
        time.sleep(0.05)


def test_marks_and_the_star_in_one_packet(store: Store) -> None:
    with terminal(store) as t:
        t.wait("Members")
        t.write(f"m{DOWN}  s")
        until(lambda: vips(store), ["Aubert Luc", "Benali Aïcha"])
        t.wait("2 members have the star.")
        t.write(f"uz{DOWN}  s")
        until(lambda: vips(store), ["Aubert Luc", "Benali Aïcha", "Maréchal Odette", "Rossi Chiara"])


def test_a_search_a_filter_marks_and_a_tag_in_one_packet(store: Store) -> None:
    with terminal(store) as t:
        t.wait("Members")
        t.write(f"mod{DOWN} /\b\bro{DOWN} tbureau\r")
        t.wait("2 members have the tag “bureau”.")
        t.write("ufw\rAs")
        until(lambda: vips(store), ["Aubert Luc"])
        t.wait("Members: Without e-mail")
    tagged = store.members.search("", limit=99, segment=parse("nobody + tag(bureau)")).rows
    assert [row.name for row in tagged] == ["Maréchal Odette", "Rossi Chiara"]


def durand(store: Store) -> tuple[str, str]:
    """Last name and phone."""
    person = store.members.get(store.members.resolve("Paul Durand")).people[0]
    return person.last_name, person.phone_shown


def test_a_form_that_is_being_saved_takes_none_of_the_keys_behind_that(store: Store) -> None:
    with terminal(store) as t:
        t.wait("Members")
        for number in ("06 39 98 00 11", "06 39 98 00 12"):
            t.write(f"mdur\re\t\t{CLEAR}{number}{F8}e{F2}d")
            until(lambda: durand(store), ("Durand", number))
            t.wait("n New order")
            assert "not saved" not in t.text


def test_a_form_that_is_not_saved_takes_none_of_the_keys_behind_that(store: Store) -> None:
    with terminal(store) as t:
        t.wait("Members")
        t.write("mdur\re")
        t.wait("F8 Save")
        member = store.members.get(store.members.resolve("Paul Durand"))
        store.members.save(replace(member, people=(replace(member.people[0], phone="06 39 98 00 13"),)))
        t.write(f"\t\t{CLEAR}06 39 98 00 14{F8}e{F2}d")
        t.wait("Yours is kept: F8 saves it.")
        t.read(1.2)  # now the sentence is read
        t.write(F8)
        until(lambda: durand(store), ("Durand", "06 39 98 00 14"))


def test_the_linux_console_shows_marks_and_stars_in_its_own_characters(store: Store) -> None:
    with terminal(store, "linux") as t:
        t.wait("Members")
        t.write(f"m{DOWN} s")
        t.wait("Aubert Luc has the star.")
        line = next(line for line in t.text.splitlines() if "Aubert Luc " in line and "star" not in line)
        assert line.lstrip().startswith("x")
        assert line.endswith("*")
        assert "★" not in t.text
