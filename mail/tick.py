"""What happens by itself, each time the machine's clock calls.

What came back is read, what workflows have to say is queued, what is due is sent, the day's backup is made.

Each step is repeated safely: killed anywhere, or called twice at the same time, nothing is done twice. What goes wrong
in one step keeps none of the others from being done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from mail.automatic import queue_automatic
from mail.configuration import ConfigurationBad
from mail.crash_points import reached
from mail.errand import Told, tell_nobody
from mail.lock import at_home
from mail.mailbox import NETWORK, MailboxFault
from mail.outbox import run
from mail.password import PasswordError, secret, source
from mail.went import Went
from store.clock import unstamp
from store.errors import FileLocked, StoreError
from store.heartbeats import beat
from store.rights import Right

if TYPE_CHECKING:
    from mail.inbox import InboxResult
    from mail.run_result import RunResult
    from store.backup_records import Backup
    from store.handle import Store
    from store.mailbox import MailboxSettings

Done = TypeVar("Done")

LOGIN_AGAIN = timedelta(hours=6)
"""A mailbox that refused the password is not asked for what came back before that: providers lock accounts for it."""

_NOT_NOW = NETWORK | {"quota", "busy"}


@dataclass
class Tick:
    """What was done; None where a step was not done, or failed: then `faults` has its error under the step's name.

    The steps are "inbox", "workflows", "outbox" and "backup".
    """

    inbox: InboxResult | None = None
    workflows: tuple[Went, ...] | None = None
    outbox: RunResult | None = None
    backup: Backup | None = None
    faults: dict[str, Exception] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """That of the outbox's run, unless another step went wrong: 1 before 3 (not now) before 4 (another one)."""
        codes = [code_of(fault) for fault in self.faults.values()]
        if self.outbox is not None:
            codes.append(self.outbox.exit_code)
        return next((code for code in (1, 3, 4) if code in codes), 0)


def tick(store: Store, *, told: Told = tell_nobody) -> Tick:
    """Do what is due; nobody is asked for a password. `told` hears what became of each kept message.

    The mailbox is read first: who said STOP gets nothing more. Of a copied file nothing is read and nothing sent.
    Whoever may not make backups makes none. Raises what is no known fault, at the end.
    """
    done = Tick()
    done.inbox = _step(done, "inbox", lambda: _read(store))
    reached("tick_read")
    done.workflows = _step(done, "workflows", lambda: queue_automatic(store))
    reached("tick_queued")
    done.outbox = _step(done, "outbox", lambda: _send(store, told))
    reached("tick_sent")
    done.backup = _step(done, "backup", lambda: _back_up(store))
    for fault in done.faults.values():
        if not isinstance(fault, (StoreError, MailboxFault, PasswordError, ConfigurationBad, OSError)):
            raise fault
    return done


def _step(done: Tick, name: str, do: Callable[[], Done]) -> Done | None:
    try:
        return do()
    except Exception as fault:
        done.faults[name] = fault
        return None


def _read(store: Store) -> InboxResult | None:
    settings = store.mailbox.get()
    if settings is None or not settings.imap_host or not _may_read(store, settings):
        return None
    from mail.inbox import read_inbox

    return read_inbox(store, lambda: secret(store.path, settings))


def _may_read(store: Store, settings: MailboxSettings) -> bool:
    """Whether the mailbox lets itself be read without a person."""
    if not at_home(store) or source(store.path, settings) == "typed":
        return False
    last = store.inbox.last_read()
    if last is None or last.outcome not in ("login", "no_login"):
        return True
    return store.clock.now() - unstamp(last.at) >= LOGIN_AGAIN


def _send(store: Store, told: Told) -> RunResult:
    with beating(store) as outcome:
        result = run(store, lambda: _password(store), how="tick", told=told)
        outcome.append(result.outcome.value)
    return result


def _password(store: Store) -> str:
    settings = store.mailbox.get()
    return "" if settings is None else secret(store.path, settings)


def _back_up(store: Store) -> Backup | None:
    if not store.operators.me().may(Right.ADMIN):
        return None
    return store.backups.make_if_due(reached=reached)


def code_of(fault: Exception) -> int:
    """3 for what may be over in a while, as a mailbox that cannot be reached or a file that is kept busy; else 1."""
    if isinstance(fault, MailboxFault):
        return 3 if fault.kind in _NOT_NOW else 1
    return 3 if isinstance(fault, FileLocked) else 1


@contextmanager
def beating(store: Store) -> Iterator[list[str]]:
    """Write down at the end that this machine sends by itself, and how it went: what is appended, else a fault."""
    outcome: list[str] = []
    try:
        yield outcome
    except (PasswordError, ConfigurationBad):
        outcome.append("password")
        raise
    finally:
        with suppress(StoreError):  # a disk that is full has been told of
            beat(store, outcome[0] if outcome else "error")
