"""Talking to the mail server: the only file that knows SMTP.

yagmail gives the connection, TLS and the login, no more: its own `send` logs in for every mail, repeats a mail whose
answer was lost, and checks no certificate unless it is given a context. MAIL, RCPT, DATA and the final dot are spoken
here, each with its own outcome, because only before the dot may anything be repeated.
"""

from __future__ import annotations

import base64
import contextlib
import errno
import smtplib
import socket
import ssl
from collections.abc import Iterator
from typing import Any

from mail.answers import RECIPIENT, Answer, Verdict, judge, safe
from mail.crash_points import reached
from mail.password import Secret
from mail.trust import PinBroken, tls_context
from store.ledger import Outgoing, Trace
from store.mailbox import MailboxSettings

TIMEOUT = 30.0
"""Seconds without a sign of life before the connection counts as broken."""

DOT_TIMEOUT = 600.0
"""Seconds to wait for the answer to the final dot; giving up earlier makes doubts (RFC 5321, 4.5.3.2.6)."""

NETWORK = frozenset({"name", "refused", "network", "timeout", "silent", "lost"})
"""The faults that come and go with the network; the mailbox itself may be in order."""

_PIECE = 65536
_OURS = frozenset(Verdict) - RECIPIENT - {Verdict.TAKEN}
# OpenSSL's X509_V_ERR codes.
_CERTIFICATE = {10: "certificate_expired", 62: "certificate_name", 64: "certificate_name"}
# Without a network an IPv6 address fails by its own side's missing address; a firewall here says that it may not.
_NO_WAY = frozenset(
    {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EADDRNOTAVAIL, errno.EACCES}
)


class MailboxFault(Exception):
    """Something is wrong with the mailbox or the way to it, not with a recipient.

    `kind`: name, refused, network, timeout, silent (after the login), lost (all of `NETWORK`); tls, tls_mode,
    no_starttls, certificate_unknown, certificate_name, certificate_expired, certificate_changed (not the pinned one);
    login, no_login; quota, busy, sender, blocked, session. `where` it happened: "smtp" or "imap".
    """

    def __init__(self, kind: str, trace: Trace, where: str = "smtp") -> None:
        super().__init__(kind)
        self.kind = kind
        self.trace = trace
        self.where = where


class InDoubt(Exception):
    """The line broke between the final dot and the answer: the mail may have been taken."""

    def __init__(self, trace: Trace) -> None:
        super().__init__()
        self.trace = trace


