"""A port for a server that is started by its number."""

from __future__ import annotations

import random
import socket

# The system gives away those from 32768 on, to whoever asks for any: none of these is gone before the server has it.
FIRST, LAST = 15_000, 32_000
_given: set[int] = set()


def free_port() -> int:
    """A port on which nothing listens at this moment, another one each time."""
    while True:
        port = random.SystemRandom().randrange(FIRST, LAST)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        if port not in _given:
            _given.add(port)
            return port
