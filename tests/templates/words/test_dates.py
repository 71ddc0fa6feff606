"""Hours and spans, as a volunteer reads them."""

from __future__ import annotations

import shutil
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from store import Store
from templates.words import dates, money, use


def test_the_store_s_texts_are_taken_as_they_are():
    assert dates.moment("2026-11-26T18:00") == "Thu 26 Nov 18:00"
    assert dates.day("2026-11-26") == "Thu 26 Nov"
    assert dates.day(date(2026, 11, 26), year=True) == "Thu 26 Nov 2026"
    assert dates.day_long("2026-11-26T18:00", year=True) == "Thursday 26 November 2026"
    assert dates.hour("2026-11-26T08:05") == dates.hour(time(8, 5)) == "08:05"


def test_another_year_is_shown_and_this_one_is_the_groups_not_the_machines(tmp_path: Path, new_file: Path):
    new_years_eve = datetime(2026, 12, 31, 22, 30, tzinfo=UTC)
    with closing(Store(shutil.copy(new_file, tmp_path / "group.cabas"), "marie", lambda: new_years_eve)):
        assert dates.moment("2027-03-28T03:30") == "Sun 28 Mar 2027 03:30"
        assert dates.lately("2025-12-28T03:30", datetime(2026, 11, 21)) == "Sun 28 Dec 2025 03:30"
        assert (dates.day("2027-01-07"), dates.day_number("2025-12-28")) == ("Thu 7 Jan 2027", "28 Dec 2025")
        new_years_eve += timedelta(hours=1)  # half past midnight in the group's zone
        assert dates.moment("2027-03-28T03:30") == "Sun 28 Mar 03:30"
        assert dates.day("2026-12-31") == "Thu 31 Dec 2026"


def test_a_utc_stamp_is_refused_because_it_would_be_shown_an_hour_wrong():
    with pytest.raises(ValueError, match="not a local hour"):
        dates.moment("2026-11-26T17:00:00.000000Z")


def test_a_moment_that_was_converted_to_the_group_s_zone_is_shown():
    assert dates.moment(datetime(2026, 11, 26, 18, tzinfo=UTC)) == "Thu 26 Nov 18:00"


@pytest.mark.parametrize(
    ("ahead", "english", "french", "italian"),
    [
        (timedelta(days=1, hours=23, minutes=59), "in 1 d 23 h", "dans 1 j 23 h", "tra 1 g 23 h"),
        (timedelta(days=2), "in 2 d", "dans 2 j", "tra 2 g"),
        (timedelta(hours=2, minutes=5), "in 2 h 5 min", "dans 2 h 5 min", "tra 2 h 5 min"),
        (timedelta(minutes=12, seconds=40), "in 12 min", "dans 12 min", "tra 12 min"),
        (timedelta(seconds=59), "now", "maintenant", "adesso"),
        (timedelta(seconds=-59), "now", "maintenant", "adesso"),
        (timedelta(hours=-2), "2 h ago", "il y a 2 h", "2 h fa"),
    ],
)
def test_how_far_off_something_is(ahead, english, french, italian):
    for language, expected in (("en", english), ("fr", french), ("it", italian)):
        use(language)
        assert dates.span(ahead) == expected


def test_a_moment_of_this_week_is_named_by_its_weekday():
    now = datetime(2026, 11, 26, 9)
    for then, said in (
        ("2026-11-26T20:02", "20:02"),
        ("2026-11-24T20:02", "Tue 20:02"),
        ("2026-11-19T20:02", "Thu 19 Nov 20:02"),
        ("2026-11-27T20:02", "Fri 27 Nov 20:02"),
    ):
        assert dates.lately(then, now) == said


def test_what_has_just_happened():
    assert dates.ago(timedelta(seconds=3)) == "just now"
    assert dates.duration(timedelta(seconds=40)) == "40 s"


def test_a_local_currency_is_named_as_the_group_names_it():
    assert money.money(1200, "SOL").replace(money.NBSP, " ") == "SOL 12.00"
    use("fr")
    assert money.money(1200, "SOL").replace(money.NBSP, " ") == "12,00 SOL"
