"""Reading the mailbox: the only file that knows IMAP (RFC 3501).

Nothing is ever changed there: folders are opened by EXAMINE, mails fetched by BODY.PEEK, so that not even a mail's
"unread" is lost. What is fetched is bounded, however large a mail is.
"""

from __future__ import annotations

import contextlib
import imaplib
import logging
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from mail.answers import safe
from mail.mailbox import MailboxFault, network_fault
from mail.password import Secret
from mail.trust import tls_context
from store.folding import fold
from store.ledger import Trace
from store.mailbox import is_loopback

if TYPE_CHECKING:
    from store.mailbox import MailboxSettings

TIMEOUT = 30.0
"""Seconds without a sign of life before the connection counts as broken."""

MOST_HEADERS = 65536
"""How many octets of a mail's headers are fetched."""

_GOODBYE = 3.0
_SENT = (
    *("sent", "sent items", "sent messages", "sent mail", "sent-mail"),
    *("envoyes", "elements envoyes", "messages envoyes", "courrier envoye", "objets envoyes"),
    *("inviata", "inviati", "posta inviata", "elementi inviati", "messaggi inviati", "email inviate"),
)
_JUNK = ("junk", "junk e-mail", "junk mail", "spam", "indesirables", "courrier indesirable", "posta indesiderata")
_NOT_NOW = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "TOO MANY", "TRY AGAIN", "TEMPORAR")  # RFC 5530, and what is usual
_WRAPPING = re.compile(r"^(?:command: \w+ => )?(?:[\w-]+ (?:failed: |command error: BAD \[))?(?:b['\"])?(?:\* )?")
_LOGGED_IN = ("folders", "folder", "search", "fetch")
_GARBAGE = (imaplib.IMAP4.error, ValueError, LookupError, TypeError, AttributeError, OverflowError, MemoryError)


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that was opened. `uidvalidity`: with another one all numbers begin anew; `next_uid` 0: not told."""

    name: str
    uidvalidity: int
    next_uid: int


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail in a folder: its number, when the server got it (UTC), its octets, and its headers."""

    uid: int
    received_at: datetime
    size: int
    headers: bytes


class Inbox:
    """One connection to where the mailbox is read; every step raises `MailboxFault` (`where` "imap").

    `secret` None: without logging in, which `log_in` does then. `pin` is from `mail.trust.pinned`, `timeout` in
    seconds.
    """

    def __init__(
        self, settings: MailboxSettings, secret: str | Secret | None, pin: str | None = None, timeout: float = TIMEOUT
    ) -> None:
        self._settings = settings
        if settings.imap_tls == "none" and not is_loopback(settings.imap_host):
            raise MailboxFault("tls", Trace("connect", None, ""), "imap")
        context = tls_context(pin)
        with _faults("connect"):
            self._client = _connect(settings, context if settings.imap_tls == "implicit" else None, timeout)
        try:
            if settings.imap_tls == "starttls":
                with _faults("starttls"):
                    # The library's own writes to an attribute that Python 3.14 made read-only.
                    self._client._imap.starttls(context)
            if secret is not None:
                self.log_in(secret)
        except BaseException:
            self.drop()
            raise

    def log_in(self, secret: str | Secret) -> None:
        """Log in as the mailbox's user; a token that is refused is asked for once more, it may just have run out."""
        try:
            _log_in(self._client, self._settings, secret() if callable(secret) else secret)
        except MailboxFault as fault:
            if fault.kind != "login" or self._settings.login != "xoauth2" or not callable(secret):
                raise
            _log_in(self._client, self._settings, secret())

    def open(self, name: str) -> Folder:
        """Open a folder for reading only."""
        with _faults("folder"):
            told = self._client.select_folder(name, readonly=True)
            return Folder(name, int(told.get(b"UIDVALIDITY", 0)), int(told.get(b"UIDNEXT", 0)))

    def sent_folder(self) -> str:
        """Where the provider files what was sent; empty where no such folder is found."""
        return self._special(rb"\Sent", _SENT)

    def junk_folder(self) -> str:
        """Where the provider puts what it takes for spam; empty where no such folder is found."""
        return self._special(rb"\Junk", _JUNK)

    def after(self, uid: int) -> list[int]:
        """The numbers of the mails behind this one in the open folder."""
        with _faults("search"):
            # "n:*" always has the last mail, however low its number is (RFC 3501, 6.4.8).
            return sorted(found for found in self._client.search(["UID", f"{uid + 1}:*"]) if found > uid)

    def since(self, day: date) -> list[int]:
        """The numbers of the mails that arrived on this day or later, as the server counts days."""
        with _faults("search"):
            return sorted(self._client.search(["SINCE", day]))

    def has(self, header: str, value: str) -> bool:
        """Whether the open folder has a mail with this header."""
        with _faults("search"):
            return bool(self._client.search(["HEADER", header, value]))

    def headers(self, uids: Sequence[int]) -> list[Arrived]:
        """These mails of the open folder, those left out that are gone meanwhile."""
        with _faults("fetch"):
            found = self._client.fetch(uids, ["INTERNALDATE", "RFC822.SIZE", f"BODY.PEEK[HEADER]<0.{MOST_HEADERS}>"])
            return [
                Arrived(uid, _moment(found[uid]), int(found[uid].get(b"RFC822.SIZE") or 0), raw)
                for uid in sorted(set(uids) & set(found))
                if (raw := _text(found[uid])) is not None
            ]

    def beginning(self, uid: int, most: int) -> bytes:
        """The first octets of a mail of the open folder; empty where it is gone."""
        with _faults("fetch"):
            found = self._client.fetch([uid], [f"BODY.PEEK[]<0.{most}>"])
            return _text(found.get(uid, {})) or b""

    def drop(self) -> None:
        """Break the line at once."""
        with contextlib.suppress(OSError, *_GARBAGE):
            self._client.shutdown()

    def close(self) -> None:
        """Say goodbye and close."""
        with contextlib.suppress(OSError, *_GARBAGE):
            self._client.socket().settimeout(_GOODBYE)
            self._client.logout()
        self.drop()

    def __enter__(self) -> Inbox:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self.drop()

    def _special(self, flag: bytes, names: tuple[str, ...]) -> str:
        """A folder by its mark (RFC 6154), else by one of the names that providers use, the likeliest first."""
        with _faults("folders"):
            folders = self._client.list_folders()
            named: dict[str, str] = {}
            for flags, delimiter, name in folders:
                if any(mark.lower() == flag.lower() for mark in flags):
                    return str(name)
                last = str(name).rpartition(delimiter.decode("ascii", "replace") if delimiter else "/")[2]
                named.setdefault(fold(last), str(name))
        return next((named[name] for name in names if name in named), "")


