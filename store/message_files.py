"""The files of a message: images that its text shows, and attachments."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import TYPE_CHECKING
from unicodedata import category, normalize

from store.errors import FileTooLarge, Invalid, NotFound
from store.folding import fold
from store.limits import load_limits
from store.message_records import MessageFile
from templates.words.file_names import plain_name

if TYPE_CHECKING:
    from store.transaction import Transaction

NAME_LIMIT = 120
"""Characters of a file's name: mail programs cut longer ones."""

IMAGES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff", "image/gif": b"GIF8"}
"""What every mail program shows, by what such a file begins with."""

MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".csv": "text/csv",
    ".ics": "text/calendar",
    ".vcf": "text/vcard",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
    ".zip": "application/zip",
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odp": "application/vnd.oasis.opendocument.presentation",
}
"""What a file is by the end of its name, on every machine the same; the registry of media types (IANA)."""
ANYTHING = "application/octet-stream"
_JOINS = "\u200d"
"""Stands within one emoji."""
_ROW = "id, name, media_type, inline, size, digest"


def files_of(t: Transaction, message_id: int) -> tuple[MessageFile, ...]:
    """The files of a message, without their content, in the order that they were added."""
    rows = t.all(f"SELECT {_ROW} FROM message_files WHERE message_id = ? ORDER BY id", (message_id,))
    return tuple(MessageFile(**{**row, "inline": bool(row["inline"])}) for row in rows)


def add_file(t: Transaction, message_id: int, name: str, content: bytes, *, inline: bool) -> MessageFile:
    """Add a file to a message; see `Messages.attach`."""
    name = _checked_name(name, inline=inline)
    if not content:
        raise Invalid("file", name, "empty")
    media_type = media_type_of(name, content)
    if inline and media_type not in IMAGES:
        raise Invalid("file", name, "not_an_image")
    there = files_of(t, message_id)
    _refuse_twice(there, name)
    size, limit = len(content), load_limits(t).files_size
    left = limit - sum(file.size for file in there)
    if size > left:
        raise FileTooLarge("file", name, "too_large", size=size, limit=limit, left=max(0, left))
    file_id = t.insert(
        "message_files",
        message_id=message_id,
        name=name,
        media_type=media_type,
        inline=int(inline),
        size=size,
        digest=hashlib.sha256(content).hexdigest(),
        added_at=t.stamp,
        added_by=t.actor.id,
        content=content,
    )
    return _file(t, message_id, file_id)


def remove_file(t: Transaction, message_id: int, file_id: int) -> None:
    """Take a file away; raises `NotFound`."""
    _file(t, message_id, file_id)
    t.execute("DELETE FROM message_files WHERE id = ?", (file_id,))


def use_file(t: Transaction, message_id: int, file_id: int, *, inline: bool) -> MessageFile:
    """Make an attachment an image that the text shows, or the other way round; see `Messages.show_inline`."""
    file = _file(t, message_id, file_id)
    if inline and file.media_type not in IMAGES:
        raise Invalid("file", file.name, "not_an_image")
    name = _checked_name(file.name, inline=inline)
    _refuse_twice([other for other in files_of(t, message_id) if other.id != file_id], name)
    t.execute("UPDATE message_files SET inline = ?, name = ? WHERE id = ?", (int(inline), name, file_id))
    return _file(t, message_id, file_id)


def copy_files(t: Transaction, from_id: int, to_id: int) -> None:
    """Give a message the files of another one."""
    t.execute(
        """INSERT INTO message_files (message_id, name, media_type, inline, size, digest, added_at, added_by, content)
        SELECT ?, name, media_type, inline, size, digest, ?, ?, content FROM message_files WHERE message_id = ?
        ORDER BY id""",
        (to_id, t.stamp, t.actor.id, from_id),
    )


def content_of(t: Transaction, file_id: int) -> bytes:
    """The octets of a file; raises `NotFound`."""
    content: bytes | None = t.value("SELECT content FROM message_files WHERE id = ?", (file_id,))
    if content is None:
        raise NotFound("file", str(file_id))
    return content


def beginning_of(t: Transaction, file_id: int, octets: int = 262_144) -> bytes:
    """So much of a file that an image says how large it is; empty for one that is not there."""
    return bytes(t.value("SELECT substr(content, 1, ?) FROM message_files WHERE id = ?", (octets, file_id)) or b"")


def media_type_of(name: str, content: bytes) -> str:
    """What a file is: images and PDF by what they begin with, whatever they are called, the rest by name."""
    for media_type, beginning in IMAGES.items():
        if content.startswith(beginning):
            return media_type
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    found = MEDIA_TYPES.get(PurePath(name.lower()).suffix, ANYTHING)
    return ANYTHING if found == "application/pdf" else found


def _checked_name(name: str, *, inline: bool) -> str:
    """A name as a mail carries it; "1.05.41\u202fPM.png" is how a screen shot is called by its own system."""
    said = normalize("NFC", name.strip())  # other systems write é as two signs
    said = "".join(" " if category(c) == "Zs" else c for c in said if category(c) != "Cf" or c == _JOINS)
    if any(not c.isprintable() and c != _JOINS for c in said):
        raise Invalid("file", name, "signs")
    if inline:
        said = plain_name(said) if said else ""
    if not said or said in (".", "..") or len(said) > NAME_LIMIT or any(c in "/\\" for c in said):
        raise Invalid("file", name, "name")
    return said


def _refuse_twice(there: tuple[MessageFile, ...] | list[MessageFile], name: str) -> None:
    if any(fold(file.name) == fold(name) for file in there):
        raise Invalid("file", name, "twice")


def _file(t: Transaction, message_id: int, file_id: int) -> MessageFile:
    for file in files_of(t, message_id):
        if file.id == file_id:
            return file
    raise NotFound("file", str(file_id))
