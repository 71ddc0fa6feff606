"""A Maildir: one file a mail, whole or not there at all (https://cr.yp.to/proto/maildir.html)."""

from __future__ import annotations

import itertools
import os
import time
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail as it lies in the Maildir; `recipient` is the address that the server was told, not the To line."""

    path: Path
    recipient: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        """The subject, decoded."""
        return str(self.message["Subject"] or "")

    def text(self) -> str:
        """The plain text part, or nothing."""
        part = self.message.get_body(("plain",))
        return "" if part is None else str(part.get_content())


def prepare(folder: Path) -> None:
    """Make the Maildir's three folders where they are missing; only their owner may look inside."""
    for name in ("tmp", "new", "cur"):
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)


def deliver(folder: Path, sender: str, recipient: str, content: bytes) -> Path:
    """File a mail for `recipient`; when this returns, it is on the disk under `new/`."""
    now = time.time_ns()
    name = f"{now // 10**9}.M{now % 10**9 // 1000}P{os.getpid()}Q{next(_numbers)}.cabas"
    unfinished, final = folder / "tmp" / name, folder / "new" / name
    with unfinished.open("xb") as file:
        file.write(f"Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\n".encode())
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(final)
    handle = os.open(final.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return final


def letters(folder: Path) -> list[Letter]:
    """Every mail in the Maildir, in the order of arrival."""
    paths = [*(folder / "new").glob("*"), *(folder / "cur").glob("*")]
    return [_read(path) for path in sorted(paths, key=lambda path: (path.stat().st_mtime_ns, path.name))]


def _read(path: Path) -> Letter:
    message = message_from_bytes(path.read_bytes(), policy=default)
    return Letter(path, str(message["Delivered-To"] or ""), message)
