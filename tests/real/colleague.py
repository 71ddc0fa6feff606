"""Somebody who works at cabas over ssh, by the keys, and notes what is seen as stored.

What is pressed follows from what is on the screen, as of a person: so a restart of cabas, a lost line and a change by a
colleague need no script of their own. Nothing is waited for but what is seen.

A key proves itself only by what was not there before it: where a screen comes back as it was, what leads there and what
leads on are two steps, or the same key would be pressed twice. A terminal draws from the top: which screen it is, is
known once its last line is there too.
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
WAITS = "Being stored"
DESK = f" {GROUP}          "
WRONG = ("Traceback", "fault of its own", "kept busy by another program", "does not start", "was not saved")
EMPTY = " >     "
"""The entry line without a text."""
NOTHING = "There is nothing to confirm"
"""Where a colleague has confirmed the household's order with all that was entered here."""
F2, F3, F8, CLEAR = "\x1bOQ", "\x1bOR", "\x1b[19~", "\x15"

Seen = Callable[[str], bool]
Presses = Mapping[str | Seen, str]
"""What is pressed where a text is on the screen, or where it looks like this."""


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

    def goes_to_desk(self) -> None:
        """Leave what is open."""
        self.reach(at_desk, {"": f"{F2}d"})

    def go(self) -> None:
        """End the program as one does in the evening."""
        self.goes_to_desk()
        self.t.write("\x11")
        assert self.t.end(PATIENCE) == 0

    def goes_after_update(self) -> None:
        """Stay at the desk, if it is early, until cabas was restarted."""
        self.goes_to_desk()
        self.reach(lambda _text: self.restarts > 0, patience=3 * PATIENCE)
        self.go()

    def come_again(self) -> None:
        """Log in anew after the line or the program was lost."""
        self.__exit__()
        self.come()

    # -- looking and pressing

    def reach(self, goal: str | Seen, presses: Presses | None = None, patience: float = PATIENCE) -> str:
        """Press what goes with what is seen, once as long as it is seen, until the goal is; returns the screen.

        Once more where it still stands there after a new sentence was read: a colleague was quicker, say.
        """
        pressed: str | Seen | None = None
        said = ""
        until = time.monotonic() + patience
        while True:
            text = self.t.text
            assert not any(wrong in text for wrong in WRONG), text
            if DUE in text:
                self._restart()
                pressed = None
                continue
            if is_seen(goal, text):
                return text
            seen = next((seen for seen in presses or {} if is_seen(seen, text)), None)
            if seen is not None and seen == pressed and news(text) not in ("", said):
                pressed = None
                self.t.read(READ)
                continue
            if presses and seen is not None and seen != pressed:
                self.t.write(presses[seen])
                said = news(text)
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
        """One line of the open order."""
        text = f"={quantity} {reference}"
        self.reach(lambda shown: of(name)(shown) and f" > {text} " in shown, {" > ": f"{CLEAR}{text}"})
        self.enters(name, text, reference, quantity)

    def enters(self, name: str, text: str, reference: str, quantity: int) -> None:
        """What is typed; known as stored once its row has no dots and the entry line is empty."""
        row = re.compile(rf"^ [! ] +(\S+ → )?{quantity} +{self._products[reference]} ", re.M)
        self.reach(lambda shown: bool(of(name)(shown) and EMPTY in shown and row.search(shown)), {f" > {text} ": "\r"})
        with self._book.lock:
            self._book.baskets[name][reference] = quantity

    def confirms(self, name: str) -> None:
        """Read the order back and confirm it; where an update was told of at that moment, look what became of it."""
        before = self.restarts

        def is_told(text: str) -> bool:
            return NOTHING in text or (at_desk(text) and (bool(notice(text)) or self.restarts > before))

        said = self.reach(is_told, {"Read back to": "c", " > ": "\r"})
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
        page, form = screen(f"{name} ", " e Edit "), screen(f"{name} ", " F8 Save ")
        self.reach(form, {page: "e", screen("Members ", ""): f"{CLEAR}{name}\r", DESK: "m"})
        before, is_typed = self.restarts, f"\n Phone            {phone}\n"
        typed = self.reach(
            lambda text: form(text) and (is_typed in text or self.restarts > before),
            {form: f"\t\t{CLEAR}{phone}"},
        )
        if is_typed not in typed:  # the update came before the field had the cursor: nothing of it was typed
            self.reach(at_desk, {"": f"{F3}{F3}{F2}d"})
            self.mends(name, phone)
            return
        # The page is there first as it was before, so that `e` would lead to the form again.
        self.reach(lambda text: page(text) and phone in text, {form: F8})
        self._book.phones[name] = phone
        self._book.did(self.login, "member.edited", name)
        self.goes_to_desk()

    # -- messages

    def drafts(self, subject: str, words: str) -> None:
        """Begin a message to nobody yet; known as stored once the list of messages has it."""
        message = screen("", " F8 Send")
        self.reach(message, {screen("Who gets it?", " F8 Use it"): F8, DESK: "w"})
        self.reach(
            lambda text: message(text) and f"“{subject}”" in text and words in text,
            {lambda text: message(text) and subject not in text: f"{subject}\t{words}"},
        )
        self.reach(at_desk, {message: F3})
        self.reach(lambda text: messages(text) and subject in text, {DESK: "e"})
        self._book.drafts[subject] = words
        self._book.did(self.login, "message.written", subject)
        self.goes_to_desk()

    def sends(self, subject: str) -> None:
        """Send the only draft there is."""
        self.reach("Send?", {" F8 Send": F8, "[d]": "d"})
        self.t.read(READ)
        sending = screen("Sending", "")
        self.reach(sending, {"y sends": "y", screen("Send?", "Enter Send "): "\r"})
        self.reach(at_desk, {sending: F3})
        self._book.did(self.login, "message.queued", subject)


def is_seen(what: str | Seen, text: str) -> bool:
    """Whether the screen shows this, or looks like this."""
    return what(text) if callable(what) else what in text


def screen(title: str, keys: str) -> Seen:
    """Whether it is the screen whose first line begins with this, and whose last line has these keys."""
    return lambda text: text.startswith(f" {title}") and keys in text.split("\n")[-1] + " "


def notice(text: str) -> str:
    """What is said over the keys."""
    said = text.split("\n")[-2]
    return "" if said.startswith("─") else said


def news(text: str) -> str:
    """What is said, if that may be the answer to a key."""
    said = notice(text)
    return "" if OFFERED in said or WAITS in said else said


at_desk = screen(DESK[1:], " ? Help ")
"""Whether it is the first screen."""
messages = screen("Messages ", " ? Help ")
"""Whether it is the list of messages."""


def of(name: str) -> Seen:
    """Whether it is the order of this household."""
    return lambda text: f" {name.upper()} " in text.partition("\n")[0]
