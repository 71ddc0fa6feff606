"""Which certificate a mail server may show: one that an authority vouches for, or on this machine the pinned one.

A bridge (as Proton's) listens on loopback with a certificate of its own that nobody vouches for. Its fingerprint can be
written into the configuration; then exactly this certificate is taken. `tls_context` is for SMTP and IMAP alike:
what it makes compares by itself, after the handshake and before anything is said.
"""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path
from typing import Any

from mail.configuration import FINGERPRINT, entry
from store.mailbox import is_loopback


class PinBroken(ssl.SSLError):
    """Another certificate than the pinned one is shown; `seen` is its fingerprint."""

    def __init__(self, seen: str) -> None:
        super().__init__("another certificate than the pinned one")
        self.seen = seen


def pinned(file: Path, host: str) -> str | None:
    """The fingerprint that the configuration pins for this group's file; None, too, where `host` is not this machine.

    Raises `ConfigurationBad`.
    """
    return entry(FINGERPRINT, file) if is_loopback(host) else None


def tls_context(pin: str | None = None) -> ssl.SSLContext:
    """What to speak TLS with: without `pin` it trusts whom the system trusts, or what SSL_CERT_FILE names."""
    if pin is None:
        return ssl.create_default_context()
    context = _Pinned(ssl.PROTOCOL_TLS_CLIENT)
    context.pin = pin
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def fingerprint(certificate: bytes) -> str:
    """The SHA-256 of a certificate (DER) as people compare it: "sha256:AB:CD…"."""
    return "sha256:" + hashlib.sha256(certificate).digest().hex(":").upper()


class _Pinned(ssl.SSLContext):
    """smtplib and imaplib both wrap their socket by this method, which ends with the handshake done."""

    pin: str

    def wrap_socket(self, *arguments: Any, **named: Any) -> ssl.SSLSocket:
        sock = super().wrap_socket(*arguments, **named)
        seen = fingerprint(sock.getpeercert(binary_form=True) or b"")
        if _plain(seen) != _plain(self.pin):
            sock.close()
            raise PinBroken(seen)
        return sock


def _plain(text: str) -> str:
    return text.lower().removeprefix("sha256:").replace(":", "").replace(" ", "")
