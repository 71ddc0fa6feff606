"""Whether anything on this machine will send without a person: the truth that is said beside a kept message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mail.configuration import ConfigurationBad
from mail.lock import at_home
from mail.password import command
from store.heartbeats import last_beat

if TYPE_CHECKING:
    from store.handle import Store

SLOWEST = timedelta(hours=25)
"""What looks more rarely than once a day, with an hour for the clocks' change, shows no rhythm."""
SLACK, MOST_SLACK = timedelta(minutes=5), timedelta(hours=1)
"""By how much a look may come late before it is missed: one more round and a little, at most so long."""


@dataclass(frozen=True, slots=True)
class ByItself:
    """What is known of this machine.

    `last` is the aware UTC moment at which it last looked at the outbox by itself (None: never), `before` that of the
    time before, `outcome` how the last run ended ("" where it never did; a `mail.run_result.Outcome`, "password" or
    "error"). `password` is "none" (the server wants none), "command" (it is there without a person), "typed" (somebody
    has to type it), "unreadable" (the configuration cannot be read) or "no_mailbox". `copied`: the file was copied or
    restored and sends nothing.
    """

    last: datetime | None
    outcome: str
    password: str
    copied: bool
    now: datetime
    before: datetime | None = None

    @property
    def machine_known(self) -> bool:
        """Whether this machine has ever looked by itself."""
        return self.last is not None

    @property
    def rhythm(self) -> timedelta | None:
        """How long it was between the last two looks; None where that tells nothing, as after a single one."""
        if self.last is None or self.before is None or self.last - self.before > SLOWEST:
            return None
        return self.last - self.before

    @property
    def recent(self) -> bool:
        """Whether it looks at a rhythm and has missed no look."""
        rhythm = self.rhythm
        if self.last is None or rhythm is None:
            return False
        return self.now - self.last <= rhythm + min(rhythm, MOST_SLACK) + SLACK

    @property
    def sends(self) -> bool:
        """Whether a message kept for an hour will go at the first look after it without anybody doing anything."""
        return self.recent and self.password in ("none", "command") and not self.copied

    def look_after(self, hour: datetime) -> datetime | None:
        """When it looks first from this aware hour on, if it goes on as before; None where it shows no rhythm."""
        rhythm = self.rhythm
        if self.last is None or not rhythm or hour <= self.last:
            return None
        return self.last + rhythm * -(-(hour - self.last) // rhythm)


def by_itself(store: Store) -> ByItself:
    """The truth about this machine, as the operator who asks finds it."""
    found = last_beat(store)
    return ByItself(
        last=found.at if found else None,
        outcome=found.outcome if found else "",
        password=_password(store),
        copied=not at_home(store),
        now=store.clock.now(),
        before=found.before if found else None,
    )


def _password(store: Store) -> str:
    settings = store.mailbox.get()
    if settings is None:
        return "no_mailbox"
    if not settings.username:
        return "none"
    try:
        # Not from a keyring: without a person there is mostly none that is open.
        return "typed" if command(store.path, settings) is None else "command"
    except ConfigurationBad:
        return "unreadable"
