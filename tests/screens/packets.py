"""Keys that reach the app together, as a fast typist's do over SSH."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual import events
from textual.pilot import Pilot

from screens.house import HouseApp
from screens.widgets.line import Line
from store import Store
from tests.screens.conftest import SIZE
from tests.screens.sample import make_app, settled, text_of


class Packets:
    """The app under somebody's hands; `type` says what is on the screen once all has had its effect."""

    def __init__(self, pilot: Pilot[None]) -> None:
        assert isinstance(pilot.app, HouseApp)
        self.pilot = pilot
        self.app = pilot.app

    async def type(self, *keys: str) -> str:
        """All of it in one packet: texts letter by letter, `<enter>` and its like as keys."""
        for key in keys:
            named = key[1:-1] if key.startswith("<") and key.endswith(">") else None
            for character in [named] if named else key:
                name = named or ("space" if character == " " else character)
                self.app.post_message(events.Key(name, None if named else character))
        return await self.shown()

    async def paste(self, text: str, *keys: str) -> str:
        """A text as the terminal's clipboard has it, and keys behind it."""
        self.app.post_message(events.Paste(text))
        return await self.type(*keys)

    async def shown(self) -> str:
        """What is on the screen once every key, write and read has had its effect."""
        keys = self.app._keys
        for _round in range(3):
            while keys._waiting or keys._followed is not None or any(not w.is_finished for w in self.app.workers):
                await self.pilot.pause(0.005)
            await asyncio.to_thread(self.app.writer.submit(lambda: None).result)
            await self.pilot.pause()
        return text_of(self.app)

    async def open(self, route: str, **parameters: Any) -> str:
        """Go to a screen."""
        self.app.go(route, **parameters)
        return await self.shown()

    @property
    def line(self) -> str:
        """What is typed."""
        return self.app.screen.query_one(Line).value


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Keys by their names, and texts behind an apostrophe, in one packet."""
    await Packets(pilot).type(*(k[1:] if k[0] == "'" else k if len(k) == 1 else f"<{k}>" for k in keys))


@asynccontextmanager
async def at(store: Store) -> AsyncIterator[Packets]:
    """The app on this store, at 80×24."""
    async with make_app(store).run_test(size=SIZE, notifications=True) as pilot:
        await settled(pilot)
        yield Packets(pilot)
