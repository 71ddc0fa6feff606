"""Keys one after the other: a key is handed on only when the one before has had all its effect.

Textual inserts letters in the focused widget, carries out bindings later in the app, and mounts screens later still; so
keys that arrive together (a fast typist, one SSH packet) would land on the wrong screen or in the wrong order
(textual #6605). Here they wait until the way is clear.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic

from textual.app import App
from textual.events import Event, Key, Paste
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

FIRST_LOOK, LAST_LOOK = 0.25, 4.0
"""Seconds after which a key that is still under way is looked after; each time twice as long, then it is given up."""


class Passed(Message):
    """Follows a key from the focused widget up to the app; when it arrives, the key has been before it."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class TypeAhead:
    """Holds an app's keys and hands them on one at a time.

    `hand_on` is the app's own way of taking a key. The app calls `take` for each key and `passed` for each `Passed`.
    """

    def __init__(self, app: App[None], hand_on: Callable[[Event], Awaitable[None]]) -> None:
        self._app = app
        self._hand_on = hand_on
        self._waiting: deque[Key | Paste] = deque()
        self._given_back = 0
        self._number = 0
        self._rounds = 0
        self._followed: Widget | None = None
        self._timer: Timer | None = None
        self._held = False
        self._dropped = 0.0

    async def take(self, event: Key | Paste) -> None:
        """Hand the key on, now or when those before it are through."""
        self._waiting.append(event)
        if self._followed is None and not self._held:
            await self._next()

    def hold(self) -> None:
        """Keep keys back until `release`: what the last one does is not done yet. A few seconds at most."""
        self._held = True
        if self._followed is None:
            self._app.call_later(self._watch)

    def release(self) -> None:
        """What was waited for is done: hand on the next key, once nothing moves any more."""
        if self._held:
            self._held = False
            # By way of the app: a marker that a screen sends does not come further up than to that screen.
            self._app.call_later(self._let_go)

    async def _watch(self) -> None:
        """See to it that keys which nobody releases come through in the end."""
        if self._held and self._followed is None:
            self._follow(self._target())
            self._look_after(FIRST_LOOK)

    async def _let_go(self) -> None:
        self._rounds = 0
        if not self._held and not self._follow(self._target()):
            await self._next()

    def drop(self) -> None:
        """Forget every key that was typed before this moment: what it was meant for has not come about."""
        self._dropped = monotonic()

    def giving_back(self) -> Callable[[Key | Paste], None]:
        """How a screen that is left gives its keys back: before all that wait, those among them that were given back
        by the screen before, too."""
        self._given_back = 0
        return self.give_back

    def give_back(self, event: Key | Paste) -> None:
        """Take a key again that came to a screen as it was left: behind others that it gave back, before the rest."""
        self._waiting.insert(self._given_back, event)
        self._given_back += 1
        self._app.call_later(self._go_on)

    def screen_changed(self, _screen: object) -> None:
        """Another screen is in front: the marker may have gone with the one before."""
        if self._followed is not None and self._app.screen_stack:
            self._rounds = 0
            self._follow(self._target())

    async def passed(self, message: Passed) -> None:
        """A key has been through the focused widget and the app; once nothing moves any more, take the next."""
        if message.number != self._number or self._followed is None or not self._app.screen_stack:
            return
        target = self._target()
        # A second round is behind the messages that the key's action posted, such as Input.Submitted.
        if self._rounds < 2 or target is not self._followed:
            self._follow(target)
        elif not self._held:
            await self._next()

    async def _next(self) -> None:
        self._stop_waiting()
        self._held = False
        while self._waiting:
            event = self._waiting.popleft()
            self._given_back = max(0, self._given_back - 1)
            if event.time < self._dropped:
                continue
            self._rounds = 0
            target, screen = self._target(), self._app.screen
            await self._hand_on(event)
            if self._follow(target if self._app.screen is screen else self._target()):
                self._look_after(FIRST_LOOK)
                return

    def _follow(self, target: Widget) -> bool:
        """Send a marker behind the key; where `target` is gone, behind what has its place now."""
        self._rounds += 1
        self._number += 1
        for follower in (target, self._target()):
            if follower.is_attached and follower.post_message(Passed(self._number)):
                self._followed = follower
                return True
        self._followed = None
        return False

    def _look_after(self, seconds: float) -> None:
        """Come back to a marker that has not: its widget may have gone with it, or the machine is slow."""

        async def look() -> None:
            if not self._app.screen_stack:
                return  # the program ends
            if seconds >= LAST_LOOK:
                await self._next()
            else:
                # Only the last marker counts, so that one sent too many does no harm.
                self._rounds -= 1
                if self._follow(self._target()):
                    self._look_after(seconds * 2)
                else:
                    await self._next()

        self._timer = self._app.set_timer(seconds, look)

    async def _go_on(self) -> None:
        if self._followed is None and not self._held:
            await self._next()

    def _stop_waiting(self) -> None:
        self._followed = None
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _target(self) -> Widget:
        return self._app.focused or self._app.screen
