"""Real terminals and what stands between: their keys, their sizes, tmux, screen and PuTTY's plink."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from store import Store
from store.settings import Group
from tests.real.sshd import Sshd
from tests.terminal import CABAS, Terminal

SIZES = [(80, 24), (200, 60), (100, 30), (60, 20), (81, 25), (80, 23)]


@dataclass(frozen=True)
class Kind:
    """A terminal: the bytes of its keys, and what stands in its environment."""

    name: str
    environment: dict[str, str]
    f2: str = "\x1bOQ"
    f3: str = "\x1bOR"
    f8: str = "\x1b[19~"
    home: str = "\x1b[H"
    end: str = "\x1b[F"
    back: str = "\x7f"
    down: str = "\x1b[B"
    left: str = "\x1b[D"
    enter: str = "\r"
    digits: str = "0123456789"
    options: tuple[str, ...] = ()
    size: tuple[int, int] = (80, 24)
    e_acute: bytes = field(default="é".encode())


XTERM = Kind("xterm", {"TERM": "xterm"})
# PuTTY with Control-H for Backspace; the Linux console in Latin-1; a large one with application keys, without colours.
KINDS = (
    Kind(
        "PuTTY", {"TERM": "xterm"},
        f2="\x1b[12~", f3="\x1b[13~", home="\x1b[1~", end="\x1b[4~", back="\x08",
    ),
    Kind(
        "console", {"TERM": "linux", "PYTHONIOENCODING": "latin-1"},
        f2="\x1b[[B", f3="\x1b[[C", home="\x1b[1~", end="\x1b[4~", e_acute="é".encode("latin-1"),
    ),
    Kind(
        "keypad",
        {"TERM": "screen", "NO_COLOR": "1", "LC_ALL": "C"},
        home="\x1b[7~", end="\x1b[8~", down="\x1bOB", left="\x1bOD", enter="\x1bOM",
        digits="".join("pqrstuvwxy"), options=("--no-mouse",), size=(200, 60),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A group's file of this account."""
    path = tmp_path_factory.mktemp("terminals") / "amap.cabas"
    Store.create(path, Group("AMAP des Oiseaux", language="en", country="FR"), "marie", "Marie").close()
    return path


def desk(group: Path, *options: str) -> list[str]:
    """The command that opens the desk."""
    return [*CABAS, "--file", str(group), "--operator", "marie", *options]


def found(group: Path, name: str) -> tuple[str, str]:
    """The first name and phone of the one member that answers to a name."""
    store = Store(group, "marie")
    try:
        (row,) = store.members.search(name).rows
        person = store.members.get(row.id).people[0]
        return person.first_name, person.phone_shown
    finally:
        store.close()


def begin_a_member(terminal: Terminal, kind: Kind, name: bytes) -> None:
    """To the members, and to a new one whose first name is half typed: the cursor is inside it."""
    terminal.wait("Help")
    terminal.write(kind.f2 + "m")
    terminal.wait("Find")
    terminal.write(name)
    terminal.wait("Enter writes a new member down")
    terminal.write(kind.enter)
    terminal.wait("New member")
    terminal.write("Lixse" + kind.left + kind.left + kind.back)
    terminal.wait("Lise")


def finish_the_member(terminal: Terminal, kind: Kind) -> None:
    """Correct the name at its beginning and its end, type a phone number, save, and leave cabas."""
    terminal.write(kind.home + "Anne-" + kind.end + "tte" + kind.down)
    terminal.write("".join(digit(kind, one) for one in "0639980007"))
    terminal.wait("Anne-Lisette")
    terminal.write(kind.f8)
    terminal.wait("1 found")
    terminal.wait("06 39 98 00 07")
    terminal.write(kind.f3)
    terminal.wait("Find", gone=True)
    terminal.write("q")


def digit(kind: Kind, one: str) -> str:
    """A digit as the keypad sends it."""
    sent = kind.digits[int(one)]
    return sent if sent.isdigit() else f"\x1bO{sent}"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_member_is_written_down_with_the_keys_of_every_terminal(group: Path, kind: Kind):
    name = b"Z" + kind.e_acute + kind.name.encode()
    with Terminal(desk(group, *kind.options), kind.environment, kind.size) as terminal:
        begin_a_member(terminal, kind, name)
        finish_the_member(terminal, kind)
        assert terminal.end() == 0
        assert terminal.modes == terminal.modes_before
        sent = terminal.sent
    assert found(group, f"Zé{kind.name}") == ("Anne-Lisette", "06 39 98 00 07")
    for colours in (b"38;2;", b"48;2;", b"38;5;", b"48;5;"):
        assert colours not in sent, "16 colours are what all have"
    assert (b"\x1b[?1000h" in sent) is not bool(kind.options)
    if kind.environment["TERM"] == "linux":
        assert sent.replace(kind.e_acute, b"").isascii(), "Latin-1 has no lines, and the console no arrows"


