"""Reading a file that a message shall take along: what is no file, a secret, or too large is left where it is."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from mail.never_sent import is_secret
from store.errors import FileTooLarge, Invalid

if TYPE_CHECKING:
    from store.handle import Store

_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""A pipe that nobody writes into is opened without waiting for somebody."""


def read_attachable(store: Store, path: Path, used: int = 0) -> bytes:
    """What is in a file, as it is now; the files that the message has take `used` octets already.

    Raises `OSError`, `Invalid("file", name, …)`: "no_file" for a folder, a pipe or a device, "secret" for what no
    message takes along, and `FileTooLarge`.
    """
    if not path.exists():
        raise FileNotFoundError(2, os.strerror(2), str(path))
    if not path.is_file():
        raise Invalid("file", path.name, "no_file")
    limit = store.settings.limits().files_size
    with os.fdopen(os.open(path, os.O_RDONLY | _AT_ONCE), "rb") as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode):  # exchanged meanwhile
            raise Invalid("file", path.name, "no_file")
        if is_secret(path, store.path):
            raise Invalid("file", path.name, "secret")
        content = b"" if used + about.st_size > limit else file.read(limit - used + 1)
    size = max(about.st_size, len(content))
    if used + size > limit:
        raise FileTooLarge("file", path.name, "too_large", size=size, limit=limit, left=max(0, limit - used))
    return content
