"""A mail that came in, read with patience: whatever strangers' programs made of it, nothing here raises."""

from __future__ import annotations

import contextlib
import email
import functools
import re
from collections.abc import Callable, Iterator
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from html.parser import HTMLParser
from typing import TypeVar

from mail.answers import safe

MOST_TEXT = 65536
"""How many characters of a text are looked at; what matters stands at its beginning."""

_Read = TypeVar("_Read")
_Else = TypeVar("_Else")

_DEEPEST, _MOST_NESTING = 30, 60
_NESTING = re.compile(rb"boundary\*?\s*=|message/", re.IGNORECASE)
"""A mail that is forwarded again and again has a dozen; somebody who wants to stop a program sends thousands."""

_MOST_HEADER, _MOST_TAG = 4000, 3000
"""Of what is longer the standard library takes minutes; no person and no server writes it."""

_IDS = re.compile(r"<[^<>\s]{3,250}>")
_NO_TAG = re.compile(rf"<(?![a-zA-Z/!?][^<>]{{0,{_MOST_TAG}}}>)")
_HIDDEN = frozenset({"head", "style", "script", "title"})
_LINES = frozenset(
    "address article blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table td tr ul".split()
)
# How mail programs mark where the answered mail begins: Gmail, Yahoo, Outlook on the web and on the desk, Apple.
_QUOTES = frozenset(
    "gmail_quote gmail_quote_container yahoo_quoted divrplyfwdmsg appendonsend olk_src_body_section mail-editor-reference-message-container".split()  # noqa: E501
)


def parse(raw: bytes) -> Message:
    """The mail, of which the end may be missing. Of one with parts in parts without end only the headers are told."""
    if len(_NESTING.findall(raw)) <= _MOST_NESTING:
        with contextlib.suppress(Exception):  # not only RecursionError: see `patiently`
            message = email.message_from_bytes(raw)
            if _depth(message) <= _DEEPEST:
                return message
    return BytesHeaderParser().parsebytes(raw)


def _depth(message: Message) -> int:
    """How many parts lie in one another."""
    depth, layer = 0, [message]
    while layer and depth <= _DEEPEST:
        depth, layer = depth + 1, [inner for part in layer for inner in _payload(part)]
    return depth


def patiently(unread: _Else) -> Callable[[Callable[[Message], _Read]], Callable[[Message], _Read | _Else]]:
    """Take a mail that cannot be read for `unread`: one that raised would keep all later ones from being read."""

    def reading(read: Callable[[Message], _Read]) -> Callable[[Message], _Read | _Else]:
        @functools.wraps(read)
        def patient(message: Message) -> _Read | _Else:
            try:
                return read(message)
            except Exception:  # whatever the standard library finds no words for
                return unread

        return patient

    return reading


def header(part: Message, name: str) -> str:
    """A header as one line of text; empty where there is none."""
    value = part.get(name)
    if value is None:
        return ""
    value = str(value)[:_MOST_HEADER]
    try:
        text = str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError):
        text = value
    return " ".join(safe(text).split())


def addresses(part: Message, *names: str) -> list[str]:
    """The addresses in some headers, as they are written."""
    values = [str(value)[:_MOST_HEADER] for name in names for value in part.get_all(name, [])[:20]]
    try:
        return [found for _name, found in getaddresses(values) if "@" in found]
    except (RecursionError, ValueError, LookupError):
        return []


def message_ids(part: Message, *names: str) -> list[str]:
    """The Message-IDs in some headers, with their angle brackets."""
    return [found for name in names for value in part.get_all(name, []) for found in _IDS.findall(str(value))][:100]


def own_parts(message: Message) -> Iterator[Message]:
    """The mail's parts; those of a mail that is attached to it are not its own."""
    yield message
    if message.is_multipart() and message.get_content_maintype() == "multipart":
        for part in _payload(message):
            yield from own_parts(part)


def attached(part: Message) -> list[Message]:
    """The messages inside a message/… part: a mail, or the blocks of a report."""
    return _payload(part) if part.is_multipart() else []


def _payload(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Message)] if isinstance(payload, list) else []


def part_text(part: Message) -> str:
    """A part's text in whatever charset; what cannot be read becomes a replacement character."""
    try:
        octets = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError):
        octets = None
    if not isinstance(octets, bytes):
        return ""
    for charset in (_charset(part), "utf-8"):
        try:
            return octets.decode(charset)[:MOST_TEXT]
        except (LookupError, ValueError):
            continue
    return octets.decode("cp1252", "replace")[:MOST_TEXT]


def _charset(part: Message) -> str:
    try:
        return str(part.get_content_charset() or "utf-8")
    except (ValueError, LookupError, TypeError):
        return "utf-8"


def body_text(message: Message) -> str:
    """What the mail says: its first text, else its HTML as text, in which quoted lines begin with `>`."""
    html = ""
    for part in own_parts(message):
        if part.get_content_disposition() == "attachment":
            continue
        kind = part.get_content_type()
        # One whose boundary is missing has no parts, and all of it is text.
        broken = part.get_content_maintype() == "multipart" and not part.is_multipart()
        if (kind == "text/plain" or broken) and (text := part_text(part)).strip():
            return text
        if kind == "text/html" and not html:
            html = part_text(part)
    return _from_html(html)


class _Reader(HTMLParser):
    """HTML as lines of text: hidden elements left out, quotes marked, nothing after where the answered mail begins."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self._hidden = self._quoted = 0
        self._over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {word for key, value in attrs if key in ("class", "id") for word in (value or "").lower().split()}
        self._over = self._over or bool(names & _QUOTES)
        self._hidden += tag in _HIDDEN
        self._quoted += tag == "blockquote"
        if tag in _LINES:
            self._new_line()

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in _HIDDEN))
        self._quoted = max(0, self._quoted - (tag == "blockquote"))
        if tag in _LINES:
            self._new_line()

    def handle_data(self, data: str) -> None:
        if not self._hidden and not self._over:
            self.text.append(re.sub(r"\s+", " ", data))

    def _new_line(self) -> None:
        if not self._over:
            self.text.append("\n> " if self._quoted else "\n")


def _without_comments(html: str) -> str:
    kept, at = [], 0
    while (begin := html.find("<!--", at)) >= 0:
        kept.append(html[at:begin])
        end = html.find("-->", begin + 4)
        if end < 0:
            return "".join(kept)
        at = end + 3
    return "".join([*kept, html[at:]])


def _from_html(html: str) -> str:
    reader = _Reader()
    reader.feed(_NO_TAG.sub("&lt;", _without_comments(html)))
    reader.close()
    return "".join(reader.text)
