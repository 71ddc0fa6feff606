"""The configuration (TOML): what must not come from the group's file, which may be crafted.

Commands that are run and certificates that are trusted are only here, each for one group's file, by its real path:

    [password_command]
    "/srv/amap/amap.cabas" = "pass show amap/mailbox"

`tui.configuration` writes it.
"""

from __future__ import annotations

import os
import stat
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PASSWORD_COMMAND, TOKEN_COMMAND, FINGERPRINT = "password_command", "token_command", "fingerprint"
"""The tables in which a group's file has an entry of its own."""


@dataclass
class ConfigurationBad(Exception):
    """The configuration cannot be used: `reason` is "unreadable", "syntax" (`detail` says where) or "writable"."""

    path: Path
    reason: str
    detail: str = ""


def configuration_paths() -> tuple[Path, ...]:
    """Where it may be: `CABAS_CONFIG` alone, else the user's and the site's, of which the user's goes before."""
    if named := os.environ.get("CABAS_CONFIG"):
        return (Path(named),)
    import platformdirs

    dirs = (platformdirs.user_config_path("cabas"), platformdirs.site_config_path("cabas"))
    return tuple(folder / "cabas.toml" for folder in dirs)


def read_configuration() -> dict[str, Any]:
    """What the configuration says, the user's over the site's; empty where there is none. Raises `ConfigurationBad`."""
    found: dict[str, Any] = {}
    for path in reversed(configuration_paths()):
        found = merged(found, read_toml(path))
    return found


def read_toml(path: Path) -> dict[str, Any]:
    """One file; empty where there is none. Raises `ConfigurationBad`, also where anybody may change it."""
    try:
        with path.open("rb") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & stat.S_IWOTH:
                raise ConfigurationBad(path, "writable")
            return tomllib.load(file)
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationBad(path, "syntax", str(error)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationBad(path, "unreadable", getattr(error, "strerror", None) or "") from error


def merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Both, line by line: what `above` says goes before."""
    both = dict(below)
    for key, value in above.items():
        old = both.get(key)
        both[key] = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
    return both


def key_of(file: Path) -> str:
    """How the configuration names a group's file: by its real path."""
    return os.path.realpath(file)


def entry(table: str, file: Path) -> str | None:
    """What a table says for this group's file, or None. Raises `ConfigurationBad`."""
    values = read_configuration().get(table)
    found = values.get(key_of(file)) if isinstance(values, dict) else None
    return found if isinstance(found, str) and found.strip() else None