def test_what_is_typed_comes_through_a_storm_of_sizes_and_a_terminal_too_small(group: Path):
    with Terminal(desk(group), {"TERM": "xterm-256color"}) as terminal:
        begin_a_member(terminal, XTERM, b"Zouag")
        for number, letter in enumerate("abcdefghijkl"):
            terminal.resize(*SIZES[number % len(SIZES)])
            terminal.write(letter)
        terminal.resize(80, 24)
        terminal.wait("Liabcdefghijklse")
        terminal.resize(60, 20)
        terminal.wait("Too small: 60×20, cabas needs 80×24.")
        terminal.write("not seen" + XTERM.f8 + XTERM.f3 + XTERM.f2 + "d")
        terminal.resize(61, 20)
        terminal.wait("Too small: 61×20")
        terminal.resize(132, 43)
        terminal.wait("Too small", gone=True)
        terminal.write("!")
        terminal.wait("Liabcdefghijkl!se")
        terminal.resize(70, 22)
        terminal.wait("Enter goes on all the same")
        terminal.write("\r")
        terminal.wait("Last name")
        terminal.write("?")
        terminal.wait("Liabcdefghijkl!?se")
        terminal.resize(80, 24)
        terminal.write("\x7f" * 14)
        terminal.wait("Lise")
        finish_the_member(terminal, XTERM)
        assert terminal.end() == 0


@dataclass(frozen=True)
class Multiplexer:
    """A program that keeps a terminal's session: how it is begun, left and come back to."""

    begin: Callable[[str, list[str]], list[str]]
    leave: str
    back: Callable[[str], list[str]]
    end: Callable[[str], list[str]]


MULTIPLEXERS = {
    "tmux": Multiplexer(
        lambda name, command: ["tmux", "-L", name, "-f", "/dev/null", "new-session", *command],
        "\x02d",
        lambda name: ["tmux", "-L", name, "attach"],
        lambda name: ["tmux", "-L", name, "kill-server"],
    ),
    "screen": Multiplexer(
        lambda name, command: ["screen", "-U", "-c", "/dev/null", "-S", name, *command],
        "\x01d",
        lambda name: ["screen", "-U", "-r", name],
        lambda name: ["screen", "-S", name, "-X", "quit"],
    ),
}


@pytest.fixture
def sessions(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Sessions in a folder of the test's own. Its path is short: that of a socket has at most 107 characters."""
    with TemporaryDirectory(prefix="cabas-", dir="/tmp") as folder:
        for name in ("TMUX_TMPDIR", "SCREENDIR"):
            monkeypatch.setenv(name, folder)
        for name in ("TMUX", "STY"):
            monkeypatch.delenv(name, raising=False)
        yield


@pytest.mark.usefixtures("sessions")
@pytest.mark.parametrize("which", MULTIPLEXERS)
def test_half_a_member_waits_in_a_session_that_is_left_and_found_again(group: Path, which: str):
    if shutil.which(which) is None:
        pytest.skip(f"{which} is not installed")
    kept, session = MULTIPLEXERS[which], "cabas"
    xterm = {"TERM": "xterm"}
    try:
        with Terminal(kept.begin(session, desk(group)), xterm, (80, 25)) as terminal:
            begin_a_member(terminal, XTERM, f"Zin{which}".encode())
            terminal.write(kept.leave)
            terminal.wait("detached")
        with Terminal(kept.back(session), xterm, (120, 40)) as terminal:
            terminal.wait("Lise")
            terminal.resize(80, 25)
            terminal.write("-")
            terminal.wait("Li-se")
            terminal.write("\x7f")
            terminal.wait("Lise")
            finish_the_member(terminal, XTERM)
            terminal.end()
    finally:
        subprocess.run(kept.end(session), capture_output=True)
    assert found(group, f"Zin{which}") == ("Anne-Lisette", "06 39 98 00 07")


def test_putty_comes_in_by_its_own_client(sshd: Sshd):
    for command in ("plink", "puttygen"):
        if shutil.which(command) is None:
            pytest.skip(f"{command} is not installed (Debian: putty-tools)")
    sshd.cabas("operator", "add", "putty", "--role", "coordinator")
    key = sshd.let_in("putty")
    subprocess.run(["puttygen", str(key), "-O", "private", "-o", f"{key}.ppk"], check=True)
    named = ["ssh-keygen", "-lf", str(sshd.folder / "known_hosts")]
    fingerprint = subprocess.run(named, capture_output=True, text=True, check=True).stdout.split()[1]
    plink = [
        "plink", "-ssh", "-t", "-P", str(sshd.port), "-i", f"{key}.ppk", "-hostkey", fingerprint,
        f"{sshd.account}@127.0.0.1",
    ]  # fmt: skip
    with Terminal(plink, {"TERM": "xterm"}) as terminal:
        terminal.wait("Press Return to begin session")
        terminal.write("\r")
        begin_a_member(terminal, KINDS[0], "Zéputty".encode())
        terminal.resize(100, 30)
        finish_the_member(terminal, KINDS[0])
        assert terminal.end() == 0
    assert "Anne-Lisette" in sshd.cabas("--operator", "putty", "members", "list")
