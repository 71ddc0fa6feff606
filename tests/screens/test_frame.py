"""The frame around every screen: reads, writes, errors, keys, help, and leaving."""

from __future__ import annotations

import asyncio
import threading

import pytest
from textual.app import ComposeResult
from textual.binding import Binding
from textual.events import Key
from textual.widgets import Input

from screens import type_ahead
from screens.base import HouseScreen
from screens.house import LARGEST
from screens.widgets.bars import NoticeLine, TitleLine
from screens.widgets.table import HouseTable
from store import Store
from store.errors import NotAllowed, NotFound
from store.people import Member, Person
from templates import words
from tests.screens.conftest import SIZE
from tests.screens.sample import Sample, make_app, settled, text_of, written


class TryScreen(HouseScreen[str | None]):
    """A screen with an input, to try the frame on."""

    NAME = "try"
    HELP = "What this is, with **stars** and Prix [/]."
    BINDINGS = [
        Binding("x", "fail", "Fail", tooltip="Fails"),
        Binding("f6", "fail", "Fail", tooltip="Fails"),
        Binding("f8", "finish", "Finish", tooltip="Leaves with a word"),
    ]
    unsaved = False
    kept = False
    changes = 0

    def heading(self) -> tuple[str, str]:
        return "Trial", ""

    def content(self) -> ComposeResult:
        yield Input(id="word")
        yield Input(id="other")

    def changed(self) -> None:
        self.changes += 1

    def keeps(self) -> bool:
        return self.unsaved

    def keep(self) -> None:
        self.kept = True

    def action_fail(self) -> None:
        raise NotFound("member", "Prix [/]")

    def action_finish(self) -> None:
        self.dismiss(self.query_one("#word", Input).value)


@pytest.fixture
async def pilot(store: Store):
    """The trial screen over the desk."""
    async with make_app(store).run_test(size=SIZE, notifications=True) as running:
        await settled(running)
        running.app.push_screen(TryScreen())
        await settled(running)
        yield running


def notice(pilot) -> str:
    return pilot.app.screen.query_one(NoticeLine).text


async def test_a_read_that_fails_is_told_in_words(pilot):
    pilot.app.screen.read(lambda: _raise(NotFound("order", "[/]")), lambda _result: None)
    while not notice(pilot):
        await pilot.pause()
    assert notice(pilot) == "There is no order “[/]”."
    assert "! There is no order “[/]”." in text_of(pilot.app)


async def test_a_later_read_of_its_group_replaces_an_earlier_one(pilot):
    shown: list[int] = []
    late = threading.Event()
    pilot.app.screen.read(lambda: late.wait(5) and 1, shown.append)
    pilot.app.screen.read(lambda: 2, shown.append)
    await pilot.pause()
    late.set()
    await settled(pilot)
    assert shown == [2]


async def test_what_was_read_for_a_screen_that_is_left_is_dropped(pilot):
    screen, waited, found = pilot.app.screen, threading.Event(), []
    screen.read(waited.wait, found.append)
    await pilot.press("f3")
    waited.set()
    await settled(pilot)
    assert found == []


async def test_a_screen_that_ends_under_another_closes_when_that_is_left(pilot):
    left: list[str | None] = []
    pilot.app.push_screen(TryScreen(), left.append)
    await settled(pilot)
    screen, saved = pilot.app.screen, threading.Event()
    screen.write(saved.wait, lambda _done: screen.dismiss("saved"))
    await pilot.press("f1")
    saved.set()
    await written(pilot)
    assert pilot.app.screen.NAME == "help"
    assert left == []
    assert text_of(pilot.app).splitlines()[-1].startswith(" q Back")
    await pilot.press("q")
    await settled(pilot)
    assert [screen.NAME for screen in pilot.app.screen_stack] == ["desk", "try"]
    assert left == ["saved"]


async def test_a_change_that_fails_under_another_screen_is_told_on_that_one(pilot):
    refused = threading.Event()
    pilot.app.screen.write(lambda: refused.wait() and pilot.app.store.messages.get(99))
    await pilot.press("f1")
    refused.set()
    await written(pilot)
    assert pilot.app.screen.NAME == "help"
    assert "It is not there any more" in notice(pilot)


async def test_a_change_that_fails_is_told_in_words_and_the_next_is_made(pilot, store: Store):
    done: list[object] = []
    pilot.app.screen.write(lambda: _raise(NotAllowed("members")))
    pilot.app.screen.write(lambda: store.settings.set("x", 1), done.append)
    pilot.app.writer.close()
    await settled(pilot)
    assert "not allowed" in notice(pilot)
    assert done == [None]