class Connection:
    """One connection to the mailbox's server, logged in; raises `MailboxFault`."""

    def __init__(
        self,
        settings: MailboxSettings,
        secret: str | Secret | None,
        timeout: float = TIMEOUT,
        dot_timeout: float = DOT_TIMEOUT,
        pin: str | None = None,
    ) -> None:
        """`secret` None: without logging in, which `log_in` does then. `pin` is from `mail.trust.pinned`."""
        self._settings, self._timeout, self._dot_timeout = settings, timeout, dot_timeout
        # Reading whom the system trusts takes longer than ten mails.
        context = None if settings.tls == "none" else tls_context(pin)
        self._client = _client(settings, timeout, context)
        try:
            with _faults("connect"):
                self._client.login()
            self._smtp: smtplib.SMTP = self._client.smtp
            if settings.tls == "starttls" and context is not None:
                _start_tls(self._smtp, context)
            with _faults("ehlo"):
                _greet(self._smtp)
                # The text and the dot are two writes; without this the second would wait for an acknowledgement.
                self._smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException:
            self.drop()
            raise
        if secret is not None:
            self.log_in(secret)

    def log_in(self, secret: str | Secret) -> None:
        """Log in, where the mailbox has a login; `secret` is asked here, so that a token is fresh."""
        if not self._settings.username:
            return
        try:
            with _faults("login"):
                _log_in(self._smtp, self._settings, secret)
        except BaseException:
            self.drop()
            raise

    def offer_sender(self, address: str) -> None:
        """Ask whether the mailbox may send as `address`, and send nothing; raises `MailboxFault`.

        Many servers (Postfix as it comes) say so at the recipient only: here that is the mailbox itself.
        """
        for phase, verb, whom in (("mail", "MAIL FROM", address), ("rcpt", "RCPT TO", self._settings.address)):
            with _faults(phase):
                try:
                    code, text = self._smtp.docmd(f"{verb}:<{_wire(whom)}>")
                except UnicodeError as error:
                    raise MailboxFault("sender", Trace(phase, None, address)) from error
                answer = Answer(phase, code, safe(text))
                verdict = judge(answer)
                if verdict is not Verdict.TAKEN and not (phase == "rcpt" and verdict in RECIPIENT):
                    kind = verdict.value if verdict in _OURS else "busy" if code < 500 else "sender"
                    with contextlib.suppress(OSError, smtplib.SMTPException):
                        self._smtp.rset()
                    raise MailboxFault(kind, Trace(phase, code, answer.text))
        with _faults("rset"):
            self._smtp.rset()

    def offer(self, mail: Outgoing, date_header: str) -> Answer | None:
        """Hand over everything but the final dot; returns the answer by which the server refused this mail.

        After None the mail is refused by `drop` and sent by `finish`.
        """
        steps = (("mail", self._mail), ("rcpt", self._rcpt), ("data", self._data))
        for phase, step in steps:
            with _faults(phase):
                try:
                    code, text = step(mail)
                except UnicodeError as error:
                    if phase == "mail":
                        raise MailboxFault("sender", Trace(phase, None, mail.envelope_from)) from error
                    # 5.6.7: the server takes ASCII addresses only (RFC 6531).
                    return self._over(Answer(phase, 553, f"5.6.7 {mail.address}"))
            answer = Answer(phase, code, safe(text))
            verdict = judge(answer)
            if verdict in RECIPIENT:
                return self._over(answer)
            if verdict is not Verdict.TAKEN:
                raise MailboxFault(verdict.value, Trace(phase, code, answer.text))
        with _faults("data"):
            self._text(f"Date: {date_header}\r\n".encode("ascii") + mail.mime, mail.tail)
        return None

    def finish(self) -> Answer:
        """Send the final dot and read the answer; raises `InDoubt` when none that can be understood comes."""
        try:
            self._wait_for(self._dot_timeout)
            self._smtp.send(b".\r\n")
            reached("after_dot")
            code, text = self._smtp.getreply()
            if not 200 <= code < 600:
                raise InDoubt(Trace("answer", None, safe(text)))
            self._wait_for(self._timeout)
        except (OSError, smtplib.SMTPException) as error:
            raise InDoubt(Trace("answer", None, safe(str(error)))) from error
        return Answer("answer", code, safe(text))

    def _wait_for(self, seconds: float) -> None:
        if self._smtp.sock is not None:
            self._smtp.sock.settimeout(seconds)

    def drop(self) -> None:
        """Break the line at once: what was handed over without its dot is void."""
        self._client.is_closed = True
        smtp = getattr(self._client, "smtp", None)
        if smtp is not None:
            smtp.close()

    def quit(self) -> None:
        """Say goodbye and close."""
        with contextlib.suppress(OSError, smtplib.SMTPException):
            self._smtp.quit()
        self.drop()

    def _over(self, answer: Answer) -> Answer:
        """Make the line ready for the next mail after this one was refused."""
        with _faults("rset"):
            self._smtp.rset()
        return answer

    def _mail(self, mail: Outgoing) -> tuple[int, bytes]:
        options = []
        if self._smtp.has_extn("size"):
            options.append(f"SIZE={len(mail.mime) + len(mail.tail) + 100}")
        if not mail.mime.isascii() and self._smtp.has_extn("8bitmime"):
            options.append("BODY=8BITMIME")
        if not _wire(mail.address).isascii() and self._smtp.has_extn("smtputf8"):
            options.append("SMTPUTF8")
            self._smtp.command_encoding = "utf-8"
        else:
            self._smtp.command_encoding = "ascii"
        if self._smtp.has_extn("dsn"):
            # A bounce then names this delivery, and leaves the text out (RFC 3461).
            options += ["RET=HDRS", f"ENVID={mail.token}"]
        return self._smtp.docmd(f"MAIL FROM:<{_wire(mail.envelope_from)}>", " ".join(options))

    def _rcpt(self, mail: Outgoing) -> tuple[int, bytes]:
        address = _wire(mail.address)
        options = "NOTIFY=FAILURE" if self._smtp.has_extn("dsn") else ""
        return self._smtp.docmd(f"RCPT TO:<{address}>", options)

    def _data(self, _mail: Outgoing) -> tuple[int, bytes]:
        return self._smtp.docmd("DATA")

    def _text(self, data: bytes, tail: bytes) -> None:
        """Write the text, which begins with a header. All line ends are made CRLF: none can hide a line of one dot.

        `tail` is in that form already (`store.enclosures`): going through megabytes again for each mail would cost more
        than all the rest of it.
        """
        lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n.", b"\n..")
        data = lines.replace(b"\n", b"\r\n")
        if not data.endswith(b"\r\n"):
            data += b"\r\n"
        # In pieces: a socket's timeout counts for a whole sendall, and a slow line needs longer for an attachment.
        for part in (memoryview(data), memoryview(tail)):
            for start in range(0, len(part), _PIECE):
                self._smtp.send(part[start : start + _PIECE])