def _connect(settings: MailboxSettings, context: ssl.SSLContext | None, timeout: float) -> Any:
    """The client of the library, whose own TLS connection would wait for ever: it hands no timeout on (3.1)."""
    from imapclient import IMAPClient

    # It would write to the terminal, and whoever logs everything would log what people write.
    logging.getLogger("imapclient").setLevel(logging.CRITICAL)

    class Line(imaplib.IMAP4):
        def _create_socket(self, _timeout: float | None) -> socket.socket:
            sock = socket.create_connection((self.host, self.port), timeout)
            # A login is written in pieces; without this the second would wait for an acknowledgement.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock if context is None else context.wrap_socket(sock, server_hostname=self.host)

    class Client(IMAPClient):  # type: ignore[misc] # the library has no types
        def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 - the library's name
            return Line(self.host, self.port)

    client = Client(settings.imap_host, settings.imap_port, ssl=context is not None, timeout=timeout)
    client.normalise_times = False
    return client


@contextlib.contextmanager
def _faults(phase: str) -> Iterator[None]:
    """Turn what the library, ssl and the network raise into a `MailboxFault`, by what went wrong."""
    try:
        yield
    except OSError as error:
        fault = network_fault(phase, error, "imap")
        if fault.kind == "timeout" and phase in _LOGGED_IN:
            fault = MailboxFault("silent", fault.trace, "imap")
        raise fault from error
    except _GARBAGE as error:
        kind, words = _kind(phase, error)
        raise MailboxFault(kind, Trace(phase, None, words), "imap") from error


@_faults("login")
def _log_in(client: Any, settings: MailboxSettings, word: str) -> None:
    """Log in by one mechanism: providers lock the box sooner for a wrong password that is tried with each."""
    user = settings.username
    if settings.login == "xoauth2":
        first = iter([f"user={user}\x01auth=Bearer {word}\x01\x01"])
        # A refusal comes as a challenge, which an empty answer ends.
        client.sasl_login("XOAUTH2", lambda _challenge: next(first, ""))
    elif client.has_capability("AUTH=PLAIN"):
        # UTF-8 (RFC 4616), where LOGIN takes ASCII only.
        client.sasl_login("PLAIN", lambda _challenge: f"\0{user}\0{word}")
    elif client.has_capability("LOGINDISABLED") or not f"{user}{word}".isascii() or not f"{user}{word}".isprintable():
        raise MailboxFault("no_login", Trace("login", None, ""), "imap")
    else:
        quoted = user.replace("\\", "\\\\").replace('"', '\\"')
        client.login(f'"{quoted}"', word)


def _kind(phase: str, error: Exception) -> tuple[str, str]:
    """What a library's exception means, and the server's own words in it."""
    words = _server_words(error)
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, imaplib.IMAP4.abort):
        if isinstance(cause, OSError):
            return network_fault(phase, cause, "imap").kind, ""
        cause = cause.__context__
    if phase == "starttls" and "socket error" not in words:
        return "no_starttls", words
    if cause is not None:
        # Either the line broke, or the server said goodbye and why.
        if "socket error" in words:
            return "lost", ""
        return ("session" if words.startswith("unexpected") else "busy"), words
    if "BYE" in words or any(sign in words.upper() for sign in _NOT_NOW):
        return "busy", words
    if phase == "login":
        return ("session" if "error: BAD" in str(error) else "login"), words
    return "session", words


def _server_words(error: Exception) -> str:
    """What the server said, without what the libraries write around it."""
    text = _WRAPPING.sub("", str(error).partition("\n\n")[0])
    return safe(text.removesuffix("]").rstrip("'\""))


def _moment(found: dict[bytes, Any]) -> datetime:
    """When the server got a mail, in UTC; the epoch where it does not say."""
    moment = found.get(b"INTERNALDATE")
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        return datetime.fromtimestamp(0, UTC)
    return moment.astimezone(UTC)


def _text(found: dict[bytes, Any]) -> bytes | None:
    """The part that was asked for: servers repeat its name in forms of their own."""
    for name, value in found.items():
        if name.upper().startswith(b"BODY["):
            return value if isinstance(value, bytes) else b""
    return None
