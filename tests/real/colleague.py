"""Somebody who works at cabas over ssh, by the keys, and notes what is seen as stored.

What is pressed follows from what is on the screen, as of a person: so a restart of cabas, a lost line and a change by a
colleague need no script of their own. Nothing is waited for but what is seen.
"""

from __future__ import annotations

import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock

from tests.real.sshd import GROUP, Sshd

PATIENCE = 120.0
READ = 1.2
"""Seconds after which a sentence is taken to be read."""

DUE = "cabas was updated: Enter restarts it"
OFFERED = "cabas was updated: F2, then u"
BACK = b"cabas is restarted"
DESK = f" {GROUP}          "
WRONG = ("Traceback", "fault of its own", "kept busy by another program", "does not start", "was not saved")
EMPTY = " >     "
"""The entry line without a text."""
NOTHING = "There is nothing to confirm"
"""Where a colleague has confirmed the household's order with all that was entered here."""
F2, F3, F8, CLEAR = "\x1bOQ", "\x1bOR", "\x1b[19~", "\x15"

Seen = Callable[[str], bool]


@dataclass
class Book:
    """What all colleagues saw as stored. A basket is of the household: whoever confirms it confirms all of it."""

    baskets: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    orders: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    phones: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    deeds: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """How often somebody did something to something: login, action, the member's name or the draft's subject."""
    doubts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """How often somebody cannot know whether they or a colleague did it."""
    lock: RLock = field(default_factory=RLock)

    def did(self, login: str, action: str, what: str) -> None:
        """Note a deed that leaves a row in the journal."""
        with self.lock:
            self.deeds[login, action, what] += 1

    @property
    def acts(self) -> int:
        """How much of the day is done."""
        return sum(self.deeds.values())


