"""How long a sending takes is said before it begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mail.pace import A_MAIL, time_needed
from store.mailbox import Budget, MailboxSettings

SETTINGS = MailboxSettings("smtp.exemple.fr", 465, "implicit", "amap", "amap@exemple.fr", per_hour=50, per_day=200)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_a_minutes_limit_is_kept_evenly() -> None:
    settings = replace(SETTINGS, per_minute=30, per_hour=1800, per_day=10_000)
    assert time_needed(450, settings, Budget(1800, 10_000, None, 30)) == timedelta(minutes=15)
    assert time_needed(450, replace(settings, per_minute=120), Budget(1800, 10_000, None, 120)) == 450 * A_MAIL


@pytest.mark.parametrize(
    ("mails", "left", "needed"),
    [
        (40, Budget(50, 200, None), timedelta(seconds=40)),
        (51, Budget(50, 200, None), HOUR),
        (200, Budget(50, 200, None), 3 * HOUR),
        (201, Budget(50, 200, None), DAY),
        (500, Budget(50, 200, None), 2 * DAY + HOUR),
        (10, Budget(0, 100, None), HOUR),
        (10, Budget(50, 0, None), DAY),
    ],
)
def test_the_limits_decide(mails: int, left: Budget, needed: timedelta):
    assert time_needed(mails, SETTINGS, left) == needed
