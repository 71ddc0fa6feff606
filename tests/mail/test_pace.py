"""How long a sending takes is said before it begins."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mail.pace import time_needed
from store.mailbox import Budget, MailboxSettings

SETTINGS = MailboxSettings("smtp.exemple.fr", 465, "implicit", "amap", "amap@exemple.fr", per_hour=50, per_day=200)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


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
