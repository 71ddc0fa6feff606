"""Files that no message takes along, whoever asks: what cabas itself keeps secret."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from mail.configuration import PASSWORD_COMMAND, TOKEN_COMMAND, ConfigurationBad, configuration_paths, entry
from mail.sms import gateway_command

DATABASE = b"SQLite format 3\0"
"""How each group's file begins, and each of its backups."""


def is_secret(path: Path, group_file: Path) -> bool:
    """Whether it is a database, the configuration, or a file that a command for a password, token or gateway names."""
    real = os.path.realpath(path)
    if real.startswith(os.path.realpath(group_file)):  # its journals, too
        return True
    with path.open("rb") as file:
        if file.read(len(DATABASE)) == DATABASE:
            return True
    kept = [*configuration_paths(), *_named_by_command(group_file)]
    return real in [os.path.realpath(one) for one in kept]


def _named_by_command(group_file: Path) -> list[Path]:
    try:
        commands = [entry(table, group_file) or "" for table in (PASSWORD_COMMAND, TOKEN_COMMAND)]
        commands.append(gateway_command(group_file))
        return [Path(word).expanduser() for command in commands for word in shlex.split(command)]
    except (ConfigurationBad, ValueError, RuntimeError):  # what runs no command gives no password away
        return []