def shown_certificate(settings: MailboxSettings, context: ssl.SSLContext, timeout: float) -> ssl.SSLSocket:
    """The line to the server as `context` lets it come about, for a look at its certificate; nothing is said on it.

    The caller closes it. Raises `MailboxFault`.
    """
    client = _client(settings, timeout, context)
    with _faults("connect"):
        client.login()
    if settings.tls == "starttls":
        _start_tls(client.smtp, context)
    client.is_closed = True
    sock: ssl.SSLSocket = client.smtp.sock
    return sock


def _client(settings: MailboxSettings, timeout: float, context: ssl.SSLContext | None) -> Any:
    import yagmail

    options: dict[str, Any] = {"timeout": timeout, "local_hostname": "localhost.localdomain"}
    # Without a context of ours yagmail would take any certificate.
    if settings.tls == "implicit":
        options |= {"smtp_ssl": True, "context": context}
    else:
        # yagmail takes a refused EHLO for one that offers no encryption: `_start_tls` asks for it.
        options |= {"smtp_ssl": False, "smtp_starttls": False}
    client = yagmail.SMTP(
        user=settings.address,
        host=settings.host,
        port=settings.port,
        smtp_skip_login=True,
        soft_email_validation=False,
        **options,
    )
    client.set_logging(None)  # yagmail would write to the terminal
    return client


def _greet(smtp: smtplib.SMTP) -> None:
    """EHLO, or HELO where a server knows no other; one that has no time says so here, too."""
    code, text = smtp.ehlo()
    if code >= 500:
        code, text = smtp.helo()
    if not 200 <= code < 300:
        raise smtplib.SMTPHeloError(code, text)


def _start_tls(smtp: smtplib.SMTP, context: ssl.SSLContext) -> None:
    with _faults("ehlo"):
        _greet(smtp)
    with _faults("starttls"):
        smtp.starttls(context=context)


def _log_in(smtp: smtplib.SMTP, settings: MailboxSettings, secret: str | Secret) -> None:
    ask = secret if callable(secret) else lambda: secret
    if settings.login != "xoauth2":
        _by_password(smtp, settings.username, ask())
        return
    try:
        _by_token(smtp, settings.username, ask())
    except smtplib.SMTPAuthenticationError as refused:
        if not callable(secret):
            raise
        # Once more: what the command gave first may have been a kept token, whose hour is over.
        try:
            _by_token(smtp, settings.username, ask())
        except smtplib.SMTPServerDisconnected:
            raise refused from None


