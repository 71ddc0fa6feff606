"""Trying the mailbox out step by step: find it, encrypt, log in, offer each sender, look into it, and send nothing."""

from __future__ import annotations

import dataclasses
import socket
import ssl
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mail.mailbox import NETWORK, Connection, MailboxFault, network_kind, shown_certificate
from mail.password import NoPassword, NoTokenCommand, PasswordCommandFailed, PasswordError, Secret
from mail.refused_sender import UNTRIED, apart
from mail.trust import fingerprint
from store.ledger import Trace
from store.mailbox import MailboxSettings, MailboxState
from store.senders import same_sender

if TYPE_CHECKING:
    from mail.imap import Inbox

CERTIFICATE = frozenset({"certificate_unknown", "certificate_name", "certificate_expired", "certificate_changed"})
"""The faults that are the certificate's."""

DISPROVED = (
    NETWORK
    | CERTIFICATE
    | {"tls", "tls_mode", "no_starttls", "login", "no_login", "password", "typed_for_another", "session"}
)
"""Why the mailbox may have stopped sending that is over where every step of sending is "ok", as a refused sender is
where that one is; used-up limits are not."""

READING = ("login", "inbox", "sent_folder")
"""The steps of reading that need a password."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step that was tried; `screens.check_words` has the words.

    `name` is "password" (there is one), "name" (the server's is known), "port" (something listens), "line" (it answers
    and encrypts), "certificate", "login", "identity" (`subject`: an address mails may come from), and for reading
    "inbox" and "sent_folder" (`subject`: its name). `where` is "smtp" or "imap".

    `outcome` is "ok", "failed" or "skipped"; a failed one has a `kind` and a `trace`. The kinds are those of
    `MailboxFault`; of "password": "typed" (no command, no keyring), "no_token" (no token command), "code", "timeout",
    "empty" (what the command did); of "sent_folder": "none"; of "identity": "other_sender", where a further address is
    refused: mails from it go out under the mailbox's own (the envelope), but some providers refuse or change them.
    The trace's phase "names": its answer is the names that a certificate is made out to.
    """

    name: str
    outcome: str = "ok"
    where: str = "smtp"
    kind: str = ""
    trace: Trace | None = None
    subject: str = ""

    @property
    def wrong(self) -> bool:
        """Whether it keeps the mailbox from sending or from being read."""
        return self.outcome == "failed" and self.name != "sent_folder" and self.kind != "other_sender"


def check_steps(
    settings: MailboxSettings, secret: str | Secret, pin: str | None = None, timeout: float = 15.0
) -> Iterator[Step]:
    """Each step as it is done; those that need a failed one are skipped. `timeout` is in seconds.

    A `secret` that is called may raise `PasswordError`, which is a failed step, or `ConfigurationBad`. `pin` is from
    `mail.trust.pinned`.
    """
    asked = _Asked(secret, anew=settings.login == "xoauth2")
    ask: Secret | None = asked
    if settings.username:
        step = _password(asked)
        ask = asked if step.outcome == "ok" else None
        yield step
    refused = False
    for step in _sending(settings, ask, pin, timeout):
        refused = refused or (step.name, step.kind) == ("login", "login")
        yield step
    if settings.imap_host and refused:
        # The same password once more would lock the box the sooner.
        yield from (Step(name, "skipped", "imap") for name in READING)
    elif settings.imap_host:
        yield from _reading(settings, ask, pin, timeout)


def is_over(state: MailboxState, phase: str, steps: Sequence[Step]) -> bool:
    """Whether what stopped the mailbox, in this phase of the talk, is over, as far as the steps can show it."""
    failed = [step for step in steps if step.where == "smtp" and step.outcome == "failed"]
    if not steps or any(step.wrong for step in failed) or phase in UNTRIED:
        return False
    if state.reason != "sender":
        return state.reason in DISPROVED
    refused, _said = apart(state.answer)
    if not refused:
        return not failed
    # Mails from an address that the mailbox does not have any more are held: nothing is offered as that one.
    return all(step.outcome == "ok" for step in steps if step.name == "identity" and same_sender(step.subject, refused))


