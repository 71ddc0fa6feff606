"""The Desk over a real sshd, with and without compression: bytes on the line, and time until the screen is complete."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.group import example
from bench.rows import NotThereYet, Row
from bench.terminal import Terminal
from tui.demo.offer import PLACE
from tui.demo.telling import COORDINATOR

WALK = (
    ("the Desk opened", "", PLACE[:16]),
    ("n: the caller search", "n", ""),
    ("F2 m: Members", "\x1bOQm", ""),
    ("F2 o: Orders", "\x1bOQo", ""),
    ("F2 d: back to the Desk", "\x1bOQd", ""),
)
TYPED = ("dup", "mar", "lec", "bel", "ga")
QUIET = 0.3
MINUTE = 60.0


class Line:
    """A relay between client and server that counts what the server sends, with everything that ssh puts around it."""

    def __init__(self, port: int) -> None:
        self._there = port
        self._listens = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listens.getsockname()[1])
        self.size = 0
        threading.Thread(target=self._relay, daemon=True).start()

    def _relay(self) -> None:
        try:
            client, _address = self._listens.accept()
        except OSError:
            return
        server = socket.create_connection(("127.0.0.1", self._there))
        for one in (client, server):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=self._copy, args=(client, server, False), daemon=True).start()
        self._copy(server, client, True)

    def _copy(self, source: socket.socket, target: socket.socket, counts: bool) -> None:
        try:
            while piece := source.recv(65536):
                if counts:
                    self.size += len(piece)
                target.sendall(piece)
        except OSError:
            pass
        for one in (source, target):
            one.close()

    def close(self) -> None:
        """Take no more clients."""
        self._listens.close()


@dataclass(frozen=True, slots=True)
class Cost:
    """What came for something typed: on the line, on the terminal, and in how many milliseconds."""

    line: int
    terminal: int
    milliseconds: float


def rows(folder: Path) -> Iterator[Row]:
    """The same walk and the same letters, in turn with and without compression."""
    from tests.real.sshd import Sshd, missing

    if why := missing():
        raise NotThereYet(why)
    with Sshd() as sshd:
        _lay_in(sshd.file, example(folder))
        key = sshd.let_in(COORDINATOR)
        found: dict[bool, tuple[dict[str, Cost], list[Cost], int]] = {}
        for packed in (False, True):
            with closing(Line(sshd.port)) as line:
                options = ("-o", f"HostKeyAlias=[127.0.0.1]:{sshd.port}", *(("-C",) if packed else ()))
                command = sshd.ssh(key, "-tt", *options)
                command[command.index("-p") + 1] = str(line.port)
                found[packed] = _visit(command, line)
    plain, small = found[False], found[True]
    for what, _keys, _shown in WALK:
        yield _beside(what, plain[0][what], small[0][what])
    yield _beside("a search key (median)", _median(plain[1]), _median(small[1]))
    yield Row("a minute at the Desk, idle", str(plain[2]), "", f"bytes on the line; {small[2]} with compression")


def _lay_in(file: Path, group: Path) -> None:
    """Put the example group in the place of the account's own file, whose owner and mode stay."""
    kept = file.stat()
    shutil.copyfile(group, file)
    os.chown(file, kept.st_uid, kept.st_gid)


def _visit(command: list[str], line: Line) -> tuple[dict[str, Cost], list[Cost], int]:
    walked: dict[str, Cost] = {}
    desk = Terminal(command)
    try:
        for what, keys, shown in WALK:
            if shown:
                milliseconds = desk.wait_for(shown)
                desk.settle(QUIET)
                walked[what] = Cost(line.size, desk.size, milliseconds)
            else:
                walked[what] = _press(desk, line, keys)
        desk.press("n", QUIET)
        letters = []
        for typed in TYPED:
            letters += [_press(desk, line, letter) for letter in typed]
            for _letter in typed:
                desk.press("\x7f", QUIET)
        desk.press("\x1bOQd", QUIET)
        before = line.size
        desk.idle(MINUTE)
        return walked, letters, line.size - before
    finally:
        desk.close()


def _press(desk: Terminal, line: Line, keys: str) -> Cost:
    before = line.size
    cost = desk.press(keys, QUIET)
    return Cost(line.size - before, cost.size, cost.milliseconds)


def _median(costs: list[Cost]) -> Cost:
    return Cost(
        int(median(cost.line for cost in costs)),
        int(median(cost.terminal for cost in costs)),
        median(cost.milliseconds for cost in costs),
    )


def _beside(what: str, plain: Cost, small: Cost) -> Row:
    details = (
        f"{small.line:,} / {plain.line:,} bytes on the line, {plain.terminal:,} on the terminal;"
        f" {small.milliseconds:.0f} / {plain.milliseconds:.0f} ms"
    )
    return Row(f"{what}, ssh -C / ssh", f"{small.line / plain.line:.2f} ×", "", details)
