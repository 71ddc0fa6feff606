"""A sending in a process of its own, which a closed terminal or the app's end does not stop.

The process has its own session, so that no SIGHUP of the terminal reaches it, and nothing of the terminal: what becomes
of the sending is read from the group's file. The password goes through a pipe, never through arguments or environment.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

PATIENCE = timedelta(minutes=75)
"""How long the process waits for what becomes possible: the next try of a mail, or the next hour's limit."""


class Sending:
    """A started process; the app may end before it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.pid = process.pid
        # Waited for by somebody, or it would stay in the process table after its end.
        threading.Thread(target=process.wait, daemon=True).start()

    @property
    def exit_code(self) -> int | None:
        """How it ended, as `cabas outbox run` does (1: a fault, or no password); None while it runs."""
        return self._process.returncode


def start(path: Path, operator: str, password: str | None) -> Sending:
    """Start sending as `operator`; without a password the process asks the configuration's command."""
    reader, writer = os.pipe()
    try:
        process = subprocess.Popen(
            # -P: a folder "mail" where the app happens to run is not taken for ours.
            [sys.executable, "-P", "-m", "mail.detached", os.path.realpath(path), operator, str(reader)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(reader,),
            start_new_session=True,
            cwd="/",
        )
    except BaseException:
        os.close(writer)
        raise
    finally:
        os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        pipe.write(b"" if password is None else b"+" + password.encode())
    return Sending(process)


def main(path: str, operator: str, descriptor: str) -> int:
    """Queue what was kept, and send until nothing more can be done; returns the exit code."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with os.fdopen(int(descriptor), "rb") as pipe:
        given = pipe.read()

    from mail.configuration import ConfigurationBad
    from mail.outbox import run
    from mail.password import NoPassword, PasswordError, TypedForAnother, secret, told_to
    from store.errors import StoreError
    from store.handle import Store

    def password() -> str:
        settings = store.mailbox.get()
        same = settings is None or (typed_for is not None and told_to(settings) == told_to(typed_for))
        if settings is None or (given and same and settings.login == "password"):
            return given[1:].decode()
        try:
            return secret(store.path, settings)  # a token that was given is good for an hour only
        except NoPassword:
            if given and not same:
                raise TypedForAnother from None
            raise

    try:
        store = Store(Path(path), operator)
        try:
            typed_for = store.mailbox.get()
            return run(store, password, how="app", patience=PATIENCE).exit_code
        finally:
            store.close()
    except (StoreError, PasswordError, ConfigurationBad):
        return 1  # the app asks for the password itself, and reads the same file: it says what is wrong


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
