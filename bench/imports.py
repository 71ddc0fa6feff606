"""Importing 100,000 members with every check, beside `sqlite-utils insert --csv` of the same file."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import perf_counter

from bench.group import SYLLABLES, person
from bench.rows import NotThereYet, Row, most
from bench.terminal import surroundings
from store import Store
from store.settings import Group
from tui.demo.telling import COORDINATOR

MEMBERS = 100_000


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
    if found != MEMBERS:
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
            # A name and a phone that somebody else has would be taken for the same household.
            name = f"{somebody.last_name} {SYLLABLES[number % 22]}{SYLLABLES[number // 22 % 22]}{number // 484}"
            writer.writerow((somebody.first_name, name, f"membre{number}@exemple.fr", somebody.mobile))
    return path


def _time(command: list[str | Path]) -> float:
    start = perf_counter()
    done = subprocess.run(command, env=surroundings(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotThereYet(done.stderr.strip()[-300:])
    return perf_counter() - start
