"""Starting and stopping the example group's embedded mailbox."""

from __future__ import annotations

import contextlib
import json
import secrets
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

PATIENCE = 5.0
"""Seconds to wait for the server's end; one that is still taking mails goes by itself afterwards."""


class MailboxDidNotStart(Exception):
    """The embedded mail server ended before it could serve; its own words are in the file `log`."""

    def __init__(self, log: Path) -> None:
        super().__init__(str(log))
        self.log = log


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach the embedded mailbox: always on loopback, with a login made for this demo."""

    host: str
    port: int
    username: str
    password: str


class EmbeddedMailbox:
    """A real SMTP server on a free port of this machine that files every mail into `maildir`.

    The process starts at once; `access` waits until it serves, so that other work can be done meanwhile. At its end it
    removes the folder `litter`: a demo whose terminal was closed cannot do that itself.
    """

    def __init__(self, maildir: Path, username: str, log: Path, litter: Path | None = None) -> None:
        self.maildir = maildir
        self._log = log
        self._username = username
        self._password = secrets.token_urlsafe(18)
        self._access: Access | None = None
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "tui.demo.mail_server"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,  # Ctrl+C at the terminal is for the demo, not for its mailbox
            )
        orders = {"maildir": str(maildir), "username": username, "password": self._password}
        orders["litter"] = "" if litter is None else str(litter)
        try:
            self._pipe(self._process.stdin).write(json.dumps(orders) + "\n")
            self._pipe(self._process.stdin).flush()
        except BrokenPipeError as error:
            raise MailboxDidNotStart(log) from error

    @property
    def access(self) -> Access:
        """Where the server answers; raises `MailboxDidNotStart`."""
        if self._access is None:
            port = self._pipe(self._process.stdout).readline()
            if not port:
                raise MailboxDidNotStart(self._log)
            self._access = Access("127.0.0.1", int(port), self._username, self._password)
        return self._access

    def leave(self) -> None:
        """Tell the server to go as soon as nobody is connected any more."""
        self._pipe(self._process.stdin).close()

    def close(self) -> None:
        """Tell the server to go, and wait for it unless somebody goes on sending."""
        self.leave()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(PATIENCE)
        self._pipe(self._process.stdout).close()

    def __enter__(self) -> EmbeddedMailbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None  # both were asked for
        return pipe
