"""A newer cabas while people work: noticed, offered or asked for, and started in the place of this one."""

from __future__ import annotations

import os
import sys
from math import inf
from pathlib import Path
from time import monotonic, time
from typing import TYPE_CHECKING

from screens.errors import known, words_for
from store.errors import FileNewer
from store.schema import LATEST
from templates.words import _

if TYPE_CHECKING:
    from textual.events import Key, Paste

    from screens.house import HouseApp

TRIES = "CABAS_TRIES"
"""In the environment of a program that is only asked whether it starts."""
RESUMES = "CABAS_RESUMES"
"""In the environment of a program that goes on where a former one was: under which name that was kept."""

TRY_SECONDS = 60
SEEN_SECONDS = 1.0
"""How long the sentence has to stand before Enter means it: whoever types on has not read it yet."""

NEWER = "u"
"""The letter that starts the newer one, after F2 and wherever a screen has no use of its own for it."""

LOOKS = {"up", "down", "pageup", "pagedown", "home", "end", "left", "right", "tab", "shift+tab"}
EDITS = {"left", "right", "home", "end", "backspace", "delete", "ctrl+h", "ctrl+u", "ctrl+k", "ctrl+w"}
MOVES = {"tab", "shift+tab"}
"""Keys within a form: were they dropped, what is typed next would stand in the field before."""

ROOMS = ("tui", "screens", "mail", "store", "templates")

Program = tuple[int, int, int]
"""A file as it was: one that takes its place is another."""


def entry() -> Path:
    """The file that cabas is started by; of an installation with versions it leads to another one after an update."""
    started = Path(sys.argv[0])
    # …/versions/0.3.0-1/bin/cabas is gone some day; …/current/bin/cabas is the one that is meant.
    if started.parent.parent.parent.name == "versions":
        through = started.parents[3] / "current" / "bin" / started.name
        return through if through.exists() else started
    return started


def identity() -> Program | None:
    """Which program would be started now; None while there is none. One look at the disk."""
    try:
        found = os.stat(entry())  # noqa: PTH116 - every two seconds
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns


def command(login: str = "") -> list[str]:
    """What starts cabas again: the present path, which may lead to a newer one, and the same arguments.

    With the `login` that the operator has by now, where one was named.
    """
    if os.access(entry(), os.X_OK):
        return [str(entry()), *_named(sys.argv[1:], login)]
    return [sys.executable, *_named(sys.orig_argv[1:], login)]


def _named(arguments: list[str], login: str) -> list[str]:
    if not login:
        return arguments
    before = ["", *arguments]
    said = [f"--operator={login}" if word.startswith("--operator=") else word for word in arguments]
    return [login if former == "--operator" else word for former, word in zip(before, said, strict=False)]


def knows(said: str) -> int | None:
    """Up to which migration a program opens files, by what it says where it is only asked; None: it does not start."""
    name, _space, number = said.strip().partition(" ")
    return int(number) if name == "cabas" and number.isdecimal() else None


async def _said_by(words: list[str]) -> str:
    """What a program says that is only asked whether it starts; nothing where it does not."""
    from asyncio import create_subprocess_exec, wait_for
    from asyncio.subprocess import DEVNULL, PIPE

    environment = {**os.environ, TRIES: "1"}
    try:
        tried = await create_subprocess_exec(*words, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, env=environment)
    except OSError:
        return ""
    try:
        said, _nothing = await wait_for(tried.communicate(), TRY_SECONDS)
    except TimeoutError:
        tried.kill()
        return ""
    return said.decode(errors="replace")


def _changed_at(path: Path) -> float:
    """When a file was put there, or anything in a folder; the end of time where it is gone."""
    try:
        return path.stat().st_ctime
    except OSError:
        return inf


