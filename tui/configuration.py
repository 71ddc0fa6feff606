"""The configuration: which file is the group's, and by which command the mailbox's password is had.

A TOML file of the user's (or the site's); `CABAS_CONFIG` names another. People may edit it: what they wrote stays as it
is when cabas changes a line.

    file = "/srv/amap/amap.cabas"

    [password_command]
    "/srv/amap/amap.cabas" = "pass show amap/mailbox"
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mail.configuration import ConfigurationBad, configuration_paths, key_of, read_configuration
from mail.password import password_command


@dataclass(frozen=True)
class Configuration:
    """What the configuration says. Raises `ConfigurationBad` where the file cannot be read."""

    values: dict[str, Any]

    @classmethod
    def load(cls) -> Configuration:
        """Read it; no file at all is an empty configuration."""
        return cls(read_configuration())

    def group_file(self) -> Path:
        """The group's file that is opened when none is named; else the one in the user's data directory."""
        named = self.values.get("file")
        if isinstance(named, str) and named:
            return Path(named).expanduser()
        import platformdirs

        return platformdirs.user_data_path("cabas") / "group.cabas"

    def password_command(self, file: Path) -> str | None:
        """The command that gives the mailbox's password for this group's file."""
        return password_command(file)

    def set_password_command(self, file: Path, command: str) -> None:
        """Write the command for this group's file into the user's configuration; raises `OSError`."""
        import tomlkit

        path = configuration_paths()[0]
        document = tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
        if "password_command" not in document:
            document["password_command"] = tomlkit.table()
        table = document["password_command"]
        if not isinstance(table, dict):
            raise ConfigurationBad(path, "syntax", "password_command")
        table[key_of(file)] = command
        _replace(path, tomlkit.dumps(document))


def _replace(path: Path, text: str) -> None:
    """Write the whole file or leave it, readable by its owner only."""
    target = Path(os.path.realpath(path))
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # mkstemp's file is readable by its owner only, and stays so.
    handle, name = tempfile.mkstemp(prefix=".cabas.", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
