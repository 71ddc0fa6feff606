"""A year of a group in a minute: every mail that a plain reading of the rules asks for goes once, and no other.

`CABAS_YEAR_SEED` is another year; `CABAS_YEAR_MEMBERS` how many of the example's households live it, "all" of them, or
a number.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.real.year import FIRST, Year
from tui.demo.group import build

SEED = int(os.environ.get("CABAS_YEAR_SEED", "1"))
MEMBERS = os.environ.get("CABAS_YEAR_MEMBERS", "40")
COUNT = 10_000 if MEMBERS == "all" else int(MEMBERS)
HOURS = int(os.environ.get("CABAS_YEAR_HOURS", str(365 * 24)))


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
    per_hour = 35 if MEMBERS != "all" else 190
    with Year(folder, example, SEED, COUNT, per_hour) as year:
        year.live(HOURS)
        print(dict(year.done), year.reading.away, year.spoiled)
