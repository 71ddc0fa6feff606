"""Who tells the tour: its steps, what came of them, and what is missing."""

from __future__ import annotations

from collections.abc import Callable


class Teller:
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
        self._say(f"   {text}".rstrip())

    def expect(self, fulfilled: bool, otherwise: str) -> None:
        """Note what is missing unless it is there."""
        if not fulfilled:
            self.missing.append(otherwise)
            self.tell(f"! {otherwise}")
