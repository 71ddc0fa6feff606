"""Mails between their making and their storing: in memory while they are few, else in a file that has no name."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import Self

IN_MEMORY = 16_000_000
"""Octets; 5,000 mails of the example group's length."""


class Spool:
    """Keeps what is added and gives it back once, in the same order; gone when it is closed, or its process ends."""

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        self._file = SpooledTemporaryFile(in_memory)  # noqa: SIM115 - it is this one's own context
        self._sizes: list[int] = []

    def add(self, mime: bytes) -> None:
        """Keep one mail."""
        self._file.write(mime)
        self._sizes.append(len(mime))

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(0)
        return (self._file.read(size) for size in self._sizes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()
