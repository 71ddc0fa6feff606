"""A rendered message as the bytes of a mail, all but its Date.

Written by hand, because the standard library's `EmailMessage` takes a millisecond for each (SPEED.md 5); the tests
hold what comes out to that library's strict reading.
"""

from __future__ import annotations

import binascii
import re
import secrets
import unicodedata
from base64 import b32encode
from dataclasses import dataclass
from email import base64mime, quoprimime
from email.header import Header
from email.utils import quote
from functools import lru_cache
from typing import TYPE_CHECKING

from mail.envelopes import sendable

if TYPE_CHECKING:
    from mail.enclosing import Enclosed
    from templates.render.page import Rendered

_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_NO_ADDRESS = re.compile(r"[<>\s]")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_NOT_IN_LABEL = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What all mails of one message share. `stop_address` is the mailbox that reads what comes back.

    Without it they are no list's mails: a producer is told what to bring, and cannot leave that off. `automatic`: no
    person sends them, and no machine is to answer (RFC 3834, section 5).
    """

    from_name: str
    from_address: str
    reply_to: str
    group: str
    stop_address: str
    message_id: int
    automatic: bool = False

    @property
    def domain(self) -> str:
        """Where the mails come from."""
        return sendable(self.from_address).rpartition("@")[2]


def build(
    head: Letterhead,
    mail: Rendered,
    to: tuple[str, str],
    token: str,
    language: str,
    *,
    test: bool = False,
    enclosed: Enclosed | None = None,
) -> tuple[bytes, str]:
    """The whole mail with CRLF line ends, and its Message-ID; `to` is (name, address). Before files, all up to them.

    The Message-ID is our own: yagmail's would be the same for two messages of one subject to one person. All is ASCII
    but an address with accents before the @, which has no other form than UTF-8 (RFC 6532).
    """
    reference = f"<{token}.{head.message_id}@{head.domain}>"
    kind, body = _body(f"cabas-{token}", mail) if enclosed is None else _body_before(enclosed, mail)
    lines = [
        *_shared(head),
        f"To: {_safe(address(*to))}",
        f"Subject: {_safe(encoded('Subject', f'[test] {mail.subject}' if test else mail.subject))}",
        f"Message-ID: {_safe(reference)}",
        *([f"List-Unsubscribe: {_safe(_stop_link(head, token))}"] if head.stop_address else []),
        f"X-Cabas-Ref: {head.message_id}-{token}",
        f"Content-Language: {_safe(language)}",
        "MIME-Version: 1.0",
        f"Content-Type: {kind}",
    ]
    return "\r\n".join([*lines, "", *body]).encode(), reference


@lru_cache(maxsize=8)
def _shared(head: Letterhead) -> tuple[str, ...]:
    """The headers that are the same in all mails of a message."""
    found = [("From", address(head.from_name, head.from_address))]
    if head.reply_to:
        found.append(("Reply-To", address("", head.reply_to)))
    if head.stop_address:
        found.append(("List-Id", f"{_phrase('List-Id', head.group)} <{_list_label(head.group)}.{head.domain}>"))
    if head.automatic:
        found.append(("Auto-Submitted", "auto-generated"))
    return tuple(f"{name}: {_safe(value)}" for name, value in found)


def _stop_link(head: Letterhead, token: str) -> str:
    return f"<mailto:{sendable(head.stop_address)}?subject=STOP%20{token}>"


def _body(boundary: str, mail: Rendered) -> tuple[str, list[str]]:
    """The content type and the lines of a mail without files."""
    plain, html = _part(boundary, "plain", mail.text), _part(boundary, "html", mail.html)
    return _multipart("alternative", boundary), [*plain, *html, f"--{boundary}--", ""]


def _body_before(enclosed: Enclosed, mail: Rendered) -> tuple[str, list[str]]:
    """The content type and the lines up to where `Enclosed.tail` goes on: at a boundary."""
    top = _multipart("alternative", enclosed.alternative)
    lines = _part(enclosed.alternative, "plain", mail.text)
    if enclosed.mixed:
        lines = [f"--{enclosed.mixed}", f"Content-Type: {top}", "", *lines]
        top = _multipart("mixed", enclosed.mixed)
    if enclosed.related:
        related = f'{_multipart("related", enclosed.related)}; type="text/html"'
        lines += [f"--{enclosed.alternative}", f"Content-Type: {related}", ""]
    return top, [*lines, *_part(enclosed.related or enclosed.alternative, "html", mail.html), ""]


def _multipart(subtype: str, boundary: str) -> str:
    return f'multipart/{subtype}; boundary="{boundary}"'


def _part(boundary: str, subtype: str, text: str) -> list[str]:
    content = "\r\n".join(text.splitlines()) + "\r\n"
    return [
        f"--{boundary}",
        f"Content-Type: text/{subtype}; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        binascii.b2a_qp(content.encode("utf-8", "replace")).decode("ascii"),
    ]


def new_token() -> str:
    """What tells a recipient's mail from all others: 16 letters and digits that can be typed from paper."""
    return b32encode(secrets.token_bytes(10)).decode().lower()


def address(name: str, mail_address: str) -> str:
    """A name and an address as a header has them; raises ValueError for what is more than one address."""
    plain = sendable(mail_address)
    if _NO_ADDRESS.search(mail_address):
        raise ValueError(mail_address)
    return f"{_phrase('From', name)} <{plain}>" if name.strip() else plain


@lru_cache(maxsize=64)  # most headers of a message are the same in all its mails, and `Header` is slow
def encoded(header: str, text: str) -> str:
    """A text as a header has it, folded; accents and all else beyond ASCII as RFC 2047 says."""
    text = " ".join(text.split())
    if text.isascii() and "=?" not in text and len(header) + len(text) < 74:
        return text
    if not text.isascii() and (word := _one_word(text, 76 - len(f"{header}: "))):
        return word
    charset = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
    return Header(text, charset, maxlinelen=76, header_name=header).encode(linesep="\r\n")


def _one_word(text: str, room: int) -> str:
    """The text as the one encoded word that `Header` would make of it, or nothing where it takes more than one."""
    octets = text.encode("utf-8", "replace")
    word = min(quoprimime.header_encode(octets, "utf-8"), base64mime.header_encode(octets, "utf-8"), key=len)
    return word if len(word) <= room else ""


def _phrase(header: str, name: str) -> str:
    """A name as a header has it; control characters, as a pasted name of the group may hold, become spaces."""
    name = " ".join(_CONTROLS.sub(" ", name).split())
    if not name.isascii() or "=?" in name:
        return encoded(header, name)
    return name if _ATOMS.fullmatch(name) else f'"{quote(name)}"'


def _list_label(group: str) -> str:
    plain = unicodedata.normalize("NFKD", group).encode("ascii", "ignore").decode().lower()
    return _NOT_IN_LABEL.sub("-", plain).strip("-")[:60] or "group"


def _safe(value: str) -> str:
    """The value, where every line break is one of folding; any other would begin a header of its own."""
    if not value.replace("\r\n ", " ").isprintable():
        raise ValueError(value)
    return value
