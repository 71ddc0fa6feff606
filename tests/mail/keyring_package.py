"""A package "keyring" that keeps passwords in a folder: the real one, an optional extra, needs a desktop session."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

KEYRING = """
from pathlib import Path
from keyring import errors

class Backend:
    priority = {priority}
    def _file(self, service, name):
        return Path({folder!r}) / (service + " " + name)
    def get_password(self, service, name):
        if {locked}:
            raise errors.KeyringLocked
        file = self._file(service, name)
        return file.read_text() if file.exists() else None
    def set_password(self, service, name, password):
        self._file(service, name).write_text(password)
    def delete_password(self, service, name):
        if not self._file(service, name).exists():
            raise errors.PasswordDeleteError
        self._file(service, name).unlink()

def get_keyring():
    return Backend()
"""
"""As much of the package as is used."""


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, *, locked: bool = False, priority: float = 5) -> None:
    """Put it where it is imported from; `locked`: it gives nothing away; priority 0: a stand-in for none."""
    package = folder / "site" / "keyring"
    package.mkdir(parents=True, exist_ok=True)
    text = KEYRING.format(folder=str(folder), locked=locked, priority=priority)
    (package / "__init__.py").write_text(text)
    errors = ("KeyringError(Exception)", "KeyringLocked(KeyringError)", "PasswordDeleteError(KeyringError)")
    (package / "errors.py").write_text("".join(f"class {error}: pass\n" for error in errors))
    for name in ("keyring", "keyring.errors"):
        monkeypatch.setitem(sys.modules, name, None)  # so that what is imported now is gone after the test
        del sys.modules[name]
    monkeypatch.syspath_prepend(package.parent)
