"""How long a number of mails takes under the mailbox's limits."""

from __future__ import annotations

from datetime import timedelta

from store.mailbox import Budget, MailboxSettings

A_MAIL = timedelta(seconds=1)
"""What one mail takes, connection and answer, when nothing holds it up."""


def time_needed(mails: int, settings: MailboxSettings, left: Budget) -> timedelta:
    """From now until the last of so many mails is out, counted from what the limits leave now."""
    if mails <= left.left:
        return mails * A_MAIL
    # The first hour takes what is left of it; then each day takes its hours, as many as the day's limit allows.
    waiting = mails - left.left
    day = timedelta(hours=24)
    if left.day < mails:
        days, rest = divmod(mails - max(0, left.day), settings.per_day)
        return days * day + (_hours(rest, settings) if days else day)
    return _hours(waiting, settings)


def _hours(mails: int, settings: MailboxSettings) -> timedelta:
    return timedelta(hours=-(-mails // settings.per_hour))
