"""Starting and leaving cabas: the real command in a real terminal."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from store import Store
from store.settings import Group
from tests.terminal import CABAS, Terminal

F1, F2, F3, CTRL_Q = "\x1bOP", "\x1bOQ", "\x1bOR", "\x11"
COLOURS = re.compile(r"\x1b\[(?:\d+;)*?(?:3[0-8]|4[0-8]|9\d|10\d)[;m]")
WORDS = {"en": ("Next", "Help"), "fr": ("groupe", "Aide"), "it": ("gruppo", "Aiuto")}


@pytest.fixture
def group(tmp_path: Path) -> Path:
    """A new group's file of this account, with an operator for each language."""
    path = tmp_path / "group.cabas"
    with_marie = Store.create(path, Group("AMAP des Oiseaux", language="en"), "marie", "Marie")
    for language in ("fr", "it"):
        with_marie.operators.add(language, language.upper(), "coordinator", language=language)
    with_marie.close()
    return path


def desk(group: Path, *options: str, operator: str = "marie", **environment: str) -> Terminal:
    """The command that opens the desk."""
    return Terminal([*CABAS, "--file", str(group), "--operator", operator, *options], environment)


@pytest.mark.parametrize("operator", ["marie", "fr", "it"])
def test_the_desk_opens_in_the_operators_language_and_is_left_without_a_trace(group: Path, operator: str):
    language = "en" if operator == "marie" else operator
    with desk(group, operator=operator, LANG="C.UTF-8") as terminal:
        terminal.wait(f"? {WORDS[language][1]}")
        assert "AMAP des Oiseaux" in terminal.text
        terminal.write("q")
        assert terminal.end() == 0
        assert terminal.modes == terminal.modes_before
        assert not terminal.cursor_hidden
        assert terminal.sent.count(b"\x1b[?1049h") == terminal.sent.count(b"\x1b[?1049l")


def test_a_linux_console_gets_only_what_its_font_has(group: Path):
    with desk(group, TERM="linux") as terminal:
        terminal.wait("Help")
        terminal.write("?")
        terminal.wait("Keys")
        beyond = {c for c in terminal.text if ord(c) > 0xFF and not 0x2500 <= ord(c) <= 0x257F and c not in "€œŒ"}
        assert not beyond


def test_without_colours_none_is_sent(group: Path):
    with desk(group, NO_COLOR="1") as terminal:
        terminal.wait("Help")
        terminal.write(F2)
        terminal.wait("d Desk")
        assert not COLOURS.search(terminal.sent.decode())


@pytest.mark.parametrize("term", ["xterm", "screen", "tmux-256color", "vt220"])
def test_every_terminal_gets_its_own_colours_only(group: Path, term: str):
    with desk(group, TERM=term) as terminal:
        terminal.wait("Help")
        assert b"38;2;" not in terminal.sent
        assert b"48;2;" not in terminal.sent


def test_no_mouse_leaves_the_mouse_to_the_terminal(group: Path):
    with desk(group, "--no-mouse") as terminal:
        terminal.wait("Help")
        assert b"\x1b[?1000h" not in terminal.sent


def test_keys_that_come_together_have_their_effect_in_order(group: Path):
    with desk(group) as terminal:
        terminal.wait("Help")
        terminal.write("?" + F3 + F1 + F3 + F2 + "m" + F2 + "d" + "?")
        terminal.wait("The desk shows the next distribution")
        terminal.write(F3 + "q")
        assert terminal.end() == 0


def test_nothing_is_sent_while_nothing_happens(group: Path):
    with desk(group) as terminal:
        terminal.wait("Help")
        terminal.read(1)
        before = len(terminal.sent)
        terminal.read(2.5)
        assert len(terminal.sent) == before


def test_a_lost_line_ends_the_program_quietly(group: Path):
    with desk(group) as terminal:
        terminal.wait("Help")
        terminal.hang_up()
        assert terminal.end() == 1


def test_being_asked_to_end_restores_the_terminal(group: Path):
    with desk(group) as terminal:
        terminal.wait("Help")
        terminal.signal(signal.SIGTERM)
        assert terminal.end() == 0
        assert terminal.modes == terminal.modes_before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--file", "nowhere.cabas"], ["nowhere.cabas", "cabas init", "cabas demo"]),
        (["--operator", "nobody"], ["“nobody” is no operator", "cabas operator add nobody"]),
        (["--file", "damaged.cabas"], ["damaged.cabas", "not a file of cabas"]),
        (["--file", "newer.cabas"], ["newer.cabas", "newer cabas"]),
    ],
)
def test_what_cannot_be_opened_is_told_in_one_sentence(
    group: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], words: list[str]
):
    monkeypatch.chdir(group.parent)
    Path("damaged.cabas").write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    Path("newer.cabas").write_bytes(group.read_bytes())
    Store(Path("newer.cabas"), "marie").close()
    subprocess.run(
        [sys.executable, "-c", "import sqlite3; sqlite3.connect('newer.cabas').execute('PRAGMA user_version = 99')"],
        check=True,
    )
    command = [*CABAS, "--file", str(group), "--operator", "marie", *options]
    with Terminal(command, {"COLUMNS": "200"}, size=(200, 24)) as terminal:
        assert terminal.end() == 1
        for word in words:
            assert word in terminal.text
        assert "Traceback" not in terminal.text


def test_a_terminal_that_cannot_draw_is_refused_in_words(group: Path):
    with desk(group, TERM="dumb") as terminal:
        assert terminal.end() == 1
        assert "cannot show the desk" in terminal.text
        assert b"\x1b" not in terminal.sent


def test_without_a_terminal_the_commands_are_named(group: Path):
    done = subprocess.run([*CABAS, "--file", str(group)], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 1
    assert "cabas --help" in done.stderr


FAULT = """
import sys
from pathlib import Path
from screens.desk import DeskScreen
from screens.house import HouseApp
from store import Store
from tui.app import show
def fail(self):
    name = "Odette Maréchal"
    try:
        {}[name]
    except KeyError:
        raise RuntimeError("out of order")
DeskScreen.on_mount = fail
sys.exit(show(HouseApp(Store(Path(sys.argv[1]), "marie"))))
"""


def test_a_fault_of_the_program_ends_in_a_sentence_and_a_report(group: Path, own_home: Path):
    with Terminal([sys.executable, "-c", FAULT, str(group)], size=(200, 24)) as terminal:
        assert terminal.end() == 1
        assert "stopped because of a fault of its own" in terminal.text
        assert "Traceback" not in terminal.text
        assert terminal.modes == terminal.modes_before
    (report,) = (own_home / "state" / "cabas").iterdir()
    assert report.stat().st_mode & 0o777 == 0o600
    text = report.read_text()
    assert "RuntimeError: out of order" in text
    assert "KeyError" in text
    assert "Odette" not in text.replace('name = "Odette Maréchal"', "")
