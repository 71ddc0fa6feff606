"""The hour that a message is kept for, as it is typed and proposed, and the truth about who sends it then."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from mail.by_itself import ByItself
from screens.message_states import by_itself_words, truth_at
from screens.schedule_hours import by_the_clock, meant, odd_hour, proposed, typed
from store.clock import Clock
from templates.words import speaking
from tests.screens.sample import NOW

CLOSING = datetime(2026, 11, 23, 20, 0)
PARIS = Clock("Europe/Paris", lambda: NOW)
WALL = PARIS.wall()


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("", None),
        ("23h", datetime(2026, 11, 21, 23, 0)),
        ("18h", datetime(2026, 11, 22, 18, 0)),
        ("demain 18h", datetime(2026, 11, 22, 18, 0)),
        ("lundi 9:30", datetime(2026, 11, 23, 9, 30)),
        ("2026-12-24 18:00", datetime(2026, 12, 24, 18, 0)),
    ],
)
def test_an_hour_as_people_say_it(typed: str, moment: datetime | None):
    assert meant(typed, WALL) == moment


@pytest.mark.parametrize("typed", ["soon", "demain", "25h", "31/2 9h"])
def test_what_is_no_hour_is_refused(typed: str):
    with pytest.raises(ValueError):
        meant(typed, WALL)


@pytest.mark.parametrize(
    ("latest", "hour"),
    [
        (None, datetime(2026, 11, 22, 18, 0)),
        (CLOSING, datetime(2026, 11, 22, 18, 0)),
        (datetime(2026, 11, 22, 20, 0), datetime(2026, 11, 22, 9, 0)),
        (datetime(2026, 11, 22, 8, 0), datetime(2026, 11, 22, 5, 0)),
        (datetime(2026, 11, 21, 22, 4), datetime(2026, 11, 21, 21, 20)),
        (datetime(2026, 11, 20, 20, 0), datetime(2026, 11, 22, 18, 0)),
    ],
)
def test_the_hour_that_is_proposed(latest: datetime | None, hour: datetime):
    assert proposed(WALL, latest) == hour


def test_the_nights_in_which_clocks_change():
    gap, twice = datetime(2027, 3, 28, 2, 30), datetime(2026, 10, 25, 2, 30)
    assert by_the_clock(gap, PARIS) == datetime(2027, 3, 28, 3, 30)
    assert odd_hour(gap, PARIS) == "Clocks skip this hour: it goes out at 03:30."
    assert by_the_clock(twice, PARIS) == twice
    assert odd_hour(twice, PARIS) == "Clocks show this hour twice: it goes out the first time."
    assert odd_hour(CLOSING, PARIS) == ""


# -- the truth

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TICK = 10 * MINUTE


def facts(
    last: timedelta | None = None, password: str = "command", *, copied: bool = False, every: timedelta | None = TICK
) -> ByItself:
    looked = None if last is None else NOW - last
    before = None if looked is None or every is None else looked - every
    return ByItself(looked, "done", password, copied, NOW, before)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (facts(), "Nothing on this machine sends by itself"),
        (facts(4 * MINUTE), "It goes by itself within 10 min of that hour (this machine last looked 21:00)."),
        (facts(4 * MINUTE, "none", every=24 * HOUR), "It goes by itself within 1 d of that hour"),
        (facts(20 * MINUTE, every=None), "This machine looked at the outbox 20:44, at no known rhythm"),
        (facts(20 * MINUTE, every=26 * HOUR), "This machine looked at the outbox 20:44, at no known rhythm"),
        (facts(26 * MINUTE), "This machine has not looked at the outbox since 20:38"),
        (facts(4 * MINUTE, "typed"), "Somebody types the mailbox's password by hand"),
        (facts(4 * MINUTE, "unreadable"), "cabas.toml cannot be read"),
        (facts(4 * MINUTE, "no_mailbox"), "The group has no mailbox yet"),
        (facts(4 * MINUTE, copied=True), "This file was copied or restored"),
    ],
)
def test_whether_it_goes_by_itself(found: ByItself, said: str):
    assert by_itself_words(found, PARIS).startswith(said)
    assert found.sends == said.startswith("It goes by itself")


def test_what_looks_once_a_day_is_too_late_for_what_may_not_wait_a_day():
    daily, hour = facts(HOUR, every=24 * HOUR), datetime(2026, 11, 22, 18)  # it looks at four minutes past eight
    sends, said = truth_at(daily, PARIS, hour, datetime(2026, 11, 22, 20))
    assert (sends, "looks at the outbox next Sun 22 Nov 20:04, which is too late" in said) == (False, True)
    assert truth_at(daily, PARIS, hour, datetime(2026, 11, 22, 20, 5))[0]
    assert truth_at(facts(HOUR, every=HOUR), PARIS, hour, datetime(2026, 11, 22, 20))[0]


def test_once_its_hour_has_passed_it_is_not_said_to_go_at_it():
    hour, until = datetime(2026, 11, 21, 20, 50), datetime(2026, 11, 21, 21, 8)
    assert truth_at(facts(4 * MINUTE), PARIS, hour) == (
        True, "Its hour has passed: it goes by itself when this machine looks next, about 21:10.")  # fmt: skip
    assert truth_at(facts(), PARIS, hour)[1].startswith("Its hour has passed, and nothing has sent it. Nothing on")
    sends, said = truth_at(facts(4 * MINUTE), PARIS, hour, until)
    assert (sends, "looks at the outbox next Sat 21 Nov 21:10, which is too late" in said) == (False, True)


@pytest.mark.parametrize("language", ["en", "fr", "it"])
def test_every_moment_that_is_proposed_is_read_back(language: str):
    with speaking(language):
        for days in range(800):
            moment = WALL.replace(hour=18, minute=30) + timedelta(days=days + 1)
            assert meant(typed(moment, WALL), WALL) == moment
