"""Runs of the outbox in processes that may be killed: `with Sender(path) as sender: pid = sender.start()`.

One process imports everything and then forks a child for each run, so that a hundred lives cost seconds. It never opens
the group's file itself: SQLite's locks do not survive a fork.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path


class Sender:
    """Starts runs of one group's file as `operator`; `ended` tells how the last one ended (-9: killed)."""

    def __init__(self, path: Path, operator: str = "marie") -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(path), operator], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdin
        assert self._process.stdout
        self._in, self._out = self._process.stdin, self._process.stdout

    def start(self, crash: str = "", ahead: float = 0) -> int:
        """Start a run whose clock is so many seconds ahead, and return its process id.

        It ends itself at the crash point `crash`.
        """
        self._in.write(f"{ahead} {crash}\n")
        self._in.flush()
        return int(self._out.readline())

    def kill(self, pid: int) -> bool:
        """Kill a run as kill -9 does; False where it had ended before."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return self.ended() == -signal.SIGKILL

    def ended(self) -> int:
        """Wait for the run's end; its exit code, or minus the signal that ended it."""
        return int(self._out.readline())

    def run(self, crash: str = "", ahead: float = 0) -> int:
        self.start(crash, ahead)
        return self.ended()

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, *_: object) -> None:
        self._in.close()
        self._process.wait()
        self._out.close()


def _clock(ahead: float) -> Callable[[], datetime]:
    return lambda: datetime.now(UTC) + timedelta(seconds=ahead)


def main(path: Path, operator: str) -> None:
    import yagmail  # noqa: F401 - before the fork, as everything that is slow

    from mail.outbox import run
    from store.handle import Store

    for line in sys.stdin:
        ahead, _, crash = line.strip().partition(" ")
        pid = os.fork()
        if pid == 0:
            os.environ["CABAS_CRASH"] = crash
            code = 99
            try:
                code = run(Store(path, operator, _clock(float(ahead))), lambda: "").exit_code
            finally:
                os._exit(code)
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent.parent))
    main(Path(sys.argv[1]), sys.argv[2])
