"""A year of a group in a minute: every mail that a plain reading of the rules asks for goes once, and no other.

`CABAS_YEAR_SEED` is another year; `CABAS_YEAR_MEMBERS` how many of the example's households live it, "all" of them, or
a number.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from store import Store
from store.workflow_records import Trigger
from tests.real.year import FIRST, Year
from tests.real.year_checks import SPOILED, differences
from tui.demo.group import build

SEED = int(os.environ.get("CABAS_YEAR_SEED", "1"))
MEMBERS = os.environ.get("CABAS_YEAR_MEMBERS", "18")
COUNT = 10_000 if MEMBERS == "all" else int(MEMBERS)
WHOLE = 365 * 24
HOURS = int(os.environ.get("CABAS_YEAR_HOURS", str(WHOLE)))
NOTICED = {
    "taken away",
    "doubled",
    "to one who refused",
    "with the former day",
    "as if by hand",
    "an hour early",
}
"""The faults that were tried on the reading, and found."""
ACTS = (
    "order leave touch confirm drop empty change cancel_order join refuse allow stop give_address archive promote"
    " cancel_promotion own_hours edit move cancel exempt pause detach reword leave_words other_moment skip bring_back"
    " send"
)
HAPPENED = {"brought back", "changed half way", "limited", "killed", "two at once", "in doubt", "off", "adopted"}
"""What a year has in it."""
BECAME = {
    ("queued", ""),
    ("nobody", ""),
    ("nobody", "nothing"),
    ("missed", "late"),
    ("missed", "never"),
    ("skipped", ""),
    ("skipped", "newer"),
}
"""What becomes of the times of a year's steps."""


@pytest.fixture
def example(tmp_path: Path) -> Path:
    path = tmp_path / "example.cabas"
    build(path, FIRST, 7, "fr")
    return path


@pytest.mark.timeout(1800)
def test_every_mail_of_a_year_goes_once_and_no_other(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CABAS_CONFIG", str(tmp_path / "none.toml"))
    folder = tmp_path / "year"
    folder.mkdir()
    per_hour = 18 if MEMBERS != "all" else 190  # less than there are: mails wait for the next hour
    with Year(folder, example, SEED, COUNT, per_hour) as year:
        year.live(HOURS)
        print(year.told())
        assert year.spoiled == NOTICED
        if HOURS >= WHOLE:
            assert not {*ACTS.split(), *HAPPENED} - {name for name, count in year.done.items() if count}
            rows = {(row.state, row.reason) for row in year.reading.rows.values()}
            assert rows | year.reading.became >= BECAME
            assert year.triggers() == {*Trigger}
            assert year.at_the_clocks()
        assert_noticed(year)


def assert_noticed(year: Year) -> None:
    """Each of the faults that a file may have is one more difference."""
    copy = year.folder / "spoiled.cabas"
    year.store.backups.copy_to(copy)
    spoiled, found = Store(copy, "marie", year.hands), 0
    for fault in SPOILED:
        with spoiled.writing() as t:
            t.execute(fault)
        wrong = len(differences(spoiled, year.reading, year.refs - year.lost))
        assert wrong > found, fault
        found = wrong
    spoiled.close()
