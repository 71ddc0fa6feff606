"""A real command in a real pseudo-terminal, as a person sees it: `with Terminal(["cabas"]) as t: t.wait("Desk")`."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyte

CABAS = [str(Path(sys.executable).with_name("cabas"))]
PATIENCE = 60.0
"""Seconds that a busy machine may take; whoever sees what is waited for waits no longer."""
# pyte draws the ends of sequences that it does not know: kitty's keyboard (CSI > u) and its like.
_UNKNOWN = re.compile(rb"\x1b\[[<=>][0-9;]*[A-Za-z]|\x1b\[[?]?[0-9;]*[$][a-z]")


class Terminal:
    """Starts a command on an 80×24 terminal. `text` is the screen; `wait` until a text is on it; `write` keys."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str] | None = None,
        size: tuple[int, int] = (80, 24),
    ) -> None:
        self._command = list(command)
        self._environment = {"TERM": "xterm-256color", **os.environ, **(environment or {})}
        self._environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self.sent = b""
        """Every byte that the command has written so far."""

    def __enter__(self) -> Terminal:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", self._screen.lines, self._screen.columns, 0, 0))
        self.modes_before = termios.tcgetattr(slave)
        self._process = subprocess.Popen(
            self._command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=self._environment,
            preexec_fn=_own_terminal,
            close_fds=True,
        )
        self._slave = slave
        return self

    def __exit__(self, *_error: object) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for handle in (self._master, self._slave):
            if handle >= 0:
                os.close(handle)

    @property
    def text(self) -> str:
        """The screen as lines, without the spaces at their ends."""
        self.read(0)
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def cursor_hidden(self) -> bool:
        """Whether the command has hidden the cursor."""
        return self._screen.cursor.hidden

    @property
    def modes(self) -> list[object]:
        """The terminal's settings now, as `termios.tcgetattr` gives them; compare with `modes_before`."""
        return termios.tcgetattr(self._slave)

    def read(self, seconds: float) -> None:
        """Take in what the command writes for so long."""
        end = time.monotonic() + seconds
        while True:
            ready, _, _ = select.select([self._master], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                return
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return
            self.sent += data
            self._stream.feed(_UNKNOWN.sub(b"", data))

    def wait(self, wanted: str, *, gone: bool = False, seconds: float = PATIENCE) -> str:
        """Wait until a text is on the screen (or, `gone`, is not any more) and return the screen."""
        end = time.monotonic() + seconds
        while (wanted in self.text) == gone:
            if time.monotonic() > end:
                raise AssertionError(f"{'still' if gone else 'no'} {wanted!r} on:\n{self.text}")
            self.read(0.05)
        return self.text

    def write(self, keys: str | bytes) -> None:
        """Send keys in one packet, as they come over a line."""
        os.write(self._master, keys.encode() if isinstance(keys, str) else keys)

    def resize(self, columns: int, lines: int) -> None:
        """Make the terminal larger or smaller; the kernel tells the command."""
        self.read(0)
        self._screen.resize(lines, columns)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def signal(self, number: signal.Signals) -> None:
        """Send the command a signal."""
        self._process.send_signal(number)

    def hang_up(self) -> None:
        """Close the line, as a lost connection does; the kernel sends SIGHUP."""
        os.close(self._slave)
        os.close(self._master)
        self._master = self._slave = -1

    def end(self, seconds: float = PATIENCE) -> int:
        """Wait until the command has ended and return its exit code."""
        end = time.monotonic() + seconds
        while self._process.poll() is None:
            if time.monotonic() > end:
                raise AssertionError(f"has not ended:\n{self.text if self._master >= 0 else ''}")
            if self._master >= 0:
                self.read(0.05)
            else:
                time.sleep(0.05)
        if self._master >= 0:
            self.read(0.1)
        return self._process.returncode


def _own_terminal() -> None:
    """Make the pseudo-terminal the child's own, so that closing it hangs the child up."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it would be ignored, and no hang-up noticed
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
