"""What producers are told, from the screen: sent, printed or said; and the pick-up sheet."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from mail.lock import holder
from store import Store
from store.people import Member, Person
from store.settings import Group
from tests.mail.outgoing import set_mailbox
from tests.mail.recorder import Recorder
from tests.screens.conftest import SIZE
from tests.screens.sample import NOW, Sample, make_app, settled, text_of, written

ADDRESS, PHONE = "rigaud@exemple.fr", "06 39 98 04 04"


@pytest.fixture
def reachable(store: Store, sample: Sample) -> Sample:
    """The sample, where the producer with a late line has an address and a second line came late."""
    sold, members = sample.audience.offering, sample.audience.members
    with store.writing() as t:
        t.execute(
            "UPDATE producers SET email = ?, phone = '06 39 98 04 04' WHERE name = 'Volailles Rigaud'", (ADDRESS,)
        )
    store.orders.record(members["yves"], sold.next, [(sold.products["duck"], 2000)])
    return sample


async def opened(pilot: Pilot[None], *keys: str) -> str:
    """The screen that keys lead to from the desk."""
    await settled(pilot)
    for key in keys:
        await pilot.press(key)
        await written(pilot)
    return text_of(pilot.app)


def test_the_producers_of_a_day(store: Store, reachable: Sample, snap_compare):
    async def before(pilot: Pilot[None]) -> None:
        await opened(pilot, "l")

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=before)


def test_a_supplement(store: Store, reachable: Sample, snap_compare):
    async def before(pilot: Pilot[None]) -> None:
        await opened(pilot, "l", "enter")

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=before)


def test_a_pick_up_sheet(store: Store, sample: Sample, snap_compare):
    async def before(pilot: Pilot[None]) -> None:
        await opened(pilot, "u")

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=before)


async def test_a_late_line_stays_on_the_desk_until_the_producer_knows(store: Store, reachable: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        shown = await opened(pilot)
        assert "! Volailles Rigaud  told 21:04 by Marie, 2 late lines since [l]" in shown
        assert "! Volailles Rigaud: recap 21:04 by Marie, 2 late lines since [l]" in shown
        shown = await opened(pilot, "l", "enter")
        assert "Supplement for Volailles Rigaud" in shown
        assert "Canette" in shown
        assert "Does Volailles Rigaud know all of this now?" in await opened(pilot, "t")
        shown = await opened(pilot, "escape", "q", "q")
        assert "2 late lines" in shown, "nobody said yes"
        shown = await opened(pilot, "l", "enter", "t", "enter")
        assert "Noted: the producer has been told." in shown
        shown = await opened(pilot, "q", "q")
        assert "late line" not in shown
        assert "Volailles Rigaud  told 21:04 by Marie" in shown


async def test_a_closed_catalogue_without_a_recap_asks_for_one(store: Store, sample: Sample):
    store.clock._now = lambda: NOW + timedelta(days=2)
    async with make_app(store).run_test(size=SIZE) as pilot:
        shown = await opened(pilot)
        assert "! Légumes du Gué is closed, the producer is not told yet [l]" in shown


async def test_who_may_not_see_the_sending_is_told_who_can_type_its_password(store: Store, reachable: Sample, act_as):
    store.operators.add("paul", "Paul", "phone_desk")
    paul = act_as("paul")
    async with (app := make_app(paul)).run_test(size=SIZE) as pilot:
        shown = await opened(pilot, "l", "enter", "s")
        assert f"Send the supplement to {ADDRESS}?" in shown
        shown = await opened(pilot, "enter")
        assert "It waits for the mailbox's password. These can type it: Marie." in shown
        shown = await opened(pilot, "q", "q")
        assert "  Volailles Rigaud: the mail waits [l]" in shown
        assert store.deliveries.counts().ready == 2, "the message of the sample, and the supplement"
        sold = reachable.audience.offering
        paul.orders.record(reachable.audience.members["rossi"], sold.next, [(sold.products["duck"], 1000)])
        paul.clock._now = lambda: NOW + timedelta(hours=1)
        for state, said in (
            ("ready", "! Volailles Rigaud: the mail waits [l]"),
            ("ready", "! Volailles Rigaud: supplement 21:04 by Paul, 1 late line since [l]"),
            ("sent", "! Volailles Rigaud  supplement sent 21:04 by Paul, 1 late line since [l]"),
            ("unknown", "! Volailles Rigaud: the mail is in doubt [l]"),
            ("failed", "! Volailles Rigaud: the mail was refused, the producer does not know [l]"),
            ("failed", "! Volailles Rigaud  told 21:04 by Marie, 3 late lines since [l]"),
        ):
            with store.writing() as t:
                t.execute("UPDATE deliveries SET state = ? WHERE kind = 'supplement'", (state,))
                t.journal("test")
            app._poll()
            assert said in await opened(pilot)


async def test_of_two_who_send_the_same_only_one_does(store: Store, reachable: Sample):
    sold = reachable.audience.offering
    async with make_app(store).run_test(size=SIZE) as pilot:
        await opened(pilot, "l", "enter", "v", "s")
        store.lists.tell(sold.next, sold.catalogues["poultry"], "recap", "said")
        shown = await opened(pilot, "enter")
        assert "A colleague has told the producer meanwhile, so nothing was sent." in shown
    assert store.deliveries.counts().ready == 1, "the message of the sample, and no recap"


async def test_without_an_address_the_screen_says_what_to_do_instead(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        shown = await opened(pilot, "l", "enter")
        assert "Volailles Rigaud has no e-mail" in shown
        assert "s Send" not in shown
        assert "t Told" in shown


async def test_a_list_is_printed_into_the_exports_folder(store: Store, reachable: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        shown = await opened(pilot, "l", "enter", "p", "enter")
        assert "Press t once the producer has it." in " ".join(shown.split())
        shown = await opened(pilot, "t", "enter", "q")
        assert "Supplement printed 21:04 by Marie." in shown
        assert "is in the folder" in await opened(pilot, "u", "p", "down", "enter")
    supplement, sheet = sorted((store.path.parent / "exports").iterdir(), key=lambda path: path.suffix)
    assert "Canette" in supplement.read_text()
    assert "Le Bihan" in sheet.read_text()


async def test_keys_that_come_in_one_burst_each_have_their_effect(store: Store, reachable: Sample):
    async with (app := make_app(store)).run_test(size=SIZE) as pilot:
        await settled(pilot)
        for key in ("l", "enter", "p", "down", "enter", "q", "k"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        for _round in range(200):
            if getattr(app.screen, "NAME", "") == "calls" and (store.path.parent / "exports").exists():
                break
            await pilot.pause(0.02)
        await settled(pilot)
        assert app.screen.NAME == "calls"
    (written,) = (store.path.parent / "exports").iterdir()
    assert written.suffix == ".txt"


async def test_a_name_is_found_on_the_pick_up_sheet(store: Store, sample: Sample):
    sold = sample.audience.offering
    for _key, member in sorted(sample.audience.members.items()):
        store.orders.record(member, sold.next, [(sold.products[name], 1000) for name in ("wheat", "herbs", "spelt")])
    async with make_app(store).run_test(size=SIZE) as pilot:
        assert "Yves" not in await opened(pilot, "u")
        assert "Yves" in await opened(pilot, "slash", *"bihan", "enter")
        assert "Nobody called “nobody” has ordered." in await opened(pilot, "slash", *"nobody", "enter")


# -- a real sending


@pytest.fixture
def now_store(tmp_path: Path) -> Iterator[Store]:
    """A group whose clock goes, with an order that its producer does not know yet."""
    group = Group("AMAP des Oiseaux", language="en", currency="EUR", timezone="Europe/Paris", country="FR")
    opened = Store.create(tmp_path / "now.cabas", group, "marie", "Marie")
    member = opened.members.add(Member(people=(Person("Yves", "Le Bihan"),)))
    producer = opened.catalogues.add_producer("Volailles Rigaud", email=ADDRESS)
    catalogue = opened.catalogues.add_catalogue("Volailles Rigaud", producer, "EUR", 6, "20:00")
    product = opened.catalogues.add_product(catalogue, "Canette", 1480)
    soon = opened.clock.today() + timedelta(days=3)
    day = opened.distributions.add(soon, "18:00", "19:30", "Treillières", [catalogue])
    opened.orders.record(member, day, [(product, 2000)])
    yield opened
    opened.close()
    if someone := holder(tmp_path / "now.cabas"):
        os.kill(someone.pid, signal.SIGKILL)


async def test_a_recap_is_sent_after_one_question(now_store: Store, tmp_path: Path):
    server = Recorder(tmp_path)
    server.start()
    try:
        set_mailbox(now_store, server.port)
        async with make_app(now_store).run_test(size=SIZE) as pilot:
            shown = await opened(pilot)
            assert "! Volailles Rigaud is closed, the producer is not told yet [l]" in shown
            shown = await opened(pilot, "l", "enter", "s")
            assert f"Send the recap to {ADDRESS}?" in shown
            shown = await opened(pilot, "enter")
            assert f"On its way to {ADDRESS}." in shown
            for _ in range(400):
                if now_store.deliveries.counts().sent:
                    break
                await pilot.pause(0.05)
            shown = await opened(pilot, "q", "q")
            assert "is closed" not in shown
        (mail,) = server.accepted()
        assert mail["to"] == ADDRESS
    finally:
        server.stop()


async def test_the_pick_up_sheet_is_searched_by_any_words_of_a_long_name(store: Store, sample: Sample):
    couple = (Person("Marie-Antoinette", "Zanzibar-Montbel"), Person("Jean-Christophe", "Vandenbroucke-Delattre"))
    sold = sample.audience.offering
    for number in range(9):
        member = store.members.add(Member(people=(Person("Yann", f"Yvernogeau {number}"),)))
        store.orders.record(member, sold.next, [(sold.products["duck"], 1000)])
    store.orders.record(store.members.add(Member(people=couple)), sold.next, [(sold.products["duck"], 1000)])
    async with make_app(store).run_test(size=SIZE) as pilot:
        assert "Zanzibar" not in await opened(pilot, "u")
        shown = await opened(pilot, "slash", *"delat zanz", "enter")
        assert "[ ] Zanzibar-Montbel" in shown, shown
        assert "Nobody" in await opened(pilot, "slash", *"yann zanz", "enter")
