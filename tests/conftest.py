"""What every test needs: a home of its own, the English language, and screens that look the same each time."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from store import Store
from store.settings import Group
from templates import words
from templates.words import dates
from tests.idle import note_use, paint_when_looked_at, until_idle
from tests.mail.recorder import Recorder, Script

settings.register_profile("cabas", deadline=None, derandomize=True, database=None)
settings.load_profile("cabas")

# What nearly every test writes is a group's file, and each commit waits for the disk: memory answers at once.
MEMORY = Path("/dev/shm")
ROOM = 2 * 2**30


def in_memory() -> bool:
    """Whether this machine has memory that can hold what the tests write, and programs that they install there."""
    if not os.access(MEMORY, os.W_OK):
        return False
    return shutil.disk_usage(MEMORY).free > ROOM and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC


# Without the bytecode that was kept, every program that a test starts compiles all of cabas first.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

if in_memory():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

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


@pytest.fixture(scope="session")
def new_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new group's file with one coordinator, marie, made on Saturday 21 November 2026 at 21:04; to be copied."""
    path = tmp_path_factory.mktemp("new") / "group.cabas"
    group = Group("AMAP des Oiseaux", language="en", currency="EUR", timezone="Europe/Paris", country="FR")
    Store.create(path, group, "marie", "Marie", now=lambda: datetime(2026, 11, 21, 20, 4, tzinfo=UTC)).close()
    return path


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Start in English and in 2026, and give the process back in English."""
    words.use("en")
    dates.go_by(lambda: date(2026, 11, 21))
    yield
    words.use("en")


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Callable[..., Recorder]]:
    """Starts a server with a script; it is stopped at the end."""
    started: list[Recorder] = []

    def start(script: Script | None = None) -> Recorder:
        server = Recorder(tmp_path, script)
        server.start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What was imported stays: without looking through it again and again, garbage is found in less time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Leave the rest to the end of the process: pytest looks through it five times, longer than xdist waits."""
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def styles_read_once() -> Iterator[None]:
    """Every test starts an app of its own; the rules of its style sheets, which never change, are read once for all.

    To see which of them apply to a widget takes a fifth of a test's time; most are out by their last selector.
    """
    from textual.css import stylesheet
    from textual.css.model import RuleSet, Selector
    from textual.css.stylesheet import Stylesheet
    from textual.dom import DOMNode

    read: dict[object, list[RuleSet]] = {}
    parse = Stylesheet._parse_rules

    def parse_once(self: Stylesheet, css: str, *place: object, **more: object) -> list[RuleSet]:
        key = (css, place, frozenset(more.items()), frozenset(self._variables.items()))
        if key not in read:
            read[key] = parse(self, css, *place, **more)
        return read[key]

    def last_first(selectors: list[Selector], path: list[DOMNode]) -> bool:
        return selectors[-1].check(path[-1]) and check(selectors, path)

    check = stylesheet._check_selectors
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        patch.setattr(RuleSet, "__hash__", object.__hash__)  # the same numbers from C
        patch.setattr(stylesheet, "_check_selectors", last_first)
        yield


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
        note_use(patch)
        paint_when_looked_at(patch)
        patch.setattr("textual.screen.UPDATE_PERIOD", 0.002)  # 60 pictures a second are for eyes
        patch.setattr("screens.type_ahead.LAST_LOOK", 60.0)  # a busy machine is slower than any that is worked at
        # What comes by itself comes amid a test on a busy machine: a test calls `_poll`, and says what was read.
        patch.setattr("screens.house.POLL_SECONDS", 3600.0)
        patch.setattr("screens.widgets.bars.READ_SECONDS", 3600.0)
        patch.setattr("screens.widgets.bars.LOOK_SECONDS", 3600.0)
        yield
