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
from mail.sent_folder import Found
from screens import sending
from screens.house import HouseApp
from screens.sending_lines import found_words
from screens.start_sending import remembered_password, start_sending
from store import Store
from store.home import Home, set_home
from store.mailbox import MailboxSettings
from store.settings import Group
from tests.mail.imap_server import PASSWORD, USER, ImapServer
from tests.mail.outgoing import queue, set_mailbox
from tests.mail.recorder import Recorder, Rule, Script
from tests.screens.conftest import SIZE
from tests.screens.sample import Sample, make_app, settled, text_of, written

Start = Callable[..., Recorder]


@pytest.fixture(autouse=True)
def read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "READ_SECONDS", 0.0)


@pytest.fixture
def now_store(tmp_path: Path) -> Iterator[Store]:
    """A group whose clock goes, since a process of its own sends."""
    opened = Store.create(tmp_path / "now.cabas", Group("AMAP des Oiseaux"), "marie", "Marie")
    yield opened
    opened.close()
    if someone := holder(tmp_path / "now.cabas"):
        os.kill(someone.pid, signal.SIGKILL)


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


async def test_what_is_written_from_a_former_address_is_told_of_and_not_let_go(store: Store):
    in_doubt(store)
    store.mailbox.set(MailboxSettings("smtp.exemple.fr", 465, "implicit", "neu", "neu@exemple.fr"))
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'held', reason = 'other_sender' WHERE id = 5")
        t.execute("UPDATE deliveries SET state = 'sent' WHERE id <> 5")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        said = " ".join(text_of(app).split())
        assert "! 1 mail is written from amap@exemple.fr, which is none of the mailbox's addresses" in said
        assert "lets go" not in said
        store.mailbox.set_identities(("amap@exemple.fr",))
        await until(pilot, lambda: "lets go" in text_of(app))
        assert "amap@exemple.fr, which" not in text_of(app)
        await pilot.press("u")
        await until(pilot, lambda: store.deliveries.counts().ready == 1)


