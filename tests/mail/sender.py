"""Runs of the outbox in processes that may be killed: `with Sender(path) as sender: pid = sender.start()`.

One process imports everything and then forks a child for each run, so that a hundred lives cost seconds. It never opens
the group's file itself: SQLite's locks do not survive a fork.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

SLOW = (
    *("css_inline", "jinja2.sandbox", "markdown_it", "yagmail"),
    *("mail.inbox", "mail.schedule", "mail.sent_folder", "templates.render.mailing"),
)
"""What is imported before the fork, once for all runs."""


class Forks:
    """The process that forks the runs: one serves all tests."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def tell(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def heard(self) -> int:
        assert self._process.stdout
        return int(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


class Sender:
    """Starts runs of one group's file as `operator`; `ended` tells how the last one ended (-9: killed).

    With `as_tick` each is all that `cabas tick` does, by that configuration; `configuration` is that of another run.
    """

    def __init__(
        self,
        path: Path,
        operator: str = "marie",
        forks: Forks | None = None,
        *,
        as_tick: Path | None = None,
        configuration: Path | None = None,
    ) -> None:
        self._path, self._operator, self._as_tick = path, operator, as_tick
        self._configuration = as_tick or configuration or ""
        self._forks, self._alone = forks or Forks(), forks is None

    def start(self, crash: str = "", ahead: float = 0) -> int:
        """Start a run whose clock is so many seconds ahead, and return its process id.

        It ends itself at the crash point `crash`.
        """
        how = [str(self._configuration), self._as_tick is not None]
        self._forks.tell(json.dumps([str(self._path), self._operator, ahead, crash, *how]))
        return self._forks.heard()

    def ended(self) -> int:
        """Wait for the run's end; its exit code, or minus the signal that ended it."""
        return self._forks.heard()

    def kill(self, pid: int) -> bool:
        """Kill a run as kill -9 does; False where it had ended before."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return self.ended() == -signal.SIGKILL

    def run(self, crash: str = "", ahead: float = 0) -> int:
        self.start(crash, ahead)
        return self.ended()

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, *_: object) -> None:
        if self._alone:
            self._forks.close()


def _clock(ahead: float) -> Callable[[], datetime]:
    return lambda: datetime.now(UTC) + timedelta(seconds=ahead)


def _load_gateways() -> None:
    """Half a second for each run that sends SMS, or once before the fork."""
    from mail.sms_apprise import AppriseGateway

    AppriseGateway("json://127.0.0.1/{to}")


def main() -> None:
    for name in SLOW:
        import_module(name)
    from mail.outbox import run
    from mail.tick import tick
    from store.handle import Store

    for line in sys.stdin:
        path, operator, ahead, crash, configuration, as_tick = json.loads(line)
        if configuration and not as_tick:
            _load_gateways()
        pid = os.fork()
        if pid == 0:
            os.environ.update(CABAS_CRASH=crash, CABAS_CONFIG=configuration)
            code = 99
            try:
                store = Store(Path(path), operator, _clock(ahead))
                code = tick(store).exit_code if as_tick else run(store, lambda: "").exit_code
            finally:
                os._exit(code)
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent.parent))
    main()
