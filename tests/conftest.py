"""What every test needs: a home of its own, the English language, and screens that look the same each time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from templates import words
from tests.idle import until_idle

settings.register_profile("cabas", deadline=None, derandomize=True, database=None)
settings.load_profile("cabas")

XDG = ("CONFIG", "DATA", "CACHE", "STATE")
LEAKS = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "SSH_CONNECTION")


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, and nothing of the developer's environment that changes what cabas says or shows."""
    for name in os.environ:
        if name in LEAKS or (name.startswith(("CABAS_", "TEXTUAL_")) and "SNAPSHOT" not in name):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for kind in XDG:
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home))
    monkeypatch.setenv("LANG", "C.UTF-8")
    return home


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Start in English, and give the process back in English."""
    words.use("en")
    yield
    words.use("en")


@pytest.fixture(autouse=True, scope="session")
def still_screens() -> Iterator[None]:
    """No blinking cursor and no animation: a snapshot taken half a second later is the same.

    Textual reads its environment when it is imported, which pytest's snapshot plugin does before this file.
    """
    import textual.constants
    from textual.widgets import Input, TextArea

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(textual.constants, "TEXTUAL_ANIMATIONS", "none")
        patch.setattr(Input, "_toggle_cursor", lambda self: None)
        patch.setattr(TextArea, "_toggle_cursor_blink_visible", lambda self: None)
        patch.setattr("textual.pilot.wait_for_idle", until_idle)
        patch.setattr("textual.app.wait_for_idle", until_idle)
        yield
