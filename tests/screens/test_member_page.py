"""A member's page: what a volunteer needs at a glance, and what can be done from there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from textual.pilot import Pilot

from screens.house import HouseApp
from store import Store
from store.erasing import erase
from store.people import EmailState, Member, Person
from store.rights import Right
from tests.screens.conftest import SIZE
from tests.screens.sample import Sample, make_app, opened, settled, text_of, written


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(*(("space" if c == " " else c for c in key[1:]) if key[0] == "'" else (key,)))
        await pilot.pause()
    await written(pilot)


@pytest.fixture
def guerin(store: Store, sample: Sample) -> Member:
    """A household about which everything is known."""
    member = store.members.get(sample.audience.members["guerin"])
    first, second = member.people
    stored = store.members.save(
        replace(
            member,
            people=(
                replace(first, phone="+33240112233", mobile="0639980102"),
                replace(second, email="", email_state=EmailState.NONE, phone="06.39.98.01.03"),
            ),
            address1="12 rue de l'Église",
            postal_code="44000",
            city="Nantes",
            language="fr",
            pickup_place="Treillières",
            tags=("panier", "bureau"),
            notes="Sonner deux fois.\nLe chien est gentil.",
            joined_on=date(2019, 3, 4),
            vip=True,
        )
    )
    store.members.set_preferences(first.id or 0, {("email", "targeted"): False}, "by phone")
    return stored


def test_a_member_at_a_glance(store: Store, guerin: Member, snap_compare):
    async def run_before(pilot: Pilot[None]) -> None:
        await opened(pilot, "member_page", member_id=guerin.id)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run_before)


async def test_what_matters_is_there_without_scrolling(store: Store, guerin: Member):
    async with make_app(store).run_test(size=SIZE) as pilot:
        shown = text_of(await opened(pilot, "member_page", member_id=guerin.id))
    for words in (
        "Guérin Hélène & François ★",
        "member since Mon 4 Mar 2019",
        "02 40 11 22 33, 06 39 98 01 02",
        "guerin@exemple.fr: gets mail",
        "06 39 98 01 03",
        "has no e-mail",
        "12 rue de l'Église, 44000 Nantes",
        "Treillières",
        "panier, bureau",
        "Hélène: news (e-mail)",
        "Sonner deux fois. Le chien est gentil.",
        "Thu 26 Nov 2026 confirmed 2 €14.10 by phone Marie",
        "AMAP des Oiseaux : dernier rappel waiting",
    ):
        assert words in " ".join(shown.split()), words


async def test_who_may_be_here_twice_is_said_and_merged(store: Store, sample: Sample):
    paul = sample.audience.members["paul"]
    twin = store.members.add(Member(people=(Person("Paul", "Durand", phone="0639980001", email="p@exemple.fr"),)))
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "member_page", member_id=twin)
        assert "! Perhaps here twice: Durand Paul, 06 39 98 00 01" in text_of(app)
        await press(pilot, "g", "enter", "k", "m")
        assert app.screen.NAME == "member_page"
        shown = text_of(app)
        assert "p@exemple.fr: gets mail" in shown
        assert "member since Wed 1 Jan 2020" in shown
        assert "Merged with Durand Paul on Sat 21 Nov 2026 by Marie: z undoes it" in shown
    assert [row.id for row in store.members.search("durand").rows] == [paul]


async def test_a_merge_is_undone_from_the_page_later(store: Store, sample: Sample):
    paul = sample.audience.members["paul"]
    twin = store.members.add(Member(people=(Person("Paul", "Durand", phone="0639980001", email="p@exemple.fr"),)))
    async with make_app(store).run_test(size=SIZE) as pilot:
        await opened(pilot, "member_merge_preview", keep_id=paul, other_id=twin)
        await press(pilot, "f8")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "member_page", member_id=twin)
        assert "Thu 26 Nov 2026" in text_of(app), "the one that was merged is the one that stays"
        await press(pilot, "z")
        assert "is a member again" in text_of(app)
        assert "e-mail not asked yet" in text_of(app)
    assert {row.id for row in store.members.search("durand").rows} == {paul, twin}


async def test_another_one_is_found_by_name(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "member_merge", member_id=sample.audience.members["odette"])
        assert "Nobody looks alike." in text_of(app)
        await press(pilot, "'rossi", "enter")
        assert app.screen.NAME == "member_merge_preview"
        assert "Merge Rossi Chiara into Maréchal Odette?" in text_of(app)
        await press(pilot, "f3", *["backspace"] * 5, "'marechal")
        assert "Nobody answers to “marechal”." in text_of(app), "nobody is merged with themselves"


def test_two_members_side_by_side(store: Store, guerin: Member, snap_compare):
    other = Member(
        people=(
            Person("Hélène", "Guérin", "h.guerin@exemple.fr", phone="0240112233"),
            Person("Karim", "Benali", phone="0639980104"),
        ),
        city="Orvault",
        address1="3 rue du Lac",
        notes="Sans gluten",
    )
    other_id = store.members.add(other)

    async def run_before(pilot: Pilot[None]) -> None:
        await opened(pilot, "member_merge_preview", keep_id=guerin.id, other_id=other_id)

    assert snap_compare(make_app(store), terminal_size=SIZE, run_before=run_before)


async def test_of_more_than_two_people_two_are_chosen(store: Store, sample: Sample):
    guerin, benali = sample.audience.members["guerin"], sample.audience.members["benali"]
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "member_merge_preview", keep_id=guerin, other_id=benali)
        assert "digits say who stays" in text_of(app)
        await press(pilot, "2", "m")
        assert "press the digit of another one" in text_of(app)
        await press(pilot, "3", "m")
        assert app.screen.NAME == "desk"
    assert [person.first_name for person in store.members.get(guerin).people] == ["Hélène", "Aïcha"]


async def test_an_archived_member_goes_into_the_other_one(store: Store, sample: Sample):
    odette, rossi = sample.audience.members["odette"], sample.audience.members["rossi"]
    store.members.archive(odette)
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = pilot.app
        assert isinstance(app, HouseApp)
        await settled(pilot)
        app.go("member_merge_preview", keep_id=odette, other_id=rossi)
        await pilot.pause(0.3)
        assert "Keep the other one" in " ".join(text_of(app).split())
        await pilot.press("k")
        await settled(pilot)
        assert "Merge Maréchal Odette into Rossi Chiara?" in text_of(app)


async def test_a_member_is_exported_from_the_page(store: Store, guerin: Member):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "member_page", member_id=guerin.id)
        await press(pilot, "E")
        assert app.screen.NAME == "export"
        assert "Export: Guérin Hélène & François" in text_of(app)


async def test_tab_goes_to_the_messages_and_enter_opens_what_is_marked(store: Store, guerin: Member):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "member_page", member_id=guerin.id)
        await press(pilot, "enter")
        assert app.screen.NAME == "order_entry"
        assert "CHANGE" in text_of(app)
        await press(pilot, "f3", "tab", "enter")
        assert app.screen.NAME == "message"


async def test_an_order_that_is_over_is_shown(store: Store, sample: Sample):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "member_page", member_id=sample.audience.members["paul"])
        await press(pilot, "down", "enter")
        assert app.screen.NAME == "order"
        shown = text_of(app)
        assert "Order of Durand Paul" in shown
        assert "2 Tomates cœur de bœuf" in shown
        await press(pilot, "c")
        assert app.screen.NAME == "order_entry"


async def test_a_cancelled_order_is_listed_and_shown_with_its_reason(store: Store, guerin: Member):
    (order,) = [row for row in store.orders.of_member(guerin.id or 0) if row.state == "confirmed"]
    store.orders.cancel(order.id, "moved away [/]")
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "member_page", member_id=guerin.id)
        assert "cancelled" in text_of(app)
        await press(pilot, "enter")
        assert app.screen.NAME == "order"
        assert "Cancelled: moved away [/]" in text_of(app)
        await press(pilot, "c")
        assert app.screen.NAME == "order"


async def test_star_and_archive_are_given_and_taken_back(store: Store, guerin: Member):
    results: list[int | None] = []
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = pilot.app
        assert isinstance(app, HouseApp)
        await settled(pilot)
        app.go("member_page", results.append, member_id=guerin.id)
        await settled(pilot)
        await press(pilot, "s", "x")
        assert "Guérin Hélène & François  (archived)" in text_of(app)
        assert "the order for Thu 26 Nov stays. x brings them back." in text_of(app)
        assert "Order" not in text_of(app).splitlines()[-1]
        await press(pilot, "x", "f3")
    assert results == [guerin.id]
    stored = store.members.get(guerin.id or 0)
    assert (stored.vip, stored.archived) == (False, False)


async def test_looking_changes_nothing(store: Store, guerin: Member):
    results: list[int | None] = []
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = pilot.app
        assert isinstance(app, HouseApp)
        await settled(pilot)
        app.go("member_page", results.append, member_id=guerin.id)
        await settled(pilot)
        await press(pilot, "e", "f3", "p", "f3", "d", "f3", "g", "f3", "f3")
    assert results == [None]


async def test_what_a_colleague_changes_appears(store: Store, guerin: Member):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "member_page", member_id=guerin.id)
        store.members.save(replace(store.members.get(guerin.id or 0), city="Orvault"))
        app._poll()
        await settled(pilot)
        assert "44000 Orvault" in text_of(app)


async def test_of_who_was_erased_only_the_orders_are_left(store: Store, guerin: Member):
    async with make_app(store).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "member_page", member_id=guerin.id)
        erase(store, guerin.id or 0)
        app._poll()
        await settled(pilot)
        shown = text_of(app)
        assert "This member was erased." in shown
        assert "Thu 26 Nov 2026" in shown
        await press(pilot, "e", "d", "s")
        assert app.screen.NAME == "member_page"


async def test_a_producer_sees_names_and_phones_only(store: Store, sample: Sample, guerin: Member, act_as):
    store.operators.add("luc", "Luc", "producer", catalogues=(sample.audience.offering.catalogues["poultry"],))
    async with make_app(act_as("luc")).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "member_page", member_id=guerin.id)
        shown = text_of(app)
        await press(pilot, "e", "p", "x", "s")
        assert app.screen.NAME == "member_page"
    assert "02 40 11 22 33, 06 39 98 01 02" in shown
    for words in ("@", "Nantes", "Sonner", "panier", "★", "news", "member since", "rappel", "€"):
        assert words not in shown, words
    assert not store.members.get(guerin.id or 0).archived


async def test_who_may_not_see_messages_or_orders_sees_the_rest_and_is_told_so(store: Store, guerin: Member, act_as):
    store.operators.add("zoe", "Zoé", "phone_desk")
    assert not act_as("zoe").operators.me().may(Right.MESSAGES_SEE)
    async with make_app(act_as("zoe")).run_test(size=SIZE) as pilot:
        app = await opened(pilot, "member_page", member_id=guerin.id)
        assert "confirmed" in text_of(app)
        assert "rappel" not in text_of(app)
        store.operators.set_rights("zoe", role="writer")
        app._poll()
        await settled(pilot)
        assert "confirmed" not in text_of(app)
        assert "You are not allowed to take orders. To be allowed, ask Marie." in text_of(app)
