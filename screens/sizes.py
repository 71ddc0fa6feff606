"""How large a file is, in few cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from templates.words import _, ngettext
from templates.words.money import number as grouped
from templates.words.money import quantity

if TYPE_CHECKING:
    from store import errors
    from store.limits import Limits
    from store.message_records import Message


def size_words(size: int, rounded: Callable[[float], int] = round) -> str:
    """A file's size: 12 KB, 1,2 MB, 34 MB; at least one KB, and 0 for nothing."""
    if size < 1_000_000:
        return _("{n} KB").format(n=grouped(max(1, rounded(size / 1000)))) if size else "0"
    if size < 10_000_000:
        return _("{n} MB").format(n=quantity(rounded(size / 100_000) * 100))
    return _("{n} MB").format(n=grouped(rounded(size / 1_000_000)))


def files_words(message: Message, limits: Limits) -> str:
    """How many files a message has, and how much of what they may have together: "2 files, 1.2 MB of 10 MB"."""
    size, most = size_words(message.files_size), size_words(limits.files_size)
    return _("{files}, {size} of {most}").format(files=_files(message), size=size, most=most)


def in_each_mail(message: Message) -> str:
    """How many files go with each of its mails, and how large they are."""
    return _("{files}, {size} in each mail").format(files=_files(message), size=size_words(message.files_size))


def _files(message: Message) -> str:
    return ngettext("{n} file", "{n} files", len(message.files)).format(n=len(message.files))


def too_large(error: errors.FileTooLarge) -> str:
    """A file that there is no room for, and how much room there is."""
    from math import ceil, floor

    said = _("“{name}” is too large: {size}. Together the files of a message may have {limit}: {left} are left.")
    return said.format(
        name=error.value,
        size=size_words(error.size, ceil),
        limit=size_words(error.limit),
        left=size_words(error.left, floor) if error.left >= 1000 else "0",
    )