def _by_token(smtp: smtplib.SMTP, username: str, token: str) -> None:
    """Log in by XOAUTH2, where a refusal is first a challenge (334), to be answered with nothing.

    As developers.google.com/workspace/gmail/imap/xoauth2-protocol has it; Microsoft's is the same.
    """
    if "XOAUTH2" not in _mechanisms(smtp):
        raise smtplib.SMTPNotSupportedError("no XOAUTH2")
    text = f"user={username}\x01auth=Bearer {token}\x01\x01"
    try:
        smtp.auth("XOAUTH2", lambda challenge=None: text if challenge is None else "")
    except UnicodeError as error:
        raise smtplib.SMTPNotSupportedError("no token") from error


def _mechanisms(smtp: smtplib.SMTP) -> list[str]:
    return smtp.esmtp_features.get("auth", "").upper().split()


def _by_password(smtp: smtplib.SMTP, username: str, password: str) -> None:
    """Log in by one mechanism: smtplib tries a wrong password with each, and providers lock the box sooner for it."""
    if "PLAIN" not in _mechanisms(smtp):
        try:
            smtp.login(username, password)
        except UnicodeError as error:
            raise smtplib.SMTPNotSupportedError("no mechanism takes this password") from error
        return
    # PLAIN is UTF-8 (RFC 4616); smtplib's own would take ASCII passwords only.
    text = base64.b64encode(f"\0{username}\0{password}".encode()).decode("ascii")
    code, answer = smtp.docmd("AUTH", f"PLAIN {text}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, answer)


def _wire(address: str) -> str:
    """The address as the protocol writes it: the domain in ASCII. Raises UnicodeError where it has no such form."""
    local, _, domain = address.rpartition("@")
    return address if domain.isascii() else f"{local}@{domain.encode('idna').decode('ascii')}"


@contextlib.contextmanager
def _faults(phase: str) -> Iterator[None]:
    """Turn what smtplib, ssl and the network raise into a `MailboxFault`, by what went wrong."""
    try:
        yield
    except smtplib.SMTPNotSupportedError as error:
        kind = "no_login" if phase == "login" else "no_starttls"
        raise MailboxFault(kind, Trace(phase, None, safe(str(error)))) from error
    except smtplib.SMTPResponseException as error:
        step = "greeting" if isinstance(error, smtplib.SMTPConnectError) else phase
        answer = Answer(step, error.smtp_code, safe(error.smtp_error))
        verdict = judge(answer)
        kind = verdict.value if verdict in _OURS else "session"
        raise MailboxFault(kind, Trace(step, answer.code, answer.text)) from error
    except smtplib.SMTPException as error:
        kind = "lost" if isinstance(error, smtplib.SMTPServerDisconnected) else "session"
        if "timed out" in str(error):
            kind = "timeout"
        raise MailboxFault(kind, Trace(phase, None, "")) from error
    except OSError as error:
        raise network_fault(phase, error) from error


def network_fault(phase: str, error: OSError, where: str = "smtp") -> MailboxFault:
    """What the network or TLS raised, as the fault that it is."""
    if isinstance(error, PinBroken):
        return MailboxFault("certificate_changed", Trace(phase, None, error.seen), where)
    if isinstance(error, ssl.SSLCertVerificationError):
        kind = _CERTIFICATE.get(error.verify_code, "certificate_unknown")
        return MailboxFault(kind, Trace(phase, None, safe(error.verify_message)), where)
    return MailboxFault(network_kind(error), Trace(phase, None, ""), where)


def network_kind(error: OSError) -> str:
    """The kind of fault that an error of the network or of TLS is."""
    if isinstance(error, ssl.SSLError):
        return "tls_mode" if error.reason in ("WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL") else "tls"
    if isinstance(error, socket.gaierror):
        return "name"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, TimeoutError):
        return "timeout"
    if error.errno in _NO_WAY:
        return "network"
    return "lost"