async def test_a_change_that_takes_long_is_not_passed_over_in_silence(
    pilot, store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("screens.storing.WAIT_SECONDS", 0.01)
    busy = threading.Event()
    pilot.app.screen.write(lambda: busy.wait(5))
    while not notice(pilot):
        await pilot.pause(0.01)
    assert notice(pilot) == "Being stored …"
    busy.set()
    pilot.app.writer.close()
    await settled(pilot)
    assert notice(pilot) == ""


async def test_a_change_that_fails_after_its_screen_was_left_is_told_on_the_next(pilot):
    pilot.app.screen.write(lambda: _raise(NotFound("member", "Odette")))
    pilot.app.pop_screen()
    await pilot.pause()
    pilot.app.writer.close()
    await settled(pilot)
    assert "Odette" in notice(pilot)


async def test_ones_own_change_is_not_somebody_elses(pilot, store: Store):
    screen = pilot.app.screen
    screen.write(lambda: store.settings.set("x", 1))
    pilot.app.writer.close()
    await settled(pilot)
    pilot.app._poll()
    assert screen.changes == 0
    store.settings.set("x", 2)
    pilot.app._poll()
    assert screen.changes == 1


async def test_a_change_that_arrives_before_a_screen_is_there_is_shown_on_it(store: Store):
    async with make_app(store).run_test(size=SIZE) as pilot:
        await settled(pilot)
        pilot.app.go("members")
        store.members.add(Member((Person("Lina", "Moreau"),)))
        pilot.app.change_number = store.change_number()
        pilot.app.screen.look()
        await settled(pilot)
        assert "Moreau" in text_of(pilot.app)


async def test_a_right_taken_away_is_gone_at_once(pilot, store: Store):
    with store.writing() as t:
        t.execute("DELETE FROM rights WHERE name IN ('admin', 'members')")
        t.journal("operator.changed")
    pilot.app._poll()
    await pilot.press("f2", "m")
    await settled(pilot)
    assert pilot.app.screen.NAME == "try"


async def test_a_look_for_changes_that_comes_as_the_program_ends_is_no_fault(store: Store):
    app = make_app(store)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
    store.settings.set("limit", 1)
    app._poll()
    assert not app.screen_stack


async def test_an_action_that_fails_keeps_the_screen(pilot):
    await pilot.press("f6")
    assert notice(pilot) == "There is no member “Prix [/]”."
    assert pilot.app.fault is None


async def test_letters_are_typed_into_an_input_and_f2_leads_away_from_it(pilot):
    await pilot.press("x", "m", "question_mark")
    assert pilot.app.screen.query_one("#word", Input).value == "xm?"
    await pilot.press("f2", "d")
    await settled(pilot)
    assert pilot.app.screen.NAME == "desk"


async def test_keys_wait_for_a_screen_that_is_slow_to_come(pilot):
    class SlowScreen(TryScreen):
        async def on_mount(self) -> None:
            await asyncio.sleep(0.9)

    pilot.app.screen.action_fail = lambda: pilot.app.push_screen(SlowScreen())
    for key in ("f6", *"odette", "f8"):
        pilot.app.post_message(Key(key, key if len(key) == 1 else None))
    words: list[str | None] = []
    SlowScreen.action_finish = lambda self: words.append(self.query_one("#word", Input).value)
    for _ in range(200):
        await pilot.pause(0.02)
        if words:
            break
    assert words == ["odette"]


async def test_keys_wait_for_a_read_that_decides_what_they_mean(pilot, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(type_ahead, "FIRST_LOOK", 60.0)
    come, shown = threading.Event(), []
    line = pilot.app.screen.query_one("#word", Input)
    pilot.app.screen.read(lambda: come.wait(5), lambda _result: shown.append(line.value), holds=True)
    pilot.app.post_message(Key("a", "a"))
    await pilot.pause(0.05)
    assert line.value == ""
    come.set()
    await settled(pilot)
    assert shown == [""]
    assert line.value == "a"


async def test_keys_that_nobody_releases_come_through_in_the_end(pilot, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(type_ahead, "FIRST_LOOK", 0.01)
    monkeypatch.setattr(type_ahead, "LAST_LOOK", 0.02)
    pilot.app.hold_keys()
    pilot.app.post_message(Key("a", "a"))
    line = pilot.app.screen.query_one("#word", Input)
    while line.value != "a":
        await pilot.pause(0.01)


async def test_keys_go_on_when_what_took_the_last_one_is_gone(pilot):
    screen = pilot.app.screen

    async def fall_silent() -> None:
        await screen.query_one("#word").remove()

    screen.action_fail = fall_silent
    for key in ("f6", *"abc"):
        pilot.app.post_message(Key(key, key if len(key) == 1 else None))
    for _ in range(100):
        await pilot.pause(0.02)
        if screen.query_one("#other", Input).value == "abc":
            return
    pytest.fail("the keys were lost")


async def test_a_screen_that_is_left_does_not_hold_the_next_key_up(pilot, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("screens.type_ahead.FIRST_LOOK", 60.0)
    for key in ("f3", "question_mark", "f3", "f2", "m", *"be"):
        pilot.app.post_message(Key(key, "?" if key == "question_mark" else key if len(key) == 1 else None))
    for _ in range(200):
        await pilot.pause(0.02)
        if pilot.app.screen.NAME == "members" and [i.value for i in pilot.app.screen.query(Input)][:1] == ["be"]:
            return
    pytest.fail(f"still on {pilot.app.screen}")


async def test_f2_and_another_key_changes_nothing(pilot):
    await pilot.press("f2")
    assert "d Desk" in text_of(pilot.app)
    await pilot.press("z", "a")
    assert pilot.app.screen.query_one("#word", Input).value == "a"
    assert "d Desk" not in text_of(pilot.app)


async def test_what_is_typed_and_not_saved_is_not_left_behind(pilot):
    pilot.app.screen.unsaved = True
    await pilot.press("h", "f2", "m")
    await settled(pilot)
    assert pilot.app.screen.NAME == "members"
    await pilot.press("f3")
    await settled(pilot)
    assert pilot.app.screen.query_one("#word", Input).value == "h"


async def test_leaving_the_program_asks_once_when_something_would_be_lost(pilot):
    pilot.app.screen.unsaved = True
    await pilot.press("ctrl+q")
    assert pilot.app.is_running
    assert "Ctrl+Q once more" in notice(pilot)
    await pilot.press("ctrl+q")
    await pilot.pause()
    assert not pilot.app.is_running


async def test_a_terminal_of_any_size_is_drawn_up_to_a_limit(store: Store):
    async with make_app(store).run_test(size=(30_000, 30_000)) as pilot:
        assert pilot.app.size == LARGEST
        await pilot.resize_terminal(60_000, 30)
        await settled(pilot)
        assert pilot.app.size == (LARGEST[0], 30)


async def test_whoever_presses_ctrl_c_is_told_how_to_leave(pilot):
    await pilot.press("f2", "d")
    await settled(pilot)
    await pilot.press("ctrl+c")
    assert notice(pilot) == "Ctrl+Q ends cabas."


async def test_what_is_typed_is_kept_when_the_line_is_lost(pilot, store: Store):
    screen = pilot.app.screen
    screen.write(lambda: store.settings.set("x", 7))
    pilot.app.hang_up()
    assert screen.kept
    assert store.settings.get("x") == 7


async def test_a_screen_that_cannot_keep_what_is_typed_does_not_stop_the_next(pilot):
    first, second = pilot.app.screen, TryScreen()
    pilot.app.push_screen(second)
    await settled(pilot)

    def fails() -> None:
        raise RuntimeError

    first.keep = fails
    pilot.app.hang_up()
    assert second.kept


async def test_help_explains_the_screen_and_its_keys(pilot):
    await pilot.press("f1")
    await pilot.pause()
    shown = text_of(pilot.app)
    assert "What this is, with stars and Prix [/]." in shown
    assert "Fail: Fails" in shown
    await pilot.press("f3")
    await pilot.pause()
    assert pilot.app.screen.NAME == "try"


async def test_every_action_is_found_by_a_part_of_its_name(pilot):
    await pilot.press("tab", *"word", "ctrl+p")
    await pilot.pause()
    await pilot.press(*"FINI")
    await pilot.pause()
    assert "Finish" in text_of(pilot.app)
    assert "Next field" not in text_of(pilot.app)
    await pilot.press("enter")
    await settled(pilot)
    assert pilot.app.screen.NAME == "desk"


async def test_what_is_typed_after_the_arrows_marks_the_first_action_again(pilot):
    await pilot.press("ctrl+p", "down", "down", "e")
    await pilot.pause()
    table = pilot.app.screen.query_one(HouseTable)
    assert table.row_count > 1
    assert table.cursor_row == 0


async def test_the_list_of_actions_does_nothing_when_none_fits(pilot):
    await pilot.press("ctrl+p")
    await pilot.pause()
    await pilot.press(*"zzz", "enter")
    await pilot.pause()
    assert pilot.app.screen.NAME == "actions"


async def test_on_a_narrow_terminal_the_title_stays_one_line(store: Store):
    async with make_app(store, least=(40, 10)).run_test(size=(40, 10)) as pilot:
        await settled(pilot)
        pilot.app.screen.query_one(TitleLine).show(
            "Order for MARÉCHAL Odette", "Thu 26 Nov, Treillières   by phone · Marie"
        )
        await pilot.pause()
        first, second = text_of(pilot.app).splitlines()[:2]
        assert first.startswith(" Order for")
        assert set(second) == {"─"}


async def test_a_cursor_does_not_blink(pilot):
    assert not pilot.app.screen.query_one("#word", Input).cursor_blink
    await pilot.press("tab")
    assert not pilot.app.screen.query_one("#other", Input).cursor_blink


async def test_a_long_notice_is_shown_whole(pilot):
    pilot.app.screen.warn("word " * 30 + "end")
    await pilot.pause()
    assert "end" in text_of(pilot.app)


async def test_keys_are_named_in_the_operators_language(store: Store, sample: Sample):
    words.use("fr")
    async with make_app(store).run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "Aide" in text_of(pilot.app).splitlines()[-1]
        pilot.app.console_glyphs = True
        await pilot.press("n")
        await settled(pilot)
        assert "Bas/Haut " in text_of(pilot.app).splitlines()[-1]


def _raise(error: Exception) -> None:
    raise error
