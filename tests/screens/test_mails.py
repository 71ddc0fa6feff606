"""The mails one by one: which state each is in, what was tried for it, and what a person decides about one."""

from __future__ import annotations

import csv

import pytest
from textual.pilot import Pilot

from screens.widgets.bars import Dimmed, shown_keys
from store import Store
from store.delivery_lists import MOST
from tests.mail.outgoing import queue
from tests.screens.conftest import SIZE
from tests.screens.sample import Sample, make_app, opened, settled, text_of, written

FRIDAY = "2026-11-20T20:14:00.000000Z"
STATES = (
    ("sent", "", 250, "2.0.0 Ok: queued as 4F2"),
    ("failed", "refused", 550, "5.1.1 <p1@exemple.fr>: Recipient address rejected: User unknown"),
    ("failed", "gave_up", 451, "4.2.0 try later"),
    ("unknown", "interrupted", None, ""),
    ("held", "operator", None, ""),
)
NAMES = (
    "Odette Maréchal",
    "Jean-Christophe de La Rochefoucauld-Montmorency",
    "Aïcha Benali",
    "Yves Le Bihan",
    "Prix [/]",
)


@pytest.fixture
def message(store: Store) -> int:
    """Of eight mails the first five went five ways on Friday evening; three wait."""
    queue(store, 8)
    with store.writing() as t:
        message_id = t.value("SELECT max(id) FROM messages")
        t.execute(
            'UPDATE messages SET label = \'Last call\', segment = \'{"start":"everyone","steps":[]}\' WHERE id = ?',
            (message_id,),
        )
        first = t.value("SELECT min(id) FROM deliveries WHERE message_id = ?", (message_id,))
        for place, (state, reason, code, answer) in enumerate(STATES):
            delivery = first + place
            t.execute(
                "UPDATE deliveries SET name = ?, state = ?, reason = ?, answer = ?, state_at = ? WHERE id = ?",
                (NAMES[place], state, reason, answer, FRIDAY, delivery),
            )
            for phase, said in (("dot", None), ("answer", code)):
                t.execute(
                    "INSERT INTO attempts (delivery_id, at, phase, code, answer) VALUES (?, ?, ?, ?, ?)",
                    (delivery, FRIDAY, phase, said, answer if phase == "answer" else ""),
                )
    return int(message_id)


def flat(pilot: Pilot[None]) -> str:
    """What is on the screen, sentences that are broken over lines in one piece."""
    return " ".join(text_of(pilot.app).split())


def test_each_mail_with_its_state(store: Store, message: int, snap_compare):
    async def before(pilot: Pilot[None]) -> None:
        await opened(pilot, "mails", message_id=message)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=before)


async def test_a_mail_is_found_by_state_and_name_and_its_history_read(store: Store, message: int):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "mails", message_id=message)
        assert "[all 8] waiting 3 in doubt 1 failed 2 held 1 sent 1" in flat(pilot)
        await pilot.press("v", "v", "v")
        await settled(pilot)
        assert "[failed 2]" in flat(pilot)
        assert "! no such address" in flat(pilot)
        assert "Odette" not in flat(pilot)
        await pilot.press("v", "v", "v", "f", *"marech", "enter")
        await settled(pilot)
        assert "[all 8]" in flat(pilot)
        assert "with “marech”" in flat(pilot)
        assert "1 mail" in flat(pilot)
        await pilot.press("enter")
        await settled(pilot)
        assert app.screen.NAME == "delivery"
        assert "Fri 20 Nov 21:14 handed over, no answer yet" in flat(pilot)
        assert "Fri 20 Nov 21:14 the server took it 250 2.0.0 Ok: queued as 4F2" in flat(pilot)
        await pilot.press("f3", "f", *"nobody here", "enter")
        await settled(pilot)
        assert "No mail to “nobody here”: f finds another name." in flat(pilot)


async def test_one_mail_is_held_let_go_tried_again_and_settled(store: Store, message: int):
    async with make_app(store).run_test(size=SIZE) as pilot:
        await opened(pilot, "mails", message_id=message, state="ready")
        await pilot.press("h")
        await written(pilot)
        assert (store.deliveries.counts().ready, store.deliveries.counts().held) == (2, 2)
        await pilot.press("v", "v", "v")
        await settled(pilot)
        assert "[held 2]" in flat(pilot)
        await pilot.press("h")
        await written(pilot)
        assert store.deliveries.counts().held == 1
        await opened(pilot, "mails", message_id=message, state="failed")
        await pilot.press("r")
        await written(pilot)
        assert (store.deliveries.counts().ready, store.deliveries.counts().failed) == (4, 1)
        await opened(pilot, "mails", message_id=message, state="unknown")
        await pilot.press("enter")
        await settled(pilot)
        assert "the line broke: in doubt" in flat(pilot)
        await pilot.press("s")
        await written(pilot)
        assert store.deliveries.counts().unknown == 0
        assert "counted as sent by Marie" in flat(pilot)
        await pilot.press("s", "a")
        await written(pilot)
        assert store.deliveries.counts().sent == 2, "what is settled is settled"


async def test_who_may_only_see_is_told_what_takes_a_right(store: Store, message: int, act_as):
    store.operators.add("lucie", "Lucie", "treasurer")
    async with make_app(act_as("lucie")).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "mails", message_id=message, state="failed")
        assert ("r", "Retry") in [tuple(key) for key in shown_keys(app.screen) if isinstance(key, Dimmed)]
        await pilot.press("r")
        await written(pilot)
        assert "You are not allowed to send messages." in flat(pilot)
        assert store.deliveries.counts().failed == 2


async def test_what_a_member_got_is_a_key_away_and_becomes_a_file(store: Store, sample: Sample):
    member = sample.audience.members["guerin"]
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "member_page", member_id=member)
        await pilot.press("h")
        await settled(pilot)
        assert "Mails to Guérin Hélène & François" in flat(pilot)
        assert "AMAP des Oiseaux : " in flat(pilot)
        assert "waiting" in flat(pilot)
        await pilot.press("E")
        await settled(pilot)
        [path] = (store.path.parent / "exports").iterdir()
        assert path.name in flat(pilot)
        rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines(), delimiter=";"))
        assert [(row["address"], row["state"]) for row in rows] == [("guerin@exemple.fr", "ready")]
        app.go("mails", member_id=sample.audience.members["odette"])
        await settled(pilot)
        assert "No mail was ever written to" in flat(pilot)
        assert "E" not in dict(shown_keys(app.screen))


async def test_of_many_the_first_are_listed_and_a_name_finds_the_others(store: Store):
    queue(store, 1_200)
    with store.writing() as t:
        t.execute('UPDATE messages SET segment = \'{"start":"everyone","steps":[]}\'')
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "mails", message_id=1)
        assert len(app.screen._rows) == MOST
        assert "1,200 mails" in flat(pilot)
        assert "the first 500 of 1,200" in flat(pilot)
        await pilot.press("f", *"p1199@", "enter")
        await settled(pilot)
        assert [mail.delivery.address for mail in app.screen._rows.values()] == ["p1199@exemple.fr"]
