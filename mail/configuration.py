"""The configuration (TOML): what must not come from the group's file, which may be crafted.

Commands that are run and certificates that are trusted are only here, each for one group's file, by its real path:

    [password_command]
    "/srv/amap/amap.cabas" = "pass show amap/mailbox"
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


def set_entry(table: str, file: Path, value: str) -> Path:
    """Write what a table says for this group's file, or with "" take it out; returns where it was written.

    That is where it lies already, if that may be written, else the user's configuration, which goes before the site's.
    What people wrote in it stays as it is; the user's is made readable by its owner only.
    Raises `ConfigurationBad` and `OSError`.
    """
    import tomlkit

    paths = configuration_paths()
    held = [path for path in paths if key_of(file) in _table(read_toml(path), table)]
    path = next((path for path in held if os.access(path, os.W_OK)), paths[0])
    document = tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
    if table not in document:
        document[table] = tomlkit.table()
    lines = document[table]
    if not isinstance(lines, dict):
        raise ConfigurationBad(path, "syntax", table)
    # "" stays where another file below would say something else.
    if value or set(held) - {path}:
        lines[key_of(file)] = value
    else:
        lines.pop(key_of(file), None)
    _replace(path, tomlkit.dumps(document), mode=None if path in paths[1:] else 0o600)
    return path


def _table(values: dict[str, Any], table: str) -> dict[str, Any]:
    found = values.get(table)
    return found if isinstance(found, dict) else {}


def _replace(path: Path, text: str, mode: int | None) -> None:
    """Write the whole file or leave it, with this mode, or the one that it has."""
    import tempfile

    target = Path(os.path.realpath(path))
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(prefix=".cabas.", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            os.fchmod(file.fileno(), stat.S_IMODE(target.stat().st_mode) if mode is None else mode)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def key_of(file: Path) -> str:
    """How the configuration names a group's file: by its real path."""
    return os.path.realpath(file)


def entry(table: str, file: Path) -> str | None:
    """What a table says for this group's file, or None. Raises `ConfigurationBad`."""
    return _said(read_configuration(), table, file)


def entry_in(path: Path, table: str, file: Path) -> str | None:
    """What a table of one configuration file says for this group's file, or None. Raises `ConfigurationBad`."""
    return _said(read_toml(path), table, file)


def _said(values: dict[str, Any], table: str, file: Path) -> str | None:
    found = _table(values, table).get(key_of(file))
    return found if isinstance(found, str) and found.strip() else None
