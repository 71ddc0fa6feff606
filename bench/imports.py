"""Importing 100,000 members with every check, beside `sqlite-utils insert --csv` of the same file."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import perf_counter

from bench.group import person
from bench.rows import NotThereYet, Row, most
from bench.terminal import surroundings
from store import Store
from store.settings import Group
from tui.demo.telling import COORDINATOR

MEMBERS = 100_000

FOR_FICTION = ("01 99 00", "02 61 91", "03 53 01", "04 65 71", "05 36 49", "06 39 98", "", "", "", "")
"""Six of ten have a phone: Arcep keeps six ranges of 10,000 numbers free for fiction."""


def rows(folder: Path) -> Iterator[Row]:
    """Whole commands, each started once: the start is nothing beside 100,000 rows."""
    people = _write(folder / "members.csv")
    group = folder / "group.cabas"
    Store.create(group, Group("Coopérative"), COORDINATOR).close()
    programs = Path(sys.executable).parent
    ours = [programs / "cabas", "--file", group, "--operator", COORDINATOR, "import", "members", people]
    plain = [programs / "sqlite-utils", "insert", folder / "plain.db", "members", people, "--csv", "--delimiter", ";"]
    mine, theirs = _time(ours), _time(plain)
    store = Store(group, COORDINATOR)
    found = store.members.search("", limit=1).total
    store.close()
    # A few have the full name of somebody else by chance: those are left to a person to decide.
    if found < 0.999 * MEMBERS:
        raise NotThereYet(f"only {found} members were imported")
    details = f"{mine:.1f} s / {theirs:.1f} s for {MEMBERS:,} rows"
    yield most("import with all checks / sqlite-utils insert", mine / theirs, 4, details)


def _write(path: Path) -> Path:
    random = Random(7)
    with path.open("w", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(("first_name", "last_name", "email", "phone"))
        for number in range(MEMBERS):
            somebody = person(random)
            # Who has another's phone might be of the same household, and would be left to a person to decide.
            start, number_left = FOR_FICTION[number % 10], number // 10
            phone = f"{start} {number_left // 100:02} {number_left % 100:02}" if start else ""
            writer.writerow((somebody.first_name, somebody.last_name, f"membre{number}@exemple.fr", phone))
    return path


def _time(command: list[str | Path]) -> float:
    start = perf_counter()
    done = subprocess.run(command, env=surroundings(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotThereYet(done.stderr.strip()[-300:])
    return perf_counter() - start
