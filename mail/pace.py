"""How long a number of mails takes under the mailbox's limits."""

from __future__ import annotations

from datetime import timedelta

from store.mailbox import Budget, MailboxSettings

A_MAIL = timedelta(seconds=1)
"""What one mail takes, connection and answer, when nothing holds it up."""


def time_needed(mails: int, settings: MailboxSettings, left: Budget) -> timedelta:
    """From now until the last of so many mails is out, counted from what the limits leave now."""
    if mails <= left.left:
        # A minute's limit is kept evenly (`mail.patience`); where an hour's is reached, that one is the narrower.
        return mails * max(A_MAIL, timedelta(minutes=1) / settings.per_minute if settings.per_minute else A_MAIL)
    tomorrow = mails - max(0, left.day)
    if tomorrow <= 0:
        return timedelta(hours=_rounds(mails - max(0, left.hour), settings.per_hour))
    days = _rounds(tomorrow, settings.per_day)
    last_day = tomorrow - (days - 1) * settings.per_day
    return timedelta(days=days, hours=_rounds(last_day, settings.per_hour) - 1)


def _rounds(mails: int, at_once: int) -> int:
    """How many times one has to wait for a new hour or day."""
    return -(-mails // at_once)
