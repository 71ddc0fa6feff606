"""Everything that is stored about a member can be read, handed out and erased, and erasing is never an accident."""

from __future__ import annotations

import json

from textual.pilot import Pilot

from screens.house import HouseApp
from store import Store
from tests.screens.conftest import SIZE
from tests.screens.sample import Sample, make_app, settled, text_of, written

TALL = (80, 60)


async def opened(pilot: Pilot[None], route: str, member_id: int) -> HouseApp:
    app = pilot.app
    assert isinstance(app, HouseApp)
    await settled(pilot)
    app.go(route, member_id=member_id)
    await settled(pilot)
    return app


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(*(("space" if c == " " else c for c in key[1:]) if key[0] == "'" else (key,)))
    await written(pilot)


def is_erased(store: Store, member_id: int) -> bool:
    with store.reading() as t:
        return t.value("SELECT erased_at FROM members WHERE id = ?", (member_id,)) is not None


async def test_everything_about_a_member_is_on_one_page(store: Store, sample: Sample):
    guerin = store.members.get(sample.audience.members["guerin"])
    store.members.set_preferences(guerin.people[0].id or 0, {("email", "targeted"): False}, "by letter")
    async with make_app(store).run_test(size=TALL) as pilot:
        app = await opened(pilot, "member_data", guerin.id or 0)
        shown = text_of(app)
    for words in (
        "Hélène Guérin",
        "E-mail: guerin@exemple.fr (gets mail)",
        "Hélène: news (e-mail) refused, Sat 21 Nov 2026 21:04, by letter",
        "Thu 26 Nov 2026 Treillières, confirmed, €14.10, by phone, Marie",
        "3 Tomates cœur de bœuf (Légumes du Gué) €11.70",
        "AMAP des Oiseaux : dernier rappel, e-mail",
        "guerin@exemple.fr, waiting",
        "order written down, Marie",
    ):
        assert words in shown


async def test_it_can_be_handed_out_as_a_file(store: Store, sample: Sample):
    guerin = sample.audience.members["guerin"]
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "member_data", guerin)
        await press(pilot, "e")
        assert f"Written: member-{guerin}.json" in text_of(app)
    path = store.path.parent / "exports" / f"member-{guerin}.json"
    stored = json.loads(path.read_text())
    assert stored["member"]["people"][0]["email"] == "guerin@exemple.fr"
    assert stored["orders"][0]["lines"]


async def test_the_page_can_be_scrolled_at_once(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "member_data", sample.audience.members["guerin"])
        assert "What was done" not in text_of(app)
        await press(pilot, "end")
        assert "order written down, Marie" in text_of(app)


def test_what_erasing_would_do(store: Store, sample: Sample, snap_compare):
    async def run_before(pilot: Pilot[None]) -> None:
        await opened(pilot, "member_erase", sample.audience.members["guerin"])

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run_before)


async def test_nothing_is_erased_before_the_last_name_is_typed(store: Store, sample: Sample):
    guerin = sample.audience.members["guerin"]
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "member_erase", guerin)
        await press(pilot, "enter", "f8", "'guer", "enter")
        assert "Nothing is erased: type Guérin first." in text_of(app)
        await press(pilot, "f3")
    assert not is_erased(store, guerin)


async def test_a_member_is_erased_from_their_page_and_their_orders_stay(store: Store, sample: Sample):
    guerin = sample.audience.members["guerin"]
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "member_page", guerin)
        await press(pilot, "d", "x", "'guerin", "enter")
        assert app.screen.NAME == "desk"
        assert "Erased for good." in text_of(app)
    assert is_erased(store, guerin)
    assert len(store.orders.of_distribution(sample.audience.offering.next)) == 3


async def test_one_of_two_is_erased_and_the_other_stays(store: Store, sample: Sample):
    benali = sample.audience.members["benali"]
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "member_page", benali)
        await press(pilot, "d", "x", "f4", "f4")
        assert "Erase Dupont Paul for good?" in text_of(app)
        await press(pilot, "'dupont", "enter")
        assert app.screen.NAME == "member_page"
        assert "Benali Aïcha" in text_of(app)
        assert "Erased for good." in text_of(app)
    assert [person.first_name for person in store.members.get(benali).people] == ["Aïcha"]


async def test_who_may_not_erase_is_told_who_may(store: Store, sample: Sample, act_as):
    store.operators.add("zoe", "Zoé", "phone_desk")
    async with make_app(act_as("zoe")).run_test(size=TALL) as pilot:
        app = await opened(pilot, "member_data", sample.audience.members["guerin"])
        await press(pilot, "x")
        assert app.screen.NAME == "member_data"
        assert "Erasing somebody needs the right" in text_of(app)
        assert "You are not allowed to change the group's settings. To be allowed, ask Marie." in text_of(app)
        assert "Mails not allowed to you" in " ".join(text_of(app).split())


async def test_who_was_erased_meanwhile_is_no_more(store: Store, sample: Sample):
    from store.erasing import erase

    guerin = sample.audience.members["guerin"]
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "member_data", guerin)
        erase(store, guerin)
        app.screen.changed()  # type: ignore[attr-defined]
        await pilot.pause(0.3)
        assert "It is not there any more: a colleague has deleted it" in text_of(app)
