"""Before a message goes: the test, the last look, the hour it is kept for, and the truth about who sends it then."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta

import pytest
from textual import events
from textual.pilot import Pilot

from screens import send, test_send
from screens.import_progress import Tally
from store import Store
from store.clock import stamp
from store.heartbeats import beat
from store.mailbox import MailboxSettings
from store.message_records import MessageState
from store.preferences import write_preference
from store.segments import EVERYONE, parse
from tests.screens.conftest import SIZE
from tests.screens.packets import Packets
from tests.screens.sample import NOW, Sample, make_app, opened, settled, text_of, written

CLOSING = datetime(2026, 11, 23, 20, 0)


@pytest.fixture
def own(store: Store, sample: Sample) -> Store:
    """Marie has an address of her own, and is a member with two more."""
    me = store.operators.me()
    with store.writing() as t:
        t.execute(
            "UPDATE operators SET email = 'marie@exemple.fr', member_id = ? WHERE id = ?",
            (sample.audience.members["benali"], me.id),
        )
    return store


def last_call(store: Store, **rest: object) -> int:
    segment = parse("everyone - ordered(distribution=next)")
    words = ("{{ group }} : dernier rappel", "Bonjour {{ first_name }}", "Rappel")
    return store.messages.new(segment, *words, kind="last_call", **rest)


def addresses_of_tests(store: Store) -> list[str]:
    with store.reading() as t:
        return [row[0] for row in t.all("SELECT address FROM deliveries WHERE kind = 'test' ORDER BY id")]


def limits_of(store: Store, message_id: int) -> set[str]:
    with store.reading() as t:
        sql = "SELECT DISTINCT send_before FROM deliveries WHERE kind = 'message' AND message_id = ?"
        return {row[0] for row in t.all(sql, (message_id,))}


# -- the test


async def test_a_test_is_offered_before_the_first_sending_and_remembered(own: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(test_send, "start_sending", lambda _store: True)  # the process that sends is tested elsewhere
    message_id = last_call(own)
    async with make_app(own).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "send", message_id=message_id)
        assert "! Nobody has tested these words: t tests them first" in text_of(app)
        await pilot.press("t")
        await settled(pilot)
        for said in ("Yourself", "marie@exemple.fr", "All your addresses", "3 mails", "not tested yet"):
            assert said in text_of(app)
        await pilot.press("enter")
        await written(pilot)
        assert "The test is on its way to marie@exemple.fr." in text_of(app)
        assert "tested by Marie 21:04" in text_of(app)
        assert "Nobody has tested" not in text_of(app)
        await pilot.press("t", "down", "enter")
        await written(pilot)
        assert "3 tests are on their way." in text_of(app)
        await pilot.press("t")
        await settled(pilot)
        await pilot.press(*"paul@x", "enter")
        await written(pilot)
        assert app.screen.NAME == "test_send"
        assert "“paul@x” is no e-mail address." in text_of(app)
        await pilot.press("backspace", *"exemple.fr", "enter")
        await written(pilot)
        assert "The test is on its way to paul@exemple.fr." in text_of(app)
        await pilot.press("t")
        await settled(pilot)
        app.post_message(events.Paste(" lucie@exemple.fr\n"))
        await pilot.pause()
        await pilot.press("enter")
        await written(pilot)
    several = ["marie@exemple.fr", "aicha@exemple.fr", "paul.d@exemple.fr"]
    assert addresses_of_tests(own) == ["marie@exemple.fr", *several, "paul@exemple.fr", "lucie@exemple.fr"]
    assert own.messages.get(message_id).state is MessageState.DRAFT


async def test_a_service_message_says_why_and_how_many_get_it_in_spite_of_a_refusal(own: Store, sample: Sample):
    message_id = last_call(own, service_reason="the distribution is cancelled")
    with own.writing() as t:
        person = t.value("SELECT id FROM people WHERE member_id = ?", (sample.audience.members["benali"],))
        write_preference(t, person, "email", "last_call", False, "phone")
    async with make_app(own).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "send", message_id=message_id)
        assert "the distribution is cancelled" in text_of(app)
        assert "! 1 member does not want such messages and gets it all the same" in text_of(app)


# -- the last look


async def test_the_last_look_shows_all_there_is_to_know(store: Store, sample: Sample):
    store.mailbox.set(MailboxSettings("localhost", 1025, "none", "amap", "amap@exemple.fr", per_hour=2, per_day=2))
    message_id = last_call(store, reply_to="paul@exemple.fr", closes_on=date(2026, 11, 20))
    store.messages.attach(message_id, "affiche.pdf", b"%PDF-" + b"x" * 1_200_000)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "send", message_id=message_id)
        for said in (
            "AMAP des Oiseaux : dernier rappel",
            "AMAP des Oiseaux <amap@exemple.fr>",
            "paul@exemple.fr",
            "6 mails to 5 members",
            "2 members have no e-mail: to call",
            "1 file, 1.2 MB in each mail",
            "(the mailbox's limits)",
            "Mon 23 Nov 20:00, the closing",
            "! This takes too long: what is not out by Mon 23 Nov 20:00 stays.",
            "! its orders count until Fri 20 Nov, before it goes",
        ):
            assert said in text_of(app)
        await pilot.press("p")
        await settled(pilot)
        assert app.screen.NAME == "preview"
        await pilot.press("q")
        await settled(pilot)
        await pilot.press("enter")
        assert "! 6 mails go out now: y sends them." in text_of(app)
        assert text_of(app).splitlines()[-1].split() == ["y", "Send", "q", "Back", "F1", "Help"]
        app.screen._notice_line._since -= 7200  # it has been read
        await pilot.press("down")
        assert "Enter Send" in text_of(app).splitlines()[-1]
        await pilot.press("enter")
        await pilot.press("y")
        await written(pilot)
    assert store.messages.get(message_id).state is MessageState.QUEUED
    assert limits_of(store, message_id) == {stamp(store.clock.to_utc(CLOSING))}


async def test_while_many_mails_are_made_it_can_be_stopped_and_nothing_is_sent(
    store: Store, sample: Sample, monkeypatch: pytest.MonkeyPatch
):
    message_id, begun, go_on = last_call(store), threading.Event(), threading.Event()

    class Slow(Tally):
        def __call__(self, done: int, total: int) -> None:
            begun.set()
            go_on.wait(10)
            super().__call__(done, total)

    monkeypatch.setattr(send, "Tally", Slow)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "send", message_id=message_id)
        await pilot.press("enter", "y")
        while not begun.is_set() or "Mails" not in text_of(app):
            await pilot.pause(0.01)
        await pilot.press("enter", "y", "a", "t", "q")
        assert "Stopping…" in text_of(app)
        go_on.set()
        await written(pilot)
        assert "Stopped: nothing was sent." in text_of(app)
        assert store.messages.get(message_id).state is MessageState.DRAFT
        await pilot.press("enter", "y")
        await written(pilot)
    assert store.messages.get(message_id).state is MessageState.QUEUED


# -- the hour


async def test_a_last_call_is_kept_for_the_evening_before_its_closing(store: Store, sample: Sample):
    store.settings.set_limits(ask_above=5)
    message_id = last_call(store, closes_on=date(2026, 11, 21))
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "send", message_id=message_id, later=True)
        assert "Sun 22 Nov 18:00" in text_of(app)
        assert "Mon 23 Nov 20:00      the closing that it speaks of" in text_of(app)
        assert "! Nothing on this machine sends by itself" in text_of(app)
        assert "! its orders count until Sat 21 Nov, before it goes" in text_of(app)
        keys = Packets(pilot)
        for typed, said in (
            ("gestern", "! write it as 22/11 18:00"),
            ("20/11/26 18h", "! this has passed"),
            ("28/3/27 2h30", "! Clocks skip this hour: it goes out at 03:30."),
            ("lun 19h", "Mon 23 Nov 19:00, in 1 d 21 h"),
            ("24/11 9h", "! that is before it goes out"),
        ):
            await pilot.press("ctrl+u")
            assert said in await keys.type(typed)
        assert "that is before it goes out" in await keys.type("<enter>")
        assert app.focused is not None
        assert app.focused.id == "form-until"
        await keys.type("<ctrl+u>", "<up>", "<ctrl+u>", "demain 9h", "<enter>", "5", "<enter>")
        assert store.messages.get(message_id).state is MessageState.DRAFT
        await keys.type("<enter>", "6", "<enter>")
        assert app.screen.NAME == "desk"
    kept = store.messages.get(message_id)
    assert (kept.state, kept.send_at, kept.expected_mails) == (
        MessageState.SCHEDULED,
        datetime(2026, 11, 22, 9, 0),
        6,
    )
    assert kept.send_before is None


async def test_what_a_colleague_saves_meanwhile_is_not_kept_unseen(store: Store, sample: Sample):
    message_id = last_call(store)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "schedule", message_id=message_id)
        with store.writing() as t:
            t.execute("UPDATE messages SET text = 'Paul', version = version + 1 WHERE id = ?", (message_id,))
        await pilot.press("enter")
        await written(pilot)
        assert app.screen.NAME == "schedule"
        assert store.messages.get(message_id).state is MessageState.DRAFT
        app.screen.changed()
        await settled(pilot)
        assert "! Marie changed this message just now: look at it once more." in text_of(app)


async def test_nothing_is_proposed_that_is_refused_and_a_limit_that_has_passed_is_said_at_once(
    store: Store, sample: Sample
):
    far, soon = last_call(store, send_before=datetime(2028, 1, 5, 12)), last_call(store)
    with store.writing() as t:
        t.execute("UPDATE messages SET send_before = '2026-11-21T12:00' WHERE id = ?", (soon,))
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "schedule", message_id=far)
        assert "! write it" not in text_of(app)
        await pilot.press("enter")
        await written(pilot)
        assert store.messages.get(far).send_at == datetime(2028, 1, 4, 18)
        assert store.messages.get(far).send_before == datetime(2028, 1, 5, 12)
        app = await opened(pilot, "send", message_id=soon)
        assert "! Nothing of it may go after Sat 21 Nov 12:00, which has passed." in text_of(app)
        assert "too long" not in text_of(app)
        await pilot.press("enter", "y")
        await written(pilot)
        assert store.messages.get(soon).state is MessageState.DRAFT
        await pilot.press("a")
        await settled(pilot)
        assert "! Nothing of it may go after Sat 21 Nov 12:00, which has passed." in text_of(app)
        assert "this has passed" not in text_of(app)
        await pilot.press("enter")
        await written(pilot)
    kept = store.messages.get(soon)
    assert (kept.send_at, kept.send_before) == (datetime(2026, 11, 22, 18), CLOSING)


def test_the_hour_a_message_is_kept_for(store: Store, sample: Sample, snap_compare):
    message_id = last_call(store)

    async def run(pilot: Pilot[None]) -> None:
        await opened(pilot, "schedule", message_id=message_id)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run)


# -- the desk


async def test_the_desk_says_what_goes_out_to_how_many_and_what_has_not(store: Store, sample: Sample):
    for title, hour in (("Rappel", 22), ("Nouveautés", 25)):
        message_id = store.messages.new(
            EVERYONE, "S", "T", title, kind="last_call" if title == "Rappel" else "targeted"
        )
        store.messages.schedule(message_id, datetime(2026, 11, hour, 18), expected_mails=6)
    late = store.messages.new(EVERYONE, "S", "T", "Trop tard")
    store.messages.cancel(sample.message)
    with store.writing() as t:
        t.execute("UPDATE messages SET state = 'cancelled' WHERE id = ?", (late,))
    async with (app := make_app(store)).run_test(size=SIZE) as pilot:
        await settled(pilot)
        shown = text_of(app)
        assert "Kept for later                                  ! nothing sends by itself here" in shown
        assert "Sun 22 Nov 18:00  Rappel" in shown
        assert "~7 mails [v]" in shown
        assert "! “Trop tard” came too late: nothing of it was sent [e]" in shown
        await pilot.press("r")
        assert app.screen.NAME == "desk"
        assert "! “Rappel” goes Sun 22 Nov 18:00 already. r once more writes another one." in text_of(app)
        await pilot.press("r")
        await written(pilot)
        assert app.screen.NAME == "compose"
        await pilot.press("f3")
        await written(pilot)
        store.mailbox.set(MailboxSettings("localhost", 1025, "none", "", "amap@exemple.fr"))
        keys = Packets(pilot)
        for hours in (19, 20):
            store.clock._now = lambda hours=hours: NOW + timedelta(hours=hours)
            beat(store, "done")
        store.clock._now = lambda: NOW + timedelta(hours=20, minutes=57)
        app.screen.changed()
        shown = await keys.shown()
        assert "Going out by itself" in shown
        assert "automatic: every 1 h, last 17:04" in shown
        assert "   Sun 22 Nov 18:00  Rappel" in shown
        assert "goes any moment [v]" in shown
        store.clock._now = lambda: NOW + timedelta(hours=21)
        beat(store, "done")
        app.screen.changed()
        shown = await keys.shown()
        assert "To do  ! “Rappel” (Sun 22 Nov 18:00): nothing has sent it [e]" in shown
        assert "   Wed 25 Nov 18:00  Nouveautés" in shown
        assert "! “Rappel” was to go Sun 22 Nov 18:00: nothing has sent it (F2 e)." in await keys.type("g")
        with store.writing() as t:
            t.execute("UPDATE messages SET send_before = '2026-11-22T18:01' WHERE label = 'Rappel'")
        await keys.type("q")
        app.screen.changed()
        assert "To do  ! “Rappel” was not sent at its hour, and is too late now [e]" in await keys.shown()
        with store.writing() as t:
            t.execute("UPDATE messages SET state = 'cancelled', queued_at = '2026-11-22' WHERE label = 'Rappel'")
        assert "Nothing waits now. “Nouveautés” is kept for Wed 25 Nov 18:00." in await keys.type("g")
        await keys.type("q", "e")
        assert app.screen.NAME == "messages"
