"""The files of a message in its mails: images that the text shows as related parts, all others as attachments.

All that the mails share stands at their end, so that it is made and kept once. A mail is then:
mixed { alternative { plain, related { html, image … } }, attachment … }, without the layers that nothing needs.
"""

from __future__ import annotations

import hashlib
import re
from base64 import encodebytes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import MIMEPart
from email.policy import SMTP
from functools import lru_cache
from typing import TYPE_CHECKING

from templates.words.file_names import plain_name

if TYPE_CHECKING:
    from store.message_records import Message, MessageFile
    from templates.render.errors import UnknownImage
    from templates.render.images import Image

_FILE = re.compile(r"^([A-Za-z0-9+/]{76})\r\n(?:[A-Za-z0-9+/]{76}\r\n)+(?:[A-Za-z0-9+/=]+\r\n)?", re.MULTILINE)
_NO_LEAF = ("message", "multipart")


@dataclass(frozen=True, slots=True)
class Enclosed:
    """Which files stand where, and the boundaries between them; `seed` tells this message's from all others.

    The same files in the same message give the same octets: a test and the sending share them. The boundaries go by
    what only the group's file knows, so that no text, and no member's name, can hold one of them.
    """

    seed: str
    domain: str
    shown: tuple[MessageFile, ...]
    attached: tuple[MessageFile, ...]

    @property
    def alternative(self) -> str:
        """The boundary between plain text and HTML."""
        return f"cabas-{self.seed}-alternative"

    @property
    def related(self) -> str:
        """The boundary between the HTML and its images; empty without images."""
        return f"cabas-{self.seed}-related" if self.shown else ""

    @property
    def mixed(self) -> str:
        """The boundary between the text and the attachments; empty without attachments."""
        return f"cabas-{self.seed}-mixed" if self.attached else ""

    def content_id(self, file: MessageFile) -> str:
        """What the HTML calls an image by."""
        return f"{self.seed[:16]}.{file.id}@{self.domain}"

    def tail(self, content_of: Callable[[int], bytes]) -> bytes:
        """All that follows the HTML part; `content_of` reads a file by its id."""
        pieces = []
        for file in self.shown:
            pieces += [f"--{self.related}\r\n".encode(), _part(file, content_of(file.id), cid=self.content_id(file))]
        if self.shown:
            pieces.append(f"--{self.related}--\r\n".encode())
        pieces.append(f"--{self.alternative}--\r\n".encode())
        for file in self.attached:
            pieces += [f"--{self.mixed}\r\n".encode(), _part(file, content_of(file.id))]
        if self.attached:
            pieces.append(f"--{self.mixed}--\r\n".encode())
        return b"".join(pieces)


def enclosed_in(message: Message, domain: str) -> Enclosed | None:
    """How the files of a message stand in its mails, which come from `domain`; None without files.

    An image that the text does not show is an attachment: one that nothing points to would be found by nobody.
    """
    if not message.files:
        return None
    named = shown_names(message.text)
    shown = tuple(file for file in message.files if file.inline and plain_name(file.name) in named)
    digest = hashlib.sha256(f"{message.id} {message.created_at}".encode())
    for file in message.files:
        digest.update(f" {file.digest} {file.inline} {file.name}".encode())
    return Enclosed(
        seed=digest.hexdigest()[:32],
        domain=domain or "localhost",
        shown=shown,
        attached=tuple(file for file in message.files if file not in shown),
    )


def unshown_images(files: Sequence[MessageFile], text: str) -> tuple[MessageFile, ...]:
    """The images that were meant to be in the text and that it does not show: they go as attachments."""
    named = shown_names(text) if files else {}
    return tuple(file for file in files if file.inline and plain_name(file.name) not in named)


def missing_images(files: Sequence[MessageFile], text: str) -> tuple[UnknownImage, ...]:
    """The images that a text shows and that are not among the files, each once."""
    known = {plain_name(file.name) for file in files if file.inline}
    return tuple(missing_image(files, written) for key, written in shown_names(text).items() if key not in known)


def missing_image(files: Sequence[MessageFile], name: str) -> UnknownImage:
    """An image that is asked for by this name and is not there, with all those that are."""
    from templates.render.errors import UnknownImage
    from templates.render.images import key

    attached = {plain_name(file.name) for file in files if not file.inline}
    return UnknownImage(name, tuple(file.name for file in files if file.inline), key(name) in attached)


def unread_images(text: str) -> tuple[str, ...]:
    """What was meant for an image in a text and is shown as it is typed, each once."""
    return _images_in(text)[1] if "![" in text else ()


def shown_names(text: str) -> dict[str, str]:
    """The images that a text shows, to any of its recipients: how each is written, by its plain name."""
    return _images_in(text)[0] if "![" in text else {}


@lru_cache(maxsize=4)  # asked several times for each key of whoever writes
def _images_in(text: str) -> tuple[dict[str, str], tuple[str, ...]]:
    from templates.render.images import key, named, not_read
    from templates.render.markup import parse

    tokens = parse(text)
    return {key(name): name for name in named(tokens)}, tuple(dict.fromkeys(not_read(tokens)))


def images_of(enclosed: Enclosed | None, beginning_of: Callable[[int], bytes]) -> dict[str, Image]:
    """The images by name as the HTML shows them; `beginning_of` reads so much of a file that it tells its width."""
    from templates.render.images import Image, width_of

    if enclosed is None:
        return {}
    return {file.name: Image(enclosed.content_id(file), width_of(beginning_of(file.id))) for file in enclosed.shown}


def abridged(source: str) -> str:
    """A mail's source for people: of each file the first line, and how many more there are."""
    return _FILE.sub(_first_line, source)


def _first_line(found: re.Match[str]) -> str:
    return f"{found[1]}\r\n[… {found[0].count(chr(10)) - 1}]\r\n"


def _part(file: MessageFile, content: bytes, cid: str = "") -> bytes:
    """One file as a part, with the line break that belongs to the boundary after it."""
    main, _slash, sub = file.media_type.partition("/")
    if main in _NO_LEAF:
        main, sub = "application", "octet-stream"  # RFC 2046 allows no base64 for these
    charset = {"charset": "utf-8"} if main == "text" and _is_utf8(content) else {}
    part = MIMEPart(policy=SMTP)
    part.set_content(
        b"",  # the headers alone: the library takes a second for ten megabytes
        maintype=main,
        subtype=sub,
        disposition="inline" if cid else "attachment",
        filename=file.name,
        cid=f"<{cid}>" if cid else None,
        params=charset,
    )
    return part.as_bytes() + encodebytes(content).replace(b"\n", b"\r\n") + b"\r\n"


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
