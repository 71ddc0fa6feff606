"""The key widget: every key in its turn, and none that is typed while the screen is not ready is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from screens.widgets.line import Line, LineCalls


class LineApp(App[None]):
    """A line and what it told its screen. The letter Z and the up key are the screen's own."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self.bubbled: list[str] = []
        calls = LineCalls(
            key=self.take,
            changed=lambda text: self.told.append(f"={text}"),
            enter=self.enter,
            pasted=lambda lines: self.told.append("|".join(lines)),
        )
        self.line = Line(calls, max_length=10)

    def compose(self) -> ComposeResult:
        yield self.line

    def take(self, key: str, character: str | None) -> bool:
        if key in ("up", "Z"):
            self.told.append(key)
            return True
        return False

    def enter(self, text: str) -> None:
        self.told.append(f"enter {text}")
        self.line.put("")
        if text == "hold":
            self.line.hold()

    def on_key(self, event: events.Key) -> None:
        self.bubbled.append(event.key)


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[LineApp, Pilot[None]]]:
    async with (app := LineApp()).run_test() as pilot:
        await pilot.pause()
        yield app, pilot


def burst(app: LineApp, *keys: str) -> None:
    """Keys that arrive together, as the driver hands them to the app."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else " " if key == "space" else None))


async def test_keys_that_arrive_together_are_taken_in_order() -> None:
    async with opened() as (app, pilot):
        burst(app, "3", "space", "t", "enter", "Z", "1", "enter", "up", "x", "backspace", "enter")
        await pilot.pause()
        assert app.told == [
            "=3",
            "=3 ",
            "=3 t",
            "enter 3 t",
            "=",
            "Z",
            "=1",
            "enter 1",
            "=",
            "up",
            "=x",
            "=",
            "enter ",
            "=",
        ]
        assert app.bubbled == []


async def test_editing_keys_edit_and_unknown_keys_go_on() -> None:
    async with opened() as (app, pilot):
        burst(app, "a", "b", "c", "left", "left", "x", "home", "delete", "end", "backspace", "f1", "pagedown")
        await pilot.pause()
        assert app.line.value == "xb"
        assert app.bubbled == ["f1", "pagedown"]


async def test_what_is_marked_with_shift_is_replaced_and_can_be_pasted_again() -> None:
    async with opened() as (app, pilot):
        burst(app, "a", "b", "c", "shift+left", "shift+left", "ctrl+x", "d", "home", "ctrl+v")
        await pilot.pause()
        assert app.line.value == "bcad"
        app.copy_to_clipboard("3 tom\n1 poul")
        burst(app, "ctrl+v")
        await pilot.pause()
        assert app.line.value == "bcad"
        assert app.told[-1] == "3 tom|1 poul"
        burst(app, "end", "ctrl+c", "ctrl+x", "e")  # with nothing marked
        await pilot.pause()
        assert app.line.value == "bcade"
        assert app.bubbled == ["ctrl+c"]


async def test_what_is_typed_while_the_line_is_held_comes_after() -> None:
    async with opened() as (app, pilot):
        burst(app, *"hold", "enter", "a", "enter", "Z", "b")
        await pilot.pause()
        assert app.line.value == ""
        app.told.clear()
        app.line.release()
        assert app.told == ["=a", "enter a", "=", "Z", "=b"]


async def test_a_key_that_is_kept_back_may_hold_the_line_again() -> None:
    async with opened() as (app, pilot):
        app.line.hold()
        burst(app, *"hold", "enter", "b")
        await pilot.pause()
        app.line.release()
        assert app.told[-2:] == ["enter hold", "="]
        app.line.release()
        assert app.line.value == "b"


async def test_keys_for_a_screen_that_is_left_go_where_they_are_sent() -> None:
    async with opened() as (app, pilot):
        app.line.hold()
        burst(app, "a", "enter")
        await pilot.pause()
        sent: list[str] = []
        app.line.divert(lambda event: sent.append(event.key if isinstance(event, events.Key) else event.text))
        burst(app, "b")
        app.post_message(events.Paste("c"))
        await pilot.pause()
        assert sent == ["a", "enter", "b", "c"]
        assert app.line.value == ""


async def test_a_paste_of_one_line_is_typed_and_of_several_is_handed_over() -> None:
    async with opened() as (app, pilot):
        app.post_message(events.Paste("ab\x1b[31m\n"))
        app.post_message(events.Paste(" 3 tom \r\n\r\n1 poul\n"))
        await pilot.pause()
        assert app.told == ["=ab", "3 tom|1 poul"]


async def test_the_text_has_an_end_and_the_cursor_does_not_blink() -> None:
    async with opened() as (app, pilot):
        burst(app, *"abcdefghijklm")
        await pilot.pause()
        assert app.line.value == "abcdefghij"
        assert not app.line.cursor_blink
        assert app.line.size.height == 1
