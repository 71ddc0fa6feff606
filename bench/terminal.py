"""A program in a terminal of its own, timed from outside: when a text becomes visible, and what it cost in bytes."""

from __future__ import annotations

import fcntl
import os
import pty
import queue
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType

import pyte

COLUMNS, LINES = 80, 24


class NotShown(Exception):
    """A text did not appear in time; the screen at that moment follows."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one key cost: bytes sent by the program, and milliseconds until the last of them."""

    size: int
    milliseconds: float


def surroundings(**more: str) -> dict[str, str]:
    """The environment of a measured program: bytecode is written and used, as in an installation."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    kept.update(TERM="xterm-256color", COLORTERM="truecolor", LANG="C.UTF-8", LC_ALL="C.UTF-8")
    return kept | more


class Terminal:
    """Starts `command` at 80×24 and keeps the screen that it draws.

    A thread takes the time of every piece of output as it arrives, so that the emulation's slowness is not charged to
    the program.
    """

    def __init__(self, command: Sequence[str], environment: dict[str, str] | None = None) -> None:
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)
        self._pieces: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        self.size = 0
        self._last = 0.0
        self._handle, side = pty.openpty()
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            stdin=side,
            stdout=side,
            stderr=side,
            env=environment or surroundings(),
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # the pty is its own terminal
        )
        os.close(side)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        try:
            while piece := os.read(self._handle, 65536):
                self._pieces.put((time.perf_counter(), piece))
        except OSError:
            pass  # the program has ended

    def _take(self, seconds: float) -> bool:
        """Draw the next piece of output, waiting for it; False when none came."""
        try:
            self._last, piece = self._pieces.get(timeout=max(0.0, seconds))
        except queue.Empty:
            return False
        self.size += len(piece)
        self._stream.feed(piece)
        return True

    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(self._screen.display)

    def wait_for(self, text: str, seconds: float = 20) -> float:
        """Wait until `text` is visible and return the milliseconds since the start; raises `NotShown`."""
        deadline = time.perf_counter() + seconds
        while text not in self.text():
            if not self._take(deadline - time.perf_counter()) and time.perf_counter() >= deadline:
                raise NotShown(f"{text!r} not shown:\n{self.text()}")
        return (self._last - self.started) * 1000

    def settle(self, quiet: float = 0.25) -> None:
        """Read until nothing has come for `quiet` seconds."""
        while self._take(quiet):
            pass

    def press(self, keys: str, quiet: float = 0.25) -> Cost:
        """Send keys in one write and wait until the program has fallen silent."""
        before, sent = self.size, time.perf_counter()
        self._last = sent
        os.write(self._handle, keys.encode())
        self.settle(quiet)
        return Cost(self.size - before, (self._last - sent) * 1000)

    def idle(self, seconds: float) -> int:
        """How many bytes come within so many seconds without a key."""
        before, until = self.size, time.perf_counter() + seconds
        while (left := until - time.perf_counter()) > 0:
            self._take(left)
        return self.size - before

    def close(self) -> None:
        """End the program and everything it started in its session."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._handle)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