class Updating:
    """What one session does about a newer cabas. Without `started`, the program of now, none is looked for."""

    def __init__(self, house: HouseApp, started: Program | None, resumes: str) -> None:
        self._house = house
        self._program = started
        self._seen: Program | None = started
        self._resumes = resumes
        self._held: list[Key | Paste] = []
        self._began = time()
        self._said_at = self._led_nowhere_at = 0.0
        self._why = ""
        self._trying = False
        self.offers = False
        """Whether another program is there, which may be taken when it suits."""

    @property
    def is_due(self) -> bool:
        """Whether nothing goes on without the newer program."""
        return bool(self._why)

    # -- noticing

    def look(self) -> None:
        """Look, every few seconds, whether the file or the program is a newer one."""
        if self.is_due:
            self._say()
        elif self._house.store.version() > LATEST:
            self.ask()
        elif self._program is not None:
            self._look_for_program()

    def _look_for_program(self) -> None:
        there = identity()
        # While it is being installed it is another one at each look.
        if there == self._program:
            self.offers = False
        elif there is not None and there == self._seen and not self.offers:
            self.offers = True
            self._house.warn(_("cabas was updated: F2, then u, starts the new one. What is typed is kept."))
        self._seen = there

    def explains(self, error: BaseException) -> bool:
        """Whether an error comes of a newer file, or of the program's being changed while it runs; then says so."""
        if not isinstance(error, FileNewer):
            if known(error) or not self._is_replaced(error):
                return False
            self._house.note_fault(error)
        self.ask()
        return True

    def saves_from(self, error: BaseException | None) -> bool:
        """Whether a fault that ends this program is none of the one that is there now, which then goes on at once."""
        return error is not None and self._is_replaced(error) and not self._hand_over()

    def _is_replaced(self, error: BaseException) -> bool:
        """Whether the program is another one by now, or a file of ours that the error comes from is gone or another."""
        if self._program is None:
            return False
        ours = Path(__file__).parents[1]
        if identity() != self._program or any(_changed_at(ours / room) > self._began for room in ROOMS):
            return True
        trace = error.__traceback__
        while trace is not None:
            path = Path(trace.tb_frame.f_code.co_filename)
            if path.is_relative_to(ours) and _changed_at(path) > self._began:
                return True
            trace = trace.tb_next
        return False

    def ask(self) -> None:
        """Let nothing be done but to read what is shown, to type on, and to start again."""
        if not self._why:
            self._why = _("cabas was updated: Enter restarts it. What you typed is kept.")
            self._said_at = monotonic()
        self._say()

    def _say(self) -> None:
        if not self._why or self._trying:
            return
        if not getattr(self._house.screen, "shows", lambda _text: True)(self._why):
            self._house.warn(self._why)

    # -- keys

    def takes(self, event: Key | Paste) -> bool:
        """Whether a key goes no further: what is typed into a field still goes there.

        Not at once after a key that now leads nowhere: F2 d was meant for the desk, not for the name under the cursor.
        """
        if self._resumes:
            self._held.append(event)
            return True
        if not (self.is_due or self._trying):
            return False
        from textual.events import Key
        from textual.widgets import Input, TextArea

        focused = self._house.focused
        types = isinstance(focused, Input | TextArea)
        if not isinstance(event, Key):
            return not types
        if event.key == "ctrl+q":
            return False
        if event.key == "enter":
            if self.is_due and event.time - self._said_at > SEEN_SECONDS:
                self.restart()
            return True
        if types and (event.is_printable or event.key in EDITS or event.key in MOVES):
            return event.time - self._led_nowhere_at < SEEN_SECONDS
        if not types and event.key in LOOKS:
            return False
        self._led_nowhere_at = event.time
        return True

    # -- going on where the former one was

    def go_on(self) -> None:
        """Open the screens that a former program left open, if one did; keys wait meanwhile."""
        if self._resumes:
            from screens.resuming import resume

            self._house.run_worker(resume(self._house, self._resumes), exit_on_error=False)

    def is_back(self) -> None:
        """The screens are open again: take the keys that were typed meanwhile."""
        self._resumes = ""
        give_back = self._house.giving_back()
        for event in self._held:
            give_back(event)
        self._held.clear()

    # -- starting the newer one

    def restart(self) -> None:
        """Try whether the newer program starts; then keep what is typed on every screen and make room for it."""
        if self._trying:
            return
        self._trying = True
        self._house.warn(_("The new cabas is being tried …"))
        self._house.run_worker(self._try(), exit_on_error=False)

    async def _try(self) -> None:
        try:
            why = self._why_not(knows(await _said_by(command())))
        except Exception as error:
            self._house.note_fault(error)
            why = words_for(error)
        if why:
            self._give_up(why)
            return
        # Behind everything that is being stored: what is refused then is back on its screen.
        self._house.writer.submit(lambda: None).add_done_callback(lambda _done: self._house.call_later(self._leave))

    def _why_not(self, known: int | None) -> str:
        """Why a program that `knows` so much cannot take over; empty where it can."""
        if known is None:
            return _("The new cabas does not start. Tell who looks after it; what you typed stays here.")
        if known < self._house.store.version():
            return _("The file is a newer cabas's than the one installed here. Tell who looks after it.")
        return ""

    def _give_up(self, why: str) -> None:
        self._trying = False
        if self._why:
            self._why = why
            self._said_at = monotonic()
        self._house.warn(why)

    def _leave(self) -> None:
        if why := self._hand_over():
            self._give_up(why)
        else:
            self._house.exit()

    def _hand_over(self) -> str:
        """Keep what is typed for the newer program; returns why it cannot be kept, empty where it is."""
        from screens.resuming import hand_over

        try:
            self._house.resumes_as = hand_over(self._house)
        except Exception as error:
            self._house.note_fault(error)
            return words_for(error)
        return ""
