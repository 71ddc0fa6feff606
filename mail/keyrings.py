"""The password in the system's keyring: an optional extra (`cabas[keyring]`), asked only where no command is named.

The package alone takes 120 ms to import, so that it is looked for before. Over SSH and under cron there is mostly no
keyring to be had; that is no fault.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from store.mailbox import MailboxSettings

SERVICE = "cabas"


def available() -> bool:
    """Whether a keyring can keep a password here."""
    return _backend() is not None


def kept(settings: MailboxSettings) -> str | None:
    """The password that the keyring has for this mailbox, or None."""
    return _asked("get_password", settings)[1] or None


def keep(settings: MailboxSettings, password: str) -> bool:
    """Put the password into the keyring; False where there is none, or it refuses."""
    return _asked("set_password", settings, password)[0]


def forget(settings: MailboxSettings) -> bool:
    """Take the password out of the keyring; False where it had none."""
    return _asked("delete_password", settings)[0]


def _asked(what: str, settings: MailboxSettings, *more: str) -> tuple[bool, Any]:
    """Whether the keyring did it, which it does not while it is locked, and what it answered."""
    backend = _backend()
    if backend is None:
        return False, None
    from keyring.errors import KeyringError

    try:
        return True, getattr(backend, what)(SERVICE, account(settings), *more)
    except KeyringError:
        return False, None


def account(settings: MailboxSettings) -> str:
    """How the keyring names the mailbox."""
    return f"{settings.username}@{settings.host}"


def _backend() -> Any:
    """The keyring that can be used, or None; keyring's own stand-ins that keep nothing have no priority."""
    if find_spec("keyring") is None:
        return None
    import keyring

    found = keyring.get_keyring()
    return found if found.priority > 0 else None
