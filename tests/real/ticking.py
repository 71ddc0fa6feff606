"""Ticks in processes of their own at a pinned moment: killed at a named point, or two at once.

One process imports everything and then forks a child for each tick. It never opens the group's file itself: SQLite's
locks do not survive a fork.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path


class Ticking:
    """Starts ticks of a group's file: `with Ticking() as ticks: ticks.run([(path, at, crash), …])`."""

    def __enter__(self) -> Ticking:
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def run(self, path: Path, at: datetime, *crashes: str) -> list[int]:
        """A tick at once for each name of a crash point (empty: none), all at the same moment; their exit codes."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([str(path), at.isoformat(), crashes]) + "\n")
        self._process.stdin.flush()
        found: list[int] = json.loads(self._process.stdout.readline())
        return found


def main() -> None:
    """Fork a child for each tick that is asked for."""
    import yagmail  # noqa: F401 - before the fork, as everything that is slow

    import mail.inbox
    import mail.schedule
    import mail.sent_folder  # noqa: F401
    from mail.tick import tick
    from store.handle import Store

    for line in sys.stdin:
        path, at, crashes = json.loads(line)
        pids = []
        for crash in crashes:
            pid = os.fork()
            if pid == 0:
                os.environ["CABAS_CRASH"] = crash
                code = 99
                try:
                    moment = datetime.fromisoformat(at)
                    code = tick(Store(Path(path), "automatic", lambda moment=moment: moment)).exit_code
                finally:
                    os._exit(code)
            pids.append(pid)
        codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
        print(json.dumps(codes), flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent.parent))
    main()
