"""Files to send with a message, and mails read as a strict reader reads them."""

from __future__ import annotations

import email
import email.policy
import struct
import zlib
from email.message import EmailMessage


def png(width: int = 40, height: int = 20) -> bytes:
    """A grey picture."""
    rows = b"".join(b"\0" + b"\x80" * width for _ in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def read(mime: bytes) -> EmailMessage:
    """The mail as the standard library reads it; any defect, bare line end or long line fails."""
    assert all(len(line) <= 998 for line in mime.split(b"\r\n"))
    assert mime.count(b"\n") == mime.count(b"\r") == mime.count(b"\r\n")
    message = email.message_from_bytes(b"Date: Sat, 21 Nov 2026 21:04:00 +0100\r\n" + mime, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    for part in message.walk():
        assert not part.defects, part.defects
        for value in part.values():
            assert not value.defects, value
    return message


def tree(part: EmailMessage) -> object:
    """The content types, nested."""
    kind = part.get_content_type()
    return (kind, *map(tree, part.iter_parts())) if part.is_multipart() else kind
