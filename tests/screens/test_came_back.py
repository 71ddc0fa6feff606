"""What came back: three answers on a Monday morning, one key each, and whom to call because no mail arrives."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot

from screens.came_back_lines import PAGE
from store import Store
from store.came_back_records import Kind
from store.clock import stamp
from store.mailbox import MailboxSettings
from store.people import Member, Person
from tests.mail.imap_server import PASSWORD, USER, ImapScript, ImapServer
from tests.screens.conftest import SIZE
from tests.screens.sample import HOSTILE, NOW, Sample, make_app, opened, settled, text_of, written
from tests.store.posted import note, post

READ = MailboxSettings("localhost", 1025, "none", "amap", "amap@exemple.fr", imap_host="localhost", imap_tls="none")


ANSWER = """From: Aïcha <aicha@exemple.fr>\r
To: amap@exemple.fr\r
Subject: Re: News\r
Message-ID: <1@exemple.fr>\r
In-Reply-To: {reference}\r
Date: Fri, 20 Nov 2026 15:00:00 +0100\r
\r
stop svp\r
"""


def hours_ago(hours: int) -> str:
    return stamp(NOW - timedelta(hours=hours))


@pytest.fixture
def monday(store: Store, sample: Sample) -> dict[str, int]:
    """Three wait, an address does not work, a mailbox was full twice, and one said STOP by the link; ids by name."""
    store.mailbox.set(READ)
    members = sample.audience.members
    names = ("rossi", "benali", "guerin", "nameless")
    chiara, aicha, paul_d, guerin, club = post(store, *(store.members.get(members[n]) for n in names), title="Rappel")
    (again,) = post(store, store.members.get(members["nameless"]), title="Fromages")
    notes = {
        "word": note(store, Kind.STOP_WORD, aicha, "aicha@exemple.fr", said="stop svp", received_at=hours_ago(30)),
        "words": note(store, Kind.STOP_WORD, paul_d, "paul.d@exemple.fr", said="Basta!", received_at=hours_ago(31)),
        "unclear": note(store, Kind.UNCLEAR, guerin, said="Mancata consegna", received_at=hours_ago(29)),
        "hard": note(store, Kind.HARD, chiara, status="5.1.1", said="550 no such user", received_at=hours_ago(40)),
        "soft": note(store, Kind.SOFT, club, status="5.2.2", said="mailbox full", received_at=hours_ago(200)),
        "full": note(store, Kind.SOFT, again, status="4.2.2", said="over quota", received_at=hours_ago(2)),
    }
    store.inbox.note_read("done")
    return {name: came.id for name, came in notes.items() if came is not None}


def states(store: Store, ids: dict[str, int]) -> dict[str, str]:
    return {name: store.came_back.get(came_id).state for name, came_id in ids.items()}


async def test_three_answers_take_three_keys(store: Store, monday: dict[str, int]):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = pilot.app
        await settled(pilot)
        assert "! 3 answers to look at [a]" in text_of(app)
        assert "3 mails came back since yesterday [a]" in text_of(app)
        await pilot.press("a")
        await settled(pilot)
        shown = text_of(app)
        assert "3 to look at" in shown
        assert "Enter: no more “news” for them.  x: leave it, nothing changes." in shown
        await pilot.press("enter", "x", "enter", "enter", "x")
        await written(pilot)
        assert app.screen.NAME == "came_back", "a key too many acts on nobody"
        assert "That was all" in text_of(app)
        decided = states(store, monday)
        assert (decided["word"], decided["words"], decided["unclear"]) == ("done", "dismissed", "done")
        assert "to look at" not in text_of(app)
        await pilot.press("z")
        assert "That was all" not in text_of(app)
        await written(pilot)
        assert states(store, monday)["unclear"] == "open"
        assert "this address does not work, they are called instead" in text_of(app), "the cursor is on it again"
        await pilot.press("z", "z", "z", "z")
        await written(pilot)
        assert list(states(store, monday).values()).count("open") == 3, "all three as before, and no more"
        await pilot.press("q")
        await settled(pilot)
        assert "! 3 answers to look at [a]" in text_of(app)


async def test_whose_address_does_not_work_is_called(store: Store, sample: Sample, monday: dict[str, int]):
    chiara = store.members.get(sample.audience.members["rossi"])
    store.members.save(replace(chiara, people=(replace(chiara.people[0], phone="06 39 98 04 04"),)))
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "came_back")
        await pilot.press("end", "up")
        await settled(pilot)
        shown = text_of(app)
        assert "the mailbox is full (2 times)" in shown
        assert "Chiara Rossi  06 39 98 04 04" in shown
        assert "to chiara@exemple.fr came back" in shown
        assert "“550 no such user”" in shown
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen.NAME == "member_page"
        await pilot.press("f3")
        await settled(pilot)
        await pilot.press("w")
        await written(pilot)
        assert store.members.get(chiara.id or 0).people[0].email_state == "has"
        assert "chiara@exemple.fr gets mail again." in text_of(app)
        assert "The address works again. (Marie, 21:04)" in text_of(app)


async def test_a_colleague_was_faster(store: Store, monday: dict[str, int]):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "came_back")
        store.came_back.dismiss(monday["word"])
        await pilot.press("enter")
        await written(pilot)
        assert "This is decided already." in text_of(app)
        assert "2 to look at" in text_of(app)
        await pilot.press("end", "home", "x")
        await written(pilot)
        store.came_back.reopen(monday["words"])
        app._poll()
        await settled(pilot)
        await pilot.press("home", "enter")
        await written(pilot)
        assert states(store, monday)["words"] == "done", "opened again by a colleague, decided again here"


async def test_whoever_may_only_look_decides_nothing(store: Store, monday: dict[str, int], act_as):
    store.operators.add("tina", "Tina", "treasurer")
    async with make_app(act_as("tina")).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "came_back")
        for key in ("enter", "x", "r"):
            await pilot.press(key)
            await settled(pilot)
            assert "You are not allowed to send messages." in text_of(app)
        await pilot.press("m")
        await settled(pilot)
        assert app.screen.NAME == "member_page"
    assert states(store, monday)["word"] == "open"


async def test_the_mailbox_is_read_with_the_password_that_is_typed(store: Store, sample: Sample, tmp_path: Path):
    aicha, _paul = post(store, store.members.get(sample.audience.members["benali"]))
    message = store.deliveries.story(aicha).row.message_id
    reference = f"<token{message}x0.{message}@exemple.fr>"
    with ImapServer(tmp_path) as server:
        server.put("INBOX", ANSWER.format(reference=reference).encode())
        store.mailbox.set(replace(READ, username=USER, imap_port=server.port))
        async with make_app(store).run_test(size=SIZE) as pilot:
            app = await opened(pilot, "came_back")
            await pilot.press("r")
            await settled(pilot)
            await pilot.press(*"wrong", "enter")
            await settled(pilot)
            assert "The mailbox could not be read: above stands why." in text_of(app)
            assert "localhost refuses the login of amap@exemple.fr" in " ".join(text_of(app).split())
            await pilot.press("r")
            await settled(pilot)
            assert "Password of amap@exemple.fr" in text_of(app), "the wrong one is forgotten"
            await pilot.press(*PASSWORD, "enter")
            await settled(pilot)
            assert "1 mail read: 1 answer to look at." in text_of(app)
            assert "“stop svp”" in text_of(app)
            await pilot.press("r")
            await settled(pilot)
            assert "0 mails read" in text_of(app), "with the same password"
            server.follow(ImapScript(rules={"examine": "silent"}))
            await pilot.press("r")
            while "The mailbox is being read…" not in text_of(app):
                await pilot.pause()
            await pilot.press("q")
            await settled(pilot)  # not for the server: nobody who leaves waits for it
            await pilot.press("a")
            await settled(pilot)
            assert "The mailbox is being read…" in text_of(app)


async def test_what_there_is_to_say_of_an_empty_list(store: Store):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "came_back")
        assert "The group has no mailbox yet" in text_of(app)
        await pilot.press("enter", "x", "m", "z", "r")
        store.mailbox.set(MailboxSettings("localhost", 1025, "none", "amap", "amap@exemple.fr"))
        for settings, said in ((None, "This mailbox is not read"), (READ, "has not been read yet: r reads it now")):
            if settings is not None:
                store.mailbox.set(settings)
            app._poll()
            await settled(pilot)
            assert said in text_of(app)
        store.inbox.note_read("login", "535 5.7.8 no [/]")
        app._poll()
        await settled(pilot)
        assert "! The mailbox could not be read, 21:04: localhost refuses the login of amap." in text_of(app)
        store.inbox.note_read("done")
        app._poll()
        await settled(pilot)
        assert "Nothing came back, and nobody answered STOP." in text_of(app)


async def test_a_long_list_of_names_that_are_no_names(store: Store, sample: Sample):
    members = [store.members.add(Member((Person(name, name, f"n{n}@exemple.fr"),))) for n, name in enumerate(HOSTILE)]
    first, *rest = post(store, *(store.members.get(one) for one in members), title="Prix [/] \x1b[31m")
    note(store, Kind.STOP_WORD, first, "n0@exemple.fr", said="stop [/] " + "très long " * 60)
    with store.writing() as t:
        t.execute_many(
            "INSERT INTO came_back"
            " (digest, received_at, noted_at, kind, delivery_id, address, address_key, said, state)"
            " VALUES (?, ?, ?, 'soft', ?, 'n@exemple.fr', 'n@exemple.fr', '[b', 'done')",
            [(f"{n}", hours_ago(n + 1), hours_ago(n), rest[n % len(rest)]) for n in range(PAGE + 20)],
        )
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "came_back")
        assert "Enter: no more “news” for them." in text_of(app), "however long somebody's answer is"
        table = app.screen.query_one("#back")
        assert table.row_count <= PAGE + 1
        await pilot.press("end")
        await settled(pilot)
        assert table.row_count == PAGE + 21


async def test_the_desk_says_when_the_mailbox_should_be_read(store: Store):
    store.mailbox.set(READ)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = pilot.app
        await settled(pilot)
        assert "mailbox was" not in text_of(app), "nothing was sent yet"
        with store.writing() as t:
            t.insert("runs", started_at=hours_ago(70), ended_at=hours_ago(69), machine="m", inode=1, how="app", sent=3)
            t.journal("outbox.run")
        app._poll()
        await settled(pilot)
        assert "mails went out, and the mailbox was never read: what came back? [a]" in text_of(app)
        store.inbox.note_read("done")
        app._poll()
        await settled(pilot)
        assert "mailbox was" not in text_of(app)
        with store.writing() as t:
            t.execute("UPDATE inbox_reads SET done_at = ?", (hours_ago(26),))
            t.journal("inbox.read")
        app._poll()
        await settled(pilot)
        assert "the mailbox was read Fri 19:04 last: what came back since? [a]" in text_of(app)


def test_what_came_back(store: Store, monday: dict[str, int], snap_compare):
    async def run(pilot: Pilot[None]) -> None:
        await opened(pilot, "came_back")
        await pilot.press("down", "x")
        await written(pilot)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run)