def shown_fingerprint(settings: MailboxSettings, timeout: float = 15.0) -> str:
    """The fingerprint of the certificate that the server shows, trusted or not, to be compared and pinned.

    Raises `MailboxFault`.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # For a look only, without a login.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with shown_certificate(settings, context, timeout) as sock:
        return fingerprint(sock.getpeercert(binary_form=True) or b"")


class _Asked:
    """The secret, asked for before anything is tried: a password once, as somebody may type it, a token then anew."""

    def __init__(self, secret: str | Secret, *, anew: bool) -> None:
        self._secret, self._anew = secret, anew
        self._first: str | None = None

    def first(self) -> None:
        self._first = self()

    def __call__(self) -> str:
        first = self._first
        if self._anew:
            self._first = None
        if first is not None:
            return first
        return self._secret if isinstance(self._secret, str) else self._secret()


def _password(ask: _Asked) -> Step:
    try:
        ask.first()
    except PasswordCommandFailed as error:
        return Step("password", "failed", kind=error.reason, trace=Trace("password", error.code, ""))
    except PasswordError as error:
        kinds = {NoPassword: "typed", NoTokenCommand: "no_token"}
        return Step("password", "failed", kind=kinds.get(type(error), "typed"), trace=Trace("password", None, ""))
    return Step("password")


def _sending(settings: MailboxSettings, ask: Secret | None, pin: str | None, timeout: float) -> Iterator[Step]:
    senders = (settings.address, *settings.identities)
    login = [Step("login", "skipped")] if settings.username else []
    last = [*login, *(Step("identity", "skipped", subject=sender) for sender in senders)]
    reached = yield from _reach(settings.host, settings.port, "smtp", timeout)
    if not reached:
        yield from [*_line("smtp", settings.tls, "skipped"), *last]
        return
    try:
        connection = Connection(settings, None, timeout, pin=pin)
    except MailboxFault as fault:
        yield from [*_broken_line(settings.tls, _with_names(fault, settings, timeout)), *last]
        return
    yield from _line("smtp", settings.tls)
    try:
        yield from _senders(connection, settings, ask) if ask is not None else iter(last)
    finally:
        connection.quit()


def _line(where: str, tls: str, outcome: str = "ok") -> list[Step]:
    """The steps of a line that came about, or was not tried ("skipped")."""
    names = ("line", "certificate") if tls != "none" else ("line",)
    return [Step(name, outcome, where) for name in names]


def _broken_line(tls: str, fault: MailboxFault) -> list[Step]:
    if fault.kind in CERTIFICATE:
        return [Step("line", where=fault.where), _failed("certificate", fault)]
    return [_failed("line", fault), *_line(fault.where, tls, "skipped")[1:]]


def _senders(connection: Connection, settings: MailboxSettings, ask: Secret) -> Iterator[Step]:
    """Log in, and offer each sender."""
    fault: MailboxFault | None = None
    if settings.username:
        try:
            connection.log_in(ask)
            yield Step("login")
        except MailboxFault as refused:
            fault = refused
            yield _failed("login", fault)
    for sender in (settings.address, *settings.identities):
        if fault is not None and fault.kind != "sender":
            yield Step("identity", "skipped", subject=sender)
            continue
        try:
            connection.offer_sender(sender)
            yield Step("identity", subject=sender)
        except MailboxFault as refused:
            fault = refused
            other = fault.kind == "sender" and sender != settings.address
            kind = "other_sender" if other else fault.kind
            yield dataclasses.replace(_failed("identity", fault), subject=sender, kind=kind)


def _reading(settings: MailboxSettings, ask: Secret | None, pin: str | None, timeout: float) -> Iterator[Step]:
    from mail.imap import Inbox

    last = [Step(name, "skipped", "imap") for name in READING]
    reached = yield from _reach(settings.imap_host, settings.imap_port, "imap", timeout)
    if not reached:
        yield from [*_line("imap", settings.imap_tls, "skipped"), *last]
        return
    try:
        inbox = Inbox(settings, None, pin, timeout)
    except MailboxFault as fault:
        yield from [*_broken_line(settings.imap_tls, _with_names(fault, settings, timeout)), *last]
        return
    yield from _line("imap", settings.imap_tls)
    with inbox:
        yield from _folders(inbox, ask) if ask is not None else iter(last)


def _folders(inbox: Inbox, ask: Secret) -> Iterator[Step]:
    """Log in, open the inbox, and find where sent mails are filed."""
    names = list(READING)
    try:
        inbox.log_in(ask)
        yield Step(names.pop(0), where="imap")
        inbox.open("INBOX")
        yield Step(names.pop(0), where="imap")
        sent = inbox.sent_folder()
    except MailboxFault as fault:
        yield _failed(names.pop(0), fault)
        yield from (Step(name, "skipped", "imap") for name in names)
        return
    if sent:
        yield Step("sent_folder", where="imap", subject=sent)
    else:
        yield Step("sent_folder", "failed", "imap", "none")


def _reach(host: str, port: int, where: str, timeout: float) -> Generator[Step, None, bool]:
    """Look the name up and knock at the port; whether somebody opened."""
    try:
        socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        yield Step("name", "failed", where, "name", Trace("connect", None, ""))
        yield Step("port", "skipped", where)
        return False
    yield Step("name", where=where)
    try:
        socket.create_connection((host, port), timeout).close()
    except OSError as error:
        yield Step("port", "failed", where, network_kind(error), Trace("connect", None, ""))
        return False
    yield Step("port", where=where)
    return True


def _failed(name: str, fault: MailboxFault) -> Step:
    return Step(name, "failed", fault.where, fault.kind, fault.trace)


def _look(where: str, settings: MailboxSettings, context: ssl.SSLContext, timeout: float) -> ssl.SSLSocket:
    if where == "smtp":
        return shown_certificate(settings, context, timeout)
    line = socket.create_connection((settings.imap_host, settings.imap_port), timeout)
    return context.wrap_socket(line, server_hostname=settings.imap_host)


def _with_names(fault: MailboxFault, settings: MailboxSettings, timeout: float) -> MailboxFault:
    """The fault with the names that the certificate is made out to, where it is one of another name.

    Not for reading by STARTTLS, where the line has to be talked on first.
    """
    if fault.kind != "certificate_name" or (fault.where == "imap" and settings.imap_tls == "starttls"):
        return fault
    context = ssl.create_default_context()
    # For a look only: the line is closed again, and whose certificate it is is still vouched for.
    context.check_hostname = False
    try:
        with _look(fault.where, settings, context, timeout) as sock:
            found: dict[str, Any] = dict(sock.getpeercert() or {})
    except (MailboxFault, OSError):
        return fault
    names = [value for kind, value in found.get("subjectAltName", ()) if kind == "DNS"]
    return MailboxFault(fault.kind, Trace("names", None, ", ".join(names)[:300]), fault.where)
