"""The desk: what a volunteer sees first."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

from mail.lock import OutboxLock
from screens.desk_lines import read_desk
from screens.desk_mails import mails
from store import Store
from store.home import Home, set_home
from store.mailbox import MailboxSettings
from tests.screens.conftest import SIZE
from tests.screens.sample import NOW, Sample, make_app, settled, text_of


def test_a_new_group_is_told_what_comes_first(store: Store, snap_compare):
    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=settled)


def test_the_week_at_a_glance(store: Store, sample: Sample, snap_compare):
    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=settled)


async def test_what_a_colleague_changes_appears(store: Store, sample: Sample):
    async with (app := make_app(store)).run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "3 orders" not in text_of(app)
        store.orders.record(sample.audience.members["yves"], sample.audience.offering.next, [(1, 1000)])
        app._poll()
        await settled(pilot)
        assert "3 orders" in text_of(app)


async def test_a_letter_leads_only_where_its_line_does(store: Store):
    store.mailbox.set(MailboxSettings("localhost", 1025, "none", "amap", "amap@exemple.fr"))
    async with (app := make_app(store)).run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("l", "b", "r")
        assert app.screen.NAME == "desk"


async def test_a_producer_sees_only_what_is_theirs(store: Store, sample: Sample, act_as):
    veg = sample.audience.offering.catalogues["veg"]
    store.operators.add("gue", "Légumes du Gué", "producer", catalogues=[veg])
    async with (app := make_app(act_as("gue"))).run_test(size=SIZE) as pilot:
        await settled(pilot)
        shown = text_of(app)
        assert "Légumes du Gué" in shown
        for hidden in ("Volailles", "Moulin", "Fromages", "rappel", "not ordered", "Members"):
            assert hidden not in shown
        await pilot.press("f2", "m")
        await settled(pilot)
        assert app.screen.NAME == "desk"
        await pilot.press("l")
        await settled(pilot)
        assert "Recaps for Thu 26 Nov" in text_of(app)
        assert "Légumes du Gué" in text_of(app)
        assert "Volailles" not in text_of(app)


async def test_what_is_in_doubt_asks_for_attention(store: Store, sample: Sample):
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'unknown'")
    async with (app := make_app(store)).run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert ": 0 sent, 1 in doubt [g]" in text_of(app)


async def test_a_paused_message_is_not_said_to_be_sent(store: Store, sample: Sample):
    store.mailbox.set(MailboxSettings("localhost", 1025, "none", "amap", "amap@exemple.fr"))
    with store.writing() as t:
        t.execute("UPDATE deliveries SET state = 'ready'")
    store.deliveries.pause(sample.message)
    with OutboxLock(store.path, "paul") as lock:  # another one goes out meanwhile
        desk = read_desk(store)
        lock.waits(store.stamp(), "name")
        offline = read_desk(store)
    async with (app := make_app(store)).run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert mails(desk, store.clock)[0][0].endswith(" is paused: 0 sent, 1 waiting")
        assert mails(offline, store.clock)[0][0] == "! No network: tried again Sat 21 Nov 21:04"
        assert "is paused: 0 sent, 1 waiting [g]" in text_of(app)
        store.deliveries.resume(sample.message)
        for ended, said in (("2026-11-20", "waits to be sent: 0"), ("2026-11-22", "stopped Sun 22 Nov 01:00: 0")):
            stamped = f"{ended}T00:00:00.000000Z"
            with store.writing() as t:
                columns = "(started_at, ended_at, machine, inode, how)"
                t.execute(f"INSERT INTO runs {columns} VALUES (?, ?, 'm', 1, 'app')", (stamped, stamped))
            assert said in mails(read_desk(store), store.clock)[0][0], "what came after it did not stop with it"
        store.mailbox.pause()
        app._poll()
        await settled(pilot)
        assert text_of(app).count("paused") == 1
        assert "”: 0 sent, 1 waiting [g]" in text_of(app)
        with store.writing() as t:
            set_home(t, Home("another machine", 1))
        store.mailbox.resume()
        store.deliveries.hold("all")
        assert ("! 1 mail is held and goes to nobody", "g") in mails(read_desk(store), store.clock)
        store.deliveries.release("all")
        copied = mails(read_desk(store), store.clock)[0]
        assert copied == ("! This file was copied: nothing goes out until somebody decides", "g")


async def test_a_past_closing_is_no_longer_counted_down(store: Store, sample: Sample):
    store.clock._now = lambda: NOW + timedelta(days=4)
    async with (app := make_app(store)).run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "closed Mon 23 Nov 20:00" in text_of(app)


async def test_a_minute_that_passes_under_another_screen_is_shown_on_return(store: Store):
    now = [NOW]
    with closing(Store(store.path, "marie", lambda: now[0])) as moving:
        async with make_app(moving).run_test(size=SIZE) as pilot:
            app = pilot.app
            await settled(pilot)
            desk = app.screen
            await pilot.press("w")
            await settled(pilot)
            now[0] += timedelta(minutes=1)
            desk._each_minute()
            await settled(pilot)
            assert "21:04" in desk._title_line._right, "nothing is drawn that nobody sees"
            await pilot.press("f3")
            await settled(pilot)
            assert "21:05" in text_of(app)
