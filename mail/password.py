"""The mailbox's password: from the command that the configuration names for the group's file.

Commands are only in the configuration (TOML), never in the group's file: a crafted file must not run anything. What a
command writes is never shown, logged or stored.
"""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECONDS = 60
"""How long a password command may take; a person may have to unlock a key."""


class PasswordError(Exception):
    """There is no password to log in with; the subclasses say why."""


class NoPassword(PasswordError):
    """The configuration names no command for this group's file."""


@dataclass
class PasswordCommandFailed(PasswordError):
    """The command gave no password: `reason` is "code" (`code` says which), "timeout" or "empty"."""

    reason: str
    code: int = 0


@dataclass
class ConfigurationBad(Exception):
    """The configuration cannot be used: `reason` is "unreadable", "syntax" (`detail` says where) or "writable"."""

    path: Path
    reason: str
    detail: str = ""


def configuration_paths() -> tuple[Path, ...]:
    """Where it may be; the first that exists counts: `CABAS_CONFIG` alone, else the user's, then the site's."""
    if named := os.environ.get("CABAS_CONFIG"):
        return (Path(named),)
    import platformdirs

    dirs = (platformdirs.user_config_path("cabas"), platformdirs.site_config_path("cabas"))
    return tuple(folder / "cabas.toml" for folder in dirs)


def read_configuration() -> dict[str, Any]:
    """What the configuration says; empty where there is none. Raises `ConfigurationBad`."""
    for path in configuration_paths():
        try:
            with path.open("rb") as file:
                if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & stat.S_IWOTH:
                    raise ConfigurationBad(path, "writable")
                return tomllib.load(file)
        except FileNotFoundError:
            continue
        except tomllib.TOMLDecodeError as error:
            raise ConfigurationBad(path, "syntax", str(error)) from error
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationBad(path, "unreadable", getattr(error, "strerror", None) or "") from error
    return {}


def key_of(file: Path) -> str:
    """How the configuration names a group's file: by its real path."""
    return os.path.realpath(file)


def password_command(file: Path) -> str | None:
    """The command that gives the password of this group's mailbox, or None. Raises `ConfigurationBad`."""
    commands = read_configuration().get("password_command")
    found = commands.get(key_of(file)) if isinstance(commands, dict) else None
    return found if isinstance(found, str) and found.strip() else None


def password_for(file: Path) -> str:
    """The password of this group's mailbox; raises `PasswordError` or `ConfigurationBad`."""
    command = password_command(file)
    if command is None:
        raise NoPassword
    return run_command(command)


def run_command(command: str, seconds: float = SECONDS) -> str:
    """The first line that a command writes; raises `PasswordCommandFailed`."""
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
