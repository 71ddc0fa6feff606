"""What comes by the standard input, as far as somebody is there who sends it."""

from __future__ import annotations

import os
import select
import stat
import sys
from typing import BinaryIO

PATIENCE_MS = 200
"""How long an end of the input is watched: of a line that drops, the other ends are closed a moment later."""


def read_whole(most: int, stream: BinaryIO | None = None) -> bytes:
    """What is sent up to its end, or `most` octets of it.

    A line that drops in the midst ends the input, too. So it is not taken where nobody is left to be told of it: then
    raises `BrokenPipeError`.
    """
    content = bytes((stream or sys.stdin.buffer).read(most))
    told = select.poll()
    for output in (1, 2):
        told.register(output, 0)
    if any(event & (select.POLLERR | select.POLLHUP) for _output, event in told.poll(_patience())):
        raise BrokenPipeError
    return content


def _patience() -> int:
    try:
        kind = os.fstat(0).st_mode
    except OSError:
        return 0
    return PATIENCE_MS if stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind) else 0
