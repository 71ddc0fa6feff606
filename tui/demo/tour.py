"""The main job without a screen: what a volunteer does in an evening, step by step, through the same calls.

Nothing goes around the outbox: a mail counts only when it lies in the Maildir.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from store import Store
from store.deliveries import DeliveryCounts
from store.people import MemberRow
from templates.words import _, ngettext
from templates.words.money import money
from tui.demo import tour_mail, tour_order
from tui.demo.folder import Folder
from tui.demo.maildir import Letter, letters
from tui.demo.telling import COORDINATOR

CALLER = "mar od"
"""What is typed while Odette Maréchal says her name."""


class Tour:
    """Says each step and what came of it, and remembers what is missing."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._number = 0
        self.missing: list[str] = []

    def step(self, title: str) -> None:
        """Begin the next step."""
        self._number += 1
        self._say("")
        self._say(f"{self._number}. {title}")

    def tell(self, text: str) -> None:
        """One line of what came of it."""
        self._say(f"   {text}")

    def expect(self, fulfilled: bool, otherwise: str) -> None:
        """Note what is missing unless it is there."""
        if not fulfilled:
            self.missing.append(otherwise)
            self.tell(f"! {otherwise}")