class Colleague:
    """One operator with a key and a terminal: `with Colleague(...) as paul: paul.orders("Durand", {"TOM": 3})`."""

    def __init__(self, sshd: Sshd, key: Path, login: str, book: Book, products: Mapping[str, str]) -> None:
        self.login = login
        self.restarts = 0
        self.written = b""
        """Every byte that any of this colleague's terminals was sent."""
        self._sshd, self._key, self._book, self._products = sshd, key, book, products

    def __enter__(self) -> Colleague:
        self.come()
        return self

    def __exit__(self, *error: object) -> None:
        self.written += self.t.sent
        self.t.__exit__(*error)

    def come(self) -> None:
        """Log in and be at the desk."""
        self.t = self._sshd.pty(self._key).__enter__()
        self.reach(at_desk)

    def go(self) -> None:
        """End the program as one does in the evening."""
        self.reach(at_desk, {"": f"{F2}d"})
        self.t.write("\x11")
        assert self.t.end(PATIENCE) == 0

    def come_again(self) -> None:
        """Log in anew after the line or the program was lost."""
        self.__exit__()
        self.come()

    # -- looking and pressing

    def reach(self, goal: str | Seen, presses: Mapping[str, str] | None = None, pressed: str | None = None) -> str:
        """Press what goes with what is seen, once as long as it is seen, until the goal is; returns the screen.

        For what is seen as `pressed`, that was done already.
        """
        is_there = goal if callable(goal) else lambda text: goal in text
        until = time.monotonic() + PATIENCE
        while True:
            text = self.t.text
            assert not any(wrong in text for wrong in WRONG), text
            if DUE in text:
                self._restart()
                pressed = None
                continue
            if is_there(text):
                return text
            seen = next((seen for seen in presses or {} if seen in text), None)
            if presses and seen is not None and seen != pressed:
                self.t.write(presses[seen])
            pressed = seen
            assert time.monotonic() < until, f"{self.login} waits for {goal} on:\n{text}"
            self.t.read(0.1)

    def _restart(self) -> None:
        """Do what the sentence says, once it is read."""
        self.t.read(READ)
        before, until = len(self.t.sent), time.monotonic() + PATIENCE
        self.t.write("\r")
        while BACK not in self.t.sent[before:]:  # it may stand there for a moment only
            assert time.monotonic() < until, self.t.text
            self.t.read(0.1)
        self.restarts += 1

    # -- orders

    def opens(self, name: str) -> None:
        """Open the order of who is calling."""
        self.reach(of(name), {"Who is calling": f"{CLEAR}{name}\r", DESK: "n"})

    def types(self, name: str, reference: str, quantity: int) -> None:
        """One line of the open order; known as stored once its row has no dots and the entry line is empty."""
        text, product = f"={quantity} {reference}", self._products[reference]
        row = re.compile(rf"^ [! ] +(\S+ → )?{quantity} +{product} ", re.M)
        typed = f" > {text} "
        self.reach(lambda shown: of(name)(shown) and typed in shown, {" > ": text})
        self.t.write("\r")
        # Where a colleague was quicker, or the file is newer, it stands there once more.
        self.reach(
            lambda shown: bool(of(name)(shown) and EMPTY in shown and row.search(shown)), {typed: "\r"}, pressed=typed
        )
        self.noted(name, reference, quantity)

    def noted(self, name: str, reference: str, quantity: int) -> None:
        """Note a line that was seen as stored."""
        with self._book.lock:
            self._book.baskets[name][reference] = quantity

    def confirms(self, name: str) -> None:
        """Read the order back and confirm it; where an update was told of at that moment, look what became of it."""
        before = self.restarts
        said = self.reach(lambda text: at_desk(text) or NOTHING in text, {"Read back to": "c", " > ": "\r"})
        noted = self._book.deeds if "Saved." in said else Counter() if NOTHING in said else self._book.doubts
        if noted is self._book.doubts:
            assert self.restarts > before or OFFERED in said, said
            self.opens(name)
            said = self.reach(lambda text: of(name)(text) and " line" in text)
            if "→" in said or "CHANGE" not in said:
                self.confirms(name)
                return
        self.reach(at_desk, {" > ": F3, " ? ": F3})
        with self._book.lock:
            self._book.orders[name] |= self._book.baskets.pop(name, {})
            noted[self.login, "order.confirmed", name] += 1

    def orders(self, name: str, lines: Mapping[str, int]) -> None:
        """A whole call."""
        self.opens(name)
        for reference, quantity in lines.items():
            self.types(name, reference, quantity)
        self.confirms(name)

    def leaves_open(self, name: str, lines: Mapping[str, int]) -> None:
        """A call that ends before the order is confirmed: it stays a basket, or an open change."""
        self.opens(name)
        for reference, quantity in lines.items():
            self.types(name, reference, quantity)
        self.reach(at_desk, {"k Keep it open": "k", " > ": F3})

    # -- members

    def adds(self, name: str, phone: str, lines: Mapping[str, int]) -> None:
        """Somebody calls for the first time."""
        self.reach(of(name), {
            "Who is calling": f"{CLEAR}{name}\r", " Last name >": f"{CLEAR}{name}\r", " First name >": f"{CLEAR}Luc\r",
            " Phone >": f"{CLEAR}{phone}\r", " E-mail (Enter": f"{CLEAR}0\r", DESK: "n",
        })  # fmt: skip
        self._book.phones[name] = phone
        self._book.did(self.login, "member.added", name)
        for reference, quantity in lines.items():
            self.types(name, reference, quantity)
        self.confirms(name)

    def mends(self, name: str, phone: str) -> None:
        """A member has another number."""
        self.reach(lambda text: "e Edit" in text and phone in text, {
            " e Edit ": "e", f" Phone            {phone}": F8, " First name ": f"\t\t{CLEAR}{phone}",
            " Find ": f"{CLEAR}{name}\r", DESK: "m",
        })  # fmt: skip
        self._book.phones[name] = phone
        self._book.did(self.login, "member.edited", name)
        self.reach(at_desk, {"": f"{F2}d"})

    # -- messages

    def drafts(self, subject: str, words: str) -> None:
        """Begin a message to nobody yet; known as stored once the list of messages has it."""
        self.reach(" F8 Send", {"Who gets it?": F8, DESK: "w"})
        self.reach(lambda text: f"“{subject}”" in text and words in text, {"New message": f"{subject}\t{words}"})
        self.reach(at_desk, {" F8 Send": F3})
        self.reach(lambda text: text.startswith(" Messages") and subject in text, {DESK: "e"})
        self._book.drafts[subject] = words
        self._book.did(self.login, "message.written", subject)
        self.reach(at_desk, {"": f"{F2}d"})

    def sends(self, subject: str) -> None:
        """Send the only draft there is."""
        self.reach("Send?", {" F8 Send": F8, DESK: "d"})
        self.t.read(READ)
        self.reach(at_desk, {"y sends": "y", "Send?": "\r", "Sending": "q"})
        self._book.did(self.login, "message.queued", subject)


def at_desk(text: str) -> bool:
    """Whether it is the first screen."""
    return text.startswith(DESK)


def of(name: str) -> Seen:
    """Whether it is the order of this household."""
    return lambda text: f" {name.upper()} " in text.partition("\n")[0]
