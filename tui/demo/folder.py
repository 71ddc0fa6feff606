"""The folder of a demo: the group's file, the Maildir and a configuration of its own; nothing else is touched."""

from __future__ import annotations

import fcntl
import os
import shlex
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from templates import words
from templates.words import _
from tui.demo.telling import COORDINATOR, MAILBOX_ADDRESS, MARK
from tui.output import BUSY, Ended, say

if TYPE_CHECKING:
    from store import Store
    from tui.demo.mailbox import Access, EmbeddedMailbox

PER_HOUR, PER_DAY = 5_000, 20_000
"""The embedded mailbox takes whatever comes; these let the demo be played for a day."""


PATIENCE = 20.0
"""Seconds to wait for a sending under way when the demo is left; what is not sent then waits in the outbox."""


@dataclass(frozen=True, slots=True)
class Folder:
    """Where everything of one demo is; a `temporary` one goes with the demo, however that ends."""

    path: Path
    temporary: bool = False

    @property
    def file(self) -> Path:
        """The group's file."""
        return self.path / "oiseaux.cabas"

    @property
    def maildir(self) -> Path:
        """Every mail that was sent."""
        return self.path / "Maildir"

    @property
    def configuration(self) -> Path:
        """What is the user's own configuration elsewhere."""
        return self.path / "config.toml"

    @property
    def password(self) -> Path:
        """The embedded mailbox's password, for the password command to say."""
        return self.path / "mailbox-password"

    @property
    def log(self) -> Path:
        """What the embedded mail server complains of."""
        return self.path / "mailbox.log"


@contextmanager
def opened(wanted: Path | None) -> Iterator[Folder]:
    """The folder to play in: `wanted`, which stays, or a temporary one that is removed at the end.

    Raises `Ended` for a folder that is not a demo's, or that another demo is using.
    """
    if wanted is None:
        path = Path(tempfile.mkdtemp(prefix="cabas-demo-"))
        try:
            yield Folder(path, temporary=True)
        finally:
            shutil.rmtree(path, ignore_errors=True)
        return
    folder = Folder(wanted.absolute())
    try:
        folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        strangers = [entry for entry in folder.path.iterdir() if entry.name != "demo.lock"]
        if strangers and not folder.file.exists() and not folder.log.exists():
            raise Ended(
                _("{path} is not empty, and not the folder of a demo. Name another one.").format(path=folder.path)
            )
        lock = (folder.path / "demo.lock").open("w")
    except OSError as error:
        raise Ended(
            _("{path} cannot be used: {why}").format(path=folder.path, why=error.strerror or str(error))
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Ended(_("Another demo is open in {path}.").format(path=folder.path), BUSY) from error
        yield folder


@contextmanager
def running(folder: Folder, seed: int, language: str | None, today: date) -> Iterator[EmbeddedMailbox]:
    """The demo's mailbox at work, with the group filled where it is new and told how to reach the mailbox.

    `language` is the coordinator's from now on; None keeps the one she has, and is the present one in a new group.
    """
    from tui.demo.mailbox import EmbeddedMailbox, MailboxDidNotStart

    # Only this demo's configuration counts, for what it starts too: the sender asks it for the password.
    os.environ["CABAS_CONFIG"] = str(folder.configuration)
    os.environ["CABAS_FILE"] = str(folder.file)
    try:
        litter = folder.path if folder.temporary else None
        with EmbeddedMailbox(folder.maildir, MAILBOX_ADDRESS, folder.log, litter) as mailbox:
            if not folder.file.exists():
                from tui.demo.group import build

                build(folder.file, today, seed, language or words.language())
            _connect(folder, mailbox.access, language)
            yield mailbox
            _wait_for_sender(folder)
    except MailboxDidNotStart as error:
        raise Ended(_("The demo's mailbox could not start; the reason is in {path}.").format(path=error.log)) from error


def _let_in(store: Store) -> None:
    """Make the account that runs the demo an operator, so that every command works on a kept one without --operator."""
    from store.errors import Invalid
    from store.handle import unix_login

    login = unix_login()
    if login in {operator.login for operator in store.operators.all(gone=True)}:
        return
    with suppress(Invalid):  # the account has a name that no operator can have: the demo works without
        store.operators.add(login, login, "coordinator", language=words.language())


def _connect(folder: Folder, access: Access, language: str | None) -> None:
    """Write into the group's file and the demo's configuration how the mailbox is reached this time."""
    from mail.configuration import PASSWORD_COMMAND, set_entry
    from store import Store
    from store.errors import UnknownOperator
    from store.mailbox import MailboxSettings

    try:
        store = Store(folder.file, COORDINATOR)
    except UnknownOperator as error:
        raise _not_a_demo(folder) from error
    try:
        if store.settings.get(MARK) is None:
            raise _not_a_demo(folder)
        if language:
            store.operators.describe(COORDINATOR, language=language)
        words.use(store.operators.me().language or words.language())
        _let_in(store)
        store.mailbox.set(
            MailboxSettings(
                access.host,
                access.port,
                "none",
                access.username,
                MAILBOX_ADDRESS,
                per_hour=PER_HOUR,
                per_day=PER_DAY,
            )
        )
    finally:
        store.close()
    folder.password.touch(mode=0o600)
    folder.password.write_text(access.password + "\n")
    command = f"cat {shlex.quote(str(folder.password))}"
    set_entry(PASSWORD_COMMAND, folder.file, command)


def _wait_for_sender(folder: Folder) -> None:
    """Leave the mailbox to a sending under way: it does not end with the screen that started it."""
    from mail.lock import holder

    until = time.monotonic() + PATIENCE
    if holder(folder.file) is not None:
        say(_("Mails are still going out; a moment …"))
        while holder(folder.file) is not None and time.monotonic() < until:
            time.sleep(0.1)


def _not_a_demo(folder: Folder) -> Ended:
    return Ended(_("{path} is not an example group; nothing was changed.").format(path=folder.file))
