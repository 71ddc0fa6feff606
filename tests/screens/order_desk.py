"""The desk in a test: keys go in one by one, as one packet, and the screen is read once everything has settled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic

from textual import events
from textual.pilot import Pilot

from screens.house import HouseApp
from screens.order_painting import Part
from screens.widgets.line import Line
from store import Store
from tests.screens.conftest import SIZE
from tests.screens.sample import make_app, settled, text_of


class Desk:
    """Keys go in one by one; `shown` is the screen once everything has settled."""

    def __init__(self, app: HouseApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    async def type(self, *keys: str) -> str:
        """All of it at once, as one packet: texts letter by letter, `<enter>` and its like as keys."""
        self.press(*keys)
        return await self.settled()

    def press(self, *keys: str) -> None:
        """The same, without waiting for anything."""
        for key in keys:
            named = key[1:-1] if key.startswith("<") and key.endswith(">") else None
            for character in [named] if named else key:
                name = named or ("space" if character == " " else character)
                self.app.post_message(events.Key(name, None if named else character))

    async def until(self, found: Callable[[], bool]) -> None:
        """Until something is shown, whatever is still being stored."""
        end = monotonic() + 10
        while not found():
            assert monotonic() < end, text_of(self.app)
            await self.pilot.pause(0.01)

    async def settled(self) -> str:
        """Until every key, write and read has had its effect."""
        keys = self.app._keys
        for _round in range(3):
            while keys._waiting or keys._followed is not None or any(not w.is_finished for w in self.app.workers):
                assert self.app.is_running, "the program has ended"
                await self.pilot.pause(0.005)
            await asyncio.to_thread(self.app.writer.submit(lambda: None).result)
            await self.pilot.pause()
        return text_of(self.app)

    async def open(self, member_id: int, distribution_id: int | None = None) -> str:
        self.app.go("order_entry", member_id=member_id, distribution_id=distribution_id)
        return await self.settled()

    async def paste(self, text: str) -> str:
        self.app.post_message(events.Paste(text))
        return await self.settled()

    @property
    def line(self) -> str:
        return self.app.screen.query_one(Line).value

    @property
    def rows(self) -> list[str]:
        """The basket's rows."""
        shown = (str(line).rstrip() for line in self.app.screen.query_one("#order-rows", Part).lines)
        return [line for line in shown if line and not line.startswith("   last time")]

    @property
    def first(self) -> str:
        """The first row under the line, with single spaces."""
        return " ".join(str(self.app.screen.query_one("#choices", Part).lines[0]).split())


@asynccontextmanager
async def at(store: Store) -> AsyncIterator[Desk]:
    async with make_app(store).run_test(size=SIZE, notifications=True) as pilot:
        await settled(pilot)
        assert isinstance(pilot.app, HouseApp)
        yield Desk(pilot.app, pilot)
