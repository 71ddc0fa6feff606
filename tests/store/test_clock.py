"""Hours as people say them, in a zone with summer time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from store.clock import Clock, months_before, resolve, rule_moment, stamp, unstamp

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        (datetime(2026, 11, 21, 20, 0), datetime(2026, 11, 21, 19, 0, tzinfo=UTC)),
        (datetime(2026, 7, 1, 20, 0), datetime(2026, 7, 1, 18, 0, tzinfo=UTC)),
        (datetime(2027, 3, 28, 2, 30), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),  # does not exist: 03:30
        (datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # exists twice: the first
    ],
)
def test_a_wall_time_is_one_moment(wall: datetime, utc: datetime) -> None:
    assert resolve(wall, PARIS) == utc


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 5, 31), 3, date(2026, 2, 28)),
        (date(2028, 5, 31), 3, date(2028, 2, 29)),
        (date(2026, 11, 21), 3, date(2026, 8, 21)),
        (date(2026, 1, 31), 2, date(2025, 11, 30)),
        (date(2026, 12, 5), 12, date(2025, 12, 5)),
        (date(2026, 12, 5), 0, date(2026, 12, 5)),
    ],
)
def test_months_are_counted_back_and_clamped_to_the_months_end(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


def test_two_days_before_at_eight_in_the_evening() -> None:
    assert rule_moment(date(2026, 3, 1), 2, "20:00") == datetime(2026, 2, 27, 20, 0)


def test_the_groups_today_is_not_utcs_at_night() -> None:
    clock = Clock("Europe/Paris", lambda: datetime(2026, 11, 21, 23, 30, tzinfo=UTC))
    assert clock.today() == date(2026, 11, 22)
    assert clock.wall() == datetime(2026, 11, 22, 0, 30)


def test_a_stamp_is_read_back_and_sorts_as_text() -> None:
    early = datetime(2026, 11, 21, 9, 5, tzinfo=UTC)
    late = datetime(2026, 11, 21, 10, 5, 0, 1, tzinfo=UTC)
    assert unstamp(stamp(late)) == late
    assert stamp(early) < stamp(late)
