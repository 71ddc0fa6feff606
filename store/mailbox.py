"""The group's mailbox: its server, its limits, and the state it is in."""

from __future__ import annotations

import ipaddress
import json
import re
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from store.clock import stamp, unstamp
from store.errors import Invalid, NotFound
from store.home import AHEAD, clock_accepted
from store.rights import Right

if TYPE_CHECKING:
    from store.handle import Store
    from store.transaction import Transaction

PER_HOUR, PER_DAY = 50, 200
"""What a provider that nothing is known of is trusted to take (MAIL.md 3)."""

# One address as a From line holds it without quotes (RFC 5322, 3.2.3); accents only where every server reads them.
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[^\s<>()\[\],;:\"@]+")

# Neither a port nor an address of the web; the name may have letters of any language.
_HOST = re.compile(r"[\w.-]+")

NO_TALK = ("dot", "again", "sent", "held", "found", "bounce", "request", "gateway", "accepted", "refused", "unclear")
"""The phases of attempts that are no answer of the mailbox's server."""

_OF_MAILS = "counted = 1 AND phase <> 'request'"
"""The condition of what uses up the mailbox's limits: SMS have their own."""

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class MailboxSettings:
    """How the mailbox is reached. `tls` is "starttls", "implicit", or "none" (loopback only).

    `address` is the one mails come from, `identities` further ones; `per_hour` and `per_day` (rolling 24 hours) are
    how many mails it may send; `per_minute` 0: no limit of that kind. An empty `username` means a server that asks for
    no login. `login` is "password" or "xoauth2" (a token for an hour, made by a command). The mailbox is read at
    `imap_host`, empty: not at all; `files_sent`: the provider puts a copy of every mail into the Sent folder.
    `provider` names the preset that this came from. The password is never here.
    """

    host: str
    port: int
    tls: str
    username: str
    address: str
    identities: tuple[str, ...] = ()
    per_hour: int = PER_HOUR
    per_day: int = PER_DAY
    per_minute: int = 0
    login: str = "password"
    imap_host: str = ""
    imap_port: int = 993
    imap_tls: str = "implicit"
    files_sent: bool = False
    provider: str = ""

    @property
    def account(self) -> str:
        """What the inbox's bookmarks are kept under: who reads, and where; empty where it is not read."""
        return f"{self.username or self.address} {self.imap_host}" if self.imap_host else ""


@dataclass(frozen=True, slots=True)
class MailboxState:
    """Whether the mailbox can be used: "ok", "paused", "login_refused" or "quota".

    `until` is a UTC stamp (None: until somebody does something), `reason` a short code ("operator", "login",
    "certificate_name", …; "limits" when the group's own limits are used up), `answer` the server's words.
    """

    state: str = "ok"
    until: str | None = None
    reason: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """How many mails may still go now, in this hour and in these 24 hours; `more_at` (UTC stamp) when one more may.

    `minute` is how many may go in these sixty seconds, None: no limit of that kind. A used-up minute is waited for
    while sending and stops nothing, so it is neither in `left` nor in `more_at`.
    """

    hour: int
    day: int
    more_at: str | None
    minute: int | None = None

    @property
    def left(self) -> int:
        """How many may go now."""
        return max(0, min(self.hour, self.day))


