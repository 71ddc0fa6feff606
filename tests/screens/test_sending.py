"""The Sending screen: what stands in the way, what is in doubt, and a sending that goes on without the screen."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from mail import detached
from mail.lock import OutboxLock, holder
from mail.outbox import run
from screens import sending
from screens.house import HouseApp
from screens.start_sending import start_sending
from store import Store
from store.mailbox import MailboxSettings
from store.settings import Group
from tests.mail.outgoing import queue, set_mailbox
from tests.mail.recorder import Recorder, Rule, Script
from tests.screens.conftest import SIZE
from tests.screens.sample import Sample, make_app, settled, text_of

Start = Callable[..., Recorder]


@pytest.fixture
def now_store(tmp_path: Path) -> Iterator[Store]:
    """A group whose clock goes, since a process of its own sends."""
    opened = Store.create(tmp_path / "now.cabas", Group("AMAP des Oiseaux"), "marie", "Marie")
    yield opened
    opened.close()
    if someone := holder(tmp_path / "now.cabas"):
        os.kill(someone.pid, signal.SIGKILL)


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Start]:
    started: list[Recorder] = []

    def start(script: Script | None = None) -> Recorder:
        started.append(Recorder(tmp_path, script))
        started[-1].start()
        return started[-1]

    yield start
    for server in started:
        server.stop()


async def opened(pilot: Pilot, **parameters: int) -> HouseApp:
    app = pilot.app
    assert isinstance(app, HouseApp)
    app.go("sending", **parameters)
    await settled(pilot)
    return app


async def until(pilot: Pilot, true: Callable[[], bool]) -> None:
    for _ in range(400):
        if true():
            return
        await pilot.pause(0.05)
    raise AssertionError(text_of(pilot.app))


def await_sent(store: Store, number: int) -> None:
    for _ in range(400):
        if store.deliveries.counts().sent == number:
            return
        time.sleep(0.05)
    raise AssertionError(store.deliveries.counts())


def in_doubt(store: Store) -> None:
    """One mail is sent, one refused, two are in doubt, one waits."""
    store.mailbox.set(MailboxSettings("smtp.exemple.fr", 465, "implicit", "amap", "amap@exemple.fr"))
    queue(store, 5)
    with store.writing() as t:
        t.execute('UPDATE messages SET subject = \'Fromages de Noël\', segment = \'{"start":"everyone","steps":[]}\'')
        for number, (state, code, answer) in enumerate(
            [("sent", 250, "2.0.0 queued"), ("failed", 550, "5.1.1 no such user"), ("unknown", None, "")] * 2
        ):
            t.execute(
                "UPDATE deliveries SET name = 'Odette Maréchal', state = ?, answer = ? WHERE id = ?",
                (state, answer, number + 1),
            )
            t.execute(
                "INSERT INTO attempts (delivery_id, at, phase, code, answer)"
                " SELECT id, ?, 'answer', ?, ? FROM deliveries WHERE id = ?",
                (t.stamp, code, answer, number + 1),
            )
        t.execute("UPDATE deliveries SET state = 'unknown' WHERE id = 4")
        t.execute("UPDATE deliveries SET state = 'ready', answer = '' WHERE id = 5")


def test_what_is_in_doubt_is_asked(store: Store, sample: Sample, snap_compare):
    with store.writing() as t:
        t.execute("DELETE FROM delivery_people")
        t.execute("DELETE FROM deliveries")
        t.execute("DELETE FROM recipients")
    in_doubt(store)

    async def before(pilot: Pilot) -> None:
        await opened(pilot)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=before)


async def test_doubts_are_settled_by_single_keys(store: Store):
    in_doubt(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        assert "We cannot know whether Odette Maréchal got it." in text_of(app)
        assert "(1 more)" in text_of(app)
        await pilot.press("enter")
        await until(pilot, lambda: store.deliveries.counts().unknown == 1)
        await until(pilot, lambda: "(1 more)" not in text_of(app))
        await pilot.press("a")
        await until(pilot, lambda: store.deliveries.counts().unknown == 0)
        assert (store.deliveries.counts().sent, store.deliveries.counts().ready) == (2, 2)
        await pilot.press("r")
        await until(pilot, lambda: store.deliveries.counts().ready == 3)


async def test_whose_sending_it_is(store: Store):
    in_doubt(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        with OutboxLock(store.path, "paul"):
            app = await opened(pilot)
            assert "paul is sending since" in text_of(app)
            assert not app.screen.check_action("go_on", ())
            await pilot.press("p")
            await until(pilot, lambda: store.mailbox.state().reason == "operator")
            await until(pilot, lambda: "It stops after the mail under way." in text_of(app))


async def test_nothing_is_drawn_while_nothing_changes(store: Store, monkeypatch: pytest.MonkeyPatch):
    in_doubt(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        drawn = []
        monkeypatch.setattr(sending, "progress", lambda *arguments: drawn.append(arguments) or [])
        for _ in range(3):
            app.screen.changed()
            await settled(pilot)
        assert drawn == []


async def test_a_sending_is_started_and_outlives_the_screen(now_store: Store, recorder: Start):
    server = recorder(Script(delay=0.25))
    set_mailbox(now_store, server.port)
    queue(now_store, 15)
    async with HouseApp(now_store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        assert "Nobody is sending. g sends what waits." in text_of(app)
        await pilot.press("g")
        await until(pilot, lambda: now_store.deliveries.counts().sent > 1)
        await until(pilot, lambda: "marie is sending since" in text_of(app))
        await pilot.press("q")
    await_sent(now_store, 15)
    assert len(server.accepted()) == 15


async def test_without_a_command_the_password_is_asked_and_not_shown(now_store: Store, recorder: Start):
    server = recorder(Script(user="amap", password="brouette en bois "))
    set_mailbox(now_store, server.port, username="amap")
    queue(now_store, 1)
    async with HouseApp(now_store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press(*(("space" if c == " " else c) for c in "brouette en bois "))
        assert "brouette" not in text_of(app)
        await pilot.press("enter")
        await until(pilot, lambda: now_store.deliveries.counts().sent == 1)
    queue(now_store, 1, first=1)
    assert start_sending(now_store), "what was typed once is known to the other screens"
    await_sent(now_store, 2)


async def test_a_slow_start_is_said_until_it_fails(now_store: Store, monkeypatch: pytest.MonkeyPatch):
    set_mailbox(now_store, 1)
    queue(now_store, 1)
    with subprocess.Popen(["sh", "-c", "read line; exit 1"], stdin=subprocess.PIPE) as slow:
        monkeypatch.setattr(detached, "start", lambda *_: detached.Sending(slow))
        async with HouseApp(now_store).run_test(size=SIZE) as pilot:
            app = await opened(pilot)
            await pilot.press("g")
            await until(pilot, lambda: "The sending is starting" in text_of(app))
            assert "Nobody is sending" not in text_of(app)
            assert not app.screen.check_action("go_on", ())
            assert slow.stdin is not None
            await pilot.press("q")
            slow.stdin.close()
            slow.wait()
            app._poll()
            await pilot.pause()
            assert "The sending could not start." in text_of(app), "also to who has left meanwhile"
            app = await opened(pilot)
            await until(pilot, lambda: "Nobody is sending" in text_of(app))


async def test_a_stopped_mailbox_says_why(now_store: Store, recorder: Start):
    server = recorder(Script([Rule("rcpt", "550 5.4.5 Daily user sending limit exceeded")]))
    set_mailbox(now_store, server.port)
    queue(now_store, 2)
    run(now_store, lambda: "")
    async with HouseApp(now_store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        assert "! The provider says that the mailbox has sent enough for now." in text_of(app)
