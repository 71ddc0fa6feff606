"""Images that a text shows by their file names: they travel in the mail, nothing is loaded from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from templates.render.errors import UnknownImage
from templates.words.file_names import plain_name

if TYPE_CHECKING:
    from markdown_it.token import Token

WIDEST = 552
"""Pixels: what the layout leaves for an image; Outlook shows a wider one as wide as it is unless it is told."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//")  # C: is a disk
_WRITTEN = re.compile(r"(!\[(?:\\.|[^\]\\\n]){0,300}\])( ?)\(((?:[^()<>\n]|\([^()<>\n]*\)){1,200})\)")
_FILE = re.compile(r"\S.*\.(png|jpe?g|gif)", re.IGNORECASE)
_TITLED = re.compile(r"""\S+\s+("[^"]*"|'[^']*'|\([^()]*\))""")
_UNREAD = re.compile(r"!\[[^\]\n]*\] ?\([^)\n]*\)?")


@dataclass(frozen=True, slots=True)
class Image:
    """A related part of the mail: its Content-ID without brackets, and its width in pixels, 0 where it is not known."""

    content_id: str
    width: int = 0


def named(tokens: Sequence[Token]) -> Iterator[str]:
    """The file names of the images that a text shows, as they are written; one may come twice."""
    for block in tokens:
        for token in block.children or ():
            if token.type == "image" and (name := file_name(token)) is not None:
                yield name


def not_read(tokens: Sequence[Token]) -> Iterator[str]:
    """What was meant for an image and is none: the mail would show it as it is typed."""
    for block in tokens:
        words = "".join(token.content if token.type == "text" else "\n" for token in block.children or ())
        yield from map(str.strip, _UNREAD.findall(words))


def file_name(token: Token) -> str | None:
    """The file that an image is asked from, or None for one on the web."""
    source = str(token.attrGet("src") or "")
    return None if _SCHEME.match(source) else unquote(source)


def key(name: str) -> str:
    """What two ways of writing an image's name have in common; the folders before it are of another machine."""
    return plain_name(re.split(r"[/\\]", name)[-1])


def alt(token: Token) -> str:
    """The words of an image, without the marks of Markdown in them."""
    return "".join(child.content or " " * (child.type in ("softbreak", "hardbreak")) for child in token.children or ())


def with_spaces(markdown: str) -> str:
    """The text where a file name with spaces is written as Markdown wants it: nobody knows that it needs < and >."""
    return _WRITTEN.sub(_bracketed, markdown) if "![" in markdown else markdown


def _bracketed(found: re.Match[str]) -> str:
    name = found[3].strip()
    on_web_or_titled = _SCHEME.match(name) or _TITLED.fullmatch(name)
    loose = found[2] and not _FILE.fullmatch(name)  # "Look! ![a] (there)"
    return found[0] if not name or on_web_or_titled or loose else f"{found[1]}(<{name}>)"


def to_html(token: Token, images: Mapping[str, Image]) -> str:
    """The element of an image; a picture from the web becomes a link. Raises `UnknownImage`."""
    name = file_name(token)
    if name is None:
        address = escape(str(token.attrGet("src") or ""))
        return f'<a href="{address}">{escape(alt(token)) or address}</a>'
    image = _find(name, images)
    width = f' width="{min(image.width, WIDEST)}"' if image.width else ""
    return f'<img src="cid:{quote(image.content_id, safe="@")}" alt="{escape(alt(token) or name)}"{width}>'


def to_text(token: Token) -> str:
    """What stands for an image of the mail in its plain text."""
    return f"[{alt(token) or file_name(token)}]"


def _find(name: str, images: Mapping[str, Image]) -> Image:
    wanted = key(name)
    for known, image in images.items():
        if key(known) == wanted:
            return image
    raise UnknownImage(name, tuple(images))


def width_of(content: bytes) -> int:
    """The width in pixels that a PNG, GIF or JPEG says it has; 0 where it cannot be read."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return int.from_bytes(content[16:20], "big")
    if content[:4] == b"GIF8":
        return int.from_bytes(content[6:8], "little")
    return _jpeg_width(content) if content.startswith(b"\xff\xd8") else 0


def _jpeg_width(content: bytes) -> int:
    """From the first frame header (ITU T.81, B.2.2): marker, length, precision, height, width."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(content[at + 7 : at + 9], "big")
        at += 1 if marker == 0xFF else 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return 0