class Mailbox:
    """Changing the mailbox needs the right `admin`, pausing it `messages.send`."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self) -> MailboxSettings | None:
        """The settings, or None while there is no mailbox."""
        with self._store.reading() as t:
            return mailbox_settings(t)

    def set(self, settings: MailboxSettings) -> None:
        """Change the settings and forget what was wrong; a person's pause stays. Raises `Invalid`.

        How far an inbox was read stays known for its account, how the last reading went only while it is the same.
        """
        check_settings(settings)
        with self._store.writing() as t:
            t.require(Right.ADMIN)
            before, state = mailbox_settings(t), stored_state(t)
            if before is not None and before.account != settings.account:
                t.execute("DELETE FROM inbox_reads")
            t.execute("DELETE FROM mailbox")
            t.insert(
                "mailbox",
                id=1,
                **{
                    **asdict(settings),
                    "identities": json.dumps(settings.identities, ensure_ascii=False),
                    "files_sent": int(settings.files_sent),
                },
            )
            if state.reason == "operator":
                set_state(t, state)
            now, former = asdict(settings), {} if before is None else asdict(before)
            t.journal("mailbox.set", fields=[name for name in now if now[name] != former.get(name)])

    def set_identities(self, identities: tuple[str, ...]) -> None:
        """Change the further addresses that mails may come from; raises `Invalid`, `NotFound` without a mailbox.

        What keeps the mailbox from sending stays.
        """
        with self._store.writing() as t:
            t.require(Right.ADMIN)
            settings = mailbox_settings(t)
            if settings is None:
                raise NotFound("mailbox", "")
            check_settings(replace(settings, identities=identities))
            t.execute("UPDATE mailbox SET identities = ?", (json.dumps(identities, ensure_ascii=False),))
            t.journal("mailbox.identities")

    def state(self) -> MailboxState:
        """The present state; used-up limits count as "quota"."""
        with self._store.reading() as t:
            return mailbox_state(t)

    def stopped_in(self) -> str:
        """The phase of the talk with the server in which came what it has stopped sending for; "" where none is known.

        Phases are those of `store.ledger.Trace`.
        """
        with self._store.reading() as t:
            phase = t.value(
                "SELECT phase FROM attempts WHERE answer = ? AND (code IS NULL OR code >= 400)"
                f" AND phase NOT IN {NO_TALK} ORDER BY id DESC LIMIT 1",
                (stored_state(t).answer,),
            )
        return str(phase or "")

    def budget(self) -> Budget | None:
        """What the limits leave, or None while there is no mailbox."""
        with self._store.reading() as t:
            return budget(t)

    def pause(self) -> None:
        """Send nothing until `resume`, SMS neither; the mail under way is finished."""
        self._set_state(MailboxState("paused", None, "operator"), "mailbox.paused")

    def resume(self) -> None:
        """Forget a pause, whoever or whatever made it."""
        self._set_state(MailboxState(), "mailbox.resumed")

    def _set_state(self, state: MailboxState, action: str) -> None:
        from store.sms_gateway import set_sms_state

        with self._store.writing() as t:
            t.require(Right.MESSAGES_SEND)
            set_state(t, state)
            if mailbox_settings(t) is None:  # nothing but SMS can go
                set_sms_state(t, state.state, state.reason)
            t.journal(action)


def mailbox_settings(t: Transaction) -> MailboxSettings | None:
    """`Mailbox.get` inside a transaction."""
    row = t.one(
        "SELECT host, port, tls, username, address, identities, per_hour, per_day, per_minute, login,"
        " imap_host, imap_port, imap_tls, files_sent, provider FROM mailbox"
    )
    if row is None:
        return None
    kept = {"identities": tuple(json.loads(row["identities"])), "files_sent": bool(row["files_sent"])}
    return MailboxSettings(**{**dict(row), **kept})


def stored_state(t: Transaction) -> MailboxState:
    """The state as it was last set, without regard to limits; one whose time is over is "ok"."""
    row = t.one("SELECT state, until, reason, answer FROM mailbox")
    if row is None or (row["until"] is not None and row["until"] <= t.stamp):
        return MailboxState()
    return MailboxState(**row)


def mailbox_state(t: Transaction) -> MailboxState:
    """`Mailbox.state` inside a transaction."""
    state = stored_state(t)
    if state.state != "ok":
        return state
    left = budget(t)
    return MailboxState("quota", left.more_at, "limits") if left and not left.left else state


def set_state(t: Transaction, state: MailboxState) -> None:
    """Put the mailbox into a state; the journal, where a person did it, is the caller's."""
    t.execute(
        "UPDATE mailbox SET state = ?, until = ?, reason = ?, answer = ?",
        (state.state, state.until, state.reason, state.answer),
    )


def budget(t: Transaction) -> Budget | None:
    """What the limits leave, counted from the attempts; one whose answer was never seen counts as sent."""
    settings = mailbox_settings(t)
    if settings is None:
        return None
    left, more = [], []
    # Attempts that lie ahead count, until somebody accepts that the clock was put back: then they are long past.
    until = stamp(t.now + AHEAD) if clock_accepted(t) else "~"
    for limit, window in ((settings.per_hour, HOUR), (settings.per_day, DAY)):
        since = stamp(t.now - window)
        used = _counted(t, since, until)
        left.append(limit - used)
        if used >= limit:
            # One more may go when so many have left the window that the limit is no longer reached.
            at = t.value(
                f"SELECT at FROM attempts WHERE {_OF_MAILS} AND at > ? AND at <= ? ORDER BY at LIMIT 1 OFFSET ?",
                (since, until, used - limit),
            )
            more.append(stamp(unstamp(at) + window))
    minute = settings.per_minute - _counted(t, stamp(t.now - MINUTE), until) if settings.per_minute else None
    return Budget(left[0], left[1], max(more, default=None), minute)


def _counted(t: Transaction, since: str, until: str) -> int:
    """How many mails were handed over between two moments; one whose answer was never seen counts."""
    return int(t.value(f"SELECT count(*) FROM attempts WHERE {_OF_MAILS} AND at > ? AND at <= ?", (since, until)))


def check_settings(settings: MailboxSettings) -> None:
    """Raise `Invalid` for what cannot be stored, nor be tried out: a password would go over an open line, say."""
    _check_server("", settings.host, settings.port, settings.tls)
    if settings.imap_host:
        _check_server("imap_", settings.imap_host, settings.imap_port, settings.imap_tls)
    if settings.login not in ("password", "xoauth2"):
        raise Invalid("login", settings.login, "unknown")
    if settings.login == "xoauth2" and not settings.username:
        raise Invalid("username", "", "login")
    for address in (settings.address, *settings.identities):
        if not _ADDRESS.fullmatch(address) or not address.isprintable():
            raise Invalid("email", address, "address")
    for field, limit in (("per_hour", settings.per_hour), ("per_day", settings.per_day)):
        if limit < 1:
            raise Invalid(field, str(limit), "positive")
    if settings.per_minute < 0:
        raise Invalid("per_minute", str(settings.per_minute), "negative")


def _check_server(which: str, host: str, port: int, tls: str) -> None:
    """One of the two servers; `which` is what its fields begin with."""
    if not _HOST.fullmatch(host) and not _is_number(host):
        raise Invalid(f"{which}host", host, "host")
    if not 0 < port < 65536:
        raise Invalid(f"{which}port", str(port), "port")
    if tls not in ("starttls", "implicit", "none"):
        raise Invalid(f"{which}tls", tls, "unknown")
    if tls == "none" and not is_loopback(host):
        raise Invalid(f"{which}tls", host, "loopback_only")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its name or number alone."""
    if host.lower() == "localhost":
        return True
    return _is_number(host) and ipaddress.ip_address(host).is_loopback


def _is_number(host: str) -> bool:
    """Whether a host is an IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
