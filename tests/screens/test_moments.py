"""Days and hours are taken as people type them, in the languages that cabas speaks."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.moments import day_of, hour_of, hours_of, moment_of
from templates import words
from templates.words import LANGUAGES, dates

TODAY = date(2026, 11, 22)  # a Sunday


@pytest.mark.parametrize(
    ("typed", "hour"),
    [
        *(
            (text, "18:00")
            for text in ("18", "18h", "18 h", "18:00", "18.00", "18H00", "à 18 heures", "ore 18", "6 pm")
        ),
        *((text, "18:30") for text in ("18:30", "18h30", "18.30", "18,30", "18 h 30", "alle 18:30", "6:30pm")),
        ("8", "08:00"),
        ("0h", "00:00"),
        ("12 am", "00:00"),
        ("midi", "12:00"),
        ("", None),
    ],
)
def test_an_hour(typed: str, hour: str | None):
    assert hour_of(typed) == hour


@pytest.mark.parametrize("typed", ["25h", "18:75", "soon", "18h-19h", "1800", "-3", "14 pm", "٣"])
def test_what_is_no_hour_is_refused(typed: str):
    with pytest.raises(ValueError):
        hour_of(typed)


@pytest.mark.parametrize(
    "typed", ["18:00-19:30", "18h-19h30", "18 - 19.30", "18h à 19h30", "de 18h à 19h30", "18 to 19:30", "18–19:30"]
)
def test_from_when_to_when(typed: str):
    assert hours_of(typed) == ("18:00", "19:30")


@pytest.mark.parametrize("typed", ["18h", "18-", "18-19-20", "evening"])
def test_one_hour_is_not_two(typed: str):
    with pytest.raises(ValueError):
        hours_of(typed)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        *(
            (text, date(2026, 11, 26))
            for text in (
                "26/11", "26.11.2026", "26-11-26", "2026-11-26", "26/11/26", "26", "26 nov", "26 novembre 2026",
                "jeudi", "Thu", "giovedì", "jeu. 26 nov. 2026", "jeudi 26/11", "le 26 novembre", "Nov 26",
                "26th of November",
            )
        ),
        ("22/11", TODAY),
        ("today", TODAY),
        ("demain", date(2026, 11, 23)),
        ("sunday", date(2026, 11, 29)),
        ("21/11", date(2027, 11, 21)),
        ("mar 24/11", date(2026, 11, 24)),
        ("1 mar", date(2027, 3, 1)),
        ("1er déc.", date(2026, 12, 1)),
        ("31", date(2026, 12, 31)),
        ("29/2", date(2028, 2, 29)),
        ("", None),
    ],
)  # fmt: skip
def test_a_day(typed: str, day: date | None):
    assert day_of(typed, TODAY) == day


@pytest.mark.parametrize(
    "typed", ["31/11", "26/13", "32", "friday 26/11", "26 foo", "foo", "0/0", "26/11/2026/3", "ju"]
)
def test_what_is_no_day_is_refused(typed: str):
    with pytest.raises(ValueError):
        day_of(typed, TODAY)


@given(day=st.dates(date(2026, 11, 22), date(2027, 11, 21)), language=st.sampled_from(LANGUAGES))
def test_a_day_is_read_as_it_is_shown(day: date, language: str):
    words.use(language)
    for shown in (dates.day(day), dates.day(day, year=True), dates.day_long(day), dates.day_number(day)):
        assert day_of(shown, TODAY) == day
    assert moment_of(f"{dates.day(day)} 20:00", TODAY) == datetime(day.year, day.month, day.day, 20)


@pytest.mark.parametrize("typed", ["23/11 20h", "lun 23 nov 20:00", "2026-11-23T20:00", "23 20.00", "23 à 20h"])
def test_a_day_and_an_hour(typed: str):
    assert moment_of(typed, TODAY) == datetime(2026, 11, 23, 20)
    with pytest.raises(ValueError):
        moment_of(typed.rsplit("20")[0], TODAY) if "2026" not in typed else moment_of("2026-11-23", TODAY)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("12/11", date(2026, 11, 12)),
        ("thu 12 nov", date(2026, 11, 12)),
        ("5/12", date(2026, 12, 5)),
        ("3/3", date(2027, 3, 3)),
    ],
)
def test_where_days_that_have_passed_may_be_meant_the_nearest_one_is(typed: str, day: date):
    assert day_of(typed, TODAY, around=True) == day
