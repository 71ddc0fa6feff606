"""What a run of the outbox is sent out with, and what it does beside the sending."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeGuard

from mail.configuration import ConfigurationBad
from mail.mailbox import MailboxFault
from mail.password import PasswordError, Secret, TypedForAnother, secret, source, told_to
from store.clock import unstamp
from store.errors import StoreError
from store.rights import Right

if TYPE_CHECKING:
    from mail.schedule import AtItsHour
    from mail.sent_folder import Found
    from store.handle import Store
    from store.mailbox import MailboxSettings

Told = Callable[["AtItsHour"], None]

_GIVE_UP = timedelta(days=1)
"""What was not in Sent for so long is not looked for any more by itself."""


def tell_nobody(_done: AtItsHour) -> None:
    """The screens say by themselves what became of a kept message."""


@dataclass
class Errand:
    """One run's order: in which file, with which password (asked for when it is needed), how started, how patient."""

    store: Store
    password: Secret
    how: str
    patience: timedelta
    told: Told
    _secret: str | None = None
    _for: MailboxSettings | None = None
    _hopeless: set[int] = field(default_factory=set)
    _looked_for: set[int] = field(default_factory=set)

    def queue_kept(self) -> None:
        """Put the messages whose hour has come into the outbox; one that failed in this run is not tried again."""
        from mail.schedule import queue_due

        if all(message.id in self._hopeless for message in self.store.messages.due()):
            return
        may_see = self.store.operators.me().may(Right.MESSAGES_SEE)
        for done in queue_due(self.store):
            if done.error is not None:
                self._hopeless.add(done.message.id)
            if may_see:  # what is said of a message names it, and what is wrong with it
                self.told(done)

    def secret(self, settings: MailboxSettings) -> str:
        """The password, or a fresh token; empty where no login is asked for.

        Raises what `password` raises, and `TypedForAnother` where the mailbox is another one by now that nothing but a
        person gives the password of.
        """
        if not settings.username:
            return ""
        if self._for is not None and told_to(self._for) != told_to(settings):
            if source(self.store.path, settings) == "typed":
                raise TypedForAnother
            self._secret, self._for = secret(self.store.path, settings), settings
        elif self._secret is None or settings.login == "xoauth2":
            self._secret, self._for = self.password(), settings
        return self._secret

    def look_up(self) -> Found:
        """Look for what is in doubt in the mailbox's Sent folder, where that can be done without asking anybody.

        What stands in the way is left unsaid: the doubts stay listed, and whoever opens them can look for them again.
        """
        from mail.sent_folder import FILED, Found, look_up

        now, settings = self.store.clock.now(), self.store.mailbox.get()
        ages = {doubt.id: now - unstamp(doubt.state_at) for doubt in self.store.deliveries.doubts()}
        ripe = {which for which, age in ages.items() if FILED <= age <= _GIVE_UP}
        if not ripe or not self._can_look(settings):
            return Found()
        self._looked_for |= ripe
        try:
            return look_up(self.store, lambda: self.secret(settings))
        except (MailboxFault, PasswordError, ConfigurationBad, StoreError):
            return Found()

    def looks_up_at(self) -> datetime | None:
        """When the next doubt that has not been looked for can be found; None: there is none."""
        from mail.sent_folder import FILED

        if not self._can_look(self.store.mailbox.get()):
            return None
        doubts = self.store.deliveries.doubts()
        ripe_at = [unstamp(doubt.state_at) + FILED for doubt in doubts if doubt.id not in self._looked_for]
        return min((moment for moment in ripe_at if moment > self.store.clock.now()), default=None)

    def _can_look(self, settings: MailboxSettings | None) -> TypeGuard[MailboxSettings]:
        return settings is not None and bool(settings.imap_host) and self._knows_the_password(settings)

    def _knows_the_password(self, settings: MailboxSettings) -> bool:
        if self._for is not None and _readers(self._for) == _readers(settings):
            return True
        try:
            return source(self.store.path, settings) != "typed"
        except ConfigurationBad:
            return False


def _readers(settings: MailboxSettings) -> tuple[object, ...]:
    """Who is told the password where the mailbox is read, too."""
    return (*told_to(settings), settings.imap_host, settings.imap_port, settings.imap_tls)
