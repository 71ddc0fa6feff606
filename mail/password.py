"""What the mailbox is logged in with: from a command, from the keyring, or typed.

Commands are only in the configuration (`mail.configuration`). What they write is never shown, logged or stored, and
passed to no process by its arguments or environment.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mail.configuration import PASSWORD_COMMAND, TOKEN_COMMAND, entry

if TYPE_CHECKING:
    from store.mailbox import MailboxSettings

SECONDS = 60
"""How long a password command may take; a person may have to unlock a key."""

Secret = Callable[[], str]
"""Gives the password, or a token that is good now. Raises `PasswordError` or `ConfigurationBad`."""


class PasswordError(Exception):
    """There is no password to log in with; the subclasses say why."""


class NoPassword(PasswordError):
    """No command gives the password, and no keyring has it."""


class NoTokenCommand(PasswordError):
    """The mailbox wants a token (XOAUTH2), and the configuration names no command for this group's file."""


class TypedForAnother(PasswordError):
    """The password was typed for another server or account than the one that the mailbox has by now."""


@dataclass
class PasswordCommandFailed(PasswordError):
    """The command gave no password: `reason` is "code" (`code` says which), "timeout" or "empty"."""

    reason: str
    code: int = 0


def told_to(settings: MailboxSettings) -> tuple[object, ...]:
    """Who is told the password: one that was typed for them is nobody else's business."""
    return settings.host, settings.port, settings.tls, settings.username, settings.login


def source(file: Path, settings: MailboxSettings) -> str:
    """Which way the password comes: "none" (no login), "command", "keyring", or "typed" (a person has to type it).

    A mailbox that wants tokens without a command for them is "typed", though none can be typed. Raises
    `ConfigurationBad`.
    """
    if not settings.username:
        return "none"
    if command(file, settings) is not None:
        return "command"
    if settings.login == "password":
        from mail.keyrings import kept

        if kept(settings) is not None:
            return "keyring"
    return "typed"


def secret(file: Path, settings: MailboxSettings) -> str:
    """The password of this group's mailbox, or for XOAUTH2 a fresh token, which lasts an hour.

    Raises `PasswordError` or `ConfigurationBad`.
    """
    if not settings.username:
        return ""
    named = command(file, settings)
    if named is not None:
        return run_command(named)
    if settings.login == "xoauth2":
        raise NoTokenCommand
    from mail.keyrings import kept

    found = kept(settings)
    if found is None:
        raise NoPassword
    return found


def command(file: Path, settings: MailboxSettings) -> str | None:
    """The command that gives what this mailbox is logged in with, or None. Raises `ConfigurationBad`."""
    return entry(TOKEN_COMMAND if settings.login == "xoauth2" else PASSWORD_COMMAND, file)


def run_command(command: str, seconds: float = SECONDS) -> str:
    """The first line that a command writes; raises `PasswordCommandFailed`."""
    import subprocess

    process = subprocess.Popen(
        command,
        shell=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        # The whole group: the shell's children would keep the pipe open.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise PasswordCommandFailed("timeout") from None
    if process.returncode != 0:
        raise PasswordCommandFailed("code", process.returncode)
    password = output.split(b"\n", 1)[0].rstrip(b"\r").decode("utf-8", "replace")
    if not password:
        raise PasswordCommandFailed("empty")
    return password
