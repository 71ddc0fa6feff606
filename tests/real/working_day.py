"""A server at which a group works, with its mail, two versions of cabas, and a key for each operator."""

from __future__ import annotations

import random
import shlex
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.mail.recorder import Recorder
from tests.real.colleague import PATIENCE, WRONG, Book, Colleague
from tests.real.evening import Evening
from tests.real.sshd import Ended, Sshd
from tests.tui.programs import Programs

MAILS = 100
CALLERS = 40
PRODUCTS = {
    "TOM": ("Tomates", "Gué"), "PDT": ("Nicola", "Gué"), "OEU": ("Oeufs", "Gué"),
    "FAR": ("Farine", "Moulin"), "CER": ("Seigle", "Moulin"), "EPE": ("Epeautre", "Moulin"),
    "POU": ("Poulet", "Rigaud"), "CAN": ("Canette", "Rigaud"), "PIN": ("Pintade", "Rigaud"),
}  # fmt: skip
"""Name and catalogue by reference. Of the poultry there is a stock, and its catalogue closed some days ago."""
STOCK = 400
OPERATORS = {
    "anna": "coordinator", "marie": "phone_desk", "paul": "phone_desk", "lise": "writer",
    "rigaud": "producer --catalogue Rigaud", "jo": "phone_desk",
}  # fmt: skip


def names(dice: random.Random, count: int) -> list[str]:
    """Invented family names, none of them a part of another."""
    made: dict[str, None] = {}
    while len(made) < count:
        made["".join(dice.choice("bdfglmnprtv") + dice.choice("aeiou") for _syllable in range(4)).capitalize()] = None
    return list(made)


@dataclass
class Day:
    """The server, its mail, the two programs, and who works there."""

    sshd: Sshd
    mail: Recorder
    programs: Programs
    newer: Path
    seed: int
    keys: dict[str, Path] = field(default_factory=dict)
    book: Book = field(default_factory=Book)
    said: list[str] = field(default_factory=list)
    """All that commands and terminals wrote."""

    def prepare(self) -> None:
        """A group with products, members and a draft to all of them; and a key for each operator."""
        self.dice = random.Random(self.seed)
        self.names = names(self.dice, MAILS + 30)
        self.members, self.strangers = self.names[:MAILS], self.names[MAILS:]
        self.shared = self.members[32:34]
        catalogues = dict.fromkeys(catalogue for _name, catalogue in PRODUCTS.values())
        stock = f"--stock {STOCK} --stock-kind distribution"
        lines = [f"catalogue add {name}" for name in catalogues if name != "Rigaud"]
        lines += ["catalogue add Rigaud --closes-days-before 6 --closes-at 20:00"]
        for reference, (name, catalogue) in PRODUCTS.items():
            kept = stock if catalogue == "Rigaud" else ""
            lines += [f"product add {catalogue} {name} 3,50 --reference {reference} {kept}"]
        lines += [f"distribution add {self._next_time()} --from 18:00 --to 19:30 --place Gare"]
        lines += [f"operator add {login} --name {login.title()} --role {role}" for login, role in OPERATORS.items()]
        server = f"--host 127.0.0.1 --port {self.mail.port} --tls none --user '' --from amap@exemple.fr"
        lines += [f"mailbox set {server} --per-minute 0 --per-hour 9999 --per-day 9999"]
        self.sshd.commands("\n".join(lines))
        rows = [f"Luc;{name};{name.lower()}@exemple.fr" for name in self.members]
        self.cabas("import members -", "\n".join(["first_name;last_name;email", *rows, ""]))
        self.cabas("message new --segment everyone --subject '{{ group }}' --label Marché --body-file -", "Bonjour")
        for login in OPERATORS:
            self.keys[login] = self.sshd.new_key(login)
            command = f"{self.programs.path} --file {self.sshd.file} --operator {login}"
            self.sshd.authorize(self.keys[login], f'restrict,pty,command="{command}"')

    def _next_time(self) -> str:
        return (datetime.now(UTC) + timedelta(days=2)).date().isoformat()

    def cabas(self, line: str, stdin: str = "", codes: tuple[int, ...] = (0,)) -> str:
        """What the machine itself, or its admin at it, has cabas do."""
        done = self.sshd.local(
            [str(self.programs.path), "--file", str(self.sshd.file), *shlex.split(line)], stdin.encode()
        )
        return self._noted(line, done, codes)

    def asks(self, login: str, line: str, codes: tuple[int, ...] = (0,)) -> str:
        """What somebody asks for by ssh."""
        done = self.sshd.run(self.keys[login], line, seconds=PATIENCE)
        if "kex_exchange_identification" in done.err:  # sshd itself let nobody in at that moment, busy as it was
            done = self.sshd.run(self.keys[login], line, seconds=PATIENCE)
        return self._noted(line, done, codes)

    def _noted(self, line: str, done: Ended, codes: tuple[int, ...]) -> str:
        self.said.append(done.said)
        assert done.code in codes, f"{line}: {done.code}\n{done.said}\n{self.sshd.log()[-2000:]}"
        return done.said

    def wrong(self) -> list[str]:
        """What anything said that must not be said, and what faults wrote down."""
        said = [*self.said, self.sshd.log()]
        left = self.sshd.home.rglob("cabas-fault-*")
        return [*(text for text in said if any(wrong in text for wrong in WRONG)), *(one.read_text() for one in left)]

    def evening(self, folder: Path) -> Evening:
        """The day's end, with a copy of the file that can be looked into without a trace."""
        for path in self.sshd.file.parent.glob(f"{self.sshd.file.name}*"):
            if path.suffix in ("", ".cabas") or path.name.endswith("-wal"):
                shutil.copy(path, folder)
        file = folder / self.sshd.file.name
        with closing(sqlite3.connect(file)) as conn:
            conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return Evening(
            file, self.book, frozenset(OPERATORS), frozenset(self.members),
            Counter(mail["to"] for mail in self.mail.accepted()), 1, frozenset(("POU", "CAN", "PIN")),
        )  # fmt: skip

    def taken(self, reference: str) -> int:
        """How much of a product is no more there; what an open change would give back is until that is confirmed."""
        books = (self.book.orders, self.book.baskets)
        return sum(max(book[name].get(reference, 0) for book in books) for name in {*books[0], *books[1]})

    def colleague(self, login: str) -> Colleague:
        """Who logs in with this key."""
        return Colleague(self.sshd, self.keys[login], login, self.book, {r: n for r, (n, _c) in PRODUCTS.items()})

    def pids(self, login: str) -> list[int]:
        """The programs that work for somebody now."""
        wanted = [str(self.sshd.file).encode(), b"--operator", login.encode()]
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = path.read_bytes().split(b"\0")
            except OSError:
                continue
            if all(word in words for word in wanted) and b"-c" not in words:
                found.append(int(path.parent.name))
        return found