async def test_doubts_are_settled_by_single_keys(store: Store):
    in_doubt(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        assert "We cannot know whether Odette Maréchal got it." in text_of(app)
        assert "(1 more)" in text_of(app)
        app.screen.begun()
        app.screen.on_resize()  # it is drawn before the pace is known again
        await pilot.press("l")
        assert "The mailbox is not read yet, so cabas cannot look into Sent" in text_of(app)
        await pilot.press("enter")
        await until(pilot, lambda: store.deliveries.counts().unknown == 1)
        await until(pilot, lambda: "(1 more)" not in text_of(app))
        await pilot.press("a")
        await until(pilot, lambda: store.deliveries.counts().unknown == 0)
        assert (store.deliveries.counts().sent, store.deliveries.counts().ready) == (2, 2)
        await pilot.press("r")
        await until(pilot, lambda: store.deliveries.counts().ready == 3)


async def test_a_key_held_down_settles_nothing_that_nobody_has_read(store: Store, monkeypatch: pytest.MonkeyPatch):
    in_doubt(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        monkeypatch.setattr(sending, "READ_SECONDS", 60.0)
        await pilot.press("a", "a", "a", "enter", "s")
        await until(pilot, lambda: "(1 more)" not in text_of(app))
        await pilot.press("enter")
        await written(pilot)
        assert (store.deliveries.counts().unknown, store.deliveries.counts().ready) == (1, 2)
        assert "There is no delivery" not in text_of(app)
        assert "Look whose mail it is first" in text_of(app)
        app.screen.query_one(sending.Doubt)._read_at = 0.0
        await pilot.press("enter")
        await written(pilot)
        assert store.deliveries.counts().unknown == 0
        assert "Look whose mail it is first" not in text_of(app)


async def test_a_server_that_does_not_answer_is_told_of_and_what_goes_first(store: Store):
    in_doubt(store)
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'ready' WHERE state = 'unknown'")
        t.execute("UPDATE deliveries SET state = 'sending', state_at = '2026-11-21T19:58:00.000000Z' WHERE id = 3")
        segment = '{"start":"everyone","steps":[]}'
        other = t.insert("messages", segment=segment, state="queued", created_at=t.stamp, changed_at=t.stamp)
        t.execute("UPDATE deliveries SET message_id = ? WHERE id = 5", (other,))
    async with make_app(store).run_test(size=SIZE) as pilot:
        with OutboxLock(store.path, "paul"):
            app = await opened(pilot, message_id=1)
            said = " ".join(text_of(app).split())
            assert "The server has not answered yet what was handed over at 20:58" in said
            await pilot.press("f3")
            app = await opened(pilot, message_id=other)
            assert "First goes: Fromages de Noël." in " ".join(text_of(app).split())


async def test_whose_sending_it_is(store: Store):
    in_doubt(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        with OutboxLock(store.path, "paul", name="Paul Rey") as lock:
            app = await opened(pilot)
            assert "Paul Rey is sending since" in text_of(app)
            assert "d decide" in text_of(app)
            assert "count it as sent" not in text_of(app), "no letter is named that does nothing now"
            assert not app.screen.check_action("go_on", ())
            lock.waits("2026-11-21T21:30:00.000000Z", "name")
            app.screen.changed()
            await settled(pilot)
            said = " ".join(text_of(app).split())
            assert "! The name smtp.exemple.fr is not known." in said
            assert "It is tried again at Sat 21 Nov 22:30." in said
            await pilot.press("P")
            await written(pilot)
            await until(pilot, lambda: "Paused: nothing more goes out until g." in text_of(app))
            assert "22:30" not in text_of(app)
            lock.waits("")
            app.screen.changed()
            await until(pilot, lambda: "It stops after the mail under way." in text_of(app))
            assert " left" not in text_of(app)


async def test_a_paused_message_is_apart_from_those_that_go(store: Store):
    in_doubt(store)
    store.deliveries.resolve("all", "sent")
    store.deliveries.pause(1)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        assert "! Every message that waits is paused" in text_of(app)
        assert not app.screen.check_action("go_on", ())
        await pilot.press("e")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert "Sending “Fromages de Noël”" in text_of(app)
        assert "! This message is paused" in text_of(app)
        assert app.screen.check_action("go_on", ())


async def test_every_screen_says_whose_sending_goes_on_and_how_far_it_is(store: Store):
    in_doubt(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = pilot.app
        assert isinstance(app, HouseApp)
        with store.writing() as t:
            t.execute("INSERT INTO runs (started_at, machine, inode, how) VALUES (?, 'm', 1, 'app')", (t.stamp,))
            t.execute("UPDATE attempts SET counted = 1")
        app._poll()
        await settled(pilot)
        assert "paul" not in text_of(app)
        with OutboxLock(store.path, "paul") as lock:
            app._poll()
            await settled(pilot)
            assert "── sending 5 of 6 · paul ──" in text_of(app)
            app.go("members")
            await settled(pilot)
            assert "── sending 5 of 6 · paul ──" in text_of(app)
            lock.waits("2026-11-21T21:30:00.000000Z")
            app._poll()
            await settled(pilot)
            assert "── sending goes on 22:30 · paul ──" in text_of(app)
            lock.waits("2026-11-21T21:30:00.000000Z", "timeout")
            app._poll()
            await settled(pilot)
            assert "── no network, again 22:30 · paul ──" in text_of(app)
        app._poll()
        await pilot.press("f3")
        await settled(pilot)
        assert "paul" not in text_of(app)


async def test_what_failed_is_tried_again_for_one_reason_and_what_waits_is_held_let_go_and_cancelled(store: Store):
    in_doubt(store)
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'failed', answer = '5.2.2 mailbox full' WHERE id IN (3, 4)")
        t.execute("UPDATE messages SET queued_at = ?", (t.stamp,))
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, message_id=1)
        assert "3 failed: mailbox full 2, no such address 1   r tries again" in text_of(app)
        await pilot.press("r")
        await settled(pilot)
        await pilot.press("down", "enter")
        await written(pilot)
        counts = store.deliveries.counts()
        assert (counts.ready, counts.failed) == (3, 1)
        assert "2 mails wait again: g sends them." in text_of(app)
        await pilot.press("h")
        await written(pilot)
        assert store.deliveries.counts().held == 3
        assert "3 held   u lets go" in text_of(app)
        await pilot.press("u")
        await written(pilot)
        assert store.deliveries.counts().ready == 3
        await pilot.press("x")
        assert "3 mails have not gone yet. Enter cancels them for good." in text_of(app)
        await pilot.press("escape", "x", "enter")
        await written(pilot)
        assert (store.deliveries.counts().ready, store.deliveries.counts().held) == (0, 3)
        assert "Nothing waits: 1 sent, 1 failed, 3 held." in text_of(app)
        assert not app.screen.check_action("release", ()), "what was cancelled is not let go"


async def test_the_sent_folder_tells_what_became_of_a_doubt(store: Store, tmp_path: Path):
    in_doubt(store)
    with ImapServer(tmp_path) as box:
        box.folder("Envoyés", "\\Sent")
        box.put("Envoyés", b"Message-ID: <p2@exemple.fr>\r\nSubject: Panier\r\n\r\n")
        imap = {"imap_host": "127.0.0.1", "imap_port": box.port, "imap_tls": "none", "files_sent": True}
        store.mailbox.set(MailboxSettings("127.0.0.1", 25, "none", USER, "amap@exemple.fr", **imap))
        with store.writing() as t:
            t.execute("UPDATE deliveries SET state_at = '2026-11-20T20:14:00.000000Z'")
        async with make_app(store).run_test(size=SIZE) as pilot:
            app = await opened(pilot)
            assert found_words(Found(too_early=1), store.clock) == "1 is too fresh: look again at 21:07."
            assert "l look into Sent" in text_of(app)
            await pilot.press("l")
            await settled(pilot)
            assert f"Password of {USER}" in text_of(app)
            await pilot.press(*PASSWORD, "enter")
            await settled(pilot)
            said = " ".join(text_of(app).split())
            assert "1 is in Sent: it went out. 1 is not in Sent, where your provider puts every mail" in said
            assert (store.deliveries.counts().unknown, store.deliveries.counts().sent) == (1, 2)
            box.stop()
            await pilot.press("l")
            await settled(pilot)
            assert "127.0.0.1" in text_of(app)
            assert store.deliveries.counts().unknown == 1
            await pilot.press("enter")
            await written(pilot)
            assert store.deliveries.counts().unknown == 0, "the question has its letters again"


async def test_of_the_whole_outbox_only_what_is_recent_is_tried_again(store: Store):
    in_doubt(store)
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state_at = '2024-11-20T20:14:00.000000Z' WHERE state = 'failed'")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        assert "1 sent · 1 waiting · 2 in doubt · 1 failed" in text_of(app)
        assert "tries again" not in text_of(app)
        await pilot.press("r")
        await written(pilot)
        assert store.deliveries.counts().failed == 1


async def test_a_copied_file_sends_once_somebody_says_what_becomes_of_its_mails(store: Store):
    in_doubt(store)
    with store.writing() as t:
        set_home(t, Home("another machine", 1))
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        assert "This file was copied, renamed or brought back from a backup" in text_of(app)
        assert not app.screen.check_action("go_on", ())
        await pilot.press("o")
        await settled(pilot)
        await pilot.press("enter")
        await written(pilot)
        assert "1 mail is held." in text_of(app)
        assert "This file was copied" not in text_of(app)
        assert (store.deliveries.counts().held, store.deliveries.counts().unknown) == (1, 2)
        await pilot.press("u")
        await settled(pilot)
        assert "1 may have gone out from the other file. Let it go all the same?" in text_of(app)
        await pilot.press("escape", "u", "enter")
        await written(pilot)
        assert store.deliveries.counts().held == 0
        assert "twice" not in text_of(app)


async def test_a_clock_that_was_put_back_is_said_and_accepted_by_a_key(store: Store):
    in_doubt(store)
    with OutboxLock(store.path, "marie") as lock:
        lock.remember(1)
    with store.writing() as t:
        t.execute("UPDATE attempts SET counted = 1, at = '2026-11-22T11:00:00.000000Z' WHERE delivery_id = 1")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        said = " ".join(text_of(app).split())
        assert "This machine's clock says Sat 21 Nov 21:04, but mails went out later, Sun 22 Nov 12:00." in said
        assert not app.screen.check_action("go_on", ())
        await pilot.press("o")
        await settled(pilot)
        await pilot.press("enter")
        await written(pilot)
        assert "1 mail waits: g sends it." in text_of(app)
        assert app.screen.check_action("go_on", ())


async def test_without_a_mailbox_a_key_leads_to_it(store: Store):
    queue(store, 2)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot)
        assert "The group has no mailbox to send from yet: x leads to it." in text_of(app)
        await pilot.press("x")
        await settled(pilot)
        assert app.screen.NAME == "mailbox"


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
        app.screen.begun()
        app.screen.on_resize()  # drawn before it is looked at again
        await pilot.press("g")
        await until(pilot, lambda: now_store.deliveries.counts().sent > 1)
        await until(pilot, lambda: "Marie is sending since" in text_of(app))
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
        await pilot.press("x", "enter")
        await until(pilot, lambda: "! 127.0.0.1 refuses the login of amap" in text_of(app))
        assert "you may leave" not in text_of(app).lower()
        await until(pilot, lambda: app._poll() or remembered_password(now_store) is None)
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press(*(("space" if c == " " else c) for c in "brouette en bois "))
        assert "brouette" not in text_of(app)
        await pilot.press("enter")
        await until(pilot, lambda: now_store.deliveries.counts().sent == 1)
    queue(now_store, 1, first=1)
    assert start_sending(now_store), "what was typed once is known to the other screens"
    await_sent(now_store, 2)
    set_mailbox(now_store, server.port, host="localhost", username="amap")
    assert not start_sending(now_store), "and is told to no other server"


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
