"""What is typed and cannot be stored is not left behind: the way elsewhere stores it first, or leads back to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from textual.events import Key, Paste
from textual.pilot import Pilot
from textual.widgets import Input

from screens import compose_draft, compose_onward
from screens.compose_parts import Body
from screens.house import HouseApp
from screens.widgets.bars import NoticeLine
from store import Store, file
from store.message_rows import TEXT_LIMIT
from store.segments import EVERYONE
from tests.screens.conftest import SIZE
from tests.screens.sample import Sample, make_app, opened, settled, text_of

WORDS = "Il reste des fromages."


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Faults come after a moment that a test can wait for."""
    monkeypatch.setattr(file, "BUSY_SECONDS", 1.5)
    monkeypatch.setattr(compose_draft, "SAVE_SECONDS", 0.05)
    monkeypatch.setattr(compose_draft, "LONGEST_SECONDS", 0.3)


@pytest.fixture
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault does not come, however slow the machine: the file is given free before."""
    monkeypatch.setattr(file, "BUSY_SECONDS", 60.0)


async def compose(pilot: Pilot[None], store: Store) -> tuple[HouseApp, int]:
    message_id = store.messages.new(EVERYONE, subject="Fromages", text="Bonjour")
    return await opened(pilot, "compose", message_id=message_id), message_id


async def until(pilot: Pilot[None], text: str) -> None:
    for _try in range(100):
        if text in " ".join(text_of(pilot.app).split()):
            return
        await pilot.pause(0.05)
    raise AssertionError(f"{text!r} is not in\n{text_of(pilot.app)}")


@pytest.mark.parametrize("keys", [("escape", "e"), ("f2", "d"), ("f2", "m"), ("f3",)])
async def test_a_text_that_is_refused_stays_on_the_screen_whatever_leads_elsewhere(
    store: Store, sample: Sample, keys: tuple[str, ...]
):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app, message_id = await compose(pilot, store)
        body = app.screen.query_one(Body)
        body.insert("x" * TEXT_LIMIT)
        await until(pilot, "not saved: the text is too long")
        app.screen.query_one(NoticeLine).show("")  # it was read, and gave way
        for key in keys:
            await pilot.press(key)
        await until(pilot, "too long to be kept")
        assert (app.screen.NAME, len(body.text)) == ("compose", TEXT_LIMIT + len("Bonjour"))
        assert "too long to be kept" in app.screen.query_one(NoticeLine).text
        body.load_text(WORDS)
        await pilot.press("f2", "d")
        await settled(pilot)
        assert (app.screen.NAME, len(app.screen_stack)) == ("desk", 1)
    assert store.messages.get(message_id).text == WORDS


async def test_who_may_write_no_more_is_told_that_the_text_is_lost_and_gets_out(
    store: Store, sample: Sample, act_as: Callable[[str], Store]
):
    store.operators.add("nora", "Nora", "writer")
    async with make_app(act_as("nora")).run_test(size=SIZE) as pilot:
        app, message_id = await compose(pilot, store)
        store.operators.remove("nora")
        app.screen.query_one(Body).load_text(WORDS)
        await pilot.press("f2", "m")
        await until(pilot, "nothing is stored. A coordinator can change that. F3 leaves without saving.")
        assert app.screen.NAME == "compose"
        await pilot.press("x", "f3")
        await settled(pilot)
        assert app.screen.NAME == "desk"
    assert store.messages.get(message_id).text == "Bonjour"


async def test_a_text_that_is_too_long_to_be_sent_is_kept_and_that_is_said(store: Store, sample: Sample):
    text = "Bonjour " * 5000
    async with make_app(store).run_test(size=SIZE) as pilot:
        app, message_id = await compose(pilot, store)
        app.screen.query_one(Body).load_text(text)
        await until(pilot, "too long to be sent: 40008 characters, 20000 can be")
        await pilot.press("f8")
        await until(pilot, "The text is too long: at most 20000 characters")
        assert app.screen.NAME == "compose"
        await pilot.press("f2", "d")
        await settled(pilot)
        assert app.screen.NAME == "desk"
    assert store.messages.get(message_id).text == text


@pytest.mark.parametrize(("letter", "name"), [("d", "desk"), ("m", "members")])
async def test_a_draft_waits_underneath_while_another_program_has_the_file(
    store: Store, sample: Sample, letter: str, name: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(compose_onward, "WAIT_SECONDS", 0.1)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app, message_id = await compose(pilot, store)
        with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            app.screen.query_one(Body).load_text(WORDS)
            for key in ("f2", letter):  # at once: to wait after each would take longer than the file is waited for
                app.post_message(Key(key, letter))
            await until(pilot, "F3 leads back.")
            assert name == app.screen.NAME
            app.go("compose", message_id=message_id)
            await until(pilot, "not saved: another program has the file")
            assert app.screen.query_one(Body).text == WORDS
            assert [screen.NAME for screen in app.screen_stack] == ["desk", "compose"]
            assert store.messages.get(message_id).text == "Bonjour"
            other.execute("ROLLBACK")
        await until(pilot, "What you typed is saved now.")
        assert "not saved" not in text_of(app)
    assert store.messages.get(message_id).text == WORDS


async def test_a_draft_whose_words_cannot_be_stored_stays_and_is_stored_once_they_can(
    store: Store, sample: Sample, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(compose_onward, "WAIT_SECONDS", 10.0)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app, message_id = await compose(pilot, store)
        with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            app.screen.query_one(Body).load_text(WORDS)
            await pilot.press("f2", "d")
            await until(pilot, "not saved: another program has the file")
            await pilot.press("x")
            assert app.screen.NAME == "compose"
            other.execute("ROLLBACK")
        await until(pilot, "What you typed is saved now.")
    assert store.messages.get(message_id).text.replace("x", "") == WORDS


async def test_what_a_field_does_not_take_of_a_paste_is_said(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app, _message_id = await compose(pilot, store)
        app.screen.query_one("#subject", Input).focus()
        for pasted, said in (
            ("s" * 490, "! Too long: 400 characters at most go in here."),
            (" et pains\nle 26", "! Only the first of the pasted lines is put in here."),
        ):
            app.post_message(Paste(pasted))
            await until(pilot, said)
        assert app.screen.query_one("#subject", Input).value == "Fromages et pains"


async def test_a_form_that_is_half_typed_is_found_again_under_what_came(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "message_details", message_id=store.messages.new(EVERYONE, subject="Fromages"))
        app.screen.field("from_name").value = "Marie"
        await pilot.press("f2", "m")
        await until(pilot, "F3 leads back.")
        await pilot.press("f2", "d")
        await until(pilot, "F3 leads back.")
        assert [screen.NAME for screen in app.screen_stack] == ["desk", "message_details", "desk"]
        await pilot.press("f3")
        await settled(pilot)
        assert app.screen.field("from_name").value == "Marie"


@pytest.mark.usefixtures("_patient")
async def test_an_order_line_that_is_being_stored_is_not_left_behind(store: Store, sample: Sample):
    paul, coming = sample.audience.members["paul"], sample.audience.offering.next
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "order_entry", member_id=paul, distribution_id=coming)
        entry = app.screen
        with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await pilot.press(*"tom", "enter")
            await pilot.pause()
            assert entry.keeps()
            await pilot.press("f2", "m")
            await until(pilot, "F3 leads back.")
            assert entry in app.screen_stack
            other.execute("ROLLBACK")
        for _try in range(100):
            if not entry.keeps():
                break
            await pilot.pause(0.05)
